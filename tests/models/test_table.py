"""The table of coefficients says what the plain array does, and holds no row of zeros twice."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from models import features
from models.table import Table


def _head(seed: int, scores: int, learned: int) -> features.Floats:
    """A head with so many hashed columns that are not zeros, and all behind them."""
    rng = np.random.default_rng(seed)
    found = np.zeros((features.width(), scores), np.float32)
    rows = rng.choice(features.DIMENSION, learned, replace=False)
    found[rows] = rng.normal(size=(learned, scores))
    found[features.DIMENSION :] = rng.normal(size=(features.width() - features.DIMENSION, scores))
    return found


def test_a_table_says_what_the_heads_beside_each_other_do() -> None:
    heads = [_head(0, 3, 50), _head(1, 1, 80)]
    table, plain = Table.of(heads), np.hstack(heads)
    learned = np.flatnonzero(plain[: features.DIMENSION].any(axis=1))
    columns = np.concatenate([learned, np.arange(40), [features.DIMENSION - 1, learned[0]]])
    values = np.random.default_rng(2).normal(size=len(columns)).astype(np.float32)
    ends = [0, 30, 30, len(columns)]
    matrix = csr_matrix((values, columns, ends), shape=(3, features.DIMENSION))
    np.testing.assert_allclose(
        table.product(matrix), matrix @ plain[: features.DIMENSION], rtol=1e-4, atol=1e-5
    )
    assert np.array_equal(table.known, plain[features.DIMENSION : features.measured()])
    assert np.array_equal(table.manner, plain[features.measured() :])


def test_zeros_are_kept_once_and_halves_are_made_wider() -> None:
    table = Table.of([_head(0, 3, 50).astype(np.float16), _head(0, 2, 50).astype(np.float16)])
    assert table.hashed.shape == (51, 5)
    assert not table.hashed[0].any()
    assert {part.dtype for part in (table.hashed, table.known, table.manner)} == {
        np.dtype(np.float32)
    }
    assert table.scores == 5


def test_heads_that_learned_nothing_have_one_row() -> None:
    table = Table.of([np.zeros((features.width(), 2), np.float32)])
    assert table.hashed.shape == (1, 2)
    assert not table.places.any()
