"""Words seen before, with everything the heads need of them, so that a page costs additions.

A row of the feature matrix is linear in its words, so the scores of a word can be kept: its
columns times the stacked coefficients. The bank is bounded; when it is full it starts anew.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from models import features, fingerprint, language
from models.features import Columns, Floats

CAPACITY = 1 << 17
"""Words kept: about 50 MB with 40 scores each."""


EMPTY = 0
"""The row of no word: zeros."""


class WordBank:
    """Rows of known words. `scores`: (capacity, heads' scores), and so on by attribute."""

    def __init__(
        self,
        coefficients: Floats,
        model: language.Model,
        capacity: int = CAPACITY,
    ) -> None:
        self._coefficients, self._model = coefficients, model
        self._rows: dict[str, int] = {"": EMPTY}
        self.scores = np.zeros((capacity, coefficients.shape[1]), np.float32)
        self.squares = np.zeros(capacity, np.float32)
        self.numbers: Columns = np.zeros(capacity, np.int64)
        self.evidence = np.zeros((capacity, language.EVIDENCE), np.float32)
        self.is_word = np.zeros(capacity, np.bool_)
        self.votes = np.zeros((capacity, 64), np.int8)

    def __len__(self) -> int:
        return len(self._rows)

    def make_room(self, words: int) -> None:
        """Forget everything if `words` new ones might not fit. Rows given before are void."""
        if len(self._rows) + words > len(self.squares):
            self._rows = {"": EMPTY}

    def rows(self, tokens: Sequence[str]) -> npt.NDArray[np.int64]:
        """The row of each token, in order; new words are described and kept."""
        known = self._rows
        found = [known.get(token, -1) for token in tokens]
        if -1 in found:
            unknown = (token for token, row in zip(tokens, found, strict=True) if row < 0)
            self._keep(list(dict.fromkeys(unknown)))
            found = [known[token] for token in tokens]
        return np.array(found, np.int64)

    def _keep(self, tokens: Sequence[str]) -> None:
        """Describe new words, all at once: one by one most of the time would go into calls."""
        first, count = len(self._rows), len(tokens)
        self._rows.update(zip(tokens, range(first, first + count), strict=True))
        words, rows = [features.describe(token) for token in tokens], slice(first, first + count)
        table = features.table(words)
        keys = np.array([word.key for word in words], np.int64)
        self.scores[rows] = table @ self._coefficients
        self.squares[rows] = np.add.reduceat(table.data**2, table.indptr[:-1])
        self.numbers[rows] = [features.number(word) for word in words]
        self.evidence[rows] = self._model.evidence(tokens)
        self.is_word[rows] = keys != 0
        self.votes[rows] = fingerprint.votes(fingerprint.spread(keys)) * (keys != 0)[:, None]
