"""Kazakh words by topic: read, inflected, and learned of without being met."""

from __future__ import annotations

import pytest

from models import features, taxonomy
from models.train import fit, glossary, lexicon
from models.train.rows import Row
from rezonans.troubles import Invalid


def test_a_line_is_words_of_a_topic() -> None:
    found = glossary.parse(
        ["# ours", "", "[water]", "кран, шүмек = кран", "сарқ- = иссякнуть"], "g"
    )
    assert found == [("water", ("кран", "шүмек")), ("water", ("сарқ-",))]


@pytest.mark.parametrize("line", ["су", "су =", "= вода", "су құбыры = водопровод"])
def test_a_bad_line_is_told_with_its_place(line: str) -> None:
    with pytest.raises(Invalid, match=r"glossary.txt:2: "):
        glossary.parse(["[water]", line], "glossary.txt")
    with pytest.raises(Invalid, match=r"glossary.txt:1: "):
        glossary.parse(["су = вода"], "glossary.txt")


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("су", "суды судан суымыз сусыз"),
        ("жол", "жолда жолды жолдың жолдары"),
        ("мектеп", "мектепте мектебі мектебіміз мектептен"),
        ("пеш", "пешті пештен пеші"),
        ("көше", "көшеде көшесі көшелер көшенің"),
        ("тоң-", "тоңды тоңып тоңған тоңады"),
        ("жібер-", "жіберді жіберген жіберіп"),
    ],
)
def test_a_word_stands_for_its_forms(word: str, said: str) -> None:
    assert set(said.split()) <= glossary.forms(word)


def test_the_glossary_is_of_the_taxonomy() -> None:
    listed = glossary.entries()
    assert len(listed) > 350
    assert {entry.topic for entry in listed} <= set(taxonomy.packaged().topics)


def test_no_word_is_listed_twice_under_a_topic() -> None:
    seen = [(entry.topic, word) for entry in glossary.entries() for word in entry.words]
    assert sorted({pair for pair in seen if seen.count(pair) > 1}) == []


@pytest.mark.parametrize("word", ["сулардан", "судан", "сумен", "құбырымыз", "кубырды"])
def test_a_form_is_known_in_any_spelling(word: str) -> None:
    topics = sorted({entry.topic for entry in glossary.entries()})
    row = glossary.knowledge()[lexicon.column(word)].toarray()[0]
    assert row[topics.index("water")] > 0


def test_a_word_that_was_never_met_has_the_topic_of_its_neighbours() -> None:
    said = {"water": ("құбыр", "кран", "кәріз"), "roads": ("асфальт", "көпір", "тротуар")}
    rows = [
        Row(text=f"{word} {number}", label=label, source="own", language="kk")
        for label, words in said.items()
        for word in words
        for number in ("тағы", "кеше", "міне")
    ]
    unmet = fit.matrix([Row(text="құдық", label="water", source="own", language="kk")])
    scores = [
        fit.scores(fit.estimate(fit.matrix(rows), rows, strength=1.0, knowledge=known), unmet)[0, 0]
        for known in (None, glossary.knowledge())
    ]
    assert scores[1] > scores[0] + 0.3, "above zero is water, the second class"


def test_what_is_learned_is_folded_into_the_columns() -> None:
    assert glossary.knowledge().shape[0] == features.width()
