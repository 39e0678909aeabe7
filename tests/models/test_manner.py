"""How a text is written: counts of tokens, as columns and as kept with words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from models import adding, features, language, manner, texts
from models.table import Table
from models.train import fit, folds, weighing
from models.train.rows import Row
from models.wordbank import WordBank

SHOUT = "Где вода?! Где свет? ... 12 дней (!), https://example.kz"


def _counts(text: str) -> list[int]:
    found: list[int] = np.expm1(manner.measure(texts.tokens(text))).round().astype(int).tolist()
    return found


def test_what_is_counted() -> None:
    # , . - : " ? ! ) ( 0 … link, all tokens, different ones
    assert _counts("") == [0] * manner.WIDTH
    assert _counts("Вода, вода. Вода?") == [1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 6, 4]
    assert _counts(SHOUT) == [1, 0, 0, 0, 0, 2, 1, 1, 1, 1, 1, 1, 14, 13]
    assert _counts("«да» — нет: :)") == [0, 0, 1, 1, 2, 0, 0, 0, 0, 0, 0, 0, 7, 7]


@given(st.lists(st.text("вода,.!?()0… «»-:", max_size=30), max_size=5))
def test_a_page_is_measured_as_each_of_its_texts(page: list[str]) -> None:
    tokens = [texts.tokens(text) for text in page]
    owners = np.repeat(np.arange(len(page)), [len(each) for each in tokens])
    different = np.array([len(set(each)) for each in tokens], np.int64)
    found = manner.measures(
        manner.kinds([token for each in tokens for token in each]), owners, different
    )
    assert found.shape == (len(page), manner.WIDTH)
    for row, each in zip(found, tokens, strict=True):
        assert row == pytest.approx(manner.measure(each))


def test_measures_are_the_last_columns_whatever_the_length() -> None:
    texts_ = ["вода", SHOUT, f"{SHOUT} " * 3, ""]
    found = features.matrix(texts_)[:, features.measured() :].toarray()
    for row, text in zip(found, texts_, strict=True):
        assert row == pytest.approx(manner.measure(texts.tokens(text)), rel=1e-5)


def test_kept_scores_hold_what_is_said_of_the_manner(model: language.Model) -> None:
    coefficients = np.zeros((features.width(), 2), np.float32)
    coefficients[features.measured() :] = np.random.default_rng(0).normal(size=(manner.WIDTH, 2))
    table = Table.of([coefficients])
    bank = WordBank(table, model, capacity=8)
    for page in (["вода!!", "", SHOUT], ["нет, нет воды", SHOUT]):  # the bank forgets in between
        tokens = [texts.tokens(text) for text in page]
        built, _ = features.sums(page)
        wanted = built @ coefficients
        found = adding.add(WordBank(table, model, capacity=100), table, tokens)
        assert found.scores == pytest.approx(wanted, rel=1e-4, abs=1e-3)
        small = np.vstack([adding.add(bank, table, [each]).scores for each in tokens[:1]])
        assert small == pytest.approx(wanted[:1], rel=1e-4, abs=1e-3)


def _rows() -> list[Row]:
    """Three classes of the same words that only their number tells apart."""
    said = (("short", 1), ("middle", 4), ("long", 16))
    words = ("вода", "свет", "газ", "дорога", "снег", "мусор", "школа", "больница")
    return [
        Row(text=f"{first} {second} " * count, label=label, source="s", language="ru")
        for first in words
        for second in words
        for label, count in said
    ]


def test_a_machine_that_can_not_count_is_told_to() -> None:
    rows = _rows()
    built = fit.matrix(rows)

    def machine(part: csr_matrix, listed: Sequence[Row]) -> Any:
        return fit.estimate(part, listed, strength=0.1, balanced=True)

    plain = machine(built, rows)
    _, scores = folds.out_of_fold(rows, built, [True] * len(rows), machine)
    found = weighing.out_of_fold(rows, built, [True] * len(rows), machine)
    truth = np.array([row.label for row in rows])
    order = np.array(sorted(set(truth)))
    assert (order[scores.argmax(axis=1)] == truth).mean() < 0.6
    told = found.into(plain)
    assert (order[fit.scores(told, built).argmax(axis=1)] == truth).mean() > 0.95
    head = fit.as_head("any", told)
    assert head.probabilities(built).sum(axis=1) == pytest.approx(1.0, abs=1e-4)
