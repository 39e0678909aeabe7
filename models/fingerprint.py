"""SimHash: 64 bits that stay close when a text is copied with small changes."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from models import features, texts

SHORTEST = 5
"""Words; shorter texts coincide by chance."""

Numbers = npt.NDArray[np.uint64]


def spread(numbers: npt.NDArray[np.int64]) -> Numbers:
    """64 well-mixed bits for each number (SplitMix64)."""
    with np.errstate(over="ignore"):
        mixed = numbers.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(mixed ^ (mixed >> np.uint64(31)), np.uint64)


def votes(numbers: Numbers) -> npt.NDArray[np.int16]:
    """Each number as 64 votes, +1 or -1; shape (numbers, 64)."""
    octets = numbers.astype("<u8").view(np.uint8).reshape(-1, 8)
    bits = np.unpackbits(octets, axis=1, bitorder="little")
    return bits.astype(np.int16) * np.int16(2) - np.int16(1)


def decide(sums: npt.NDArray[Any]) -> list[int]:
    """The fingerprints of texts from the sums of their votes; shape (texts, 64)."""
    octets = np.packbits(sums > 0, axis=1, bitorder="little")
    return [int(number) for number in octets.view("<u8").ravel()]


def simhash(text: str) -> int | None:
    """Fingerprint of a text by its distinct words; `None` for one too short to compare."""
    keys = {features.key(token) for token in texts.tokens(text)} - {0}
    if len(keys) < SHORTEST:
        return None
    numbers = spread(np.array(sorted(keys), np.int64))
    return decide(votes(numbers).sum(axis=0, dtype=np.int64)[None, :])[0]


def hamming(left: int, right: int) -> int:
    """Bits that differ, 0 to 64."""
    return (left ^ right).bit_count()
