"""How often each target is looked at where a budget does not let all be looked at always.

A page that brings four times as many posts is looked at twice as often: with a given budget
no other rule makes posts wait less. The day's budget is spent by the same rule over the hours,
so that most of the night's is saved for the day. Pure but for what it remembers.

It also knows what is usual, and so what is a silence.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from collectors.runner.freshness import Day, intervals
from collectors.runner.paid import FLAT, Hours

HALF_LIFE = 14 * 86_400.0
SHARE = 0.9
"""Of a budget; the rest is for looks that need more than one question."""
PRIOR_SECONDS = 86_400.0
"""A target that was not watched yet is taken for an average one, with the weight of a day at
most."""
LEAST_KNOWN = 10
BOOST, BOOST_SECONDS = 4.0, 6 * 3_600.0
SURPRISE = 5.0
"""So many times more posts than expected, and at least so many, and the page is looked at more."""
KNOWN_SECONDS = 3 * 86_400.0
SILENT_SECONDS = 6 * 3_600.0
SILENT_POSTS = 14.0
"""That so many posts were expected and none came happens once in a million by chance."""
LONGER = 2.0
"""Times the longest silence there was before: some pages rest at weekends."""


class Beat(msgspec.Struct):
    """What is known of one target. Counts halve in `HALF_LIFE`."""

    posts: float = 0.0
    seconds: float = 0.0
    at: float = 0.0
    """Unix time of the last whole look."""
    last: float = 0.0
    """Unix time of the last post that was seen."""
    gap: float = 0.0
    """Longest time between two posts, in seconds."""
    boost: float = 0.0
    """Unix time until which it matters more."""


class Book(msgspec.Struct):
    """What is known of all targets of a budget."""

    beats: dict[str, Beat] = {}
    hours: list[float] = msgspec.field(default_factory=lambda: [0.0] * 24)
    """Posts by the hour (UTC) they were published in."""


class Silence(NamedTuple):
    seconds: float
    a_day: float
    """Posts it usually brings."""


class Rhythm:
    """The targets that share one budget; `looks_a_day` is what it is enough for."""

    def __init__(self, every: float, looks_a_day: float | None, book: Book | None = None) -> None:
        self.book = book or Book()
        self._every = every
        self.looks_a_day = looks_a_day
        """What the budget is enough for; `None`: no daily budget."""
        self._targets: list[str] = []
        self._priorities: dict[str, float] = {}
        self._intervals: dict[str, float] = {}
        """Paid seconds between two looks."""
        self._hours = FLAT
        self._solved = -math.inf

    def add(self, target: str, priority: float = 1.0) -> None:
        """`priority`: what a post of this target is worth against one of others."""
        self._targets.append(target)
        self._priorities[target] = priority
        self.book.beats.setdefault(target, Beat())
        self._solved = -math.inf

    @property
    def tight(self) -> bool:
        """Whether the budget is not enough to look at all targets as often as is wished."""
        wished = len(self._targets) * 86_400.0 / self._every
        return self.looks_a_day is not None and wished > self.looks_a_day * SHARE

    @property
    def scarce(self) -> bool:
        """Whether even one look at each is a good part of the day."""
        return self.tight and len(self._targets) > (self.looks_a_day or 0.0) / 10

    # -- learning ------------------------------------------------------------------------

    def saw(self, target: str, published: Sequence[datetime], now: datetime) -> None:
        """A whole look brought these new posts; the first one of a target only starts its time."""
        beat, at = self.book.beats[target], now.timestamp()
        if beat.at:
            self._learn(beat, target, len(published), at)
            for moment in published:
                self.book.hours[moment.astimezone(UTC).hour] += 1.0
        beat.at = at
        newest = max((moment.timestamp() for moment in published), default=0.0)
        if newest > beat.last:
            beat.gap = max(beat.gap, newest - beat.last) if beat.last else beat.gap
            beat.last = min(newest, at)

    def boost(self, target: str, now: datetime) -> None:
        """It matters more from now on: what it says has become loud."""
        self.book.beats[target].boost = now.timestamp() + BOOST_SECONDS

    def _learn(self, beat: Beat, target: str, posts: int, at: float) -> None:
        passed = max(at - beat.at, 0.0)
        expected = self._rate(beat, self._mean()) * passed
        if posts >= max(SURPRISE, SURPRISE * expected):
            beat.boost = at + BOOST_SECONDS
        fading = 0.5 ** (passed / HALF_LIFE)
        beat.posts = beat.posts * fading + posts
        beat.seconds = beat.seconds * fading + passed

    def _mean(self) -> float:
        """Posts a second of an average target; five a day while nothing is known."""
        beats = self.book.beats.values()
        posts, seconds = sum(b.posts for b in beats), sum(b.seconds for b in beats)
        return (posts + 5.0) / (seconds + 86_400.0)

    @staticmethod
    def _rate(beat: Beat, mean: float) -> float:
        return (beat.posts + mean * PRIOR_SECONDS) / (beat.seconds + PRIOR_SECONDS)

    # -- waiting -------------------------------------------------------------------------

    def interval(self, target: str, now: datetime) -> float:
        """Seconds between two looks at a target, as things stand."""
        if not self.tight:
            return self._every
        at = now.timestamp()
        if not 0 <= at - self._solved < 60.0:
            solved = self._divided(self._weights(now))
            self._intervals = dict(zip(self._targets, map(float, solved), strict=True))
            self._hours, self._solved = self._spend(), at
        return self._hours.until(now, self._intervals[target])

    def _rates(self) -> NDArray[np.float64]:
        """Posts a second, each target's own counts leaning on what all of them are like."""
        beats = [self.book.beats[target] for target in self._targets]
        posts, seconds = (
            np.array([getattr(b, name) for b in beats]) for name in ("posts", "seconds")
        )
        mean, weight = self._mean(), prior_seconds(posts, seconds)
        rates: NDArray[np.float64] = (posts + mean * weight) / (seconds + weight)
        return rates

    def _weights(self, now: datetime) -> NDArray[np.float64]:
        """What a look at each target is worth."""
        at = now.timestamp()
        matters = [
            self._priorities[target] * (BOOST if self.book.beats[target].boost > at else 1.0)
            for target in self._targets
        ]
        weights: NDArray[np.float64] = self._rates() * np.array(matters)
        return weights

    def _divided(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        return intervals(weights, (self.looks_a_day or 0.0) * SHARE / 86_400.0, self._every)

    def _spend(self) -> Hours:
        """What each hour may spend of the budget."""
        return Hours([math.sqrt(share) for share in self._profile()])

    def rate(self, target: str) -> float:
        """Posts a day that a target is taken to bring."""
        return self._rate(self.book.beats[target], self._mean()) * 86_400.0

    def day(self, now: datetime) -> Day:
        """The schedule as it stands: what posts wait follows from it."""
        bring = self._rates()
        if not self.tight:
            return Day(bring, np.full(len(bring), self._every))
        return Day(bring, self._divided(self._weights(now)), self._spend(), self._profile())

    def _profile(self) -> list[float]:
        """How busy each hour is, 1 on average; flat while little is known."""
        hours = [count + 5.0 for count in self.book.hours]
        return [24.0 * count / sum(hours) for count in hours]

    # -- silence -------------------------------------------------------------------------

    def silence(self, target: str, now: datetime) -> Silence | None:
        """A silence that is no chance, of a target that is known for some days."""
        beat = self.book.beats[target]
        passed = now.timestamp() - beat.last
        if not beat.last or beat.seconds < KNOWN_SECONDS or passed < SILENT_SECONDS:
            return None
        rate = beat.posts / beat.seconds
        expected = rate * self._busy_seconds(now, passed)
        if expected < SILENT_POSTS or passed < LONGER * beat.gap:
            return None
        return Silence(passed, rate * 86_400.0)

    def _busy_seconds(self, now: datetime, passed: float) -> float:
        """Time that passed, night hours counted for what usually happens in them."""
        profile = self._profile()
        hours = min(int(passed // 3_600), 24 * 60)
        return 3_600.0 * sum(
            profile[(now.astimezone(UTC) - timedelta(hours=back)).hour] for back in range(hours)
        )


def prior_seconds(posts: NDArray[np.float64], seconds: NDArray[np.float64]) -> float:
    """How much of its own time makes a target believed as much as the average of all: little where
    they differ by more than chance explains, at most `PRIOR_SECONDS`.
    """
    known = seconds > 0
    if known.sum() < LEAST_KNOWN:
        return PRIOR_SECONDS
    rates, mean = posts[known] / seconds[known], posts.sum() / seconds[known].sum()
    chance = mean * float(np.mean(1.0 / seconds[known]))
    spread = float(np.mean((rates - mean) ** 2)) - chance
    return (
        float(np.clip(mean / spread, PRIOR_SECONDS / 24, PRIOR_SECONDS))
        if spread > 0
        else (PRIOR_SECONDS)
    )
