"""Whether many series change at once because of how posts reach us, not of what happened. Pure.

An event changes what is talked about: its topics rise out of their usual proportion, whoever
tells of them. A fault changes how much of everything arrives: the topics rise together in their
usual proportion (*a flood*: a backlog, a source read twice, a new one), or the sources that are
silent bring less of everything (*silence*).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

import numpy as np

from rezonans.reasons import Trouble
from streams.resonance.emergence import rise
from streams.resonance.entries import UNKNOWN, Entry
from streams.resonance.surprise import Floats

ALIKE = 0.65
"""Overlap with the usual mix of topics from which no topic stands out, at least: where one topic
is half of everything, posts about it alone overlap by half."""
ONE_TOPIC = 0.8
"""Where a topic is so much of everything, nobody can tell an event from a flood."""
FLOOD_TIMES, SLIGHT_TIMES, FLOOD_POSTS = 3.0, 1.5, 10.0
"""A source floods from so many times its usual, slightly from so many, and so many posts above."""
FLOOD_SHARE = 0.5
"""Sources are the reason when they bring so much of the excess; else all of them may be."""
ALL_TIMES, ALL_SLIGHT = 1.5, 1.2
"""All of them together from so many times the usual on."""
LEAST_TOPICS = 3
TOPIC_POSTS = 1.0
"""Then topics with so many expected posts have to rise, half of them at least."""
LATE_SECONDS = 600.0
"""Posts that reached us so long after they were published were waiting somewhere."""
THIN_SHARE, THIN_POSTS = 0.25, 8.0
"""A source that answers and brings so little of what was expected is thin."""
SCATTER = 2.0
"""Over-dispersion of a topic's hour where a flood is looked for."""
MOST_TROUBLES = 10


@dataclass(frozen=True)
class Whole:
    """The hour of everything."""

    entries: Sequence[Entry]
    """Live posts of the hour."""
    expected: float
    topics: Mapping[str, float]
    """Usual amounts by topic; only their proportions mean something."""
    shares: Mapping[str, float]
    """Usual share of each source."""

    @property
    def observed(self) -> float:
        return sum(entry.organic for entry in self.entries)

    def by_source(self) -> dict[str, float]:
        """Organic posts by target."""
        found: dict[str, float] = {}
        for entry in self.entries:
            found[entry.target] = found.get(entry.target, 0.0) + entry.organic
        return found


@dataclass(frozen=True)
class Flood:
    """Too much of everything."""

    sources: tuple[Trouble, ...]
    """Who brings it, the most first; empty: everybody alike."""
    times: float
    """All posts over the usual: what a lane has to be over where everybody brings more."""


def flood(whole: Whole, *, slight: bool = False) -> Flood | None:
    """The flood of the hour, `None` where there is none, or where a topic stands out.

    `slight`: also half of one, as it begins and ends.
    """
    observed, expected = whole.observed, whole.expected
    excess, found = observed - expected, _flooding(whole, SLIGHT_TIMES if slight else FLOOD_TIMES)
    if not whole.shares or excess < FLOOD_POSTS:
        return None
    over = observed / max(expected, 1.0)
    surplus = sum(one.observed - one.expected for one in found)
    if found and surplus >= FLOOD_SHARE * excess:
        return Flood(tuple(found[:MOST_TROUBLES]), over)
    if over >= (ALL_SLIGHT if slight else ALL_TIMES) and _all_rise(whole):
        return Flood((), over)
    return None


def _all_rise(whole: Whole) -> bool:
    """Whether the excess has the usual mix of topics and most of them rise."""
    seen, usual = _topics(whole.entries), _usual(whole)
    over = _over(whole.entries, whole.expected, whole)
    watched = [one for one in usual if whole.expected * usual[one] >= TOPIC_POSTS]
    counts = np.array([seen.get(one, 0.0) for one in watched], np.float32)
    means = np.array([whole.expected * usual[one] for one in watched], np.float32)
    risen = int((rise(counts, means, np.full_like(means, SCATTER)) >= 1).sum())
    return _alike(over, usual) and risen >= max(LEAST_TOPICS, len(watched) / 2)


