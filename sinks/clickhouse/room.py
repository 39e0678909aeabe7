"""How much room the disk of an embedded store has, and what a full one has broken.

Where a disk has no byte left, the engine leaves files of a part empty and does not say so: an
insert that succeeded may be lost, and a merge may have replaced good parts by one that can not be
read. It leaves `KEEP_BYTES` free itself, but a disk belongs to others too.
Guarantee: a write is called done only when the disk had room all the time; what was merged on a
full disk is set aside when the store is opened again, and the parts it was made of, which the
engine keeps for eight minutes, take its place.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from rezonans.troubles import Busy

KEEP_BYTES = 64 * 2**20
"""The engine begins no insert and no merge below that."""
BRIM_BYTES = 8 * 2**20
"""What is being written below that may be written in part."""
RETRY_SECONDS = 5.0
SET_ASIDE = "broken-on-start"
"""What the engine calls a part that it could not read when it was opened."""


class Broken(Exception):
    """A part of the store can not be read; opened again, the store sets it aside."""


class Room:
    """Of the disk under a folder; may be asked from any thread."""

    def __init__(
        self,
        folder: Path,
        free: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._folder, self._free, self._clock = folder, free, clock
        self._brim_at: float | None = None

    def look(self) -> int:
        """Bytes that are free. That there were too few is kept in mind."""
        free = self._free(self._folder)
        if free < BRIM_BYTES:
            self._brim_at = self._clock()
        return free

    def was_full(self) -> bool:
        """Whether it is full, or was at any look."""
        self.look()
        return self._brim_at is not None

    def now(self) -> float:
        return self._clock()

    def require_since(self, began: float) -> None:
        """`Busy` when the disk was seen without room since then, or is."""
        free = self.look()
        if self._brim_at is not None and self._brim_at >= began:
            raise Busy(
                f"{self._folder}: the disk is full ({free // 2**20} MB are free); it is written "
                "again once there is room",
                RETRY_SECONDS,
            )


class Boundless(Room):
    """Of a server, which looks after its disks itself."""

    def __init__(self) -> None:
        super().__init__(Path(), lambda folder: KEEP_BYTES)


def set_aside(store: Path) -> frozenset[Path]:
    """Parts of a store that were set aside, as folders."""
    return frozenset(store.glob(f"store/*/*/detached/{SET_ASIDE}*"))
