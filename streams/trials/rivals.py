"""What two detectors say of many lanes: the shipped bank, and EARS C1 to compare it with."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from streams.resonance import life
from streams.resonance.bank import Bank
from streams.resonance.detect import LEAST_POSTS
from streams.resonance.judge import Window, judge
from streams.trials.made import FIRST, WIDTH, Counts

HOUR = 3600 // WIDTH
BASELINE_DAYS = 7
NEVER = -99.0


def shipped(counts: Counts, step: int = WIDTH) -> Counts:
    """Score of each bin of `step` seconds and lane as the live system judges it, an hour before it
    is learned; `NEVER` where the rule does not open whatever the bar."""
    bins, lanes = counts.shape
    bank, hour, first = Bank(step), 3600 // step, FIRST * WIDTH // step
    for _ in range(lanes):
        bank.add(None)
    scores = np.full((bins, lanes), NEVER, np.float32)
    for at in range(bins):
        if at >= hour:
            bank.learn(counts[at - hour], first + at - hour)
        if bank.age >= bank.day_bins:
            scores[at] = _judged(bank, counts[at - hour + 1 : at + 1], first + at)
    return scores


def _judged(bank: Bank, hour: Counts, now: int) -> NDArray[Any]:
    """`now`: the bin that the hour ends with."""
    bins = len(hour)
    verdict = judge(
        bank,
        Window(
            lanes=np.arange(hour.shape[1]),
            bins=range(now - bins + 1, now + 1),
            counts=hour,
            history=np.zeros(bins, np.bool_),
            looked=np.ones(bins, np.bool_),
            elapsed=1.0,
            report=bins,
        ),
    )
    burst = np.where(verdict.fast >= life.FAST_LEAST, verdict.burst, NEVER)
    score = np.maximum(burst, verdict.swell)
    allowed = (verdict.observed > verdict.high) & (verdict.observed >= LEAST_POSTS)
    return np.where(allowed, score, NEVER)


def ears(counts: Counts) -> Counts:
    """EARS C1: the posts of the last hour against mean and deviation of the hours of the seven
    days before, an hour of guard between. The deviation is one post at least."""
    bins = len(counts)
    total = np.concatenate([np.zeros((1, counts.shape[1])), np.cumsum(counts, axis=0, dtype=float)])
    hours = total[HOUR:] - total[:-HOUR]
    first = np.concatenate([np.zeros((1, counts.shape[1])), np.cumsum(hours, axis=0)])
    second = np.concatenate([np.zeros((1, counts.shape[1])), np.cumsum(hours**2, axis=0)])
    scores = np.full(counts.shape, NEVER, np.float32)
    baseline = BASELINE_DAYS * 86400 // WIDTH
    ends = np.arange(baseline + 2 * HOUR, bins)
    until = ends - 2 * HOUR + 1
    mean = (first[until] - first[until - baseline]) / baseline
    square = (second[until] - second[until - baseline]) / baseline
    deviation = np.sqrt(np.maximum(square - mean**2, 1.0))
    scores[ends] = (hours[ends - HOUR + 1] - mean) / deviation
    return scores


def openings(score: NDArray[Any], bar: float, drop: float, close_bins: int) -> list[int]:
    """Rows in which a lane opens: its score reaches the bar while it is not open. It stays open
    until it was below the bar less `drop` for `close_bins`."""
    opened: list[int] = []
    until = -1
    for row in np.flatnonzero(score >= bar - drop):
        if row > until and score[row] < bar:
            continue
        if row > until:
            opened.append(int(row))
        until = int(row) + close_bins
    return opened
