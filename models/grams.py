"""Character n-grams of words, and the columns that they are hashed to.

Few n-grams are new even in a new word, so what each was hashed to is kept (`Columns`): a look-up
takes a fifth of the time of the hash. Those of many words are hashed at once (`hashes`), which
takes less than the look-ups and keeps nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from zlib import crc32

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]

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


def hashes(
    words: Sequence[str], lengths: Sequence[int], prefix: str = ""
) -> tuple[Numbers, Numbers]:
    """The n-grams of all words, as `cut` gives them but in another order: of each the place of its
    word, and its hash of 32 bits. `lengths` are ascending.

    The hash is `crc32`, which takes one octet after another; here it takes one of every n-gram at
    a time, those of `length` letters going on from where those one letter shorter ended.
    """
    owners = np.repeat(np.arange(len(words)), [len(word) + 2 for word in words])
    letters = _Letters.of("".join([f"^{word}$" for word in words]))
    sums = np.full(len(owners), crc32(prefix.encode()) ^ _ALL, np.uint32)
    places, found = [], []
    for length in range(1, lengths[-1] + 1):
        sums = letters.added(sums[: len(owners) - length + 1], length - 1)
        if length in lengths:
            whole = owners[: len(sums)] == owners[length - 1 :]
            places.append(owners[: len(sums)][whole])
            found.append(sums[whole] ^ _ALL)
    return np.concatenate(places), np.concatenate(found).astype(np.int64)


class _Letters(NamedTuple):
    """Letters of a text as octets of UTF-8: `octets[n]` has the n-th of each, and is read where
    `there[n]` (`None` for the first, which each has)."""

    octets: list[npt.NDArray[np.uint8]]
    there: list[npt.NDArray[np.bool_] | None]

    @classmethod
    def of(cls, text: str) -> _Letters:
        octets = np.frombuffer(text.encode(), np.uint8)
        (starts,) = np.nonzero((octets & 0xC0) != 0x80)
        widths = np.diff(starts, append=len(octets))
        more = range(1, int(widths.max(initial=1)))
        others = [octets[np.minimum(starts + each, len(octets) - 1)] for each in more]
        return cls([octets[starts], *others], [None, *[widths > each for each in more]])

    def added(self, sums: npt.NDArray[np.uint32], first: int) -> npt.NDArray[np.uint32]:
        """Sums with one letter more each, the letters from `first` on."""
        for octets, there in zip(self.octets, self.there, strict=True):
            new = _TABLE[(sums ^ octets[first:]) & 0xFF] ^ (sums >> 8)
            sums = new if there is None else np.where(there[first:], new, sums)
        return sums


_ALL = np.uint32(0xFFFFFFFF)


def _table() -> npt.NDArray[np.uint32]:
    """What an octet does to a sum of CRC-32."""
    found = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        found = np.where(found & 1, np.uint32(0xEDB88320) ^ (found >> 1), found >> 1)
    return found


_TABLE = _table()
