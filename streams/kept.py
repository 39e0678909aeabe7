"""Pages that this process has encoded itself, until it reads them back: known, so not decoded.

`understand` and `resonate` of one worker have a topic between them, which others read too.
Guarantee: who asks with bytes gets the very record that was encoded to them, or nothing.
"""

from __future__ import annotations

from rezonans.records import Mentions

MOST_BYTES = 8 * 2**20
"""Of what is kept, encoded; as records it is a few times that."""
_ENDS = 256

Name = tuple[int, bytes, bytes]


class Kept:
    """The newest pages; the oldest go when there are too many bytes of them."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._pages: dict[Name, tuple[bytes, Mentions]] = {}
        self._bytes = 0

    def keep(self, value: bytes, page: Mentions) -> None:
        name = _name(value)
        before, _ = self._pages.pop(name, (b"", page))
        self._pages[name] = (value, page)
        self._bytes += len(value) - len(before)
        while self._bytes > self._most:
            oldest, _ = self._pages.pop(next(iter(self._pages)))
            self._bytes -= len(oldest)

    def take(self, value: bytes) -> Mentions | None:
        """The record of these bytes, once."""
        name = _name(value)
        found = self._pages.get(name)
        if found is None or found[0] != value:
            return None
        del self._pages[name]
        self._bytes -= len(value)
        return found[1]


def _name(value: bytes) -> Name:
    """Cheaper than a hash of all of it; whether it is the same is asked of all bytes."""
    return len(value), value[:_ENDS], value[-_ENDS:]
