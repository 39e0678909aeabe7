"""Why a lane is loud: what its hour is made of, against what it usually is made of.

Pure, and the same for the same posts in any order: `rezonans explain` repeats it from the store.
Every list of shares is additive: its `observed` sum to the organic posts of the window, its
`expected` to the posts that were expected, so the differences sum to the excess.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import fsum

from rezonans.reasons import CopiedText, Lane, Leader, Rise, Share, Story, TopPost
from streams.resonance import leaders, stories, voices
from streams.resonance.entries import Entry, Norm, reach
from streams.resonance.usual import DIMENSIONS, OTHER, Parts
from streams.resonance.voices import Text

MOST_SHARES = 12
SIMULATION = frozenset({"simulation", "simulate"})


@dataclass(frozen=True)
class Scales:
    """How posts are weighed."""

    copy_distance: int
    engagement_weight: float
    reach_weight: float
    top_posts: int
    yardsticks: Mapping[str, Norm] = field(default_factory=dict)
    """What is usual, by platform."""

    def weight(self, entry: Entry, organic: float) -> float:
        """Resonance in organic post equivalents."""
        norm = self.yardsticks.get(entry.platform, Norm())
        now = Entry.heard(entry.engagement, norm.engagement)
        return organic * (
            1 + self.engagement_weight * now + self.reach_weight * reach(entry.followers, norm)
        )


@dataclass(frozen=True)
class Usually:
    """What is known of a region of an emergence beside its posts."""

    since: float
    """When it rose, unix seconds."""
    expected: float
    """Organic posts that its lane expected in the window."""


@dataclass(frozen=True)
class Case:
    """What a lane's window holds and what is known of the lane."""

    lane: Lane
    entries: Sequence[Entry]
    """Live posts of the window, copies included."""
    expected: float
    """Organic posts that were expected in the window."""
    usual: Mapping[str, Parts]
    """Usual amounts by dimension and key."""
    since: float
    """When it began to rise, unix seconds."""
    risen: Mapping[str, Usually] = field(default_factory=dict)
    """Of an emergence: its regions."""


@dataclass(frozen=True)
class Explanation:
    """The parts of a `Spike` that are read off the posts."""

    observed: float
    posts: int
    voices: int
    reposts: int
    places: tuple[Share, ...]
    sentiments: tuple[Share, ...]
    platforms: tuple[Share, ...]
    topics: tuple[Share, ...]
    stories: tuple[Story, ...]
    top: tuple[TopPost, ...]
    copied: tuple[CopiedText, ...]
    leaders: tuple[Leader, ...]
    risen: tuple[Rise, ...]
    simulation: bool
    resonance: float


def explain(case: Case, scales: Scales) -> Explanation:
    """Numbers, shares and the posts that carry most, from the case alone."""
    entries, texts = case.entries, voices.texts(case.entries, scales.copy_distance)
    organic = {entry.item: text.share for text in texts for entry in text.entries}
    places = "regions" if case.lane.region is None else "districts"
    parts = {name: shares(case, name, organic) for name in (places, *_DIMENSIONS)}
    return Explanation(
        observed=fsum(organic.values()),
        posts=len(entries),
        voices=count_voices(entries),
        reposts=sum(entry.repost for entry in entries),
        places=parts[places],
        sentiments=parts["sentiments"],
        platforms=parts["platforms"],
        topics=parts["topics"],
        stories=stories.stories(texts, case.expected),
        top=tuple(_top(texts, scales)),
        copied=voices.copied(texts),
        leaders=leaders.leaders(entries, organic, case.since),
        risen=_risen(case, organic),
        simulation=any(entry.platform in SIMULATION for entry in entries),
        resonance=fsum(scales.weight(entry, organic[entry.item]) for entry in entries),
    )


_DIMENSIONS = ("sentiments", "platforms", "topics")


def count_voices(entries: Iterable[Entry]) -> int:
    """Unique authors."""
    return len({entry.voice for entry in entries})


def shares(case: Case, dimension: str, organic: Mapping[str, float]) -> tuple[Share, ...]:
    """Observed and expected by key, the loudest first, the rest as `other`."""
    key = DIMENSIONS[dimension]
    amounts: dict[str, list[float]] = {}
    for entry in case.entries:
        amounts.setdefault(key(entry), []).append(organic[entry.item])
    observed = {name: fsum(values) for name, values in amounts.items()}
    usual = case.usual.get(dimension, {}) or observed
    scale = case.expected / (fsum(usual.values()) or 1.0)
    names = sorted(
        observed.keys() | usual.keys(),
        key=lambda name: (name == OTHER, -observed.get(name, 0.0), name),
    )
    rows = [
        Share(key=name, observed=observed.get(name, 0.0), expected=usual.get(name, 0.0) * scale)
        for name in names
    ]
    return _pooled(rows)


def _risen(case: Case, organic: Mapping[str, float]) -> tuple[Rise, ...]:
    """The regions of an emergence in the order they rose."""
    posts: dict[str, list[Entry]] = {region: [] for region in case.risen}
    for entry in case.entries:
        if entry.region in posts:
            posts[entry.region].append(entry)
    return tuple(
        Rise(
            region=region,
            since=datetime.fromtimestamp(usually.since, UTC),
            observed=fsum(organic[entry.item] for entry in posts[region]),
            expected=usually.expected,
            voices=count_voices(posts[region]),
        )
        for region, usually in sorted(case.risen.items(), key=lambda one: (one[1].since, one[0]))
    )


def _pooled(rows: list[Share]) -> tuple[Share, ...]:
    if len(rows) <= MOST_SHARES:
        return tuple(rows)
    kept, rest = rows[: MOST_SHARES - 1], rows[MOST_SHARES - 1 :]
    other = Share(
        key=OTHER,
        observed=fsum(row.observed for row in rest),
        expected=fsum(row.expected for row in rest),
    )
    return (*kept, other)


def _top(texts: Sequence[Text], scales: Scales) -> Iterable[TopPost]:
    """The heaviest post of each text, heaviest first."""
    ranked = [
        (-scales.weight(entry, 1.0), entry.published, entry.item, entry, text)
        for text in texts
        for entry in text.entries
    ]
    told: set[str] = set()
    for minus, _, _, entry, text in sorted(ranked, key=lambda row: row[:3]):
        if len(told) == scales.top_posts:
            return
        first = text.entries[0].item
        if first in told:
            continue
        told.add(first)
        yield TopPost(
            item=entry.item,
            text=entry.text,
            platform=entry.platform,
            published_at=datetime.fromtimestamp(entry.published, UTC),
            weight=round(-minus, 3),
            url=entry.url,
            copies=len(text.entries),
            sentiment=entry.sentiment,
            appeal=entry.appeal,
        )
