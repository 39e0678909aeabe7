"""A topic that rises in several regions at once, while no region alone is enough.

A region is up when the hour of its lane of the topic is among the rarest tenth of such hours
under the lane's own count model, with twice the posts that were expected and as many authors.
The breadth of a topic is the sum of the decades of the regions that are up, each counted to
`MOST_DECADES`, so that one loud region weighs no more than a raised one. How rare a breadth is,
is read from the topic's own days, as it is for the surprises of a lane (`rarity`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import msgspec
import numpy as np
from scipy.special import betainc, gammainc

from rezonans.reasons import Lane
from streams.resonance import rarity
from streams.resonance.axes import NEVER
from streams.resonance.surprise import Floats

UP_DECADES = 1.0
UP_TIMES = 2.0
UP_POSTS = 2
UP_VOICES = 2
MOST_DECADES = 1.5
ALONE_SHARE = 0.5
"""A region that brings so much of what the regions bring is enough alone."""
TOGETHER_SHARE = 0.5
"""The regions that are up bring at least so much of the topic's excess."""
KEPT_SECONDS = 3 * 3600.0
"""A region that fell back for less is still told with the time when it first rose."""
BREADTH = rarity.Tail(location=5.0, scale=1.0, shift=0.0, slope=0.8)
"""The largest breadth of a day before anything is known of a topic."""
DAY = 86400


class Hour(NamedTuple):
    """The last hour of some lanes."""

    lanes: Sequence[Lane]
    observed: Floats
    """Organic posts."""
    expected: Floats
    scatter: Floats
    """Variance of whole hours over their expectation."""
    voices: Callable[[int], int]
    """Unique authors of the lane at a place, asked for where it is loud."""


class Up(msgspec.Struct, array_like=True, frozen=True):
    """A region that is up."""

    region: str
    observed: float
    expected: float
    decades: float
    since: float
    """When it first was, unix seconds."""

    @property
    def excess(self) -> float:
        return self.observed - self.expected


class Rose(msgspec.Struct, array_like=True):
    """When a region rose, and when it was up last; unix seconds."""

    first: float
    last: float


class Days(msgspec.Struct, array_like=True):
    """What the days of a topic were like."""

    top: float = 0.0
    """Largest breadth of the day that is under way."""
    mean: float = 0.0
    variance: float = 0.0
    days: int = 0


class BreadthState(msgspec.Struct, array_like=True):
    """What of it goes into a snapshot."""

    day: int = 0
    topics: dict[str, Days] = {}
    rose: dict[str, dict[str, Rose]] = {}
    up: dict[str, list[Up]] = {}
    """The regions that are up, by topic."""


class Breadth:
    """How broadly each topic rises. Depends on what it is told and the clock of the log."""

    def __init__(self) -> None:
        self.state = BreadthState()

    def tick(self, hour: Hour, now: float) -> None:
        """Once a bin: the hour of the lanes of a topic in a region."""
        self._turn(int(now // DAY))
        self.state.up = {}
        decades = rise(hour.observed, hour.expected, hour.scatter)
        for place in np.flatnonzero(_is_loud(hour, decades)).tolist():
            lane = hour.lanes[place]
            if hour.voices(place) < max(UP_VOICES, UP_TIMES * float(hour.expected[place])):
                continue  # one who writes often
            assert lane.topic is not None
            assert lane.region is not None
            rose = self._rose(lane.topic, lane.region, now)
            seen, usual = float(hour.observed[place]), float(hour.expected[place])
            found = Up(lane.region, seen, usual, float(decades[place]), rose.first)
            self.state.up.setdefault(lane.topic, []).append(found)
        for topic, regions in self.state.up.items():
            days = self.state.topics.setdefault(topic, Days())
            days.top = max(days.top, breadth(regions))
        self._forget(now)

    def up(self, topic: str) -> Sequence[Up]:
        """The regions that the topic is up in now, in the order they rose."""
        return sorted(self.state.up.get(topic, ()), key=lambda one: (one.since, one.region))

    def score(self, topic: str) -> float:
        """How rare a breadth like that of now is: decades of weeks."""
        days = self.state.topics.get(topic)
        if days is None or topic not in self.state.up:
            return NEVER
        known = min(float(days.days), rarity.MEMORY_DAYS)
        found = rarity.decades(
            np.array([breadth(self.state.up[topic])], np.float32),
            np.array([days.mean], np.float32),
            np.array([days.variance], np.float32),
            known,
            BREADTH,
        )
        return float(found[0])

    def _rose(self, topic: str, region: str, now: float) -> Rose:
        regions = self.state.rose.setdefault(topic, {})
        rose = regions.setdefault(region, Rose(now, now))
        rose.last = now
        return rose

    def _forget(self, now: float) -> None:
        for topic, regions in list(self.state.rose.items()):
            kept = {name: one for name, one in regions.items() if now - one.last <= KEPT_SECONDS}
            if kept:
                self.state.rose[topic] = kept
            else:
                del self.state.rose[topic]

    def _turn(self, day: int) -> None:
        """A day of the calendar ends: every topic learns from its largest breadth."""
        before, self.state.day = self.state.day, max(day, self.state.day)
        if not before or day <= before:
            return
        for days in self.state.topics.values():
            days.days += 1
            top, mean, variance = (
                np.array([value], np.float32) for value in (days.top, days.mean, days.variance)
            )
            rarity.teach(top, mean, variance, days.days, BREADTH)
            days.top, days.mean, days.variance = 0.0, float(mean[0]), float(variance[0])


def rise(observed: Floats, expected: Floats, scatter: Floats) -> Floats:
    """Decades of seeing so many posts or more, under a negative binomial law."""
    counts = np.maximum(np.round(observed.astype(np.float64)), 1)
    mean = np.maximum(expected.astype(np.float64), 1e-6)
    over = np.maximum(scatter.astype(np.float64), 1 + 1e-3)
    poisson = gammainc(counts, mean)
    broad = betainc(counts, mean / (over - 1), 1 - 1 / over)
    chance = np.where(scatter < 1 + 1e-3, poisson, broad)
    decades: Floats = -np.log10(np.clip(chance, 1e-30, 1.0))
    return np.where(np.round(observed) >= 1, decades, 0.0)


def breadth(regions: Iterable[Up]) -> float:
    """Decades of the regions that are up, each counted to `MOST_DECADES`."""
    return sum(min(one.decades, MOST_DECADES) for one in regions)


def emerges(regions: Sequence[Up], excess: float, least: int) -> Sequence[Up]:
    """The regions of an emergence, none where it is not one.

    `regions`: those that are up; `excess`: that of the topic; `least`: regions it takes.
    """
    together = sum(one.excess for one in regions)
    alone = max((one.excess for one in regions), default=0.0) >= ALONE_SHARE * together
    if len(regions) < least or alone or together < TOGETHER_SHARE * excess:
        return ()
    return regions


def _is_loud(hour: Hour, decades: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    loud = (decades >= UP_DECADES) & (hour.observed >= UP_POSTS)
    up: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] = loud & (
        hour.observed >= UP_TIMES * hour.expected
    )
    return up
