"""Corrections of the desk: several names must agree, and nobody decides alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.train import corrections
from models.train.corrections import MOST_OF_ONE, Correction, counted
from rezonans.troubles import Invalid

NOW = datetime(2026, 11, 22, 9, 5, tzinfo=UTC)


def _said(text: str) -> list[Correction]:
    """ "Айгүл vk:1 water; Ерлан vk:1 roads", one after another."""
    found = []
    for number, part in enumerate(text.split(";")):
        by, item, label = part.split()
        at = NOW + timedelta(minutes=number)
        found.append(Correction(item=item, question="topic", label=label, by=by, at=at))
    return found


@pytest.mark.parametrize(
    ("said", "labels"),
    [
        ("Айгүл 1 water", {}),
        ("Айгүл 1 water; Айгүл 1 water; айгүл 1 water", {}),  # one name, however often
        ("Иван 1 water; ИВAН 1 water; Ивaн 1 water; Ива\u200bн 1 water", {}),  # nor look-alikes
        ("Айгүл 1 water; Ерлан 1 water", {"1": "water"}),
        ("Айгүл 1 water; Ерлан 1 roads", {}),
        ("Айгүл 1 water; Ерлан 1 water; Динара 1 roads", {"1": "water"}),
        ("Айгүл 1 water; Ерлан 1 water; Динара 1 roads; Асхат 1 roads", {}),
        ("Айгүл 1 roads; Ерлан 1 water; Айгүл 1 water", {"1": "water"}),  # the last word counts
        ("Айгүл 1 water; Ерлан 2 water", {}),
    ],
)
def test_what_stands(said: str, labels: dict[str, str]) -> None:
    assert counted(_said(said), "topic").labels == labels


def test_one_name_has_no_more_than_its_share() -> None:
    angry = [f"Гнев {n} corruption" for n in range(MOST_OF_ONE + 30)]
    others = [f"Ерлан {n} corruption" for n in range(MOST_OF_ONE + 30)]
    found = counted(_said(";".join(angry + others)), "topic")
    assert len(found.labels) == MOST_OF_ONE
    assert set(found.labels) == {str(n) for n in range(30, MOST_OF_ONE + 30)}  # the latest
    assert found.left_out["one name said too much"] == 60


def test_a_head_learns_only_so_many() -> None:
    said = [f"{name} {n}{group} water" for group in "абвгдежзиклм" for n in range(MOST_OF_ONE)
            for name in (f"Ә{group}", f"Б{group}")]  # fmt: skip
    found = counted(_said(";".join(said)), "topic")
    assert len(found.labels) == corrections.MOST
    assert found.left_out == {"enough for this head": 100}


def test_a_small_desk_may_trust_one_name() -> None:
    assert counted(_said("Айгүл 1 water"), "topic", voices=1).labels == {"1": "water"}
    assert counted(_said("Айгүл 1 water; Ерлан 1 gas"), "topic", voices=1).labels == {}


def test_questions_are_counted_apart() -> None:
    assert counted(_said("Айгүл 1 water; Ерлан 1 water"), "appeal").labels == {}


names = st.sampled_from(["Айгүл", "Ерлан", "Динара"])
codes = st.sampled_from(["water", "roads", "gas"])


@given(st.lists(st.tuples(names, st.sampled_from("123"), codes), max_size=40))
def test_no_name_alone_makes_a_label(said: list[tuple[str, str, str]]) -> None:
    found = [
        Correction(item=item, question="topic", label=label, by=by, at=NOW + timedelta(seconds=n))
        for n, (by, item, label) in enumerate(said)
    ]
    last = {(each.by, each.item): each.label for each in found}
    for item, label in counted(found, "topic").labels.items():
        agreed = [by for (by, of), given in last.items() if of == item and given == label]
        others = [by for (by, of), given in last.items() if of == item and given != label]
        assert len(agreed) >= 2
        assert len(agreed) > len(others)


@pytest.mark.parametrize(
    ("subject", "value"),
    [
        ("spike:1", "topic=water"), ("item:", "topic=water"), ("item:1", "topic=snow"),
        ("item:1", "weather=bad"), ("item:1", "water"), ("item:1", "appeal=maybe"),
    ],
)  # fmt: skip
def test_a_correction_that_says_nothing_is_refused(subject: str, value: str) -> None:
    with pytest.raises(Invalid, match="correction"):
        corrections.parse(subject, value, "Айгүл", NOW, ["water"])


def test_stored_actions_are_read_and_the_bad_ones_counted() -> None:
    raw = [
        {"subject": "item:vk:1", "value": "topic=water", "by": "Айгүл", "at": NOW},
        {"subject": "item:vk:1", "value": "topic=gone", "by": "Айгүл", "at": NOW},
    ]
    (found,), bad = corrections.read(raw, ["water"])
    assert (found.item, found.question, found.label, bad) == ("vk:1", "topic", "water", 1)


def test_rows_are_of_texts_that_are_still_there() -> None:
    texts = {
        "1": {"title": "Су", "text": "су жоқ", "context": None, "language": "kk"},
        "2": {"title": None, "text": "нет воды", "context": "Авария", "language": "ru"},
    }
    labels = {"1": "negative", "2": "negative", "3": "negative"}
    (russian,) = corrections.rows(labels, texts, "sentiment_ru")
    (kazakh,) = corrections.rows(labels, texts, "sentiment_kk")
    both = corrections.rows(labels, texts, "appeal")
    assert (russian.text, russian.context) == ("нет воды", "Авария")
    assert kazakh.text == "Су\nсу жоқ"
    assert [row.source for row in both] == ["corrections"] * 2
    assert corrections.question_of("sentiment_kk") == "sentiment"
    assert corrections.question_of("language") is None


def test_what_is_not_learned_is_told_with_its_reason() -> None:
    found = counted(_said("Айгүл 1 water; Ерлан 1 water; Айгүл 2 water"), "topic")
    assert corrections.told("topic", 1, found, 0) == (
        "corrections of topic: 1 learned; 1 too few names agree"
    )
    assert corrections.told("topic", 0, found, 2).endswith(
        "; 1 without a text to learn (gone, simulated or of another language); 2 can not be read"
    )
