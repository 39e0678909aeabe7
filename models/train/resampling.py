"""Scores of labels against what was said, with the intervals that chance in the rows explains.

Rows of one conversation (comments under one article) go wrong together, so what is drawn anew is
conversations; a row that stands alone is one of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from models.train import rows

RESAMPLES = 1000
"""Draws of a bootstrap."""
_OUTSIDE = 0.05
"""Share of resamples that may lie outside of an interval."""

Labels = npt.NDArray[np.str_]
Counts = npt.NDArray[np.int64]
Shares = npt.NDArray[np.float64]


class Score(msgspec.Struct, frozen=True):
    """A measure with the interval that holds 95 of 100 resamples; of no width where all of them
    are alike, which says nothing of what chance does."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        if self.low == self.high:
            return f"{self.value:.3f} (not known)"
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


class Said(NamedTuple):
    """Labels of rows, what was said of them, and the conversation each belongs to; equal shapes."""

    truth: Labels
    guess: Labels
    conversations: Counts

    def at(self, places: Sequence[int] | npt.NDArray[np.bool_]) -> Said:
        """Some of the rows."""
        return Said(self.truth[places], self.guess[places], self.conversations[places])


def said(truth: Sequence[str] | Labels, guess: Sequence[str] | Labels) -> Said:
    """Rows that each stand alone."""
    return Said(np.array(truth, np.str_), np.array(guess, np.str_), np.arange(len(truth)))


def conversations(found: Sequence[rows.Row]) -> Counts:
    """A number for each row, the same for all under one headline."""
    keys = np.array([rows.conversation(row) for row in found], np.str_)
    return np.unique(keys, return_inverse=True)[1].astype(np.int64)


def drawn(cells: Counts, kinds: int, groups: Counts) -> Counts:
    """How many rows of each kind there are: first as they are, then in each of `RESAMPLES` draws;
    shape (1 + RESAMPLES, kinds). `cells` says the kind of each row, `groups` its conversation.

    Where every row stands alone, rows of a kind are the same to every measure, so a resample of
    rows is a draw of kinds.
    """
    rng, counts = np.random.default_rng(0), np.bincount(cells, minlength=kinds)
    number, place = np.unique(groups, return_inverse=True)
    if len(number) == len(cells):
        others = rng.multinomial(len(cells), counts / len(cells), size=RESAMPLES)
    else:
        each = np.zeros((len(number), kinds), np.int64)
        np.add.at(each, (place, cells), 1)
        share = np.full(len(number), 1 / len(number))
        others = rng.multinomial(len(number), share, size=RESAMPLES) @ each
    return np.vstack([counts, others])


class Tables(NamedTuple):
    """Confusion tables, rows by what they are and what was said; the first as it is, then those
    of resamples. Shape (1 + RESAMPLES, names, names)."""

    names: Labels
    counts: Counts

    @property
    def hits(self) -> Counts:
        """Right ones by class."""
        return np.asarray(np.diagonal(self.counts, axis1=1, axis2=2))

    @property
    def rows(self) -> Counts:
        """How many are of each class."""
        return np.asarray(self.counts.sum(axis=2))

    @property
    def told(self) -> Counts:
        """How many are said to be of each class."""
        return np.asarray(self.counts.sum(axis=1))

    @property
    def f1(self) -> Shares:
        """By class, 0 where there is nothing of it and nothing is said to be."""
        return np.asarray(2 * self.hits / np.maximum(self.rows + self.told, 1))


def tables(found: Said) -> Tables:
    """Confusion tables of rows over the names of both sides, ascending."""
    together = np.concatenate([found.truth, found.guess])
    names, places = np.unique(together, return_inverse=True)
    count = len(names)
    cells = places[: len(found.truth)] * count + places[len(found.truth) :]
    counts = drawn(cells, count**2, found.conversations)
    return Tables(names, counts.reshape(-1, count, count))


def macro(f1: Shares, rows: Counts | Shares) -> Shares:
    """The mean F1 of the classes that a draw has rows of; both (draws, classes)."""
    present = rows > 0
    return np.asarray((f1 * present).sum(axis=1) / present.sum(axis=1))


def measures(found: Tables) -> dict[str, Shares]:
    """Accuracy and F1 of all tables."""
    total = found.rows.sum(axis=1)
    return {
        "accuracy": found.hits.sum(axis=1) / total,
        "macro F1": macro(found.f1, found.rows),
        "weighted F1": (found.f1 * found.rows).sum(axis=1) / total,
    }


def score(values: Shares) -> Score:
    """The first value with the interval of those behind it; what is not a number is left out."""
    if np.isnan(values[1:]).all():
        return Score(float(values[0]), float(values[0]), float(values[0]))
    low, high = np.nanpercentile(values[1:], [50 * _OUTSIDE, 100 - 50 * _OUTSIDE])
    return Score(float(values[0]), float(low), float(high))


def share(values: Shares, groups: int) -> Score:
    """The same of a share of rows. All or none of them are alike in every resample: then the
    interval is the one in which as many independent draws as there are conversations end so less
    than one time in forty outside of it."""
    plain, bound = score(values), float((_OUTSIDE / 2) ** (1 / groups))
    if plain.low < plain.high:
        return plain
    if plain.value == 1:
        return Score(1.0, bound, 1.0)
    return Score(0.0, 0.0, 1 - bound) if plain.value == 0 else plain


def intervals(found: Said) -> dict[str, Score]:
    """Measures of rows with percentile intervals; the same for the same rows."""
    values = measures(tables(found))
    groups = len(np.unique(found.conversations))
    return {"accuracy": share(values.pop("accuracy"), groups)} | {
        name: score(each) for name, each in values.items()
    }
