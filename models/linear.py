"""A linear head: scores of hashed features, made probabilities by softmax or sigmoid.

It is what scikit-learn's `LogisticRegression` computes, without scikit-learn at run time: the
temperature of calibration is folded into the coefficients, and one column means sigmoid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from models import features, saying, weights
from models.features import Floats

Coefficients = npt.NDArray[np.floating[Any]]
"""Saved in half precision; `models.understanding` widens them once, for all heads together."""


@dataclass(frozen=True)
class Head:
    """Coefficients of one question. Shapes: (`features.width()`, scores) and (scores,).

    The first scores are those of the classes; what comes behind them is for the module of the
    head to read (`models.sentiment`).
    """

    name: str
    version: str
    classes: tuple[str, ...]
    coefficients: Coefficients
    intercept: Floats
    settings: dict[str, float]

    @property
    def width(self) -> int:
        """Scores of the classes; two classes have one."""
        return 1 if len(self.classes) == 2 else len(self.classes)

    def __call__(self, documents: Sequence[str]) -> Floats:
        """Probabilities of texts, shape (texts, classes), on its own: the slow, plain way."""
        return self.probabilities(features.matrix(documents))

    def probabilities(self, matrix: csr_matrix) -> Floats:
        """Probabilities of rows of the feature matrix."""
        return normalise(self.scores(matrix)[:, : self.width])

    def scores(self, matrix: csr_matrix) -> Floats:
        """All scores of rows of the feature matrix."""
        return np.asarray(product(matrix, self.coefficients) + self.intercept)


def product(matrix: csr_matrix, coefficients: Coefficients) -> Floats:
    """`matrix @ coefficients` in single precision."""
    return np.asarray(matrix @ coefficients.astype(np.float32, copy=False))


def normalise(scores: npt.NDArray[Any]) -> Floats:
    """Softmax of each row; sigmoid as (no, yes) where there is one score."""
    if scores.shape[1] == 1:
        scores = np.hstack([np.zeros_like(scores), scores])
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)


_OPINION = 3
"""Scores of a second opinion behind those of the classes (`models.sentiment`)."""


def _wrong(manifest: weights.Manifest, arrays: weights.Arrays, rows: int) -> str | None:
    """What does not fit together in weights whose bytes are those of their manifest; `rows`: how
    many columns the features have that they were trained on."""
    coefficients, intercept = arrays["coefficients"], arrays["intercept"]
    if not all(np.issubdtype(array.dtype, np.floating) for array in (coefficients, intercept)):
        return "arrays that are not of numbers"
    if coefficients.ndim != 2 or intercept.shape != coefficients.shape[1:]:
        return "coefficients and intercept of different shapes"
    if len(coefficients) != rows:
        return f"{len(coefficients)} rows of numbers for {rows} columns"
    classes = len(manifest.classes)
    behind = len(intercept) - (1 if classes == 2 else classes)
    if not classes or behind not in (0, _OPINION):
        return f"{classes} classes for {len(intercept)} scores"
    if not (np.isfinite(coefficients).all() and np.isfinite(intercept).all()):
        return "numbers that are none"
    return saying.wrong(manifest, opinion=behind > 0)


def load(folder: Path) -> Head:
    """The head of a folder; `WeightsError` where it is not for these features, or where classes,
    numbers and settings do not fit together.

    One that uses hashed columns alone is kept without those behind them: they are zeros here.
    """
    manifest, arrays = weights.load(folder)
    coefficients = arrays["coefficients"]
    rows = {features.VERSION: features.DIMENSION, features.full_version(): features.width()}
    if manifest.features not in rows:
        text = f"weights: {folder}: trained on features {manifest.features or 'unknown'}"
        remedy = f"run `rezonans train {folder.name} --data PATH`"
        raise weights.WeightsError(f"{text}, this is {features.full_version()}; {remedy}")
    wrong = _wrong(manifest, arrays, rows[manifest.features])
    if wrong is not None:
        raise weights.unfit(folder, wrong)
    missing = features.width() - len(coefficients)
    return Head(
        name=folder.name,
        version=manifest.version,
        classes=manifest.classes,
        coefficients=np.pad(coefficients, ((0, missing), (0, 0))),
        intercept=arrays["intercept"].astype(np.float32),
        settings=manifest.settings,
    )
