"""Which items have been counted: once within the time, whatever is delivered again."""

from __future__ import annotations

import hashlib
from array import array
from collections import deque


def digest(text: str) -> int:
    """64 bits of a text, the same in every process."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


class SeenRing:
    """Digests of items by the hour of the log in which they came. About 90 bytes an item."""

    def __init__(self, hours: int, most: int) -> None:
        self._hours = hours
        self._most = most
        self._ring: deque[tuple[int, array[int]]] = deque()
        self._known: set[int] = set()

    def __len__(self) -> int:
        return len(self._known)

    def first(self, item: int, clock: float) -> bool:
        """Remember the item; whether it is new."""
        if item in self._known:
            return False
        hour = int(clock // 3600)
        if not self._ring or self._ring[-1][0] < hour:
            self._ring.append((hour, array("Q")))
            self._forget(hour)
        self._ring[-1][1].append(item)
        self._known.add(item)
        if len(self._known) > self._most and len(self._ring) > 1:
            self._drop()
        return True

    def _forget(self, hour: int) -> None:
        while self._ring[0][0] < hour - self._hours:
            self._drop()

    def _drop(self) -> None:
        self._known.difference_update(self._ring.popleft()[1])

    def dump(self) -> list[tuple[int, bytes]]:
        """Hours with their digests in the order they came."""
        return [(hour, items.tobytes()) for hour, items in self._ring]

    def restore(self, rows: list[tuple[int, bytes]]) -> None:
        """The opposite of `dump`."""
        for hour, data in rows:
            items = array("Q")
            items.frombytes(data)
            self._ring.append((hour, items))
            self._known.update(items)
