"""The lanes: what is expected of each and how surprising it is, one vectorised step a bin.

A lane is a column of one float32 array (structure of arrays, `LANE_BYTES` a lane):

    expected  mu = level x profile[hour, interpolated] x weekday        posts a bin
    surprise  y = (x - mu) / sqrt(mu + 4 posts an hour), averaged over 10, 60 and 180 minutes
    burst     mean of the three averages' decades under a count model of the lane's dispersion,
              as if they had come in hours of its usual level
    hour      the same of an hour whose bins are cut: one that is loud all through
    swell     capped evidence for a doubling, in decades
    score     how rarely the largest of a day is like that in this lane, decades of weeks

What teaches is winsorised, x' = min(x, mu + 3 sqrt(phi mu + 1)), so a spike does not become
usual by itself. A gap is skipped: time passes, nothing is learned. Lanes are worked through in
pieces that fit a processor's cache; a bin allocates nothing, the turn of a day a few rows.
Method and measurements: docs/resonance.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import cast

import msgspec
import numpy as np
from numpy.typing import NDArray

from streams.resonance import rarity, rhythm
from streams.resonance.calendar import Calendar
from streams.resonance.learning import WORK, learn
from streams.resonance.lesson import Lesson, trust
from streams.resonance.rows import (
    FLOW,
    HABIT,
    HABIT_STEP,
    HOUR_DEN,
    HOUR_MU,
    HOUR_NUM,
    HOUR_SURPRISE,
    HOUR_X,
    LEAST_MU,
    LEVEL,
    LEVEL_DAYS,
    NEGATIVE,
    PARENT,
    PHI_DEN,
    PHI_NUM,
    PHI_PRIOR,
    POSTS,
    PROFILE,
    ROWS,
    SCALES,
    SWELL,
    TOP,
    TOP_MEAN,
    TOP_VAR,
    WEEKDAY,
    WEIGHT,
)
from streams.resonance.surprise import Floats, Scales

PIECE = 16384
WANDER_PRIOR, WANDER_POSTS = 0.02, 10.0
"""What lanes are taken to wander, and the posts an hour that this is worth."""
TAILS = (rarity.BURST, rarity.SWELL, rarity.HOUR)


class BankState(msgspec.Struct, array_like=True):
    """What of it goes into a snapshot."""

    size: int
    age: int
    days: int
    day: int
    day_bins_seen: int
    values: bytes


class Bank:
    """The lanes. Same bins in the same order give the same bytes."""

    def __init__(self, bin_seconds: int) -> None:
        self.size = 0
        self.age = 0
        """Bins learned."""
        self.days = 0
        """Days whose largest surprises are known."""
        self.scales = Scales(bin_seconds)
        self.day_bins = 86400.0 / bin_seconds
        self._calendar = Calendar(bin_seconds)
        self._day = 0
        self._seen = 0
        """Bins judged since the day began."""
        self._values: Floats = np.zeros((ROWS, 64), np.float32)
        self._kept: Floats = np.zeros(64, np.float32)
        self._work: Floats = np.zeros((WORK, PIECE), np.float32)

    def __getitem__(self, row: int) -> Floats:
        """One row over all lanes, a view."""
        values: Floats = self._values[row, : self.size]
        return values

    # -- lanes -------------------------------------------------------------------------

    def add(self, parent: int | None) -> int:
        """A new lane. It has been at zero as long as the bank has learned; the rhythm of the
        day and the over-dispersion start as its parent's, the tail as a common prior."""
        if self.size == self._values.shape[1]:
            self._grow()
        number, self.size = self.size, self.size + 1
        column = self._values[:, number]
        column[:] = 0
        column[PROFILE : WEEKDAY + 7] = (
            1.0 if parent is None else self._values[PROFILE : WEEKDAY + 7, parent]
        )
        column[PARENT] = -1 if parent is None else parent
        column[LEVEL] = 0.5 / (self.age + self.day_bins)
        phi = 1.0 if parent is None else self._phi(parent)
        column[PHI_DEN] = column[LEVEL]
        column[PHI_NUM] = phi * column[LEVEL]
        for kind, tail in enumerate(TAILS):
            column[TOP_MEAN + kind], column[TOP_VAR + kind] = tail.mean, tail.variance
        return number

    def _phi(self, lane: int) -> float:
        values = self._values[:, lane]
        return max(1.0, float((values[PHI_NUM] + PHI_PRIOR) / (values[PHI_DEN] + PHI_PRIOR)))

    def _grow(self) -> None:
        lanes = 2 * self._values.shape[1]
        values = np.zeros((ROWS, lanes), np.float32)
        values[:, : self.size] = self._values[:, : self.size]
        self._values = values
        self._kept = np.zeros(lanes, np.float32)

    def _pieces(self) -> Iterator[tuple[slice, Floats, Floats]]:
        """Lanes, their columns and scratch of their width."""
        for start in range(0, self.size, PIECE):
            lanes = slice(start, min(start + PIECE, self.size))
            yield lanes, self._values[:, lanes], self._work[:, : lanes.stop - start]

    # -- learning ----------------------------------------------------------------------

    def learn(self, counts: Floats, number: int) -> Floats:
        """Close the bin `number` with the lanes' counts; what was learned of each count
        (winsorised) is returned in a buffer of the bank."""
        self._turn(number)
        lesson = Lesson(self._calendar.at(number), self.age, self.day_bins, self.scales)
        kept = self._kept[: self.size]
        for lanes, values, work in self._pieces():
            learn(values, counts[lanes], kept[lanes], lesson, work)
        self._seen += self.age >= self.day_bins
        self.age += 1
        return kept

    def skip(self, number: int) -> None:
        """The bin `number` is missing data: only a whole hour that it belongs to is dropped."""
        self._turn(number)
        if self._calendar.at(number).last_of_hour:
            self[HOUR_X][:] = 0
            self[HOUR_MU][:] = 0
            self[HOUR_SURPRISE][:] = 0

    def _turn(self, number: int) -> None:
        """What happens when a day of the calendar ends (UTC, like every time inside)."""
        day = number * self._calendar.bin_seconds // 86400
        passed, self._day = day - self._day, day
        if passed <= 0 or not self.age:
            return
        whole = self._seen >= self.day_bins / 2
        self.days += whole
        self._seen = 0
        rhythm.pool(self._values[:, : self.size], self.day_bins)
        for _, values, _ in self._pieces():
            rhythm.turn(values, passed)
            for kind, tail in enumerate(TAILS):
                top, mean, var = (values[row + kind] for row in (TOP, TOP_MEAN, TOP_VAR))
                if whole and self.days > tail.late:
                    rarity.teach(top, mean, var, self.days - tail.late, tail)
                top[:] = 0

    def renew(self, lane: int) -> None:
        """Take the last hours as the new normal of a lane."""
        column = self._values[:, lane]
        mu = float(column[LEVEL])
        column[LEVEL] = max(
            1e-5, mu + float(column[FLOW + SCALES - 1]) * math.sqrt(mu + self.scales.soft)
        )
        column[FLOW : FLOW + SCALES] = 0

    def reset(self, lane: int) -> None:
        """What was said of a doubling is told: evidence begins anew."""
        self._values[SWELL, lane] = 0

    def forget_surprises(self) -> None:
        """What is remembered of the last hours was no doing of people: evidence begins anew."""
        self._values[FLOW : FLOW + SCALES, : self.size] = 0
        self._values[SWELL, : self.size] = 0
        self._values[HOUR_SURPRISE, : self.size] = 0

    def teach_usual(self, row: int, values: Floats) -> None:
        """Move a usual rate (`POSTS`, `WEIGHT`, `NEGATIVE`; a bin) towards a bin's values."""
        gain = 1 / min(self.age + 1.0, LEVEL_DAYS * self.day_bins)
        for lanes, own, work in self._pieces():
            np.subtract(values[lanes], own[row], out=work[0])
            work[0] *= gain
            own[row] += work[0]

    # -- reading -----------------------------------------------------------------------

    @property
    def trust(self) -> float:
        """How much the learned variances count against the Poisson prior, 0 to 1."""
        return trust(self.age, self.day_bins)

    def expected(self, lanes: NDArray[np.intp], bins: range) -> Floats:
        """Posts expected in each bin of each lane, (bins, lanes)."""
        at = self._calendar.over(bins)
        mu = self._values[PROFILE + at.hours, lanes] * (1 - at.blends)
        mu += self._values[PROFILE + at.next_hours, lanes] * at.blends
        mu *= self._values[WEEKDAY + at.weekdays, lanes]
        mu *= self._values[LEVEL, lanes]
        return cast(Floats, np.maximum(mu, 1e-6))

    def learned(self, lane: int) -> tuple[float, float, float]:
        """Posts, resonance and negatives that the usual rates of a lane are made of."""
        bins = min(float(self.age), LEVEL_DAYS * self.day_bins)
        values = self._values[:, lane]
        posts, weight, negative = (bins * float(values[row]) for row in (POSTS, WEIGHT, NEGATIVE))
        return posts, weight, negative

    def posts_each(self, lane: int) -> float:
        """Usual posts of a conversation, 1 and more, where the lane counts conversations."""
        bins = min(float(self.age), LEVEL_DAYS * self.day_bins)
        posts, counted = (bins * float(self._values[row, lane]) for row in (POSTS, LEVEL))
        return max(1.0, (posts + 1) / (counted + 1))

    def posts_an_hour(self, lane: int) -> float:
        """The usual of a lane."""
        return float(self._values[LEVEL, lane]) * self.day_bins / 24

    def busy(self, posts: float) -> int:
        """How many lanes have so many posts an hour."""
        return int(np.count_nonzero(self[LEVEL] >= posts * 24 / self.day_bins))

    def rows(self, first: int, count: int, lanes: NDArray[np.intp]) -> Floats:
        """A copy of neighbouring rows of some lanes, (count, lanes)."""
        return cast(Floats, self._values[first : first + count, lanes])

    def score(self, kind: int, lanes: NDArray[np.intp], surprise: Floats) -> Floats:
        """How rare a surprise of the kind (0 burst, 1 swell, 2 hour) is in each lane."""
        mean, var = self._values[TOP_MEAN + kind, lanes], self._values[TOP_VAR + kind, lanes]
        tail = TAILS[kind]
        nominal = rarity.decades(surprise, mean, var, rarity.known(self.days, tail), tail)
        posts = self._values[LEVEL, lanes] * self.scales.hour
        return rarity.calibrated(nominal, self.wander(lanes), tail, posts)

    def habituate(self, lane: int) -> None:
        """A spike has opened: the next one of the lane has to be rarer."""
        self[HABIT][lane] += HABIT_STEP * float(self.tilt(np.array([lane], np.intp))[0])

    def tilt(self, lanes: NDArray[np.intp]) -> Floats:
        """What a step of habit or of quiet is worth in a lane, 1 at most: true decades."""
        return cast(Floats, np.minimum(1, rarity.tilt(self.wander(lanes), rarity.SWELL)))

    def wander(self, lanes: NDArray[np.intp]) -> Floats:
        """Squared coefficient of variation of the hours' rates beside the posts' own chance."""
        num, den = self._values[HOUR_NUM, lanes], self._values[HOUR_DEN, lanes]
        own = np.maximum(num - den, 0) / np.maximum(den, LEAST_MU) + WANDER_PRIOR * WANDER_POSTS
        return cast(Floats, np.minimum(own / (den + WANDER_POSTS), rarity.MOST_WANDER))

    def phi(self, lanes: NDArray[np.intp]) -> Floats:
        """Variance of bins over their expectation, 1 and more."""
        num, den = self._values[PHI_NUM, lanes], self._values[PHI_DEN, lanes]
        return cast(Floats, np.maximum((num + PHI_PRIOR) / (den + PHI_PRIOR), 1))

    def scatter(self, lanes: NDArray[np.intp]) -> Floats:
        """Variance of whole hours over their expectation, 1 and more."""
        num, den = self._values[HOUR_NUM, lanes], self._values[HOUR_DEN, lanes]
        return cast(Floats, np.maximum(1, (num + 1) / (den + 1)))

    # -- state -------------------------------------------------------------------------

    def dump(self) -> BankState:
        """Everything."""
        values = self._values[:, : self.size].tobytes()
        return BankState(self.size, self.age, self.days, self._day, self._seen, values)

    def restore(self, state: BankState) -> None:
        """The opposite of `dump`."""
        self.age, self.days = state.age, state.days
        self._day, self._seen = state.day, state.day_bins_seen
        while self._values.shape[1] < state.size:
            self._grow()
        self.size = state.size
        self._values[:, : self.size] = np.frombuffer(state.values, np.float32).reshape(
            ROWS, state.size
        )
