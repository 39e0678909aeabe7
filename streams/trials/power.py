"""False openings where nothing happens, and spikes found and missed at the same rate of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from streams.resonance.life import LOUD_DECADES
from streams.trials.made import LAWS, RATES, SHAPES, WEEK, WIDTH, Counts, Kind, Shape, Spike
from streams.trials.rivals import openings

Rates: TypeAlias = NDArray[np.float64]

CLOSE_BINS = 8 * 3600 // WIDTH
LEARNING_WEEKS = 1
"""Weeks at the beginning in which openings are not counted."""
PATIENCE_MINUTES = 120
"""So long after its peak a spike that opened nothing is missed."""
SEARCH_STEPS = 14

KINDS = tuple(Kind(law, rate) for law in LAWS for rate in RATES)


@dataclass(frozen=True)
class Found:
    """Spikes of a shape."""

    shape: Shape
    put: int
    found: int
    delays: Sequence[float]
    """Minutes from its first post to the bar."""

    @property
    def recall(self) -> float:
        return self.found / max(1, self.put)

    @property
    def delay(self) -> float | None:
        return median(self.delays) if self.delays else None


def false_rate(scores: Counts, bar: float, drop: float) -> Rates:
    """Openings a lane-week after the first, by lane."""
    start = LEARNING_WEEKS * WEEK
    weeks = (len(scores) - start) / WEEK
    lanes = range(scores.shape[1])
    opened = [sum(r >= start for r in openings(scores[:, i], bar, drop, CLOSE_BINS)) for i in lanes]
    return np.array(opened) / weeks


def bar_at(scores: Counts, rate: float, drop: Callable[[float], float]) -> float:
    """The one bar at which all lanes together open so often."""
    low, high = 0.0, 40.0
    for _ in range(SEARCH_STEPS):
        middle = (low + high) / 2
        if false_rate(scores, middle, drop(middle)).mean() > rate:
            low = middle
        else:
            high = middle
    return high


def shipped_rate(scores: Counts, false_alarms: float) -> Rates:
    """Openings a lane-week of the shipped detector at a setting, by lane."""
    return false_rate(scores, -float(np.log10(false_alarms)), LOUD_DECADES)


def search(scores: Counts, spikes: Sequence[Spike], bar: float) -> list[Found]:
    """Which spikes reach the bar while they rise or soon after, by shape."""
    found = []
    for shape in SHAPES:
        of_shape = [spike for spike in spikes if spike.shape == shape]
        delays = [_delay(scores, spike, bar) for spike in of_shape]
        seen = [delay for delay in delays if delay is not None]
        found.append(Found(shape, len(of_shape), len(seen), seen))
    return found


def _delay(scores: Counts, spike: Spike, bar: float) -> float | None:
    rows = (spike.shape.rise + PATIENCE_MINUTES) * 60 // WIDTH
    loud = np.flatnonzero(scores[spike.start : spike.start + rows, spike.lane] >= bar)
    return float((loud[0] + 1) * WIDTH / 60) if len(loud) else None
