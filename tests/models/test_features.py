"""Features: what a lemma is, what a row holds."""

from __future__ import annotations

import numpy as np
import pymorphy3
import pytest

from models import features, texts
from models.train import synthetic


def test_a_lemma_is_what_the_likeliest_reading_leads_to() -> None:
    morphology = pymorphy3.MorphAnalyzer(lang="ru")
    words = {
        texts.fold(token) for each in synthetic.examples() for token in texts.tokens(each.text)
    }
    russian = [word for word in sorted(words)[::7] if morphology.word_is_known(word)]
    plain = [morphology.parse(word)[0].normal_form.replace("ё", "е") for word in russian]
    assert [features.lemma(word) for word in russian] == plain
    assert len(russian) > 300


@pytest.mark.parametrize(
    ("word", "lemma"),
    [("водой", "вода"), ("стали", "стать"), ("ещё", "еще"), ("гыгыкало", "гыгыкало")],
)
def test_lemmas(word: str, lemma: str) -> None:
    assert features.lemma(word) == lemma


def test_a_word_is_described_by_distinct_columns_in_order() -> None:
    word = features.describe("водопровооод")
    assert (np.diff(word.columns) > 0).all()
    assert word.values.dtype == np.float32
    assert word.key != 0
    assert features.describe("!!!").key == 0


def test_words_as_rows_hold_what_describes_them() -> None:
    words = [features.describe(token) for token in ("вода", "!", "су")]
    table = features.table(words)
    for row, word in enumerate(words):
        assert table[[row]].indices.tolist() == word.columns.tolist()
        assert table[[row]].data.tolist() == word.values.tolist()
    assert features.table([]).shape == (0, features.DIMENSION)


def test_a_row_has_the_length_one() -> None:
    found = features.matrix(["нет воды третий день", ""])
    assert float((found[[0]].data ** 2).sum()) == pytest.approx(1, abs=0.1)  # columns may collide
    assert found[[1]].nnz == 0
