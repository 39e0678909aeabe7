"""Scores of a machine weighed once more, together with how the text is written.

A machine that is told to take all classes as equally many says rare ones too often, and it can not
count (`models.manner`). So its scores, out of fold, and the measures of the texts are given to a
logistic regression, which learns how many there are of each class, which classes are taken for
which, and what a long text or one of many questions is. It is linear in both, so all of it ends in
the coefficients of the head; its probabilities need no calibration of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from models import features
from models.train import fit, folds
from models.train.fit import Array
from models.train.rows import Row

_STEPS = 300


class Weighing(NamedTuple):
    """What is made of scores: `scores @ them + manner @ measures + shift`, before softmax."""

    scores: Array
    """Shape (classes, classes)."""
    manner: Array
    """Shape (classes, manner.WIDTH)."""
    shift: Array
    """Shape (classes,)."""

    def into(self, model: Any) -> Any:
        """A model with it in its coefficients; its probabilities are those to be shown."""
        coefficients = self.scores @ model.coef_
        coefficients[:, features.measured() :] += self.manner
        model.coef_, model.intercept_ = coefficients, self.scores @ model.intercept_ + self.shift
        return fit.adjusted(model, 1.0, np.zeros(len(self.shift)))


def learned(scores: Array, measures: Array, labels: Sequence[str]) -> Weighing:
    """The weighing under which the labels of rows are the likeliest; three classes and more.

    `scores`: of a machine that has not seen the rows, shape (rows, classes in their order), with a
    row of each class at the least; `measures`: shape (rows, manner.WIDTH).
    """
    both = np.hstack([scores, measures])
    mean, spread = both.mean(axis=0), both.std(axis=0)
    spread[spread == 0] = 1.0
    model = LogisticRegression(max_iter=_STEPS).fit((both - mean) / spread, list(labels))
    weights = model.coef_ / spread
    width = scores.shape[1]
    return Weighing(weights[:, :width], weights[:, width:], model.intercept_ - weights @ mean)


def out_of_fold(
    found: Sequence[Row], built: csr_matrix, judged: Sequence[bool], machine: fit.Machine
) -> Weighing:
    """The weighing of a machine of all rows, learned on the judged ones."""
    _, scores = folds.out_of_fold(found, built, judged, machine)
    chosen = np.flatnonzero(judged)
    measures = built[chosen][:, features.measured() :].toarray()
    return learned(scores, measures, [found[place].label for place in chosen.tolist()])
