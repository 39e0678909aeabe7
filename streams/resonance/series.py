"""A series of counts from a file: `timestamp,value`, one row a step."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from statistics import median_low
from typing import NamedTuple

LEAST_STEP, MOST_STEP = 10, 3600
DRIFT = 3
"""Rows that may come sooner than their step before the step is called wrong."""
MISSING = ("", "nan", "na", "n/a", "null", "none", "-")
"""What programs write where there is no value."""
MOST_COUNT = 1e12
LAST_YEAR = 2199
STRETCH = 1.5
"""Rows may be so much further apart than the step that is asked for."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}


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
    rows = csv.reader(lines, strict=True)
    begins = 1
    points: list[Point] = []
    try:
        header = [name.strip().lstrip("\ufeff").lower() for name in next(rows, [])]
        columns = _columns(header)
        begins = rows.line_num + 1
        for row in rows:
            if any(field.strip() for field in row):
                point = _point(row, columns, begins)
                _later(point, points, begins)
                points.append(point)
            begins = rows.line_num + 1
    except UnicodeDecodeError:
        raise Malformed("its letters are not UTF-8: save it as CSV in UTF-8") from None
    except csv.Error as error:
        raise Malformed(f"line {begins}: {error}; is a quotation mark not closed?") from None
    if len(points) < 2:
        raise Malformed("it holds fewer than two rows of counts: nothing can be learned from it")
    return points


class _Columns(NamedTuple):
    """How many fields the first line names, and which are read."""

    named: int
    timestamp: int
    value: int


def _columns(header: list[str]) -> _Columns:
    missing = [name for name in ("timestamp", "value") if name not in header]
    other = next((said for mark, said in SEPARATORS.items() if mark in "".join(header)), None)
    if missing and other:
        raise Malformed(f"line 1: its fields are parted by {other}: save it parted by commas")
    if missing:
        raise Malformed(
            f"line 1: no column {' and '.join(missing)}; the first line names the columns, "
            "timestamp,value"
        )
    return _Columns(len(header), header.index("timestamp"), header.index("value"))


def _point(row: list[str], columns: _Columns, line: int) -> Point:
    if len(row) <= max(columns.timestamp, columns.value):
        raise Malformed(f"line {line}: {len(row)} fields, fewer than the first line names")
    if any(field.strip() for field in row[columns.named :]):
        raise Malformed(
            f"line {line}: {len(row)} fields, more than the first line names; decimals are "
            "written with a point"
        )
    timestamp = row[columns.timestamp].strip()
    return Point(timestamp, _time(timestamp, line), _value(row[columns.value].strip(), line))


def _time(text: str, line: int) -> float:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise Malformed(
            f"line {line}: {text!r} is no time; write 2026-03-02 14:05:00 or "
            "2026-03-02T14:05:00+05:00"
        ) from None
    if not EPOCH.year <= time.year <= LAST_YEAR or (time.tzinfo and time < EPOCH):
        raise Malformed(f"line {line}: {text} is no time of posts: 1970 to {LAST_YEAR}")
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()


def _later(point: Point, before: list[Point], line: int) -> None:
    """Rows come in the order of time, one a time."""
    if not before or point.time > before[-1].time:
        return
    last = before[-1].timestamp
    if point.time == before[-1].time:
        raise Malformed(f"line {line}: {point.timestamp} comes a second time: add its rows up")
    if _zoned(last) != _zoned(point.timestamp):
        raise Malformed(f"line {line}: some times have a zone and others not; those count as UTC")
    raise Malformed(
        f"line {line}: {point.timestamp} is not later than {last}: sort the rows by time, and "
        "write the zone where clocks are put back"
    )


def _zoned(timestamp: str) -> bool:
    return datetime.fromisoformat(timestamp).tzinfo is not None


def _value(text: str, line: int) -> float | None:
    if text.lower() in MISSING:
        return None
    try:
        value = float(text)
    except ValueError:
        raise Malformed(
            f"line {line}: {text!r} is no number; write 1234.5, without spaces and signs"
        ) from None
    if not 0 <= value <= MOST_COUNT:
        raise Malformed(f"line {line}: a count is a number from 0 to {MOST_COUNT:.0g}, not {text}")
    return value


def step_of(points: list[Point], asked: int | None = None) -> int:
    """The usual time between rows, seconds, or what is `asked` for instead; `Malformed` when the
    bank has no bins like that, or the rows are further apart than asked."""
    between = [after.time - before.time for before, after in pairwise(points)]
    step = round(median_low(between))
    if asked is None and not LEAST_STEP <= step <= MOST_STEP:
        raise Malformed(
            f"its rows are {step} s apart; series of {LEAST_STEP} s to {MOST_STEP} s a row are "
            "understood"
        )
    if asked is not None and step > STRETCH * asked:
        raise Malformed(f"its rows are {step} s apart, not {asked}: leave --step out")
    return asked or step


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
            raise Malformed(
                f"at {point.timestamp}: rows come more often than every {step} s: "
                "count the posts of each step in one row"
            )
        last = number
        yield number, point
