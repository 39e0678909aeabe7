"""Coefficients of all heads side by side, without the columns that none of them learned.

Hashed columns are many, so that hardly two features share one; four of five are zeros in every
head, and all of those are one row here. A page costs the less for it: what was never learned is
read from one place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from models import features
from models.features import Floats


class Table(NamedTuple):
    """Coefficients by column; what `features.width()` rows of a plain array would say."""

    places: npt.NDArray[np.int32]
    """Where in `hashed` the row of each hashed column is, shape (`features.DIMENSION`,)."""
    hashed: Floats
    """Shape (columns that were learned and one, scores); the first row is zeros."""
    known: Floats
    """Of the lemmas of the vocabulary, shape (lemmas, scores)."""
    manner: Floats
    """Of how a text is written, shape (`manner.WIDTH`, scores)."""

    @classmethod
    def of(cls, heads: Sequence[npt.NDArray[np.floating]]) -> Table:
        """The table of heads, each of shape (`features.width()`, its scores)."""
        learned = np.zeros(features.DIMENSION, np.bool_)
        for head in heads:
            learned |= head[: features.DIMENSION].any(axis=1)
        rows = np.flatnonzero(learned)
        places = np.zeros(features.DIMENSION, np.int32)
        places[rows] = np.arange(1, len(rows) + 1)
        hashed = np.zeros((len(rows) + 1, sum(head.shape[1] for head in heads)), np.float32)
        np.concatenate([head[rows] for head in heads], axis=1, out=hashed[1:])
        known, written = features.DIMENSION, features.measured()
        behind = np.hstack([head[known:] for head in heads], dtype=np.float32)
        return cls(places, hashed, behind[: written - known], behind[written - known :])

    @property
    def scores(self) -> int:
        """Columns of all heads together."""
        return int(self.hashed.shape[1])

    def product(self, matrix: csr_matrix) -> Floats:
        """Hashed rows times their coefficients; `matrix`: shape (rows, `features.DIMENSION`)."""
        parts = (matrix.data, self.places[matrix.indices], matrix.indptr)
        found = csr_matrix(parts, shape=(matrix.shape[0], len(self.hashed)))
        return np.asarray(found @ self.hashed)
