"""How long a tick takes: `python -m streams.resonance.bench [lanes ...]`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from streams.resonance.bank import Bank
from streams.resonance.judge import Window, judge
from streams.resonance.rows import LANE_BYTES

WARM_BINS = 1500
TIMED_BINS = 60
JUDGED = 50


def bench(lanes: int, clock: Callable[[], float] = time.perf_counter) -> dict[str, float]:
    """Milliseconds to close one bin of so many lanes, and to judge fifty of them over the open
    hour. The bank has learned for a day, so every part of it works."""
    chance = np.random.default_rng(1)
    bank = Bank(60)
    for _ in range(lanes):
        bank.add(None)
    rates = chance.lognormal(-2, 1.5, lanes)
    bins = [chance.poisson(rates).astype(np.float32) for _ in range(32)]
    bank.age = WARM_BINS
    for number in range(8):
        bank.learn(bins[number], number)
    started = clock()
    for number in range(TIMED_BINS):
        bank.learn(bins[number % 32], number)
    closed = clock()
    window = _window(bank, chance.poisson(0.3, (75, min(JUDGED, lanes))))
    for _ in range(TIMED_BINS):
        judge(bank, window)
    judged = clock()
    return {
        "lanes": lanes,
        "bytes_per_lane": LANE_BYTES,
        "close_ms": 1000 * (closed - started) / TIMED_BINS,
        "judge_ms": 1000 * (judged - closed) / TIMED_BINS,
    }


def _window(bank: Bank, counts: NDArray[np.int64]) -> Window:
    bins, lanes = counts.shape
    return Window(
        lanes=np.arange(lanes),
        bins=range(TIMED_BINS, TIMED_BINS + bins),
        counts=counts.astype(np.float32),
        history=np.zeros(bins, np.bool_),
        looked=np.ones(bins, np.bool_),
        elapsed=0.5,
        report=60,
    )


if __name__ == "__main__":
    for size in [int(word) for word in sys.argv[1:]] or [300, 10_000, 100_000]:
        figures = bench(size)
        sys.stdout.write("  ".join(f"{k} {v:.3g}" for k, v in figures.items()) + "\n")
