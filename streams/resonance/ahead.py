"""Forecasts of hourly counts with intervals that learn from their own errors, for many lanes.

    log(1 + y[t+h]) = log(1 + base[t+h]) + a_h e[t] + b_h s[t] + quantile of the residuals

`base` is the bank's expectation; e, the excess now, and s, its average over half a day, are
differences of logarithms. How much of both is left after h hours is learned by forgetting least
squares, from loud hours apart from ordinary ones: a spike decays faster than noise. Seven
forgetting quantile trackers a horizon give the intervals. Struct of arrays; a row a lane.
"""

from __future__ import annotations

import math
from typing import NamedTuple, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float32]

HORIZONS = 6
LEVELS = np.array([0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975], np.float32)
LOW, MEDIAN, HIGH = 1, 3, 5
SLOW_GAIN = 1 - math.exp(-1 / 12)
FORGET = 1 - 1 / (24 * 28)
"""Of least squares, an hour."""
PRIOR = 12.0
"""Squared excess that the prior of the decay is worth."""
DECAY = 0.75 ** np.arange(1, HORIZONS + 1, dtype=np.float32)
LOUD = math.log(2.0)
"""Excess from which an hour is loud."""
SCALE_GAIN = 0.02
STEP = 0.06
"""Of a quantile tracker, in mean absolute residuals."""
FIRST_STEPS = 4.0
FIRST = np.array([-2.46, -1.61, -0.85, 0, 0.85, 1.61, 2.46], np.float32)
"""Quantiles of a normal law, in mean absolute residuals."""
LEAST_SCALE = 0.005
JUDGED_MEMORY = 500.0

# one float32 array a name, the first axis are the lanes
SHAPES: dict[str, tuple[int, ...]] = {
    "squares": (2, HORIZONS, 3),
    "products": (2, HORIZONS, 2),
    "quantiles": (2, HORIZONS, 7),
    "scale": (2, HORIZONS),
    "known": (2, HORIZONS),
    "day": (24,),
    "base": (HORIZONS, HORIZONS),
    "excess": (HORIZONS, 2),
    "slow": (),
    "hours": (),
    "judged": (),
    "record": (3,),
}


class _At(NamedTuple):
    """An index into arrays by row, loudness and horizon."""

    rows: NDArray[np.intp]
    loud: NDArray[np.intp]
    h: int


class AheadState(msgspec.Struct, array_like=True):
    """What goes into a snapshot."""

    rows: int = 0
    hour: int = -1
    arrays: dict[str, bytes] = {}


