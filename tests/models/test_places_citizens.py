"""Sentences of citizens, journalists and officials: what a reader expects is found, or known not to
be (`models/train/data/places_citizens.txt`)."""

from __future__ import annotations

from collections import Counter

import pytest

from models.places import Places, load
from models.texts import Text
from models.train import evaluate_places, places_citizens
from models.train.places_citizens import Row

MISSED = {
    "Капчагай обмелел": "the reservoir as well",
    "талдык, военный городок, фонари не горят": "a short name in small letters",
    "Семей, правый берег, маршрут 22 отменили": "«семей» is families",
    "Жамбылская область, Кулан и Луговое без света после ветра": "words, without a type",
    "Конаев, казино есть, а больницы нет": "a surname",
    "Саумалколь, скорую ждали два часа": "a village at the beginning of a sentence",
    "В Асе нет врача": "three letters of which one changes",
    "Посёлок Заречный замело": "the code list has one of that very name; people have many",
    "oralda su tasyp zhatyr": "«oralda» in small letters",
}
"""Texts of which something else is found than a reader expects, and why."""
ROWS = list(places_citizens.read())


@pytest.fixture(scope="module")
def places() -> Places:
    return load()


@pytest.mark.parametrize("row", ROWS, ids=[row["text"] for row in ROWS])
def test_finds_what_a_reader_expects(places: Places, row: Row) -> None:
    given = {name: row.get(name) for name in ("home", "title", "context")}
    found = {place.kato for place in places([Text(text=row["text"], **given)])[0]}
    right = found == set(row["codes"].split(";")) - {""}
    assert right != (row["text"] in MISSED), found


def test_sentences_written_later_are_read_as_well(places: Places) -> None:
    later = list(places_citizens.read("later"))
    measured = evaluate_places.result("later", later, places).scores
    assert len(later) >= 100
    assert measured["region F1"].value >= 0.97
    assert measured["districts and settlements"].value >= 0.95


def test_every_region_is_named_and_many_sentences_name_none() -> None:
    parts = places_citizens.parts()
    assert sum(map(len, parts)) == len(ROWS) >= 450
    named = Counter(code for row in ROWS for code in row["region_kato2"].split(";"))
    assert len(named) == 21
    assert named.pop("") >= 75
    assert min(named.values()) >= 5
