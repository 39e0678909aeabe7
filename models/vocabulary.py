"""Lemmas that have a column of their own behind the hashed ones.

Russian word vectors (`models.train.vectors`) know what a lemma is like even where no row to learn
from has it. What a head learns of vectors is a number a lemma, and among the hashed columns these
numbers would fall on n-grams and pairs. A lemma is kept as its 32-bit key: no string is here.
"""

from __future__ import annotations

import hashlib
from functools import cache

import numpy as np
import numpy.typing as npt

from models.weights import ARTIFACTS, WeightsError

PATH = ARTIFACTS / "vocabulary.npy"


@cache
def keys() -> npt.NDArray[np.uint32]:
    """Keys of the lemmas (`features.key`), ascending; `WeightsError` where they can not be read."""
    try:
        found = np.asarray(np.load(PATH, allow_pickle=False), np.uint32)
        found.shape = (len(found),)
    except (OSError, ValueError, EOFError) as error:
        remedy = "restore it from the repository"
        raise WeightsError(f"weights: {PATH}: not an array of keys; {remedy}") from error
    return found


@cache
def version() -> str:
    """Of the keys: other lemmas have another one."""
    return hashlib.sha256(keys().astype("<u4").tobytes()).hexdigest()[:8]


@cache
def places() -> dict[int, int]:
    """The place of each key among `keys`."""
    return {key: place for place, key in enumerate(keys().tolist())}


def find(wanted: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The place of each of many keys, -1 for one that is not among them."""
    known = keys()
    found = np.minimum(np.searchsorted(known, wanted.astype(np.uint32)), len(known) - 1)
    return np.where(known[found] == wanted, found, -1)
