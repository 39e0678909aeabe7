"""The shipped detector and EARS C1 on the same spikes, at as many false openings.

A rival can be as rare as ours in three ways: over all lanes and hours together; in each kind of
lane, since it opens where counts scatter and never where they do not; and in each kind by day and
by night, since its bar is a number of posts, which only busy hours reach.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from streams.resonance.life import LOUD_DECADES
from streams.trials import power
from streams.trials.made import (
    CLOCK,
    DAY_HOURS,
    NIGHT_HOURS,
    TRIPLINGS,
    Counts,
    Spike,
    Weeks,
)
from streams.trials.power import Found


class Pair(NamedTuple):
    """Scores of a detector."""

    quiet: Counts
    """Where nothing happens."""
    loud: Counts
    """The same with spikes put in."""


def against_ears(
    quiet: Weeks, ours: Pair, theirs: Pair, put: Sequence[Spike], setting: float
) -> Iterator[str]:
    """Lines: what both find of the spikes, by shape, at the false openings of the setting."""
    rates = power.shipped_rate(ours.quiet, setting)
    bar = power.bar_at(theirs.quiet, float(rates.mean()))
    yield (
        f"injected spikes at {rates.mean():.2f} false openings a lane-week, by day (8 to 20) "
        f"and by night {_by_halves(ours.quiet, -float(np.log10(setting)), LOUD_DECADES)}"
    )
    yield (
        f"C1: at {bar:.2f} deviations everywhere, by day and by night "
        f"{_by_halves(theirs.quiet, bar, power.RIVAL_DROP * bar)}; as often as ours in each kind "
        "of lane; in each kind by day and by night"
    )
    found = power.search(ours.loud, put, -float(np.log10(setting)))
    rivals = (
        power.search(theirs.loud, put, bar),
        power.search(theirs.loud, put, power.bars_alike(theirs.quiet, rates, quiet.kinds)),
        _by_day_and_night(quiet, ours.quiet, theirs, put, setting),
    )
    names = ("C1 everywhere", "C1 in kinds", "C1 in parts of days")
    heads = "  ".join(f"{name:20}" for name in names)
    yield f"hour times rise spikes  found  {heads}  minutes   C1  sooner"
    for one, *others in zip(found, *rivals, strict=True):
        yield _line(one, others)


def around_the_clock(
    quiet: Weeks, ours: Pair, theirs: Pair, put: Sequence[Spike], setting: float
) -> Iterator[str]:
    """Lines: spikes that begin at any hour of the day and of the night, at the false openings of
    the setting."""
    rates = power.shipped_rate(ours.quiet, setting)
    bar = power.bar_at(theirs.quiet, float(rates.mean()))
    bars = power.bars_alike(theirs.quiet, rates, quiet.kinds)
    found = power.search(ours.loud, put, -float(np.log10(setting)), CLOCK)
    rivals = [power.search(theirs.loud, put, one, CLOCK) for one in (bar, bars)]
    yield "spikes at any hour: by day they begin at 8, 11, 14, 17 and 20, by night at 23, 2 and 5"
    heads = "  ".join(f"{name:20}" for name in ("C1 everywhere", "C1 in kinds"))
    yield f"part  times rise spikes  found  {heads}  minutes   C1  sooner"
    for part, hours in (("day", DAY_HOURS), ("night", NIGHT_HOURS)):
        for times, rise in dict.fromkeys((shape.times, shape.rise) for shape in CLOCK):
            one, *others = (_merged(own, times, rise, hours) for own in (found, *rivals))
            yield f"{part:5} {_compared(one, others)}"


def _merged(found: Sequence[Found], times: int, rise: int, hours: Sequence[int]) -> Found:
    """Spikes of one height and rise that begin at some hours, as one shape."""
    own = [
        one
        for one in found
        if (one.shape.times, one.shape.rise) == (times, rise) and one.shape.hour in hours
    ]
    return Found(own[0].shape, [delay for one in own for delay in one.delays])


def through_the_day(
    quiet: Weeks, ours: Pair, theirs: Pair, put: Sequence[Spike], setting: float
) -> Iterator[str]:
    """Lines: triplings by the hour that they begin in, at the false openings of the setting in
    each kind of lane."""
    found = power.search(ours.loud, put, -float(np.log10(setting)), TRIPLINGS)
    bars = power.bars_alike(theirs.quiet, power.shipped_rate(ours.quiet, setting), quiet.kinds)
    rivals = power.search(theirs.loud, put, bars, TRIPLINGS)
    yield "the usual times three by the hour it begins, C1 as often as ours in each kind of lane"
    hours = list(dict.fromkeys(shape.hour for shape in TRIPLINGS))
    yield "rise         " + "".join(f"{hour:7}" for hour in hours) + "    all"
    for rise in dict.fromkeys(shape.rise for shape in TRIPLINGS):
        for name, own in (("ours", found), ("C1", rivals)):
            those = [one for one in own if one.shape.rise == rise]
            recalls = [one.recall for one in those] + [_together(those)]
            yield f"{rise:4} {name:8}" + "".join(f"{recall:7.2f}" for recall in recalls)


def _together(found: Sequence[Found]) -> float:
    return sum(one.found for one in found) / max(1, sum(one.put for one in found))


def _by_halves(scores: Counts, bar: float, drop: float) -> str:
    parts = (power.part_of_day(len(scores), day) for day in (True, False))
    rates = (power.false_rate(scores, bar, drop, rows).mean() for rows in parts)
    return " and ".join(f"{rate:.2f}" for rate in rates)


def _by_day_and_night(
    quiet: Weeks, ours: Counts, theirs: Pair, put: Sequence[Spike], setting: float
) -> list[Found]:
    halves = {}
    for day in (True, False):
        rows = power.part_of_day(len(ours), day)
        rates = power.shipped_rate(ours, setting, rows)
        bars = power.bars_alike(theirs.quiet, rates, quiet.kinds, rows)
        halves[day] = power.search(theirs.loud, put, bars)
    by_day, by_night = halves[True], halves[False]
    return [
        day if day.shape.hour in power.DAY_HOURS else night
        for day, night in zip(by_day, by_night, strict=True)
    ]


def _line(one: Found, others: Sequence[Found]) -> str:
    return f"{one.shape.hour:4} {_compared(one, others)}"


def _compared(one: Found, others: Sequence[Found]) -> str:
    shape = one.shape
    more = (other.recall for other in others), (one.more_than(other) for other in others)
    against = "  ".join(
        f"{recall:4.2f} {low:+.2f} to {high:+.2f}"
        for recall, (low, high) in zip(*more, strict=True)
    )
    times = one.delay, others[0].delay, one.sooner_than(others[0])
    first, second, sooner = ("-" if time is None else f"{time:.0f}" for time in times)
    return (
        f"{shape.times:5} {shape.rise:4} {one.put:6}  {one.recall:5.2f}  {against}  "
        f"{first:>7} {second:>4} {sooner:>7}"
    )
