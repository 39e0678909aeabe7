"""One way to train every linear head: a linear support vector machine, made probabilities.

Columns of few texts weigh more and those of a single one nothing, as in TF-IDF. The scores are
turned into probabilities by a temperature (and a shift where there are two classes), chosen on
rows that the machine has not seen; then a machine of all rows takes the same temperature. All of
it is folded into the coefficients, so the rows at run time stay as they are, and what comes out
is a scikit-learn `LogisticRegression` like any other; fitted directly on so many columns it would
take minutes and score a little lower.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize, minimize_scalar
from scipy.sparse import csr_matrix, diags_array, hstack, vstack
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from models import features, linear, texts
from models.features import Floats
from models.train.rows import Row

Array = npt.NDArray[Any]
SEED = 0
_FEWEST = 2
_SHIFT_PENALTY = 1.0
"""Keeps a shift near zero where few rows speak for another."""


def importance(matrix: csr_matrix) -> Array:
    """What a column weighs: the rarer the more, but nothing where a single row has it.

    Nor do those of the vocabulary: a lemma is among the hashed columns already.
    """
    texts = np.bincount(matrix.indices, minlength=matrix.shape[1])
    rare = np.log((matrix.shape[0] + 1) / (texts + 1)) + 1
    rare[features.DIMENSION :] = 0.0
    return np.where(texts >= _FEWEST, rare, 0.0)


def estimate(
    matrix: csr_matrix,
    rows: Sequence[Row],
    *,
    strength: float,
    balanced: bool = False,
    knowledge: csr_matrix | None = None,
) -> Any:
    """A model with scores that separate the classes; its probabilities are not yet calibrated.

    `knowledge`, shape (columns, numbers), adds columns that are sums of others while the machine
    learns: see `models.train.lexicon` and `models.train.vectors`.
    """
    machine = LinearSVC(
        C=strength, class_weight="balanced" if balanced else None, random_state=SEED, tol=1e-3
    )
    weights = importance(matrix)
    weighed = csr_matrix(matrix @ diags_array(weights))
    if knowledge is not None:
        weighed = csr_matrix(hstack([weighed, matrix @ knowledge]))
    machine.fit(weighed, [row.label for row in rows], [row.weight for row in rows])
    model = LogisticRegression()
    own, known = machine.coef_[:, : len(weights)], machine.coef_[:, len(weights) :]
    model.coef_, model.intercept_ = own * weights, machine.intercept_
    if knowledge is not None:
        model.coef_ += (knowledge @ known.T).T
    model.classes_, model.n_features_in_ = machine.classes_, matrix.shape[1]
    return model


def calibration(found: Array, places: Array, weights: Array | float = 1.0) -> tuple[float, Array]:
    """The factor and the shifts of scores with which `places` are the likeliest."""

    def loss(parameters: Array) -> float:
        probabilities = linear.normalise(found * np.exp(parameters[0]) + parameters[1:])
        right = weights * np.log(probabilities[np.arange(len(places)), places] + 1e-9)
        return float(-right.sum() + _SHIFT_PENALTY * (parameters[1:] ** 2).sum())

    if found.shape[1] == 1:
        chosen = minimize(loss, np.zeros(2), method="Nelder-Mead").x
    else:  # a shift would trade rare classes for the share of the frequent ones in `tune`
        still = np.zeros(found.shape[1])
        only = minimize_scalar(lambda value: loss(np.append(value, still)), bounds=(-2, 4))
        chosen = np.append(only.x, still)
    return float(np.exp(chosen[0])), chosen[1:]


def adjusted(model: Any, factor: float, shifts: Array) -> Any:
    """Fold a calibration into a model and round it to what is kept on disk."""
    model.coef_ = (model.coef_ * factor).astype(np.float16).astype(np.float64)
    shifted = model.intercept_ * factor + shifts
    model.intercept_ = shifted.astype(np.float32).astype(np.float64)
    return model


def scores(model: Any, matrix: csr_matrix) -> Array:
    """Scores before softmax, one column for two classes."""
    return np.asarray(matrix @ model.coef_.T + model.intercept_)


def as_head(name: str, model: Any, settings: dict[str, float] | None = None) -> linear.Head:
    """The same numbers without scikit-learn."""
    return linear.Head(
        name=name,
        version="unsaved",
        classes=tuple(map(str, model.classes_)),
        coefficients=np.asarray(model.coef_.T, np.float32),
        intercept=np.asarray(model.intercept_, np.float32),
        settings=settings or {},
    )


def matrix(rows: Sequence[Row]) -> csr_matrix:
    """Feature rows of texts without their contexts."""
    return features.matrix([row.text for row in rows])


class Calibrated(NamedTuple):
    """Two models with one calibration."""

    whole: Any
    """Of all rows: what is shipped."""
    partial: Any
    """Of the rows without those kept for tuning, on which it may therefore be judged."""


def calibrated(
    rows: Sequence[Row],
    tune: Sequence[Row],
    *,
    strength: float,
    balanced: bool = False,
    knowledge: csr_matrix | None = None,
) -> Calibrated:
    """A model of `rows` and `tune` with the calibration that suits one of `rows` on `tune`."""

    def machine(built: csr_matrix, learned: Sequence[Row]) -> Any:
        return estimate(built, learned, strength=strength, balanced=balanced, knowledge=knowledge)

    return calibrated_by(machine, rows, tune)


Machine = Callable[[csr_matrix, Sequence[Row]], Any]
"""What is trained of rows and their features."""


def calibrated_by(
    machine: Machine, rows: Sequence[Row], tune: Sequence[Row], weights: Array | float = 1.0
) -> Calibrated:
    """The same of any machine; `weights`: of the rows of `tune`."""
    known, unseen = matrix(rows), matrix(tune)
    partial = machine(known, rows)
    order = list(partial.classes_)
    places = np.array([order.index(row.label) for row in tune])
    factor, shifts = calibration(scores(partial, unseen), places, weights)
    whole = machine(csr_matrix(vstack([known, unseen])), [*rows, *tune])
    return Calibrated(adjusted(whole, factor, shifts), adjusted(partial, factor, shifts))


def in_context(rows: Sequence[Row], context: Sequence[float] = ()) -> csr_matrix:
    """Feature rows of texts with the parts of their contexts (`texts.Above`), weighed so."""
    own, squares = features.sums([row.text for row in rows])
    above = [texts.parted(row.context) for row in rows]
    for number, weight in enumerate(context):
        wide, wide_squares = features.sums([parts[number] for parts in above])
        own, squares = own + weight * wide, squares + weight**2 * wide_squares
    return features.scaled(own, squares)


def probabilities(head: linear.Head, rows: Sequence[Row], context: Sequence[float] = ()) -> Floats:
    """Probabilities of rows, contexts added with their weights as at run time."""
    return head.probabilities(in_context(rows, context))
