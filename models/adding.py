"""A page added up: what its words and pairs bring, a row a text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from models import features, fingerprint, grams, manner
from models.features import Columns, Floats
from models.table import Table
from models.wordbank import EMPTY, WordBank


class Sums(NamedTuple):
    """Row by row of the texts that were added."""

    scores: Floats
    """Not yet divided by the length of the row; shape (texts, scores of all heads)."""
    squares: Floats
    """Squared lengths of the rows."""
    evidence: Floats
    """Of languages, shape (texts, `language.EVIDENCE`)."""
    votes: Floats
    """Of fingerprints, shape (texts, 64)."""
    words: Floats
    """Distinct words, marks not counted."""
    told: Columns
    """Words, as often as they stand there."""
    alarms: Columns
    """Of these, words that name an emergency."""


def _distinct(owners: Columns, items: Columns, width: int, count: int) -> tuple[Columns, Columns]:
    """The items of each text once, text by text, and where those of each of `count` texts end."""
    both = grams.distinct(owners * width + items)
    return both % width, np.searchsorted(both, np.arange(count + 1) * width)


def _ones(items: npt.NDArray[np.integer], ends: Columns, width: int) -> csr_matrix:
    """Ones where a text holds an item, shape (texts, width)."""
    ones = np.ones(len(items), np.float32)
    parts = (ones, items.astype(np.int32, copy=False), ends.astype(np.int32))
    return csr_matrix(parts, shape=(len(ends) - 1, width))


def add(bank: WordBank, table: Table, pages: Sequence[Sequence[str]]) -> Sums:
    """Sums of texts given as tokens; `table` is that of the bank."""
    bank.make_room(sum(map(len, pages)))
    sequence = bank.rows([token for tokens in pages for token in tokens])
    owners = np.repeat(np.arange(len(pages)), [len(tokens) for tokens in pages])
    rows, places = np.unique(np.append(sequence, EMPTY), return_inverse=True)
    items, ends = _distinct(owners, places[:-1], len(rows), len(pages))
    words = _ones(items, ends, len(rows))
    pairs = _pairs(bank, table, sequence, owners, len(pages))
    value = np.float32(features.PAIR_VALUE)
    is_word = bank.is_word[rows]
    votes = fingerprint.votes(fingerprint.spread(bank.numbers[rows])) * is_word[:, None]
    squares = words @ bank.squares[rows] + np.diff(pairs.indptr) * value**2
    written = manner.measures(bank.kinds[sequence], owners, np.diff(words.indptr))
    whole = (written @ table.manner) * np.sqrt(squares)[:, None]
    return Sums(
        scores=words @ bank.scores[rows] + (pairs @ table.hashed) * value + whole,
        squares=squares,
        evidence=words @ bank.evidence[rows],
        votes=words @ votes,
        words=words @ is_word.astype(np.float32),
        told=_counted(owners[bank.begins_with_letter[sequence]], len(pages)),
        alarms=_counted(owners[bank.alarms[sequence]], len(pages)),
    )


def _pairs(
    bank: WordBank, table: Table, sequence: Columns, owners: Columns, count: int
) -> csr_matrix:
    """Ones where a text holds a pair, of lemmas or as it is written, by the rows of the table."""
    (joined,) = np.nonzero(owners[:-1] == owners[1:])
    both = [numbers[sequence] for numbers in (bank.numbers, bank.forms)]
    columns = [features.pair_columns(each[:-1], each[1:])[joined] for each in both]
    texts = owners[joined]
    twice, listed = np.concatenate([texts, texts]), np.concatenate(columns)
    found, ends = _distinct(twice, listed, features.DIMENSION, count)
    return _ones(table.places[found], ends, len(table.hashed))


def _counted(owners: Columns, count: int) -> Columns:
    return np.bincount(owners, minlength=count)
