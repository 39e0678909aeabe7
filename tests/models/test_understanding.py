"""The heads together: fused scores, hostile texts, versions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from models import features, language, linear, sentiment, topic, understanding
from models.fingerprint import simhash
from models.table import Table
from models.texts import Text
from models.train import fit, synthetic
from models.train.rows import Row
from models.understanding import HEADS, Labels, Understanding
from models.wordbank import WordBank
from tests.models.conftest import Nowhere

TEXTS = [
    Text(text="Третий день нет воды, акимат молчит!!!"),
    Text(text="Үш күннен бері суымыз жоқ", title="Ауылда су жоқ"),
    Text(text="Nege su jok? Kashan beredi?", context="В городе прорвало водопровод"),
    Text(
        text="Спасибо дорожникам, дорога отличная :)))",
        context="Ремонт дороги завершён\nУлицу закрывали на два месяца.\nТеперь она открыта.",
    ),
    Text(text="", context="Пожар в жилом доме"),
    Text(text="да"),
    Text(text="😡😡😡"),
    Text(text=""),
]


def _rows(head: str, count: int) -> list[Row]:
    """Rows of our own, so many of each class."""
    names = {"topic": "topic", "appeal": "appeal", "urgent": "urgent"}
    taken: dict[str, int] = {}
    found = []
    for each in synthetic.examples():
        label = str(getattr(each, names.get(head, "sentiment")))
        taken[label] = taken.get(label, 0) + 1
        if taken[label] <= count:
            found.append(each.row(label))
    return found


def test_fused_scores_equal_predict_proba(model: language.Model) -> None:
    trained = {}
    for name in HEADS:
        rows = _rows(name, 4)
        trained[name] = fit.calibrated(rows, rows, strength=1.0).whole
    settings_ = {"topic": {"first": 0.0, "second": 0.0}}
    heads = {name: fit.as_head(name, each, settings_.get(name)) for name, each in trained.items()}
    heads["urgent"] = replace(heads["urgent"], classes=("calm", "urgent"))
    # Under another name, because `other` is never said.
    every = tuple("any" if name == topic.OTHER else name for name in heads["topic"].classes)
    heads["topic"] = replace(heads["topic"], classes=every)
    labels = Understanding(heads, model, Nowhere())(TEXTS)
    own = [f"{text.title}\n{text.text}" if text.title else text.text for text in TEXTS]
    matrix = features.matrix(own)
    urgent = trained["urgent"].predict_proba(matrix)[:, 1]
    appeal = trained["appeal"].predict_proba(matrix).max(axis=1)
    sums, squares = features.sums(own)
    for number, weight in enumerate(topic.CONTEXT):
        wide, wide_squares = features.sums([text.above[number] for text in TEXTS])
        sums, squares = sums + weight * wide, squares + weight**2 * wide_squares
    both = features.scaled(sums, squares)
    best = np.sort(trained["topic"].predict_proba(both), axis=1)[:, ::-1][:, :2]
    for place, found in enumerate(labels[:7]):
        if found.urgent is None:
            continue
        assert found.urgent == pytest.approx(urgent[place], abs=2e-4)
        assert found.appeal_probability == pytest.approx(appeal[place], abs=2e-4)
        assert [p for _, p in found.topics] == pytest.approx(best[place].tolist(), abs=2e-4)
    russian = trained["sentiment_ru"].predict_proba(matrix)[0]
    assert labels[0].sentiment == pytest.approx(tuple(russian), abs=2e-4)
    kazakh = trained["sentiment_kk"].predict_proba(matrix)[1]
    assert labels[1].sentiment == pytest.approx(tuple(kazakh), abs=2e-4)


def test_packaged_heads_agree_with_their_plain_form(
    understand: Understanding, heads: dict[str, linear.Head]
) -> None:
    texts = [each.text for each in synthetic.examples()[:150]]
    labels = understand([Text(text=text) for text in texts])
    urgent = heads["urgent"](texts)[:, 1]
    assert [found.urgent for found in labels] == pytest.approx(urgent.tolist(), abs=2e-4)
    feelings = sentiment.fold(heads["sentiment_ru"], heads["sentiment_ru"](texts))
    for found, expected in zip(labels, feelings, strict=True):
        if found.language == "ru" and found.sentiment and found.script == "cyrl":
            assert sum(found.sentiment) == pytest.approx(1, abs=1e-3)
            assert np.abs(np.array(found.sentiment) - expected).max() < 0.5


def test_labels_do_not_depend_on_the_page(understand: Understanding) -> None:
    texts = [Text(text=each.text) for each in synthetic.examples()[:130]]
    assert understand(texts) == [understand([text])[0] for text in texts]


def test_a_full_bank_forgets_words_and_says_the_same(
    heads: dict[str, linear.Head], model: language.Model, understand: Understanding
) -> None:
    small = Understanding(heads, model, Nowhere(), capacity=300)
    texts = [Text(text=each.text) for each in synthetic.examples()[:60]]
    assert [small([text])[0] for text in texts] == understand(texts)


def test_a_full_bank_keeps_the_youngest_words_that_were_met_again(
    heads: dict[str, linear.Head], model: language.Model
) -> None:
    bank = WordBank(Table.of([heads["topic"].coefficients]), model, capacity=8)
    bank.rows(["вода", "газ", "свет", "тепло", "су"])
    bank.rows(["су", "газ", "свет", "вода"])
    known = bank.scores[bank.rows(["су", "свет"])]
    bank.make_room(2)
    assert len(bank) == 6
    bank.make_room(3)
    assert len(bank) == 4  # no word, and half of the room less one
    assert (bank.scores[bank.rows(["су", "свет"])] == known).all()
    assert len(bank) == 4
    bank.make_room(8)
    assert len(bank) == 1


def test_an_empty_text_has_no_labels(understand: Understanding) -> None:
    assert understand([Text(text=" \u200b\n")]) == [Labels()]
    assert understand([]) == []


def test_emoji_have_a_sentiment_and_no_language(understand: Understanding) -> None:
    found = understand([Text(text="😡😡😡")])[0]
    assert found.language is None
    assert found.sentiment is not None


def test_context_helps_the_topic_alone(
    heads: dict[str, linear.Head], model: language.Model
) -> None:
    frank = replace(heads["topic"], settings={"first": 0.0, "second": 0.0})
    understand = Understanding({**heads, "topic": frank}, model, Nowhere())
    plain = understand([Text(text="и так каждый год")])[0]
    helped = understand([Text(text="и так каждый год", context="Паводок: прорвало дамбу")])[0]
    assert dict(helped.topics) != dict(plain.topics)
    assert structs.replace(helped, topics=plain.topics) == plain


def test_the_fingerprint_is_the_plain_one(understand: Understanding) -> None:
    for text in ("Третий день нет воды на улице Абая, акимат молчит", "да", "один два три"):
        assert understand([Text(text=text)])[0].fingerprint == simhash(text)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.builds(
            Text,
            text=st.text(alphabet=st.characters(exclude_categories=()), max_size=400),
            title=st.none() | st.text(max_size=20),
            context=st.none() | st.text(max_size=20),
        ),
        max_size=4,
    )
)
def test_any_text_gets_labels(understand: Understanding, texts: list[Text]) -> None:
    found = understand(texts)
    assert len(found) == len(texts)
    for labels in found:
        if labels.sentiment is not None:
            assert sum(labels.sentiment) == pytest.approx(1, abs=1e-3)
            assert labels.urgent is not None
            assert 0 <= labels.urgent <= 1


@pytest.mark.parametrize(
    "text",
    [
        "а" * 100_000,
        "!" * 100_000,
        "я ты " * 25_000,
        "\ud800" * 70_000,
        "\u200b" * 70_000,
        "َ" * 64_000,
    ],
    ids=["letter", "marks", "words", "surrogates", "invisible", "combining"],
)
def test_a_very_long_text_is_cut(understand: Understanding, text: str) -> None:
    assert len(understand([Text(text=text)])) == 1


def test_every_head_says_its_version(understand: Understanding) -> None:
    assert set(understand.versions) == {*HEADS, "language", "places"}
    assert all(understand.versions.values())


def test_the_packaged_understanding_loads_with_places() -> None:
    found = understanding.load()([Text(text="В Таразе третий день нет воды")])[0]
    assert found.language == "ru"
    assert found.places[0].kato.startswith("31")
