"""How old posts are when the log has them: measured, foretold, and what less would cost. Pure.

A post waits for the next look at its page. With looks `interval` apart it waits any time up to
that, all alike; over many pages the waits mix by how much each page publishes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import msgspec
import numpy as np
from numpy.typing import NDArray

from collectors.runner.rhythm import intervals

Floats = NDArray[np.float64]

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


def wait(share: float, rates: Floats, looked: Floats) -> float:
    """Seconds within which this share of posts is seen, pages being looked at every `looked`
    seconds and publishing at `rates`.
    """
    total = float(rates.sum())
    if total <= 0 or not len(looked):
        return 0.0
    low, high = 0.0, float(looked.max())
    for _ in range(50):
        middle = (low + high) / 2
        seen = float(np.sum(rates * np.minimum(middle / looked, 1.0))) / total
        low, high = (middle, high) if seen < share else (low, middle)
    return high


def needed(share: float, within: float, rates: Floats, fastest: float = 1.0) -> float:
    """Looks a day at which this share of posts is seen within so many seconds, divided as the
    schedule divides them. Exact to a per cent.
    """
    low, high = len(rates) / DAY / 1000, len(rates) / fastest
    for _ in range(40):
        middle = math.sqrt(low * high)
        looked = intervals(rates, middle, fastest)
        low, high = (middle, high) if wait(share, rates, looked) > within else (low, middle)
    return high * DAY
