"""One hashed feature matrix for all heads.

A text is a set of words (and marks) and a set of pairs of neighbours, each pair once by its
lemmas and once as it is written. A word is the sum of hashed
features: itself folded, its lemma (Russian, by pymorphy3) or stem (Kazakh, by endings), and its
character n-grams, each of equal weight, so that a long word says more. No string is kept: a
feature is a column below `DIMENSION`. A lemma of `models.vocabulary` has one more column behind
those, for what word vectors say of it; the last columns say how the text is written
(`models.manner`).

The row of a text is `sum of its words and pairs / length`, where the squared length is the sum of
the squared lengths of its words and pairs. Because the row is linear in the words, a head's score
is the same sum over scores of words, which `models.understanding` keeps for words seen before:
the matrix here is what the heads are trained on and what the kept scores are tested against.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, diags_array

from models import grams, manner, morphology, texts, vocabulary

VERSION = "4"
"""Grows with any change that moves a column or a value: older weights are then refused."""
DIMENSION = 1 << 20
"""Hashed columns of the matrix; a power of two. Behind them is one for each lemma of the
vocabulary, then those of the manner: `measured`, `width`."""
KNOWN_VALUE = 10.0
"""Of the column of a lemma. It does not count in the length of a row, so the other columns are what
they would be without it."""

Floats = npt.NDArray[np.float32]
Columns = npt.NDArray[np.int64]

_MASK = DIMENSION - 1
_WORD, _LEMMA, _LONG, _GRAM, _PAIR = 2, 2, 1, 1, 1.6
"""Weights. `_summed` counts, so all but the last are whole numbers."""
_GRAM_LENGTHS = (2, 3, 4)
_GRAMS = grams.Columns(_MASK, "g")
_W, _L, _E = (crc32(kind) for kind in (b"w", b"l", b"e"))


class Word(NamedTuple):
    """What a word brings."""

    columns: Columns
    """Distinct, ascending."""
    values: Floats
    key: int
    """32 bits that stand for its lemma in pairs and fingerprints; 0 for a mark."""
    form: int
    """32 bits that stand for it as it is written, folded, in pairs."""
    known: int = -1
    """The place of its lemma in the vocabulary; -1 for one that is not there."""


def measured() -> int:
    """The first column of the manner of a text (`models.manner`). They do not count in the length
    of a row and are not divided by it."""
    return DIMENSION + len(vocabulary.keys())


def width() -> int:
    """Columns of the matrix, those of the vocabulary and of the manner too."""
    return measured() + manner.WIDTH


def full_version() -> str:
    """Version of all columns: weights that use those behind the hashed ones are made for it."""
    return f"{VERSION}+{vocabulary.version()}+{manner.VERSION}"


def in_dictionary(word: str) -> bool:
    """Whether a lower case word is a form that the Russian dictionary lists."""
    return bool(morphology.morphology().word_is_known(texts.fold(word)))


@lru_cache(maxsize=1 << 14)
def lemma(word: str) -> str:
    """Dictionary form of a lower case word; of a Kazakh one, in any spelling, its stem."""
    return _lemma(word, texts.fold(word), texts.script(word))


def _lemma(word: str, folded: str, script: str) -> str:
    if not texts.KAZAKH.isdisjoint(word) or script == "latn":
        return texts.stem(folded)
    return morphology.normal_form(folded).replace("ё", "е") or texts.stem(folded)


def key(word: str) -> int:
    """32 bits that stand for the lemma of a word, 0 for a mark."""
    return key_of(lemma(word)) if word[:1].isalpha() else 0


def key_of(lemma: str) -> int:
    """32 bits that stand for a lemma; never 0."""
    return crc32(lemma.encode()) or 1


def describe(word: str) -> Word:
    """The features of one token, as `texts.tokens` gives it. Pure, and worth keeping."""
    folded = texts.fold(word)
    found = [(f"w{folded}", _WORD)]
    if len(folded) < len(word):
        found.append((f"e{min(len(word) - len(folded), 3)}", _LONG))
    if not folded[:1].isalpha():
        return _word(found, 0)
    found.append((f"l{lemma(word)}", _LEMMA))
    return _word(found, key(word), [_GRAMS[gram] for gram in grams.cut(folded, _GRAM_LENGTHS)])


def _word(named: list[tuple[str, int]], key: int, repeated: Sequence[int] = ()) -> Word:
    """Names with their weights, itself first, and columns of n-grams, as often as they stand in the
    word."""
    held = dict.fromkeys(repeated, _GRAM)
    if len(held) < len(repeated):
        held = {column: _GRAM * count for column, count in Counter(repeated).items()}
    for name, weight in named:
        column = crc32(name.encode()) & _MASK
        held[column] = held.get(column, 0) + weight
    columns = sorted(held)
    values = np.fromiter(map(held.__getitem__, columns), np.float32, len(columns))
    place, form = vocabulary.places().get(key, -1), crc32(named[0][0].encode())
    return Word(np.array(columns, np.int64), values, key, form, place)


def pair_columns(left: npt.NDArray[np.int64], right: npt.NDArray[np.int64]) -> Columns:
    """Columns of pairs of neighbours from the 32-bit numbers of the two."""
    mixed = (left * 0x9E3779B1 + right * 0x85EBCA77) & 0xFFFFFFFF
    mixed = ((mixed ^ (mixed >> 15)) * 0x2C1B3C6D) & 0xFFFFFFFF
    return (mixed ^ (mixed >> 13)) & _MASK


PAIR_VALUE = _PAIR


class Bag(NamedTuple):
    """A text as words without repeats, and the numbers of the neighbours that it holds."""

    words: tuple[str, ...]
    pairs: Columns
    """Distinct columns."""
    manner: Floats
    """How it is written, shape (manner.WIDTH,)."""


def number(word: Word) -> int:
    """What stands for a word in pairs, beside its form: its lemma, or the mark itself."""
    return word.key or int(word.columns[0]) + 1


def bag(tokens: list[str], described: dict[str, Word]) -> Bag:
    """The bag of a text; words are looked up in `described` and added to it."""
    for token in tokens:
        if token not in described:
            described[token] = describe(token)
    found = [described[token] for token in tokens]
    numbers = np.array([number(word) for word in found], np.int64)
    forms = np.array([word.form for word in found], np.int64)
    pairs = np.unique([pair_columns(each[:-1], each[1:]) for each in (numbers, forms)])
    return Bag(tuple(dict.fromkeys(tokens)), pairs, manner.measure(tokens))


class _Row(NamedTuple):
    columns: Columns
    values: Floats
    square: float
    """Squared length of the hashed part."""


def _row(found: Bag, described: dict[str, Word]) -> _Row:
    parts = [described[word] for word in found.words]
    pairs = np.full(len(found.pairs), PAIR_VALUE, np.float32)
    hashed = np.concatenate([*(part.values for part in parts), pairs])
    places = [DIMENSION + part.known for part in parts if part.known >= 0]
    columns = [*(part.columns for part in parts), found.pairs, np.array(places, np.int64)]
    known = np.full(len(places), KNOWN_VALUE, np.float32)
    square = float((hashed**2).sum())
    (at,) = np.nonzero(found.manner)
    values = np.concatenate([hashed, known, found.manner[at] * np.float32(np.sqrt(square))])
    return _Row(np.concatenate([*columns, measured() + at]), values, square)


class Described(NamedTuple):
    """Many words at once: what `describe` says of each."""

    rows: csr_matrix
    """The hashed columns, shape (words, DIMENSION)."""
    keys: Columns
    numbers: Columns
    """What stands for a word in pairs: its lemma, or the mark itself."""
    forms: Columns
    """What stands for it as it is written, in pairs as well."""
    known: Columns
    """The places of their lemmas in the vocabulary, -1 where it has none."""


def described(words: Sequence[str]) -> Described:
    """The features of tokens; the work of `describe`, all n-grams hashed at once."""
    scripts = [texts.script(word) for word in words]
    folded = texts.folded(words, scripts)
    spelled = [place for place, word in enumerate(folded) if word[:1].isalpha()]
    lemmas = [_lemma(words[at], folded[at], scripts[at]).encode() for at in spelled]
    cuts = [len(word) - len(short) for word, short in zip(words, folded, strict=True)]
    long = [place for place, cut in enumerate(cuts) if cut > 0]
    owners, grams_found = grams.hashes([folded[at] for at in spelled], _GRAM_LENGTHS, "g")
    own = np.array(spelled, np.int64)
    forms = np.array([crc32(word.encode(), _W) for word in folded], np.int64)
    parts = (
        (own[owners], grams_found, _GRAM),
        (np.arange(len(words)), forms, _WORD),
        (own, [crc32(one, _L) for one in lemmas], _LEMMA),
        (
            np.array(long, np.int64),
            [crc32(str(min(cuts[at], 3)).encode(), _E) for at in long],
            _LONG,
        ),
    )
    rows = _summed(len(words), parts)
    keys = np.zeros(len(words), np.int64)
    alpha = [words[place][:1].isalpha() for place in spelled]
    keys[own] = [(crc32(one) or 1) * is_own for one, is_own in zip(lemmas, alpha, strict=True)]
    first = rows.indices[rows.indptr[:-1]].astype(np.int64) + 1
    numbers = np.where(keys != 0, keys, first)
    return Described(rows, keys, numbers, forms, vocabulary.find(keys))


def _summed(words: int, parts: Sequence[tuple[Columns, Any, int]]) -> csr_matrix:
    """Owners, hashes and a weight each, as rows with distinct, ascending columns.

    What weighs two is listed twice, so that a value is how often its column stands in the list.
    """
    each = [
        (owners * DIMENSION + (np.asarray(hashes, np.int64) & _MASK), weight)
        for owners, hashes, weight in parts
    ]
    listed = np.sort(np.concatenate([where for where, weight in each for _ in range(weight)]))
    (starts,) = np.nonzero(np.diff(listed, prepend=-1))
    both = listed[starts]
    values = np.diff(starts, append=len(listed)).astype(np.float32)
    ends = np.searchsorted(both, np.arange(words + 1) * DIMENSION)
    return csr_matrix((values, both & _MASK, ends), shape=(words, DIMENSION))


def sums(documents: Sequence[str]) -> tuple[csr_matrix, Floats]:
    """Rows before they are divided by their lengths, and the squares of the lengths."""
    described: dict[str, Word] = {}
    rows = [_row(bag(texts.tokens(text), described), described) for text in documents]
    ends = np.cumsum([0, *(len(row.columns) for row in rows)])
    columns = np.concatenate([np.empty(0, np.int64), *(row.columns for row in rows)])
    values = np.concatenate([np.empty(0, np.float32), *(row.values for row in rows)])
    built = csr_matrix((values, columns, ends), shape=(len(rows), width()))
    return built, np.array([row.square for row in rows], np.float32)


def scaled(built: csr_matrix, squares: Floats) -> csr_matrix:
    """Rows divided by their lengths; a text without features stays a row of zeros."""
    return diags_array(1 / np.sqrt(np.where(squares > 0, squares, 1))).tocsr() @ built


def matrix(documents: Sequence[str]) -> csr_matrix:
    """Texts as rows. Shape (texts, `width()`), float32."""
    built = scaled(*sums(documents))
    built.sum_duplicates()
    return csr_matrix(built, dtype=np.float32)
