"""Spellings of Kazakh: sentences written in every way people write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import spelling, texts

TABLE = Path(__file__).with_name("kazakh_spellings.txt")
PAIRS = Path(__file__).with_name("kazakh_pairs.txt")
UNDECIDED = {
    ("1", "ışımız auyrdy"): "ı is «і» here and «ы» in Turkish-like spelling",
    ("9", "sıŋlım emhanada"): "the same",
    ("1", "sıñlım emhanada"): "the same",
}
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]*)*")


def _folded(sentence: str) -> list[str]:
    return [spelling.fold(word) for word in _WORD.findall(texts.clean(sentence))]


def pairs(table: Path = TABLE) -> Iterator[tuple[str, str, str]]:
    """Mark of the spelling, the Cyrillic sentence, the same in that spelling."""
    cyrillic = ""
    for line in table.read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        if re.match("[r7891tc] ", line):
            yield line[0], cyrillic, line[2:]
        else:
            cyrillic = line


@pytest.mark.parametrize(("mark", "cyrillic", "other"), list(pairs()))
def test_a_sentence_folds_to_the_same_words(mark: str, cyrillic: str, other: str) -> None:
    assert _folded(other) == _folded(cyrillic), mark


@pytest.mark.parametrize(("mark", "cyrillic", "other"), list(pairs(PAIRS)))
def test_what_was_written_before_it_was_read_folds_alike(
    mark: str, cyrillic: str, other: str
) -> None:
    alike = _folded(other) == _folded(cyrillic)
    assert alike != ((mark, other) in UNDECIDED), (_folded(cyrillic), _folded(other))


def test_the_tables_are_large() -> None:
    assert len(list(pairs())) >= 130
    assert len(list(pairs(PAIRS))) >= 200


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("вoдa", "вода"),  # Latin o and a
        ("рaxmet", "рахмет"),
        ("аlmaty", "алматы"),  # Cyrillic а
        ("joқ", "жок"),  # one Kazakh letter in a Latin word
        ("бiр", "бир"),  # Latin i
        ("кəсіп", "касип"),  # Latin schwa
        ("ќазаќ", "казак"),  # letters of old fonts
        ("җұмыс", "җумыс"),
    ],
)
def test_a_word_of_two_alphabets_is_of_one(written: str, meant: str) -> None:
    assert spelling.fold(written) == meant


@pytest.mark.parametrize(
    ("latin", "russian"),
    [
        ("voda", "вода"),
        ("nashey", "нашей"),
        ("pochemu", "почему"),
        ("ochen", "очен"),
        ("stantsiya", "станция"),
        ("tsentr", "центр"),
        ("shchuka", "щука"),
    ],
)
def test_russian_in_latin_letters_is_read(latin: str, russian: str) -> None:
    assert spelling.fold(latin) == russian


@pytest.mark.parametrize(
    "word",
    ["жатса jatsa", "қазанға qazanga", "түнгі tungi", "айтса aitsa", "сияқты siaqty", "қуат quwat"],
)
def test_letters_that_only_look_like_a_digraph_stay_two(word: str) -> None:
    cyrillic, latin = word.split()
    assert spelling.fold(latin) == spelling.fold(cyrillic)


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=60))
def test_any_word_folds_within_bounds(word: str) -> None:
    assert len(spelling.fold(word)) <= spelling.LONGEST_WORD


@given(st.text(alphabet="абвгдежзийклмнопрстуфхцчшщъыьэюя", min_size=1, max_size=20))
def test_russian_words_stay_as_they_are(word: str) -> None:
    assert texts.fold(word) == texts.shorten(word)
