"""Character n-grams of words, and the columns that they are hashed to.

Few n-grams are new even in a new word, so what each was hashed to is kept: a look-up takes a
fifth of the time of the hash.
"""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

KEPT = 1 << 16
"""N-grams whose columns are kept, about 8 MB; when there are more it starts anew."""


class Columns(dict[str, int]):
    """Columns by n-gram; one that is missing is hashed and kept. `mask`: columns less one."""

    def __init__(self, mask: int, prefix: str = "") -> None:
        super().__init__()
        self._mask, self._start = mask, crc32(prefix.encode())

    def __missing__(self, gram: str) -> int:
        if len(self) >= KEPT:
            self.clear()
        column = self[gram] = crc32(gram.encode(), self._start) & self._mask
        return column


def cut(word: str, lengths: Sequence[int]) -> list[str]:
    """All n-grams of a word between its marks of beginning and end, the shorter first."""
    marked = f"^{word}$"
    return [
        marked[start : start + length]
        for length in lengths
        for start in range(len(marked) - length + 1)
    ]
