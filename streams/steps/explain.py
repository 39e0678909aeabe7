"""Why a lane is loud: what its hour is made of, against what it usually is made of.

Pure. Every list of shares is additive: its `observed` sum to the organic posts of the window,
its `expected` to the posts that were expected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from rezonans.records import Lane, Share, TopPost
from streams.resonance.entries import Entry
from streams.resonance.usual import DIMENSIONS, OTHER, Parts

MOST_SHARES = 12
SIMULATION = frozenset({"simulation", "simulate"})

Weight = Callable[[Entry], float]
Copies = Callable[[int], int]


@dataclass(frozen=True)
class Evidence:
    """What a lane's window holds and what is known of the lane."""

    lane: Lane
    entries: Sequence[Entry]
    """Live posts of the window, copies included."""
    expected: float
    """Organic posts that were expected in the window."""
    usual: Mapping[str, Parts]
    """Usual amounts by dimension and key."""


@dataclass(frozen=True)
class Explanation:
    """The parts of a `Spike` that are read off the posts."""

    posts: int
    voices: int
    places: tuple[Share, ...]
    sentiments: tuple[Share, ...]
    platforms: tuple[Share, ...]
    topics: tuple[Share, ...]
    top: tuple[TopPost, ...]
    simulation: bool


def explain(evidence: Evidence, weight: Weight, copies: Copies, top: int) -> Explanation:
    """Numbers, shares and the posts that carry most, from the evidence alone."""
    entries = evidence.entries
    places = "regions" if evidence.lane.region is None else "districts"
    return Explanation(
        posts=len(entries),
        voices=voices(entries),
        places=shares(evidence, places),
        sentiments=shares(evidence, "sentiments"),
        platforms=shares(evidence, "platforms"),
        topics=shares(evidence, "topics"),
        top=tuple(_top_post(entry, weight, copies) for entry in _heaviest(entries, weight, top)),
        simulation=any(entry.platform in SIMULATION for entry in entries),
    )


def voices(entries: Iterable[Entry]) -> int:
    """Unique authors."""
    return len({entry.voice for entry in entries})


def shares(evidence: Evidence, dimension: str) -> tuple[Share, ...]:
    """Observed and expected by key, the loudest first, the rest as `other`."""
    key = DIMENSIONS[dimension]
    observed: Parts = {}
    for entry in evidence.entries:
        name = key(entry)
        observed[name] = observed.get(name, 0.0) + entry.organic
    usual = evidence.usual.get(dimension, {}) or observed
    scale = evidence.expected / (sum(usual.values()) or 1.0)
    names = sorted(
        observed.keys() | usual.keys(),
        key=lambda name: (name == OTHER, -observed.get(name, 0.0), -usual.get(name, 0.0), name),
    )
    rows = [
        Share(key=name, observed=observed.get(name, 0.0), expected=usual.get(name, 0.0) * scale)
        for name in names
    ]
    return _pooled(rows)


def _pooled(rows: list[Share]) -> tuple[Share, ...]:
    if len(rows) <= MOST_SHARES:
        return tuple(rows)
    kept, rest = rows[: MOST_SHARES - 1], rows[MOST_SHARES - 1 :]
    other = Share(
        key=OTHER,
        observed=sum(row.observed for row in rest),
        expected=sum(row.expected for row in rest),
    )
    return (*kept, other)


def _heaviest(entries: Sequence[Entry], weight: Weight, most: int) -> list[Entry]:
    """The heaviest post of each text, heaviest first."""
    ranked = sorted(entries, key=lambda entry: (-weight(entry), entry.published, entry.item))
    chosen: list[Entry] = []
    told: set[int] = set()
    for entry in ranked:
        if len(chosen) == most:
            break
        if entry.cluster and entry.cluster in told:
            continue
        told.add(entry.cluster)
        chosen.append(entry)
    return chosen


def _top_post(entry: Entry, weight: Weight, copies: Copies) -> TopPost:
    return TopPost(
        item=entry.item,
        text=entry.text,
        platform=entry.platform,
        published_at=datetime.fromtimestamp(entry.published, UTC),
        weight=round(weight(entry), 3),
        url=entry.url,
        copies=copies(entry.cluster) if entry.cluster else 1,
        sentiment=entry.sentiment,
        appeal=entry.appeal,
    )
