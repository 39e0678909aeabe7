"""Character n-grams of words, and the columns that they are hashed to.

Few n-grams are new even in a new word, so what each was hashed to is kept: a look-up takes a
fifth of the time of the hash. For many words at once (`Windows`) there is one look-up a letter.
"""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]

WIDTH = 4
"""Letters of the longest n-gram."""
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


def distinct(numbers: Numbers) -> Numbers:
    """Each number once, ascending. A third of the time of `numpy.unique`, which hashes them."""
    found = np.sort(numbers)
    return found[np.append(True, found[1:] != found[:-1])] if len(found) else found


class Windows(dict[str, int]):
    """Hashes of the n-grams that end where a window of `WIDTH` letters does, by window; a shorter
    one stands at the beginning of a word. `lengths`: of the n-grams, ascending, `WIDTH` the last.
    """

    def __init__(self, lengths: Sequence[int], prefix: str = "") -> None:
        super().__init__()
        self._lengths, self._start = lengths, crc32(prefix.encode())
        self._hashes = np.zeros((KEPT, len(lengths)), np.int64)

    def __call__(self, words: Sequence[str]) -> tuple[Numbers, Numbers]:
        """The n-grams of all words, as `cut` gives them but in another order: of each the place
        of its word, and its hash of 32 bits."""
        ends = [len(word) + 2 for word in words]
        self._make_room(sum(ends))
        at = [self[window] for word in words for window in _windows(f"^{word}$")]
        owners = np.repeat(np.arange(len(words)), ends)
        hashes = self._hashes[at]
        there = hashes >= 0
        return np.repeat(owners[:, None], len(self._lengths), axis=1)[there], hashes[there]

    def _make_room(self, windows: int) -> None:
        if len(self) + windows > len(self._hashes):
            self.clear()
            if windows > len(self._hashes):
                self._hashes = np.zeros((windows, len(self._lengths)), np.int64)

    def __missing__(self, window: str) -> int:
        place = self[window] = len(self)
        self._hashes[place] = [
            crc32(window[-length:].encode(), self._start) if length <= len(window) else -1
            for length in self._lengths
        ]
        return place


def _windows(marked: str) -> list[str]:
    """One for each letter: the last of it."""
    first = [marked[:end] for end in range(1, min(WIDTH, len(marked) + 1))]
    return [*first, *[marked[at : at + WIDTH] for at in range(len(marked) - WIDTH + 1)]]