def _topics(entries: Sequence[Entry]) -> dict[str, float]:
    found: dict[str, float] = {}
    for entry in entries:
        topic = entry.topic or UNKNOWN
        found[topic] = found.get(topic, 0.0) + entry.organic
    return found


def _over(entries: Sequence[Entry], expected: float, whole: Whole) -> dict[str, float]:
    """What posts bring by topic over the usual mix of so many."""
    usual = _usual(whole)
    return {
        topic: max(n - expected * usual.get(topic, 0.0), 0.0)
        for topic, n in _topics(entries).items()
    }


def _usual(whole: Whole) -> dict[str, float]:
    total = sum(whole.topics.values()) or 1.0
    return {topic: amount / total for topic, amount in whole.topics.items()}


def _alike(amounts: Mapping[str, float], usual: Mapping[str, float]) -> bool:
    """Whether a mix of topics is the usual one, and not an event about the largest of them."""
    total, largest = sum(amounts.values()) or 1.0, max(usual.values(), default=1.0)
    if largest >= ONE_TOPIC:
        return False
    overlap = sum(min(n / total, usual.get(topic, 0.0)) for topic, n in amounts.items())
    return overlap >= max(ALIKE, (1 + largest) / 2)


def _flooding(whole: Whole, times: float) -> list[Trouble]:
    """Sources that bring a multiple of their usual, in the usual mix of topics."""
    found = []
    for target, seen in whole.by_source().items():
        usual = whole.expected * whole.shares.get(target, 0.0)
        if seen < times * usual or seen < usual + FLOOD_POSTS:
            continue
        brought = [entry for entry in whole.entries if entry.target == target]
        if not _alike(_over(brought, usual, whole), _usual(whole)):
            continue  # an event is told there
        lag = median(entry.observed - entry.published for entry in brought)
        kind: Literal["late", "flood"] = "late" if lag >= LATE_SECONDS else "flood"
        found.append(Trouble(target=target, kind=kind, observed=seen, expected=usual))
    return sorted(found, key=lambda one: (one.expected - one.observed, one.target))


def alone(entries: Sequence[Entry], expected: float, scatter: float, found: Flood | None,
          shares: Mapping[str, float]) -> float:  # fmt: skip
    """Decades of a lane's hour without what the flood brings."""
    if found is None:
        return 0.0
    guilty = {one.target for one in found.sources}
    rest = sum(entry.organic for entry in entries if entry.target not in guilty)
    usual = expected * (1 - sum(shares.get(target, 0.0) for target in guilty))
    mean = usual if guilty else expected * found.times
    arrays = (np.array([value], np.float32) for value in (rest, mean, scatter))
    return float(rise(*arrays)[0])


def missing(
    whole: Whole, out: Mapping[str, float], looking: Collection[str]
) -> tuple[Trouble, ...]:
    """Sources that bring nothing, or hardly anything, the largest first.

    `out`: seconds by target that did not answer; `looking`: targets that answered just now.
    """
    seen, found = whole.by_source(), []
    for target, share in whole.shares.items():
        usual = whole.expected * share
        n, seconds = seen.get(target, 0.0), out.get(target)
        if seconds is not None:
            one = Trouble(target=target, kind="silent", observed=n, expected=usual, seconds=seconds)
            found.append(one)
        elif target in looking and _thin(n, usual, whole):
            found.append(Trouble(target=target, kind="thin", observed=n, expected=usual))
    return tuple(sorted(found, key=lambda one: (-one.expected, one.target)))


def _thin(n: float, usual: float, whole: Whole) -> bool:
    """Whether a source brings hardly anything while the others go on: a quiet hour is theirs."""
    others = whole.expected - usual
    if others <= usual / 10:
        return False
    usual *= min(1.0, (whole.observed - n) / others)
    return usual >= THIN_POSTS and n <= THIN_SHARE * usual


def fallen(observed: Floats, expected: Floats, scatter: Floats) -> int:
    """How many lanes had half of their hour or less, and so little once in a hundred hours."""
    few = observed <= expected / 2
    upper = 10.0 ** -rise(observed + 1, expected, scatter)
    return int((few & (1 - upper <= 0.01)).sum())
