"""The next hours of any stored lane, with the record of having forecast it so far. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from rezonans.reasons import Forecast, HourAhead, Refusal
from streams.resonance.ahead import HIGH, HORIZONS, LOW, MEDIAN, Ahead, Array
from streams.resonance.bank import Bank
from streams.resonance.forecast import LEAST_JUDGED, THIN_POSTS, YOUNG_HOURS

BIN_SECONDS = 300
HOUR_BINS = 3600 // BIN_SECONDS


def forecast(hours: Sequence[Sequence[float] | None], first: int) -> Forecast:
    """Of the six hours after the last, in one causal pass of the code that runs live.

    `hours`: organic posts of each hour in five-minute bins, `None` where nobody looked; `first`:
    number of the first hour since 1970.
    """
    bank, ahead, lane = Bank(BIN_SECONDS), Ahead(), np.array([0], np.intp)
    bank.add(None)
    ahead.add()
    usual, base, seen = 0.0, np.ones((1, HORIZONS), np.float32), math.nan
    for number, counts in enumerate(hours, first):
        start = number * HOUR_BINS
        usual = float(bank.expected(lane, range(start, start + HOUR_BINS)).sum())
        for k in range(HOUR_BINS):
            if counts is None:
                bank.skip(start + k)
            else:
                bank.learn(np.array([counts[k]], np.float32), start + k)
        base = _base(bank, start + HOUR_BINS)
        seen = math.nan if counts is None else float(sum(counts))
        now = np.array([usual], np.float32)
        ahead.learn(number, np.array([seen], np.float32), now, base)
    refused = _refused(float(ahead["hours"][0]), seen, usual)
    return _told(ahead, [] if refused else ahead.quantiles(0, seen, usual, base[0]), refused,
                 first + len(hours))  # fmt: skip


def _base(bank: Bank, first: int) -> Array:
    """Expected posts of the next hours, (1, 6)."""
    bins = bank.expected(np.array([0], np.intp), range(first, first + HORIZONS * HOUR_BINS))
    base: Array = bins.reshape(HORIZONS, HOUR_BINS, 1).sum(axis=1).T
    return base


def _refused(watched: float, seen: float, usual: float) -> Refusal | None:
    if watched < YOUNG_HOURS:
        return "young"
    if math.isnan(seen):
        return "gap"
    return "thin" if max(seen, usual) < THIN_POSTS else None


def _told(
    ahead: Ahead, levels: Array | list[Array], refused: Refusal | None, after: int
) -> Forecast:
    judged = int(ahead["judged"][0])
    error, naive, covered = (round(float(value), 3) for value in ahead["record"][0])
    known, start = judged >= LEAST_JUDGED, datetime.fromtimestamp(after * 3600, UTC)
    return Forecast(
        hours=tuple(
            HourAhead(
                start=start + timedelta(hours=h),
                expected=round(float(level[MEDIAN]), 1),
                low=round(float(level[LOW]), 1),
                high=round(float(level[HIGH]), 1),
            )
            for h, level in enumerate(levels)
        ),
        refused=refused,
        judged=judged if known else 0,
        error=error if known else None,
        naive_error=naive if known else None,
        covered=covered if known else None,
    )
