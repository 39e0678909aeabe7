"""Bytes of a growing file cut into records: a line, or several where a quote is open. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from enum import Enum
from typing import BinaryIO, NamedTuple

LONGEST_BYTES = 256 * 1024
LONGEST_LINES = 200
"""A quote that stays open for longer was never meant as one: the row is broken, not its
neighbours."""


class _Quote(Enum):
    CLOSED = 0
    OPEN = 1
    WRONG = 2


class Record(NamedTuple):
    line: int
    """Number of its first line in the file, from 1."""
    raw: bytes
    """With its line end; without one only when the file, or the patience, ends so."""
    whole: bool = True
    """`False`: a quote in it is not closed, or not at the end of its cell."""
    last: bool = False
    """The file ended before the record did: the rest may still be written."""
    torn: bool = False
    """A piece of a line that is longer than our patience, or was read before it had its end."""

    @property
    def lines(self) -> int:
        """Line ends in it: a line that is longer than our patience comes in several pieces."""
        return self.raw.count(b"\n")


def records(
    file: BinaryIO, line: int, separator: str | None, torn: bool = False
) -> Iterator[Record]:
    """Records from where the file stands; `line` is the number of the first.

    `separator`: of the cells, so that line ends within quoted cells belong to the record;
    `None`: a line is a record. `torn`: the file stands within a line.
    """
    ahead: deque[bytes] = deque()
    mark = separator.encode() if separator else None
    while raw := ahead.popleft() if ahead else file.readline(LONGEST_BYTES):
        if torn or (len(raw) == LONGEST_BYTES and not raw.endswith(b"\n")):
            record = Record(line, raw, last=_unended(raw), torn=True)
        else:
            record = _record(line, raw, mark, file, ahead)
        yield record
        torn = not record.raw.endswith(b"\n")
        line += record.lines


def stands_in_line(file: BinaryIO, start: int) -> bool:
    """Whether a file, whose first record begins at `start`, stands behind half of a line."""
    at = file.tell()
    if at <= start:
        return False
    file.seek(at - 1)
    return file.read(1) != b"\n"


def _record(
    line: int, raw: bytes, mark: bytes | None, file: BinaryIO, ahead: deque[bytes]
) -> Record:
    taken, size, state = [raw], len(raw), _Quote.CLOSED
    if mark is not None:
        state = _after(raw, mark, state)
    while state is _Quote.OPEN and size < LONGEST_BYTES and len(taken) < LONGEST_LINES:
        more = ahead.popleft() if ahead else file.readline(LONGEST_BYTES)
        if not more:
            ahead.extendleft(reversed(taken[1:]))
            return Record(line, raw, whole=False, last=True)
        taken.append(more)
        size += len(more)
        state = _after(more, mark or b";", state)
    if state is not _Quote.CLOSED:
        ahead.extendleft(reversed(taken[1:]))
        return Record(line, raw, whole=False, last=_unended(raw))
    return Record(line, b"".join(taken), last=_unended(taken[-1]))


def _unended(raw: bytes) -> bool:
    return not raw.endswith(b"\n") and len(raw) < LONGEST_BYTES


def _after(line: bytes, mark: bytes, state: _Quote) -> _Quote:
    """How a line leaves the quotes. One opens at a cell's start and closes at a cell's end; one
    that closes elsewhere is wrong, and so the line it was opened in is given up, no more."""
    at, start = 0, state is _Quote.CLOSED
    while at < len(line):
        if state is _Quote.OPEN:
            at = line.find(b'"', at) + 1
            if not at:
                return state
            following = line[at : at + 1]
            if following == b'"':
                at += 1
            elif following in (mark, b"\r", b"\n", b""):
                state = _Quote.CLOSED
            else:
                return _Quote.WRONG
        elif start and line[at : at + 1] == b'"':
            state, start, at = _Quote.OPEN, False, at + 1
        else:
            at = line.find(mark, at) + 1
            if not at:
                return state
            start = True
    return state
