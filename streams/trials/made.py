"""Series whose truth is known: weeks of counts in which nothing happens, and spikes put in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Counts: TypeAlias = np.ndarray[Any, np.dtype[np.float32]]
Law: TypeAlias = Literal["poisson", "negative binomial", "log-AR"]

LAWS: tuple[Law, ...] = ("poisson", "negative binomial", "log-AR")
RATES = (0.1, 1.0, 10.0, 100.0)
"""Posts in five minutes."""
WIDTH = 300
FIRST = 5_678_208
"""The bin that the weeks begin with: a Tuesday at 00:00 UTC."""
SHAPE = 3.0
"""Gamma shape of the negative binomial law: bins scatter by 58 % beside Poisson."""
AR_MINUTES, AR_SPREAD = 60.0, 0.4
"""Memory and standard deviation of the logarithm of a log-AR rate."""
WEEK = 7 * 86400 // WIDTH
DAY = 86400 // WIDTH
HALF_LIFE = 60.0


class Kind(NamedTuple):
    """A kind of lane."""

    law: Law
    rate: float


@dataclass(frozen=True)
class Weeks:
    """Lanes of counts from the bin `FIRST` on, five minutes each."""

    kinds: Sequence[Kind]
    counts: Counts
    """(bins, lanes)."""


class Shape(NamedTuple):
    """A spike: how high against the usual, how fast, when in the day."""

    times: int
    rise: int
    """Minutes to the peak; after it the excess halves every hour (every three after six)."""
    hour: int
    """Of the local day, five hours before UTC: 14 is busy, 4 is quiet."""


SHAPES = tuple(
    Shape(times, rise, hour)
    for hour in (14, 4)
    for times in (3, 5, 10)
    for rise in (5, 30, 120, 360)
)

DAY_HOURS, NIGHT_HOURS = (8, 11, 14, 17, 20), (23, 2, 5)
CLOCK = tuple(
    Shape(times, rise, hour)
    for hour in (*DAY_HOURS, *NIGHT_HOURS)
    for times in (3, 5, 10)
    for rise in (5, 30, 120, 360)
)
"""Spikes at any time: every third hour."""

TRIPLINGS = tuple(Shape(3, rise, hour) for rise in (5, 30) for hour in DAY_HOURS)
"""The hardest ones, through the day: the rhythm is highest at 15 o'clock."""


class Spike(NamedTuple):
    """A spike that was put in."""

    lane: int
    start: int
    """Its first row."""
    shape: Shape


def rhythm(bins: int, step: int = WIDTH) -> NDArray[np.float64]:
    """A day with a factor of nearly six between night and evening, quieter weekends; mean 1.
    `step`: seconds of a bin."""
    seconds = FIRST * WIDTH + np.arange(bins) * step
    hour = (seconds / 3600 + 5) % 24
    weekday = (seconds // 86400 + 3) % 7
    factor = (1 + 0.7 * np.sin((hour - 9) / 24 * 2 * np.pi)) * np.where(weekday >= 5, 0.75, 1.0)
    usual: NDArray[np.float64] = factor / factor.mean()
    return usual


def weeks(
    kinds: Sequence[Kind], many: int, chance: np.random.Generator, step: int = WIDTH
) -> Weeks:
    """So many weeks without spikes, one lane a kind, in bins of `step` seconds."""
    usual = rhythm(many * WEEK * WIDTH // step, step)
    columns = [_lane(kind, usual, chance, step) for kind in kinds]
    return Weeks(kinds, np.stack(columns, axis=1).astype(np.float32))


def _lane(
    kind: Kind, usual: NDArray[np.float64], chance: np.random.Generator, step: int
) -> NDArray[Any]:
    mu = usual * kind.rate * step / WIDTH
    if kind.law == "negative binomial":
        mu = mu * chance.gamma(SHAPE, 1 / SHAPE, len(mu))
    if kind.law == "log-AR":
        mu = mu * np.exp(wander(len(mu), chance, step) - AR_SPREAD**2 / 2)
    return chance.poisson(mu)


def wander(bins: int, chance: np.random.Generator, step: int = WIDTH) -> NDArray[np.float64]:
    memory = float(np.exp(-step / 60 / AR_MINUTES))
    steps = chance.normal(0, AR_SPREAD * np.sqrt(1 - memory**2), bins)
    walk = np.empty(bins)
    state = chance.normal(0, AR_SPREAD)
    for at in range(bins):
        state = memory * state + steps[at]
        walk[at] = state
    return walk


def inject(
    into: Weeks, after: int, chance: np.random.Generator, shapes: Sequence[Shape] = SHAPES
) -> tuple[Weeks, list[Spike]]:
    """The same weeks with a spike a week in each lane after so many weeks; the shapes take
    turns, so that each kind of lane meets all of them equally often."""
    bins, counts, put = len(into.counts), into.counts.copy(), []
    usual, kinds = rhythm(bins), list(dict.fromkeys(into.kinds))
    turns = {kind: count(n * len(shapes) // len(kinds)) for n, kind in enumerate(kinds)}
    for lane, kind in enumerate(into.kinds):
        for week in range(after, bins // WEEK):
            shape = shapes[next(turns[kind]) % len(shapes)]
            day = int(chance.integers(0, 6))
            start = week * WEEK + day * DAY + (shape.hour - 5) % 24 * 3600 // WIDTH
            extra = kind.rate * usual * (shape.times - 1) * _curve(bins, start, shape)
            counts[:, lane] += chance.poisson(extra)
            put.append(Spike(lane, start, shape))
    return Weeks(into.kinds, counts), put


def _curve(bins: int, start: int, shape: Shape) -> NDArray[np.float64]:
    minutes = (np.arange(bins) - start + 1) * WIDTH / 60
    half = HALF_LIFE * (3 if shape.rise >= 360 else 1)
    fall = np.exp2(-np.clip((minutes - shape.rise) / half, 0, 30))
    curve = np.where(minutes <= shape.rise, minutes / shape.rise, fall)
    curve[:start] = 0
    curve[start + 2 * DAY :] = 0
    return curve
