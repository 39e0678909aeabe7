"""Word vectors of Russian, given to training as columns and folded away afterwards.

The vectors are Navec's (news, a billion words; MIT), which the `natasha` package ships, with a
vector a lemma: that of the lemma or of its most frequent form. They are kept as Navec keeps them,
a hundred bytes a vector: the numbers of centroids in a hundred spaces of three dimensions. As with
the word lists (`models.train.lexicon`), what a machine learns of them is linear and ends in the
coefficients of lemmas, so a head knows words that no row of its training has and nothing of the
vectors is read at run time.

`make vectors` takes them anew from the package.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import util
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, vstack

from models import features, vocabulary
from models.morphology import morphology
from rezonans.troubles import Invalid

PATH = Path(__file__).parent / "data" / "vectors.npz"
SCALE = 1.5
"""How much vectors weigh beside hashed features: a machine with a penalty learns the more of a
column the greater its values are."""
_FREQUENT = 1000
"""Occurrences from which a word is kept that the dictionary does not know."""
_LONGEST = 24


class Word(NamedTuple):
    """A word of the source: its row there, and how often it was met."""

    row: int
    met: int


@cache
def russian() -> csr_matrix:
    """Shape (width of the feature matrix, dimensions): vectors of length `SCALE` in the columns
    of the vocabulary, zeros in the others."""
    with np.load(PATH, allow_pickle=False) as archive:
        indexes, codes = archive["indexes"], archive["codes"].astype(np.float32)
    if len(indexes) != len(vocabulary.keys()):
        raise Invalid(f"{PATH.name}: not of the lemmas of the vocabulary; run `make vectors`")
    found = codes[np.arange(codes.shape[0]), indexes].reshape(len(indexes), -1)
    found *= SCALE / np.linalg.norm(found, axis=1, keepdims=True)
    before, behind = features.DIMENSION, features.width() - features.measured()
    zeros = (csr_matrix((count, found.shape[1])) for count in (before, behind))
    return csr_matrix(vstack([next(zeros), found, next(zeros)]))


def lemmas(words: Mapping[str, Word]) -> dict[int, int]:
    """The row that stands for each lemma, by the key of the lemma.

    Kept are lemmas of Cyrillic words that the dictionary knows, and others that are frequent.
    """
    chosen: dict[str, Word] = {}
    counts: dict[str, int] = {}
    for word, found in words.items():
        if len(word) > _LONGEST or not _is_russian(word):
            continue
        lemma = features.lemma(word.replace("ё", "е"))
        counts[lemma] = counts.get(lemma, 0) + found.met
        if word == lemma or lemma not in chosen or found.met > chosen[lemma].met:
            chosen[lemma] = found._replace(met=sys.maxsize) if word == lemma else found
    known = morphology().word_is_known
    return {
        features.key_of(lemma): found.row
        for lemma, found in chosen.items()
        if counts[lemma] >= _FREQUENT or known(lemma)
    }


def _is_russian(word: str) -> bool:
    return all("а" <= letter <= "я" or letter in "ё-" for letter in word) and word[0] != "-"


def write(rows: Mapping[int, int], indexes: npt.NDArray[np.uint8], codes: features.Floats) -> None:
    """The vocabulary, and the vectors of its lemmas; shapes (vectors, spaces), (spaces, ...)."""
    keys = sorted(rows)
    np.save(vocabulary.PATH, np.array(keys, np.uint32))
    kept = indexes[[rows[key] for key in keys]]
    np.savez_compressed(PATH, indexes=kept, codes=codes.astype(np.float16))


def main(arguments: Iterable[str]) -> None:
    """Take the vectors from the `natasha` package, or from the file of Navec that is named."""
    from navec import Navec  # an extra

    named = [Path(argument) for argument in arguments]
    if not named:
        spec = util.find_spec("natasha")
        folders = (spec and spec.submodule_search_locations) or []
        named = [path for folder in folders for path in Path(folder).glob("data/emb/navec*.tar")]
    if not named:
        raise SystemExit("vectors: natasha with its vectors is not installed; run `make vectors`")
    source = Navec.load(named[0])
    listed = zip(source.vocab.words, source.vocab.counts, strict=False)
    words = {word: Word(row, count) for row, (word, count) in enumerate(listed)}
    write(lemmas(words), source.pq.indexes, source.pq.codes)


if __name__ == "__main__":
    main(sys.argv[1:])
