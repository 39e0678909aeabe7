"""Bytes of a growing file cut into records: a line, or several where a quote is open. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

LONGEST_BYTES = 256 * 1024
LONGEST_LINES = 200
"""A quote that stays open for longer was never meant as one: the row is broken, not its
neighbours."""


class Record(NamedTuple):
    line: int
    """Number of its first line in the file, from 1."""
    raw: bytes
    """With its line end; without one only when the file, or the patience, ends so."""
    whole: bool = True
    """`False`: a quote in it is never closed."""
    last: bool = False
    """The file ended before the record did: the rest may still be written."""

    @property
    def lines(self) -> int:
        return self.raw.count(b"\n") or 1


def records(file: BinaryIO, line: int, separator: str | None) -> Iterator[Record]:
    """Records from where the file stands; `line` is the number of the first.

    `separator`: of the cells, so that line ends within quoted cells belong to the record;
    `None`: a line is a record.
    """
    ahead: deque[bytes] = deque()
    mark = separator.encode() if separator else None
    while raw := ahead.popleft() if ahead else file.readline(LONGEST_BYTES):
        record = _record(line, raw, mark, file, ahead)
        yield record
        line += record.lines


def _record(
    line: int, raw: bytes, mark: bytes | None, file: BinaryIO, ahead: deque[bytes]
) -> Record:
    unended = not raw.endswith(b"\n") and len(raw) < LONGEST_BYTES
    if mark is None or not _open_after(raw, mark, False):
        return Record(line, raw, last=unended)
    taken, size, open_ = [raw], len(raw), True
    while open_ and size < LONGEST_BYTES and len(taken) < LONGEST_LINES:
        more = ahead.popleft() if ahead else file.readline(LONGEST_BYTES)
        if not more:
            ahead.extendleft(reversed(taken[1:]))
            return Record(line, raw, whole=False, last=True)
        taken.append(more)
        size += len(more)
        open_ = _open_after(more, mark, True)
    if open_:
        ahead.extendleft(reversed(taken[1:]))
        return Record(line, raw, whole=False)
    unended = not taken[-1].endswith(b"\n") and len(taken[-1]) < LONGEST_BYTES
    return Record(line, b"".join(taken), last=unended)


def _open_after(line: bytes, mark: bytes, open_: bool) -> bool:
    """Whether a quoted cell is open at the end of a line. A quote opens at a cell's start."""
    at, start = 0, not open_
    while at < len(line):
        if open_:
            at = line.find(b'"', at)
            if at < 0:
                return True
            doubled = line[at + 1 : at + 2] == b'"'
            open_, at = doubled, at + 1 + doubled
        elif start and line[at : at + 1] == b'"':
            open_, start, at = True, False, at + 1
        else:
            at = line.find(mark, at) + 1
            if not at:
                return False
            start = True
    return open_
