"""How a text is written: how much of it there is, and of which marks.

A row of words is divided by its length and holds every word once, so it can not tell a shout of
four words from a page, or one question from five. Counts of tokens say that. They are kept by kind
with every word (`models.wordbank`), so a page of them is counted at once.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from models import texts

VERSION = "m1"
"""Grows with any change of what is counted: weights that use it are then refused."""

Kinds = npt.NDArray[np.int8]
Floats = npt.NDArray[np.float32]

_MARKS = (",", ".", "-", "–", "—", ":", '"', "«", "»")
_OF_MARK = dict(zip(_MARKS, (1, 2, 3, 3, 3, 4, 5, 5, 5), strict=True))
_OF_RUN = {"?": 6, "!": 7, ")": 8, "(": 9, "0": 10, "…": 11}
_OMITTED, _LINK, _KINDS = 11, 12, 13
WIDTH = _KINDS + 1
"""Numbers of a text: of tokens of each kind but the first, of all, and of different ones."""


def kind(token: str) -> int:
    """0 for a word and what is not counted by itself; what marks count as: the smaller numbers."""
    if token.startswith(".."):
        return _OMITTED
    if token in (texts.URL, texts.USER):
        return _LINK
    return _OF_RUN.get(token[:1], 0) or _OF_MARK.get(token, 0)


def kinds(tokens: Iterable[str]) -> Kinds:
    """The kind of each token."""
    return np.array([kind(token) for token in tokens], np.int8)


def measures(
    found: Kinds, owners: npt.NDArray[np.int64], different: npt.NDArray[np.int64]
) -> Floats:
    """Logarithms of one more than the counts, shape (texts, WIDTH).

    `found`: kinds of all tokens; `owners`: the text of each; `different`: tokens of each text
    without repeats.
    """
    count = len(different)
    each = np.bincount(owners * _KINDS + found, minlength=count * _KINDS).reshape(count, _KINDS)
    numbers = np.column_stack([each[:, 1:], each.sum(axis=1), different])
    return np.asarray(np.log1p(numbers), np.float32)


def measure(tokens: list[str]) -> Floats:
    """The measures of one text, shape (WIDTH,)."""
    owners = np.zeros(len(tokens), np.int64)
    (found,) = measures(kinds(tokens), owners, np.array([len(set(tokens))]))
    return np.asarray(found, np.float32)
