"""A text that names an emergency often is about one too, whatever else it is about."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from models import emergency, texts, topic, understanding
from models.linear import Head
from models.texts import Text
from models.train import synthetic
from models.understanding import Understanding

NAMED = [
    "Паводок не отступает: из затопленного посёлка эвакуировали триста человек",
    "Пожар в доме, спасатели работают",
    "Су тасқыны ауылды басты, төтенше жағдай жарияланды",
    "Жер сілкінісі болды, зардап шеккендер бар",
    "Школа: рухнула крыша, дети под завалами",
    "Обвалилась стена, вызывайте спасателей",
    "Смерч повалил столбы, есть пострадавшие",
]
OTHERS = [
    "Президент провёл совещание о паводке",
    "Когда починят дорогу на улице Абая?",
    "В доме опять взрыв цен на всё",
    "Прогноз обвалил акции, рубль рухнул",
    "Двор завален мусором, завалили и подъезд",
    "Жолды қашан жөндейсіздер",
    "",
]


def counted(text: str) -> emergency.Count:
    return emergency.count(texts.tokens(text))


@pytest.mark.parametrize("text", NAMED)
def test_an_emergency_is_named(text: str) -> None:
    assert emergency.is_named(counted(text))


@pytest.mark.parametrize("text", OTHERS)
def test_one_word_is_a_remark(text: str) -> None:
    assert not emergency.is_named(counted(text))


def test_in_a_long_text_two_words_are_a_remark() -> None:
    long = " ".join(["слово"] * 300)
    assert not emergency.is_named(counted(f"{NAMED[1]} {long}"))


def test_own_rows_of_other_topics_seldom_name_one() -> None:
    """Rows that we wrote for training: nine of ten that name an emergency are about one."""
    named = Counter(
        each.topic
        for each in synthetic.examples()
        if emergency.is_named(counted(f"{each.context or ''} {each.text}"))
    )
    assert named[emergency.CODE] >= 10
    assert named[emergency.CODE] >= 0.75 * named.total()


def head() -> Head:
    classes = ("emergency", "other", "politics")
    empty = np.zeros((1, 3), np.float32)
    return Head("topic", "1", classes, empty, empty[0], {"first": 0.6, "second": 0.25})


@pytest.mark.parametrize(
    ("probabilities", "told"),
    [
        ((0.1, 0.1, 0.8), (("politics", 0.8), ("emergency", 0.5))),
        ((0.2, 0.3, 0.5), (("emergency", 0.5),)),
        ((0.9, 0.05, 0.05), (("emergency", 0.9),)),
        ((0.1, 0.8, 0.1), ()),
    ],
)
def test_it_is_a_topic_beside_the_head_s(
    probabilities: tuple[float, ...], told: topic.Topics
) -> None:
    rows = np.array([probabilities, (0.1, 0.1, 0.8)], np.float32)
    assert topic.decide(head(), rows, [True, False]) == [told, (("politics", 0.8),)]


@pytest.fixture(scope="module")
def shipped() -> Understanding:
    return understanding.load()


def test_a_comment_is_understood_with_its_article(shipped: Understanding) -> None:
    """The headline is politics; how the article begins says what it is about."""
    title = "Аким области встретился с жителями и дал поручения правительству"
    begins = (
        "Встреча прошла в школе, где живут эвакуированные. Паводок затопил четыреста домов, "
        "спасатели работают круглые сутки."
    )
    remark = "Правильно говорит, надо было раньше думать"
    bare, whole = shipped(
        [Text(text=remark, context=title), Text(text=remark, context=f"{title}\n{begins}")]
    )
    assert emergency.CODE not in dict(bare.topics)
    assert emergency.CODE in dict(whole.topics)
