"""A series of counts from a file: `timestamp,value`, one row a step."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from statistics import median_low

LEAST_STEP, MOST_STEP = 10, 3600
DRIFT = 3
"""Rows that may come sooner than their step before the step is called wrong."""


class Malformed(ValueError):
    """A file that is no series of counts: `str(error)` says where and why."""


@dataclass(frozen=True)
class Point:
    """One row of the file. Without a zone its time is UTC."""

    timestamp: str
    time: float
    """Unix seconds."""
    value: float | None
    """`None` where the file has no value: missing data."""


def read(lines: Iterable[str]) -> list[Point]:
    """The points of a file in their order; `Malformed` names the line."""
    rows = csv.reader(lines)
    try:
        header = [name.strip().lstrip("\ufeff").lower() for name in next(rows, [])]
        at, of = _columns(header)
        points: list[Point] = []
        for row in rows:
            if not row:
                continue
            point = _point(row, at, of, rows.line_num)
            if points and point.time <= points[-1].time:
                raise Malformed(f"line {rows.line_num}: {point.timestamp} is not later than before")
            points.append(point)
    except (csv.Error, UnicodeDecodeError) as error:
        raise Malformed(f"line {rows.line_num + 1}: {error}") from None
    if len(points) < 2:
        raise Malformed("it holds fewer than two rows")
    return points


def _columns(header: list[str]) -> tuple[int, int]:
    missing = [name for name in ("timestamp", "value") if name not in header]
    if missing:
        raise Malformed(
            f"line 1: no column {' and '.join(missing)}; the first line names the columns, "
            "timestamp,value"
        )
    return header.index("timestamp"), header.index("value")


def _point(row: list[str], at: int, of: int, line: int) -> Point:
    if len(row) <= max(at, of):
        raise Malformed(f"line {line}: {len(row)} fields, fewer than the first line names")
    timestamp, number = row[at].strip(), row[of].strip()
    try:
        time = datetime.fromisoformat(timestamp)
    except ValueError:
        raise Malformed(
            f"line {line}: {timestamp!r} is no time; write 2026-03-02 14:05:00 or "
            "2026-03-02T14:05:00+05:00"
        ) from None
    aware = time if time.tzinfo else time.replace(tzinfo=UTC)
    return Point(timestamp, aware.timestamp(), _value(number, line))


def _value(text: str, line: int) -> float | None:
    if text.lower() in ("", "nan", "null", "none"):
        return None
    try:
        value = float(text)
    except ValueError:
        raise Malformed(f"line {line}: {text!r} is no number") from None
    if not math.isfinite(value) or value < 0:
        raise Malformed(f"line {line}: a count is a number from 0, not {text}")
    return value


def step_of(points: list[Point]) -> int:
    """The usual time between rows, seconds; `Malformed` when the bank has no bins like that."""
    between = [after.time - before.time for before, after in pairwise(points)]
    step = round(median_low(between))
    if not LEAST_STEP <= step <= MOST_STEP:
        raise Malformed(
            f"its rows are {step} s apart; series of {LEAST_STEP} s to {MOST_STEP} s a row are "
            "understood"
        )
    return step


def numbered(points: Iterable[Point], step: int) -> Iterator[tuple[int, Point]]:
    """Each point with the number of its bin, counted from the unix epoch. Rows may be a little
    early or late; `Malformed` when they come too often for the step."""
    first: float | None = None
    last = -1
    for point in points:
        first = point.time if first is None else first
        due = int(first // step) + round((point.time - first) / step)
        number = max(due, last + 1)
        if number > due + DRIFT:
            raise Malformed(f"at {point.timestamp}: rows come more often than every {step} s")
        last = number
        yield number, point