class Ahead:
    """Learns hour by hour. The same hours in the same order give the same bytes."""

    def __init__(self) -> None:
        self.rows = 0
        self._hour = -1
        self._all: dict[str, Array] = {
            name: np.zeros((16, *shape), np.float32) for name, shape in SHAPES.items()
        }

    def __getitem__(self, name: str) -> Array:
        """One array over all rows, a view."""
        view: Array = self._all[name][: self.rows]
        return view

    def add(self) -> int:
        """A new row; it forecasts from a prior until it has errors of its own."""
        if self.rows == len(self._all["slow"]):
            for name, values in self._all.items():
                self._all[name] = np.concatenate([values, np.zeros_like(values)])
        number, self.rows = self.rows, self.rows + 1
        self._all["day"][number] = np.nan
        self._all["excess"][number] = np.nan
        self._all["scale"][number] = 0.3
        self._all["quantiles"][number] = FIRST
        return number

    # -- learning ----------------------------------------------------------------------

    def learn(self, hour: int, counts: Array, base_now: Array, base: Array) -> None:
        """An hour is over. `counts`: posts, NaN where nobody looked; `base_now`: what the bank
        expected of it; `base`: of the next six, (rows, 6)."""
        if self._hour >= 0:
            for missed in range(self._hour + 1, hour)[-HORIZONS:]:
                self["excess"][:, missed % HORIZONS] = np.nan
        self._hour = hour
        seen = np.log1p(counts)
        for ahead in range(1, HORIZONS + 1):
            self._judge(ahead, (hour - ahead) % HORIZONS, seen, counts, hour)
        excess = seen - np.log1p(base_now)
        watched = np.isfinite(excess)
        self["slow"][:] += np.where(watched, SLOW_GAIN * (excess - self["slow"]), 0)
        self["hours"][:] += watched
        self["excess"][:, hour % HORIZONS, 0] = excess
        self["excess"][:, hour % HORIZONS, 1] = self["slow"]
        self["base"][:, hour % HORIZONS] = np.log1p(base)
        self["day"][:, hour % 24] = counts

    def _judge(self, ahead: int, origin: int, seen: Array, counts: Array, hour: int) -> None:
        """What was said `ahead` hours ago against what came."""
        h = ahead - 1
        inputs = self["excess"][:, origin]
        rows = np.flatnonzero(np.isfinite(inputs[:, 0]) & np.isfinite(seen))
        if not len(rows):
            return
        x, start = inputs[rows], self["base"][rows, origin, h]
        at = _At(rows, (x[:, 0] > LOUD).astype(np.intp), h)
        said = start + self._carried(at, x)
        self._keep_record(at, said, counts[rows], self["day"][rows, hour % 24])
        self._track(at, seen[rows] - said)
        target = seen[rows] - start
        squares, products = self["squares"], self["products"]
        squares[:, :, h] *= FORGET
        products[:, :, h] *= FORGET
        squares[at] += np.stack([x[:, 0] ** 2, x[:, 0] * x[:, 1], x[:, 1] ** 2], 1)
        products[at] += x * target[:, None]

    def _carried(self, at: _At, x: Array) -> Array:
        """How much of the excess is left, by least squares with a ridge at the prior."""
        squares, products = self["squares"][at], self["products"][at]
        first, second = squares[:, 0] + PRIOR, squares[:, 2] + PRIOR
        cross = squares[:, 1]
        left = products[:, 0] + PRIOR * DECAY[at.h]
        right = products[:, 1]
        bottom = first * second - cross * cross
        a = np.clip((left * second - right * cross) / bottom, 0, 1.1)
        b = np.clip((right * first - left * cross) / bottom, -0.5, 1.0)
        carried: Array = a * x[:, 0] + b * x[:, 1]
        return carried

    def _track(self, at: _At, rest: Array) -> None:
        scale, quantiles, known = self["scale"], self["quantiles"], self["known"]
        known[at] += 1
        below = rest[:, None] < quantiles[at] * scale[at][:, None]
        step = STEP * np.maximum(1.0, FIRST_STEPS / np.sqrt(known[at]))
        quantiles[at] = np.sort(quantiles[at] + step[:, None] * (LEVELS - below), axis=1)
        gain = np.maximum(SCALE_GAIN, 1 / (known[at] + 4))
        scale[at] += gain * (np.abs(rest) - scale[at])
        scale[at] = np.maximum(scale[at], LEAST_SCALE)

    def _keep_record(self, at: _At, said: Array, came: Array, naive: Array) -> None:
        """The errors that people are shown, beside those of the same hour of the day before."""
        good = np.isfinite(naive)
        rows, levels = at.rows[good], self._levels(at, said)[good]
        came, naive = came[good], naive[good]
        self["judged"][rows] += 1
        gain = np.maximum(1 / self["judged"][rows], 1 / JUDGED_MEMORY)
        inside = (came >= np.floor(levels[:, LOW])) & (came <= np.ceil(levels[:, HIGH]))
        news = np.stack([np.abs(came - levels[:, MEDIAN]), np.abs(came - naive), inside], axis=1)
        self["record"][rows] += gain[:, None] * (news - self["record"][rows])

    # -- reading -----------------------------------------------------------------------

    def _levels(self, at: _At, said: Array) -> Array:
        rest = self["quantiles"][at] * self["scale"][at][:, None]
        levels: Array = np.expm1(np.clip(said[:, None] + rest, 0, 16))
        return levels

    def quantiles(self, row: int, observed: float, expected: float, base: Array) -> Array:
        """Posts of the next six hours at `LEVELS`, (6, 7). `observed`, `expected`: the hour
        until now; `base`: what the bank expects of the next six."""
        excess = math.log1p(observed) - math.log1p(expected)
        rows, loud = np.array([row]), np.array([int(excess > LOUD)])
        x = np.array([[excess, self["slow"][row]]], np.float32)
        levels = []
        for h in range(HORIZONS):
            at = _At(rows, loud, h)
            levels.append(self._levels(at, np.log1p(base[h : h + 1]) + self._carried(at, x)))
        return np.concatenate(levels)

    def half_life_hours(self, row: int) -> float:
        """In which a loud excess halves, as learned."""
        squares, products = self["squares"][row, 1, 0], self["products"][row, 1, 0]
        left = float((products[0] + PRIOR * DECAY[0]) / (squares[0] + PRIOR))
        return math.log(0.5) / math.log(min(max(left, 0.05), 0.97))

    # -- state -------------------------------------------------------------------------

    def dump(self) -> AheadState:
        """Everything."""
        return AheadState(self.rows, self._hour, {name: self[name].tobytes() for name in SHAPES})

    def restore(self, state: AheadState) -> None:
        """The opposite of `dump`."""
        for _ in range(state.rows):
            self.add()
        self._hour = state.hour
        for name, data in state.arrays.items():
            self[name][:] = np.frombuffer(data, np.float32).reshape(self[name].shape)
