"""Observed against usual, as a picture needs it. Pure.

Usual at a time of day: the five-minute counts of the same clock hour on the seven days before
the window (less where the store knows less, none below two days). The band holds four of
five of them (10 % to 90 %), the line inside is their mean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sinks.alerts.chart import SLOT

HOUR = 3600
DAY = 86400
USUAL_DAYS = 7
LEAST_DAYS = 2


@dataclass(frozen=True)
class Usual:
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Plot:
    """Columns of equal length, one row a slot of five minutes; band columns may be empty."""

    times: tuple[int, ...]
    observed: tuple[int, ...]
    usual: tuple[float, ...] = ()
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()


def window(since: int, now: int) -> tuple[int, int]:
    """From when until when a spike is drawn: two hours before it, six to 24 hours in all.

    The slot under way is the last: a spike of two minutes must be seen, even if it still grows.
    """
    until = now - now % SLOT + SLOT
    start = min(since - 2 * HOUR, until - 6 * HOUR)
    start = max(start, until - 24 * HOUR)
    return start - start % SLOT, until


def usual_hours(counts: Mapping[int, int], start: int) -> dict[int, Usual]:
    """What is usual by clock hour (0 to 23, UTC), from slots of the seven days before `start`."""
    if not counts:
        return {}
    days = min(USUAL_DAYS, -(-(start - min(counts)) // DAY))
    if days < LEAST_DAYS:
        return {}
    by_hour: dict[int, list[int]] = {hour: [] for hour in range(24)}
    for slot in range(start - days * DAY, start, SLOT):
        by_hour[slot % DAY // HOUR].append(counts.get(slot, 0))
    return {hour: _summary(sorted(values)) for hour, values in by_hour.items()}


def plot(counts: Mapping[int, int], usual: Mapping[int, Usual], start: int, until: int) -> Plot:
    """All slots of the window; a slot without posts is a zero."""
    times = tuple(range(start, until, SLOT))
    observed = tuple(counts.get(slot, 0) for slot in times)
    if not usual:
        return Plot(times, observed)
    band = [usual[slot % DAY // HOUR] for slot in times]
    return Plot(
        times,
        observed,
        tuple(round(b.mean, 2) for b in band),
        tuple(round(b.low, 2) for b in band),
        tuple(round(b.high, 2) for b in band),
    )


def _summary(values: Sequence[int]) -> Usual:
    return Usual(sum(values) / len(values), _quantile(values, 0.1), _quantile(values, 0.9))


def _quantile(values: Sequence[int], share: float) -> float:
    """Linear between neighbours; `values` are sorted and not empty."""
    place = share * (len(values) - 1)
    below = int(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (values[above] - values[below]) * (place - below)
