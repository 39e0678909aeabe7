"""Words seen before, with everything the heads need of them, so that a page costs additions.

A row of the feature matrix is linear in its words, so the scores of a word can be kept: its
columns times the stacked coefficients, and what those say of its lemma. The bank is bounded; when
it is full it forgets the words that were not met again since it last did, which most new words
never are.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat

import numpy as np
import numpy.typing as npt

from models import emergency, features, language, manner
from models.features import Columns
from models.table import Table

CAPACITY = 3 << 16
"""Words kept: about 85 MB with 44 scores each, their names included. A mixed stream in both
languages that has filled it brings 5 to 7 words of 100 that it does not hold."""


EMPTY = 0
"""The row of no word: zeros."""


class WordBank:
    """Rows of known words. `scores`: (capacity, heads' scores), and so on by attribute."""

    def __init__(
        self,
        table: Table,
        model: language.Model,
        capacity: int = CAPACITY,
    ) -> None:
        self._table = table
        self._model = model
        self._rows: dict[str, int] = {"": EMPTY}
        self.scores = np.zeros((capacity, table.scores), np.float32)
        self.squares = np.zeros(capacity, np.float32)
        self.numbers: Columns = np.zeros(capacity, np.int64)
        self.forms: Columns = np.zeros(capacity, np.int64)
        self.evidence = np.zeros((capacity, language.EVIDENCE), np.float32)
        self.is_word = np.zeros(capacity, np.bool_)
        self.begins_with_letter = np.zeros(capacity, np.bool_)
        self.alarms = np.zeros(capacity, np.bool_)
        """Words that name an emergency."""
        self.kinds: manner.Kinds = np.zeros(capacity, np.int8)
        self._met_again = np.zeros(capacity, np.bool_)

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, token: str) -> bool:
        return token in self._rows

    def make_room(self, words: int) -> None:
        """Forget words if `words` new ones might not fit. Rows given before are void then."""
        capacity = len(self.squares)
        if len(self._rows) + words > capacity:
            self._forget(min(capacity // 2, capacity - words))

    def _forget(self, most: int) -> None:
        """Keep at most so many of the words that were met again, the youngest of them."""
        again = np.flatnonzero(self._met_again[EMPTY + 1 : len(self._rows)]) + EMPTY + 1
        kept = np.append(EMPTY, again[len(again) - max(0, min(len(again), most - 1)) :])
        names = list(self._rows)  # in the order of their rows
        self._rows = {names[row]: place for place, row in enumerate(kept)}
        for array in (
            *(self.scores, self.squares, self.numbers, self.forms),
            *(self.evidence, self.is_word, self.begins_with_letter),
            *(self.alarms, self.kinds),
        ):
            array[: len(kept)] = array[kept]
        self._met_again[:] = False

    def rows(self, tokens: Sequence[str]) -> npt.NDArray[np.int64]:
        """The row of each token, in order; new words are described and kept."""
        known = self._rows
        found = np.fromiter(map(known.get, tokens, repeat(-1)), np.int64, len(tokens))
        new = found < 0
        self._met_again[found[~new]] = True
        if new.any():
            unknown = [tokens[place] for place in np.flatnonzero(new).tolist()]
            self._keep(list(dict.fromkeys(unknown)))
            found[new] = [known[token] for token in unknown]
        return found

    def _keep(self, tokens: Sequence[str]) -> None:
        """Describe new words, all at once: one by one most of the time would go into calls."""
        first, count = len(self._rows), len(tokens)
        self._rows.update(zip(tokens, range(first, first + count), strict=True))
        rows = slice(first, first + count)
        found = features.described(tokens)
        self.scores[rows] = self._table.product(found.rows)
        (at,) = np.nonzero(found.known >= 0)
        self.scores[first + at] += features.KNOWN_VALUE * self._table.known[found.known[at]]
        self.squares[rows] = np.add.reduceat(found.rows.data**2, found.rows.indptr[:-1])
        self.numbers[rows], self.forms[rows] = found.numbers, found.forms
        self.evidence[rows] = self._model.evidence(tokens)
        self.is_word[rows] = found.keys != 0
        self.kinds[rows] = manner.kinds(tokens)
        told = np.fromiter((token[:1].isalpha() for token in tokens), np.bool_, count)
        self.begins_with_letter[rows] = told
        self.alarms[rows] = told & np.fromiter(map(emergency.names, tokens), np.bool_, count)
