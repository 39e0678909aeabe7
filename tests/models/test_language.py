"""Language, script and shares of languages: strings of our own."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import language
from models.language import EVIDENCE, decide
from models.texts import Text
from models.understanding import Understanding


@pytest.mark.parametrize(
    "text",
    [
        "ru=1 | Третий день нет воды, никто не отвечает на звонки",
        "kk=1 | Үш күннен бері су жоқ, ешкім телефон көтермейді",
        "kk=1 | Uide su joq, bul ne degen masqara",
        "kk=1 | кашан су бересиндер, балалар шолдеп отыр",
        "other=1 | Where is the bus, we have been waiting for an hour",
        "kk=0.5 ru=0.5 | Ауылда үш күн болды су жоқ, когда уже дадут воду в доме",
        "kk=0.3 ru=0.7 | Когда уже починят дорогу возле нашего дома, әкімдік ештеңе істемейді",
        "kk=0.7 ru=0.3 | Біздің ауылда мектеп жоқ, балалар далада қалды, просто позор какой",
        "ru=0.6 other=0.4 | Купил новый телефон, a very good phone, всем советую такой",
    ],
)
def test_shares_of_languages(model: language.Model, text: str) -> None:
    shown, _, said = text.partition(" | ")
    expected = {pair.split("=")[0]: float(pair.split("=")[1]) for pair in shown.split()}
    verdict = model([said])[0]
    assert verdict is not None
    assert set(verdict.shares) == set(expected)
    for name, share in expected.items():
        assert verdict.shares[name] == pytest.approx(share, abs=0.15)


def test_a_page_gives_the_shares_of_the_word_head(
    understand: Understanding, model: language.Model
) -> None:
    text = "Ауылда үш күн болды су жоқ, когда уже дадут воду в доме"
    verdict = model([text])[0]
    assert verdict is not None
    assert understand([Text(text=text)])[0].languages == verdict.shares


def test_marks_alone_have_no_shares(understand: Understanding) -> None:
    assert understand([Text(text="😡😡 !!! 12")])[0].languages == {}


_COUNTS = st.lists(st.integers(0, 200), min_size=3, max_size=3)


@given(st.lists(st.floats(-50, -0.01), min_size=3, max_size=3), _COUNTS)
def test_shares_sum_to_one_and_the_largest_is_first(likely: list[float], sure: list[int]) -> None:
    verdict = decide(np.array([[*likely, *sure, 1, 0]], np.float32).reshape(1, EVIDENCE))[0]
    assert verdict is not None
    assert sum(verdict.shares.values()) == pytest.approx(1)
    assert list(verdict.shares.values()) == sorted(verdict.shares.values(), reverse=True)


@given(st.lists(st.text("абқwə'", min_size=1, max_size=60), min_size=1, max_size=5))
def test_many_words_have_the_probabilities_of_their_n_grams(
    model: language.Model, words: list[str]
) -> None:
    for found, word in zip(model.evidence([f"а{word}" for word in words]), words, strict=True):
        columns = language.word_columns(f"а{word}")
        scores = model.coefficients[columns].sum(axis=0) / np.sqrt(len(columns)) + model.intercept
        expected = scores - np.log(np.exp(scores).sum())
        assert found[:3] == pytest.approx(np.maximum(expected, -5.0), abs=1e-4)
