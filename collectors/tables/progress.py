"""How far each file is read: the content of the `file` cursor. Pure but for one open file."""

from __future__ import annotations

import hashlib
from typing import BinaryIO, NamedTuple

from collectors.lists.cursors import Remembered

HEAD_BYTES = 4096
TAIL_BYTES = 1024


class Mark(NamedTuple):
    """How far one file is read, and how to know it again."""

    offset: int
    line: int
    """Number of the record that begins at `offset`."""
    head: str
    """Digest of the first `HEAD_BYTES`, as far as they were read."""
    tail: str
    """Digest of the `TAIL_BYTES` before `offset`."""
    revision: int = 0
    """Unix milliseconds of the change that made us read it again; 0 at the first reading."""
    stamp: str = ""
    """Size and time of a file that is made into lines at each opening: it is opened again only
    when they are others."""


class Progress(Remembered, frozen=True, omit_defaults=True):
    files: dict[str, Mark] = {}
    """By digest of the path, which keeps the cursor short."""
    whole: bool = False
    """Everything there was at the first look has been read: from here on it is news."""
    until: int = 0
    """Unix milliseconds of the newest change that has been read."""


def known_as(path: str) -> str:
    return hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()[:12]


def marked(file: BinaryIO, offset: int, line: int, revision: int) -> Mark:
    """The mark of a file that is read up to `offset`. Leaves the file standing there."""
    file.seek(0)
    head = file.read(min(HEAD_BYTES, offset))
    start = max(0, offset - TAIL_BYTES)
    file.seek(start)
    tail = file.read(offset - start)
    return Mark(offset, line, _digest(head), _digest(tail), revision)


def continues(file: BinaryIO, mark: Mark) -> bool:
    """Whether the file begins as it did when it was marked, so that only its rest is new."""
    now = marked(file, mark.offset, mark.line, mark.revision)._replace(stamp=mark.stamp)
    return now == mark and file.tell() == mark.offset


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()[:12]
