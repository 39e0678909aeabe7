"""False openings where nothing happens, and spikes found and missed at the same rate of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from streams.resonance.life import LOUD_DECADES
from streams.trials.made import (
    FIRST,
    LAWS,
    RATES,
    SHAPES,
    WEEK,
    WIDTH,
    Counts,
    Kind,
    Shape,
    Spike,
)
from streams.trials.rivals import openings

Rates: TypeAlias = NDArray[np.float64]
Rows: TypeAlias = NDArray[np.bool_]

CLOSE_BINS = 8 * 3600 // WIDTH
LEARNING_WEEKS = 1
"""Weeks at the beginning in which openings are not counted."""
PATIENCE_MINUTES = 120
"""So long after its peak a spike that opened nothing is missed."""
SEARCH_STEPS = 14
DAY_HOURS = range(8, 20)
"""Local hours that are called the day."""
RIVAL_DROP = 0.2
"""The rival stays open down to so much less than its bar."""

KINDS = tuple(Kind(law, rate) for law in LAWS for rate in RATES)


@dataclass(frozen=True)
class Found:
    """Spikes of a shape."""

    shape: Shape
    delays: Sequence[float | None]
    """Minutes from its first post to the bar, `None` where it was not found."""

    @property
    def put(self) -> int:
        return len(self.delays)

    @property
    def found(self) -> int:
        return sum(delay is not None for delay in self.delays)

    @property
    def recall(self) -> float:
        return self.found / max(1, self.put)

    @property
    def delay(self) -> float | None:
        return median(delay for delay in self.delays if delay is not None) if self.found else None

    def sooner_than(self, other: Found) -> float | None:
        """By how many minutes, in the middle, where both find the spike."""
        both = zip(self.delays, other.delays, strict=True)
        sooner = [theirs - mine for mine, theirs in both if mine is not None and theirs is not None]
        return median(sooner) if sooner else None

    def more_than(self, other: Found) -> tuple[float, float]:
        """By how much more of the same spikes are found than by another: 95 of 100 intervals."""
        more = [
            float(mine is not None) - float(theirs is not None)
            for mine, theirs in zip(self.delays, other.delays, strict=True)
        ]
        half = 1.96 * float(np.std(more)) / max(1, len(more)) ** 0.5
        return float(np.mean(more)) - half, float(np.mean(more)) + half


def part_of_day(bins: int, day: bool) -> Rows:
    """The rows between 8 and 20 o'clock of the local day, or the others."""
    hour = (FIRST * WIDTH // 3600 + np.arange(bins) * WIDTH // 3600 + 5) % 24
    return np.asarray(((hour >= DAY_HOURS.start) & (hour < DAY_HOURS.stop)) == day)


def false_rate(
    scores: Counts, bar: float, drop: float, rows: Rows | None = None, step: int = WIDTH
) -> Rates:
    """Openings a lane-week after the first, by lane; of the `rows` alone if they are given.
    `step`: seconds of a row."""
    week = WEEK * WIDTH // step
    start = LEARNING_WEEKS * week
    weeks = (len(scores) - start) / week
    counted = np.arange(len(scores)) >= start
    counted &= True if rows is None else rows
    lanes = range(scores.shape[1])
    close = CLOSE_BINS * WIDTH // step
    opened = [counted[openings(scores[:, i], bar, drop, close)].sum() for i in lanes]
    return np.array(opened) / weeks


def bar_at(scores: Counts, rate: float, rows: Rows | None = None) -> float:
    """The one bar at which all lanes of the rival together open so often, in `rows` if given."""
    low, high = 0.0, 40.0
    for _ in range(SEARCH_STEPS):
        middle = (low + high) / 2
        if false_rate(scores, middle, RIVAL_DROP * middle, rows).mean() > rate:
            low = middle
        else:
            high = middle
    return high


def shipped_rate(
    scores: Counts, false_alarms: float, rows: Rows | None = None, step: int = WIDTH
) -> Rates:
    """Openings a lane-week of the shipped detector at a setting, by lane."""
    return false_rate(scores, -float(np.log10(false_alarms)), LOUD_DECADES, rows, step)


def bars_alike(
    scores: Counts, rates: Rates, kinds: Sequence[Kind], rows: Rows | None = None
) -> Rates:
    """A bar for each lane: in each kind of lane as many openings as `rates` have there, in `rows`
    if they are given."""
    bars = np.empty(len(kinds))
    for kind in dict.fromkeys(kinds):
        own = [lane for lane, one in enumerate(kinds) if one == kind]
        bars[own] = bar_at(scores[:, own], float(rates[own].mean()), rows)
    return bars


def search(
    scores: Counts, spikes: Sequence[Spike], bar: float | Rates, shapes: Sequence[Shape] = SHAPES
) -> list[Found]:
    """Which spikes reach the bar (one for all or one a lane) while they rise or soon after, by
    shape."""
    found = []
    bars = np.broadcast_to(np.asarray(bar, float), scores.shape[1])
    for shape in shapes:
        of_shape = [spike for spike in spikes if spike.shape == shape]
        found.append(Found(shape, [_delay(scores, spike, bars[spike.lane]) for spike in of_shape]))
    return found


def _delay(scores: Counts, spike: Spike, bar: float) -> float | None:
    rows = (spike.shape.rise + PATIENCE_MINUTES) * 60 // WIDTH
    loud = np.flatnonzero(scores[spike.start : spike.start + rows, spike.lane] >= bar)
    return float((loud[0] + 1) * WIDTH / 60) if len(loud) else None
