"""Machines over columns weighed by how unlike a class and all others use them.

The logarithm of the ratio of a column's shares in a class and outside of it stands in place of its
rarity (Wang and Manning, ACL 2012). Where texts are short and rows many, as reviews are, it says
more than rarity does: a frequent word that only praise has is worth more than a rare one that says
nothing. Each class has weights of its own, so it is one machine a class.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, diags_array
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from models import features

Array = npt.NDArray[Any]
_FEWEST = 2
_PRIOR = 1.0
"""Texts that each side is taken to have of every column."""
_TOLERANCE = 1e-2


def ratios(matrix: csr_matrix, inside: Array, weights: Array) -> Array:
    """Logarithms of a column's share inside a class to that outside, shape (columns,).

    `inside`: ones where a row is of the class. A column of a single row says nothing, nor does one
    of the vocabulary.
    """
    held = csr_matrix(matrix > 0, dtype=np.float64)
    own = _PRIOR + held.T @ (weights * inside)
    others = _PRIOR + held.T @ (weights * (1 - inside))
    found = np.log((own / own.sum()) / (others / others.sum()))
    found[np.bincount(matrix.indices, minlength=matrix.shape[1]) < _FEWEST] = 0.0
    found[features.DIMENSION :] = 0.0
    return np.asarray(found)


def estimate(matrix: csr_matrix, labels: Sequence[str], weights: Array, strength: float) -> Any:
    """A model of three classes and more whose scores separate them, not yet calibrated."""
    truth, names = np.array(labels), sorted(set(labels))
    coefficients, intercepts = [], []
    for name in names:
        inside = (truth == name).astype(np.float64)
        scale = ratios(matrix, inside, weights)
        machine = LinearSVC(C=strength, random_state=0, tol=_TOLERANCE)
        machine.fit(csr_matrix(matrix @ diags_array(scale)), inside, weights)
        coefficients.append(machine.coef_[0] * scale)
        intercepts.append(machine.intercept_[0])
    model = LogisticRegression()
    model.coef_, model.intercept_ = np.vstack(coefficients), np.array(intercepts)
    model.classes_, model.n_features_in_ = np.array(names), matrix.shape[1]
    return model
