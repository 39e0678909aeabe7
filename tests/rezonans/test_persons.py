"""Who is behind a name: what looks alike is one voice, and what does not stays apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rezonans.persons import person


@pytest.mark.parametrize(
    "name",
    ["Иван", "ИВАН", " иван ", "Ивaн", "Ив\u200bан", "И в а н", "Ива́н", "И.ван", "\u202eИван"],
)
def test_one_person_writes_a_name_in_many_ways(name: str) -> None:
    assert person(name) == person("иван")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Айгүл", "Айгyл"), ("Нұрлан", "Нурлан"), ("Асхат", "Acxaт"), ("Олег", "0лег"),
        ("Ali", "AIi"), ("Пресс-служба", "Пресс служба"), ("Τомат", "Томат"), ("Ѕаулe", "Sауле"),
    ],
)  # fmt: skip
def test_letters_that_look_alike_are_one(one: str, other: str) -> None:
    assert one != other
    assert person(one) == person(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Иван", "Ирина"), ("Айгүл", "Айгерим"), ("press 1", "press 2"), ("Ия", "Оя"), ("👍", "👎")],
)
def test_people_stay_apart(one: str, other: str) -> None:
    assert person(one) != person(other)


@given(st.text())
def test_case_spaces_and_unseen_characters_never_make_another_person(name: str) -> None:
    assert person(f" {name}\u200b") == person(name)
    assert person(name.casefold()) == person(name)
