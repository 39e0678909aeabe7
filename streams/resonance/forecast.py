"""What the next hours of a lane will bring, or why nothing can be said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from rezonans.reasons import Forecast, HourAhead, Refusal
from streams.resonance.ahead import HIGH, HORIZONS, LOW, MEDIAN, Ahead, AheadState, Array
from streams.resonance.bank import Bank
from streams.resonance.life import Reading

LEAST_POSTS = 5.0
"""Posts within one hour that make a lane worth forecasting."""
MOST_LANES = 2_000
YOUNG_HOURS = 72
THIN_POSTS = 1.0
"""Expected and seen in an hour: fewer say nothing."""
LEAST_JUDGED = 24
PEAK_BINS = 10
PAST_PEAK = 0.6
"""The peak has passed when the last minutes bring less than this share of the loudest ones."""


class ForecastState(msgspec.Struct, array_like=True):
    """What of it goes into a snapshot."""

    rows: dict[int, int] = {}
    counts: dict[int, float] = {}
    expected: list[float] = []
    watched: int = 0
    ahead: AheadState = msgspec.field(default_factory=AheadState)


class Forecaster:
    """Learns from closed bins; forecasts from the open hour. No clock but the bins'."""

    def __init__(self, bank: Bank, bin_seconds: int) -> None:
        self._bank = bank
        self._hour_bins = max(1, 3600 // bin_seconds)
        self._bin_seconds = bin_seconds
        self._ahead = Ahead()
        self._rows: dict[int, int] = {}
        self._counts: dict[int, float] = {}
        self._expected = np.zeros(0, np.float32)
        self._watched = 0

    def begin(self, number: int) -> None:
        """Before a bin that was watched is learned: what was expected of it."""
        lanes = self._lanes()
        if len(self._expected) < len(lanes):
            more = np.zeros(len(lanes) - len(self._expected), np.float32)
            self._expected = np.concatenate([self._expected, more])
        if len(lanes):
            self._expected += self._bank.expected(lanes, range(number, number + 1))[0]

    def count(self, number: int, posts: Mapping[int, float] | None) -> None:
        """A closed bin with the posts of its lanes; `None`: nobody looked."""
        if posts is not None:
            self._watched += 1
            for lane, amount in posts.items():
                self._counts[lane] = self._counts.get(lane, 0.0) + amount
        if (number + 1) % self._hour_bins == 0:
            self._end_hour(number + 1)

    def _end_hour(self, after: int) -> None:
        whole = self._watched >= self._hour_bins
        lanes = self._lanes()
        if len(lanes):
            counts = np.array([self._counts.get(int(lane), 0.0) for lane in lanes], np.float32)
            if not whole:
                counts[:] = np.nan
            self._ahead.learn(
                after // self._hour_bins - 1, counts, self._expected, self._base(after)
            )
        if whole:
            self._admit()
        self._counts.clear()
        self._expected = np.zeros(len(self._rows), np.float32)
        self._watched = 0

    def _admit(self) -> None:
        for lane, posts in self._counts.items():
            if posts >= LEAST_POSTS and lane not in self._rows and len(self._rows) < MOST_LANES:
                self._rows[lane] = self._ahead.add()

    def _lanes(self) -> NDArray[np.intp]:
        return np.fromiter(self._rows, np.intp, len(self._rows))

    def _base(self, first: int, lanes: list[int] | None = None) -> Array:
        """Expected posts of the next six hours, (lanes, 6)."""
        chosen = self._lanes() if lanes is None else np.array(lanes, np.intp)
        bins = self._bank.expected(chosen, range(first, first + HORIZONS * self._hour_bins))
        base: Array = bins.reshape(HORIZONS, self._hour_bins, len(chosen)).sum(axis=1).T
        return base

    def forecast(self, reading: Reading, end: int, watched: bool) -> Forecast:
        """The six hours from the bin `end` on. `watched`: whether somebody looked until now."""
        row = self._rows.get(reading.lane)
        if row is None or self._ahead["hours"][row] < YOUNG_HOURS:
            return Forecast(refused="young")
        judged = int(self._ahead["judged"][row])
        error, naive, covered = (round(float(value), 3) for value in self._ahead["record"][row])
        known = judged >= LEAST_JUDGED
        refused: Refusal | None = None
        if not watched:
            refused = "gap"
        elif max(reading.filled, reading.expected) < THIN_POSTS:
            refused = "thin"
        return Forecast(
            hours=() if refused else self._hours(row, reading, end),
            refused=refused,
            judged=judged if known else 0,
            error=error if known else None,
            naive_error=naive if known else None,
            covered=covered if known else None,
        )

    def _hours(self, row: int, reading: Reading, end: int) -> tuple[HourAhead, ...]:
        base = self._base(end, [reading.lane])[0]
        levels = self._ahead.quantiles(row, reading.filled, reading.expected, base)
        start = datetime.fromtimestamp(end * self._bin_seconds, UTC)
        return tuple(
            HourAhead(
                start=start + timedelta(hours=h),
                expected=round(float(levels[h, MEDIAN]), 1),
                low=round(float(levels[h, LOW]), 1),
                high=round(float(levels[h, HIGH]), 1),
            )
            for h in range(HORIZONS)
        )

    def half_life_minutes(self, lane: int) -> float | None:
        """In which a loud excess of the lane halves."""
        row = self._rows.get(lane)
        return None if row is None else round(60 * self._ahead.half_life_hours(row))

    def dump(self) -> ForecastState:
        """Everything, in the order it came."""
        return ForecastState(
            self._rows,
            self._counts,
            [float(value) for value in self._expected],
            self._watched,
            self._ahead.dump(),
        )

    def restore(self, state: ForecastState) -> None:
        """The opposite of `dump`."""
        self._rows, self._counts, self._watched = state.rows, state.counts, state.watched
        self._expected = np.array(state.expected, np.float32)
        self._ahead.restore(state.ahead)


def scaled(forecast: Forecast, each: float) -> Forecast:
    """The forecast of a lane that counts what has so many posts each."""
    if each == 1 or not forecast.hours:
        return forecast
    names = ("expected", "low", "high")
    hours = (
        replace(hour, **{name: round(getattr(hour, name) * each, 1) for name in names})
        for hour in forecast.hours
    )
    return replace(forecast, hours=tuple(hours))


def peak_passed(posts: list[float]) -> bool | None:
    """Whether the last ten minutes bring clearly less than the loudest ten did; `None` where
    there is too little to say. `posts`: of the bins since it began, the oldest first."""
    if len(posts) < 2 * PEAK_BINS:
        return None
    sums = np.convolve(np.array(posts), np.ones(PEAK_BINS), "valid")
    return bool(sums[-1] <= PAST_PEAK * sums.max() and len(sums) - 1 - sums.argmax() >= PEAK_BINS)
