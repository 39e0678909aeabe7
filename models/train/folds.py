"""Rows judged by machines that have not seen them: for calibration and for thresholds.

Rows under one headline are always in one fold, so that no machine has seen the neighbours of what
it judges.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from models import linear
from models.features import Floats
from models.train import fit, rows
from models.train.rows import Row

FOLDS = 5
_SURE = 1.645

Array = npt.NDArray[Any]


class Fitted(NamedTuple):
    """A machine of all rows, and what the machines of the folds said."""

    model: Any
    judged: list[Row]
    probabilities: Floats
    """Of the judged rows, by machines that did not see them; shape (rows, classes)."""
    right: npt.NDArray[np.bool_]


def matrix(found: Sequence[Row], context: Sequence[float]) -> csr_matrix:
    """Feature rows with contexts added as at run time."""
    built = fit.in_context(found, context)
    built.sum_duplicates()
    return csr_matrix(built, dtype=np.float32)


def fold(row: Row) -> int:
    """The fold of a row, always the same, and one for all rows under a headline."""
    key = rows.conversation(row)
    return int(hashlib.sha256(f"fold{key}".encode()).hexdigest(), 16) % FOLDS


def fitted(
    found: Sequence[Row],
    judged: Sequence[bool],
    *,
    strength: float,
    context: Sequence[float] = (),
    balanced: bool = False,
    knowledge: csr_matrix | None = None,
) -> Fitted:
    """A calibrated machine of all rows; `judged` says which ones it is calibrated on.

    Rows of our own, weak labels and the like are learned from and never judged.
    """
    built = matrix(found, context)

    def estimate(part: csr_matrix, learned: Sequence[Row]) -> Any:
        return fit.estimate(
            part, learned, strength=strength, balanced=balanced, knowledge=knowledge
        )

    order, scores = out_of_fold(found, built, judged, estimate)
    chosen = [row for row, judge in zip(found, judged, strict=True) if judge]
    places = np.array([order.index(row.label) for row in chosen])
    factor, shifts = fit.calibration(scores, places)
    probabilities = linear.normalise(scores * factor + shifts)
    whole = estimate(built, found)
    right = probabilities.argmax(axis=1) == places
    return Fitted(fit.adjusted(whole, factor, shifts), chosen, probabilities, right)


def out_of_fold(
    found: Sequence[Row],
    built: csr_matrix,
    judged: Sequence[bool],
    estimate: fit.Machine,
) -> tuple[list[str], Array]:
    """Classes, and scores of the judged rows in their order, by machines that did not see them."""
    numbers = np.array([fold(row) for row in found])
    wanted = np.array(judged)
    order = sorted({row.label for row in found})
    scores = np.zeros((len(found), 1 if len(order) == 2 else len(order)))
    for number in range(FOLDS):
        test = np.flatnonzero(wanted & (numbers == number))
        if not len(test):
            continue
        learn = np.flatnonzero(numbers != number)
        rest = [found[place] for place in learn.tolist()]
        model = estimate(csr_matrix(built[learn]), rest)
        columns = [0] if len(order) == 2 else [order.index(name) for name in model.classes_]
        cells: Any = np.ix_(test, np.array(columns))
        scores[cells] = fit.scores(model, csr_matrix(built[test]))
    return order, scores[wanted]


def at_least(right: npt.NDArray[np.bool_]) -> float:
    """The share that is right, or more, in 19 cases of 20 (lower end of Wilson's interval)."""
    count, share = len(right), float(right.mean())
    half = _SURE * np.sqrt(share * (1 - share) / count + _SURE**2 / (4 * count**2))
    return float((share + _SURE**2 / (2 * count) - half) / (1 + _SURE**2 / count))


def threshold(
    probabilities: Array,
    right: npt.NDArray[np.bool_],
    precision: float,
    share: Callable[[npt.NDArray[np.bool_]], float] = at_least,
    highest: float = 0.95,
) -> float:
    """The lowest probability from which on what is shown is right often enough, by `share`:
    surely, where nothing else is said."""
    for tried in np.arange(0.2, highest, 0.01):
        shown = probabilities >= tried
        if not shown.any():
            break
        if share(right[shown]) >= precision:
            return round(float(tried), 2)
    return highest
