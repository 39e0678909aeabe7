"""How old posts are when the log has them: measured, foretold, and what less would cost. Pure.

A post waits for the next look at its page. With looks `interval` apart it waits any time up to
that, all alike; over many pages the waits mix by how much each page publishes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from collectors.runner.paid import FLAT, Hours

Floats = NDArray[np.float64]

TAIL = 3.0
"""No target waits longer than so many times what all would wait in equal turns."""
_STEP = math.log(1.1)
_BUCKETS = 150
"""From a second to two weeks, each a tenth wider than the one before."""
_FADING = 5_000.0
"""After so many posts older ones count half."""
DAY = 86_400.0


class Ages(msgspec.Struct):
    """Ages of posts by size, newer ones counting more: a quantile within five per cent."""

    counts: list[float] = msgspec.field(default_factory=lambda: [0.0] * _BUCKETS)
    posts: int = 0

    def add(self, ages: Iterable[float]) -> None:
        """Seconds from publication to acknowledgement."""
        for age in ages:
            self.counts[min(int(math.log(max(age, 1.0)) / _STEP), _BUCKETS - 1)] += 1.0
            self.posts += 1
        total = sum(self.counts)
        if total > 2 * _FADING:
            self.counts = [count / 2 for count in self.counts]

    def quantile(self, share: float) -> float | None:
        """Seconds within which this share of posts was there; `None` where none was seen."""
        wanted, passed = share * sum(self.counts), 0.0
        for bucket, count in enumerate(self.counts):
            if count and passed + count >= wanted:
                inside = (wanted - passed) / count
                return math.exp((bucket + inside) * _STEP)
            passed += count
        return None


def intervals(weights: Floats, a_second: float, fastest: float) -> Floats:
    """Seconds between looks, in inverse proportion to the roots of the weights.

    All looks together are `a_second` within a percent, unless all go at `fastest` already.
    """
    if len(weights) / fastest <= a_second:
        return np.full(len(weights), fastest)
    slowest = max(TAIL * len(weights) / a_second, fastest)
    wished = 1.0 / np.sqrt(np.maximum(weights, 1e-12))
    low, high = fastest / wished.max(), slowest / wished.min()
    for _ in range(60):
        middle = math.sqrt(low * high)
        spent = float(np.sum(1.0 / np.clip(middle * wished, fastest, slowest)))
        low, high = (middle, high) if spent > a_second else (low, middle)
    solved: Floats = np.clip(high * wished, fastest, slowest)
    return solved


class Day(NamedTuple):
    """A schedule: what a post waits for follows from it."""

    rates: Floats
    """Posts a second of each page."""
    looked: Floats
    """Paid seconds between two looks at it."""
    hours: Hours = FLAT
    """How fast paid time passes."""
    busy: Sequence[float] = (1.0,) * 24
    """How much is published in each hour, 1 on average."""


def wait(share: float, day: Day) -> float:
    """Seconds within which this share of posts is seen."""
    total = float(day.rates.sum()) * sum(day.busy)
    if total <= 0:
        return 0.0
    low, high = 0.0, 2 * float(day.looked.max()) + DAY
    for _ in range(45):
        middle = (low + high) / 2
        low, high = (middle, high) if _seen(middle, day) < share * total else (low, middle)
    return high


def _seen(within: float, day: Day) -> float:
    """Posts of which the page is looked at within so many seconds; each hour by its middle."""
    seen = 0.0
    for hour, busy in enumerate(day.busy):
        paid = day.hours.passed((hour + 0.5) * 3_600.0, within)
        seen += busy * float(np.sum(day.rates * np.minimum(paid / day.looked, 1.0)))
    return seen


def needed(share: float, within: float, rates: Floats, fastest: float = 1.0) -> float:
    """Looks a day at which this share of posts is seen within so many seconds, divided as the
    schedule divides them. Exact to a per cent.
    """
    low, high = len(rates) / DAY / 1000, len(rates) / fastest
    for _ in range(40):
        middle = math.sqrt(low * high)
        looked = intervals(rates, middle, fastest)
        seen = float(np.sum(rates * np.minimum(within / looked, 1.0)))
        low, high = (middle, high) if seen < share * rates.sum() else (low, middle)
    return high * DAY
