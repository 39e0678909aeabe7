"""Features: what a lemma is, what a row holds."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

import dawg_python
import numpy as np
import pymorphy3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import features, texts
from models.morphology import morphology as shared
from models.train import synthetic


@cache
def _own_words() -> list[str]:
    return sorted({token for each in synthetic.examples() for token in texts.tokens(each.text)})


def _plainly(word: str) -> dict[int, float]:
    """Columns of a word as the module says them, one name after another."""
    folded = texts.fold(word)
    names = [(f"w{folded}", 2.0)]
    if len(folded) < len(word):
        names.append((f"e{min(len(word) - len(folded), 3)}", 1.0))
    if folded[:1].isalpha():
        names.append((f"l{features.lemma(word)}", 2.0))
        marked = f"^{folded}$"
        for length in (2, 3, 4):
            cuts = range(len(marked) - length + 1)
            names += [(f"g{marked[start : start + length]}", 1.0) for start in cuts]
    held: dict[int, float] = {}
    for name, weight in names:
        column = crc32(name.encode()) % features.DIMENSION
        held[column] = held.get(column, 0.0) + weight
    return dict(sorted(held.items()))


@given(st.text(min_size=1, max_size=12) | st.text("абвыі' ʼ-ё", min_size=1, max_size=60))
def test_a_word_is_hashed_as_the_names_of_its_features_are(text: str) -> None:
    for token in texts.tokens(text) or [text]:
        word, plain = features.describe(token), _plainly(token)
        assert word.columns.tolist() == list(plain)
        assert word.values.tolist() == list(plain.values())


def test_repeated_n_grams_and_own_words_are_hashed_so_too() -> None:
    for token in ["ананана", "ааа", "хахахаха", *_own_words()[::9]]:
        word = features.describe(token)
        assert dict(zip(word.columns.tolist(), word.values.tolist(), strict=True)) == _plainly(
            token
        )


def test_the_columns_are_those_of_the_version() -> None:
    """Weights are made for them: what moves this digest needs another `VERSION`."""
    known = "воды суға kushti вoдa ещё нееет :) 0 😀 !!! гыгыкало ананана жатыр прорвало в"
    digest = hashlib.sha256()
    for token in known.split():
        word = features.describe(token)
        digest.update(word.columns.astype("<i8").tobytes())
        digest.update(word.values.astype("<f4").tobytes() + word.key.to_bytes(4, "little"))
    digest.update(features.bag(known.split(), {}).pairs.astype("<i8").tobytes())
    assert (features.VERSION, digest.hexdigest()[:16]) == ("4", "3f72d5990c544184")


def test_both_halves_of_the_dictionary_say_the_same() -> None:
    reader: Any = shared()
    slow = dawg_python.RecordDAWG(">HH").load(
        str(Path(reader.dictionary.path) / "words.dawg"),
    )
    substitutes = slow.compile_replaces({"е": "ё"})
    for token in _own_words()[::5]:
        word = texts.fold(token)
        quick = reader.dictionary.words.similar_items(word, reader.char_substitutes)
        assert quick == slow.similar_items(word, substitutes), word


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


@given(st.lists(st.text(min_size=1, max_size=12) | st.text("абвыі' ʼ-ё", min_size=1, max_size=60)))
def test_many_words_at_once_are_described_as_each_is(found: list[str]) -> None:
    tokens = [token for text in found for token in texts.tokens(text) or [text]]
    tokens += ["ананана", "!", "нееет", "kushti", *_own_words()[::400]]
    many = features.described(tokens)
    for row, token in enumerate(tokens):
        word = features.describe(token)
        assert many.rows[[row]].indices.tolist() == word.columns.tolist()
        assert many.rows[[row]].data.tolist() == word.values.tolist()
        assert (many.keys[row], many.numbers[row]) == (word.key, features.number(word))
        assert many.forms[row] == word.form


def test_a_row_has_the_length_one() -> None:
    found = features.matrix(["нет воды третий день", ""])
    hashed = found[[0], : features.DIMENSION]
    assert float((hashed.data**2).sum()) == pytest.approx(1, abs=0.1)  # columns may collide
    assert found[[1]].nnz == 0
