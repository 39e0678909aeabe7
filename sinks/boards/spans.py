"""Which rows of the rollups a table of a board sums up: the largest spans that fit into its range.

Whole months by months, whole days of the rest by days, what is left of it at both ends by hours,
what is left of those by five minutes: some dozen rows for any range, exact to five minutes at both
ends. Rows of five minutes are kept for a quarter of a year; before that the ends are whole hours.
A course, which has a point a span, takes one grain instead.
"""

from __future__ import annotations

from dataclasses import dataclass

MONTH, DAY, HOUR, FIVE = 2592000, 86400, 3600, 300
"""Grains; that of months is called so whatever their length."""
_LATE = "{moment} >= now() - INTERVAL 90 DAY"
"""Whether there are rows of five minutes of it."""


@dataclass(frozen=True)
class _Level:
    """The rows of one grain from a moment up to another."""

    grain: int
    start: str
    end: str


def first(moment: str) -> str:
    """The beginning of the smallest span that a moment lies in."""
    late = _LATE.format(moment=moment)
    return f"if({late}, toStartOfFiveMinutes({moment}, 'UTC'), toStartOfHour({moment}, 'UTC'))"


def between(start: str, end: str, name: str = "inside") -> str:
    """The rows from `start`, where a span begins, up to `end`; each post is in one of them.
    `name` begins the aliases of its moments: one of its own where a SELECT has two of these."""
    since, until = (f"{name}_{side}_{FIVE}" for side in ("since", "until"))
    late = _LATE.format(moment=until)
    hours = _Level(
        HOUR,
        f"toStartOfHour({since} + INTERVAL 3599 SECOND, 'UTC')",
        f"toStartOfHour({until} + toIntervalSecond(if({late}, 0, 3599)), 'UTC')",
    )
    fives = _Level(FIVE, start, end)
    return _largest(name, _months(since, until), _days(since, until), hours, fives)


def with_last_hours(start: str, end: str) -> str:
    """The same for rollups without five minutes: whole hours at both ends, and all of the last
    day by hours, in which moments are known. The last hour is the one that `end` lies in."""
    return _largest(
        "inside", _months(start, _old(end)), _days(start, _old(end)), _hours(start, end)
    )


def by_day(start: str, end: str, days: int = 1) -> str:
    """The same without months, for a course of days; so many of the last ones by hours."""
    return _largest("inside", _days(start, _old(end, days)), _hours(start, end))


def _largest(name: str, *levels: _Level) -> str:
    """Rows of each level that no level before it covers. Bounds are chosen by the grain, which is
    a constant in each table: so the engine reads these rows and no others. Each moment is written
    once and has an alias, for the engine takes as long to analyse a bound as to read its rows."""
    starts, ends = (
        _chosen([f"({moment} AS {alias})" for moment, alias in defined], levels)
        for defined in (
            [(one.start, f"{name}_since_{one.grain}") for one in levels],
            [(one.end, f"{name}_until_{one.grain}") for one in levels],
        )
    )
    # nothing is before the first level: a span that ends where it begins
    before = [f"{name}_{{side}}_{one.grain}" for one in levels[:-1]]
    none = f"{name}_since_{levels[0].grain}"
    without = _chosen([none, *(one.format(side="since") for one in before)], levels)
    up_to = _chosen([none, *(one.format(side="until") for one in before)], levels)
    grains = ", ".join(str(one.grain) for one in levels)
    return (
        f"(grain IN ({grains}) AND at >= {starts} AND at < {ends} "
        f"AND NOT (at >= {without} AND at < {up_to}))"
    )


def _chosen(moments: list[str], levels: tuple[_Level, ...]) -> str:
    """The moment that belongs to the grain of a row."""
    *known, last = zip(levels, moments, strict=True)
    cases = ", ".join(f"grain = {level.grain}, {moment}" for level, moment in known)
    return f"multiIf({cases}, {last[1]})"


def _months(start: str, end: str) -> _Level:
    begun = f"toStartOfMonth({start} - INTERVAL 1 SECOND, 'Asia/Almaty')"
    ended = f"toStartOfMonth({end}, 'Asia/Almaty')"
    return _Level(MONTH, _midnight(f"{begun} + INTERVAL 1 MONTH"), _midnight(ended))


def _days(start: str, end: str) -> _Level:
    tomorrow = f"toDate({start} + INTERVAL 86399 SECOND, 'Asia/Almaty')"
    return _Level(DAY, _midnight(tomorrow), _midnight(f"toDate({end}, 'Asia/Almaty')"))


def _hours(start: str, end: str) -> _Level:
    return _Level(HOUR, f"toStartOfHour({start}, 'UTC')", f"{end} + INTERVAL 1 SECOND")


def _midnight(day: str) -> str:
    return f"toDateTime(toDateTime({day}, 'Asia/Almaty'), 'UTC')"


def _old(end: str, days: int = 1) -> str:
    return f"{end} - INTERVAL {days} DAY"
