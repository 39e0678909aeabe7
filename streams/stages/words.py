"""How many words of the texts nobody knows: a sample, for a board that shows when models age."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from models import texts
from models.texts import Text
from models.understanding import Labels
from rezonans.metrics import WORDS
from streams.steps.understand import Model


class Sampled:
    """A model that also counts the words of one text a call: from the middle, so that neither the
    first nor the last of a page is preferred. The labels are the model's own."""

    def __init__(self, model: Model, known: Callable[[str], bool]) -> None:
        self._model = model
        self._known = lru_cache(maxsize=1 << 14)(known)  # words repeat

    def __call__(self, batch: Sequence[Text]) -> Sequence[Labels]:
        if batch:
            self._count(batch[len(batch) // 2].text)
        return self._model(batch)

    def _count(self, text: str) -> None:
        words = [token for token in texts.tokens(text) if token[:1].isalpha()]
        known = sum(self._known(word) for word in words)
        WORDS.labels("yes").inc(known)
        WORDS.labels("no").inc(len(words) - known)
