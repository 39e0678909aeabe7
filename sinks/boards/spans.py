"""Which rows of the rollups a table of a board sums up: the largest spans that fit into its range.

Whole days by days, what is left of it at both ends by hours, what is left of those by five
minutes: a few dozen rows for any range, exact to five minutes at both ends. Rows of five minutes
are kept for a quarter of a year; before that the ends are whole hours. A course, which has a point
a span, takes one grain instead.
"""

from __future__ import annotations

_LATE = "{moment} >= now() - INTERVAL 90 DAY"
"""Whether there are rows of five minutes of it."""


def first(moment: str) -> str:
    """The beginning of the smallest span that a moment lies in."""
    late = _LATE.format(moment=moment)
    return f"if({late}, toStartOfFiveMinutes({moment}, 'UTC'), toStartOfHour({moment}, 'UTC'))"


def between(start: str, end: str) -> str:
    """The rows from `start`, where a span begins, up to `end`; each post is in one of them."""
    late = _LATE.format(moment=end)
    hours = (
        f"at >= toStartOfHour({start} + INTERVAL 3599 SECOND, 'UTC') "
        f"AND at < toStartOfHour({end} + toIntervalSecond(if({late}, 0, 3599)), 'UTC')"
    )
    days = (
        f"at >= toDateTime(toStartOfDay({start} + INTERVAL 86399 SECOND, 'Asia/Almaty'), 'UTC') "
        f"AND at < toDateTime(toStartOfDay({end}, 'Asia/Almaty'), 'UTC')"
    )
    return (
        f"((grain = 86400 AND {days}) OR (grain = 3600 AND {hours} AND NOT ({days})) "
        f"OR (grain = 300 AND at >= {start} AND at < {end} AND NOT ({hours})))"
    )
