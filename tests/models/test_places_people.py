"""People of a place: every region and city, every case, both languages."""

from __future__ import annotations

import re

import pytest

from models.places import Places, load
from models.places.units import CAPITALS, units
from models.texts import Text
from tests.models.people_table import KAZAKH, RUSSIAN

_MEN = ("ец", "ца", "цу", "цем", "це", "цы", "цев", "цам", "цами", "цах")
_TOWNSMEN = ("е", "", "ам", "ами", "ах", "ин", "ина", "ину", "ином", "ине", "ка", "ки", "кой")
_CASES = ("", "дың", "ға", "ды", "да", "дан", "мен")
_SOFT = ("", "дің", "ге", "ді", "де", "ден", "мен")


def _words(table: str) -> list[tuple[str, str, bool]]:
    """Code, word, and whether it needs evidence."""
    found = []
    for line in filter(None, table.splitlines()):
        code, *words = line.split()
        found += [(code, word.rstrip("?"), word.endswith("?")) for word in words]
    return found


def _russian(word: str) -> list[str]:
    if word.endswith("чане"):
        return [word[:-1] + ending for ending in _TOWNSMEN]
    stem = word.removesuffix("цы")
    one = stem[:-1] if stem.endswith(("ай", "ь")) else stem
    return [(one if ending == "ец" else stem) + ending for ending in _MEN]


def _kazakh(word: str) -> list[str]:
    return [word + case for case in (_SOFT if word.endswith("ер") else _CASES)]


@pytest.fixture(scope="module")
def places() -> Places:
    return load()


def _found(places: Places, word: str) -> list[str]:
    return [place.kato for place in places([Text(text=f"Кеше {word} осында")])[0]]


@pytest.mark.parametrize(("code", "word", "doubtful"), _words(RUSSIAN))
def test_russian_people_in_every_case(places: Places, code: str, word: str, doubtful: bool) -> None:
    forms = {form: _found(places, form) for form in _russian(word)}
    assert forms == dict.fromkeys(forms, [] if doubtful else [code])


@pytest.mark.parametrize(("code", "word", "doubtful"), _words(KAZAKH))
def test_kazakh_people_in_every_case(places: Places, code: str, word: str, doubtful: bool) -> None:
    forms = {form: _found(places, form) for form in _kazakh(word)}
    assert forms == dict.fromkeys(forms, [] if doubtful else [code])


@pytest.mark.parametrize(("code", "word", "doubtful"), _words(RUSSIAN))
def test_with_a_capital_as_without(places: Places, code: str, word: str, doubtful: bool) -> None:
    assert _found(places, word.capitalize()) == ([] if doubtful else [code])


def test_no_region_and_no_city_is_forgotten() -> None:
    told = {code for code, _, _ in _words(RUSSIAN) + _words(KAZAKH)}
    known = {code for code, unit in units().items() if unit.kind in ("region", "city")}
    rest = {code for code in known - told if code not in CAPITALS}
    said_as_region = {"151010000", "231010000", "351010000", "391010000", "431010000"}
    said_as_region |= {"551010000", "611010000", "190000000", "154825100", "191810000"}
    assert rest <= said_as_region | {"316621100", "353220100"}, rest - said_as_region


@pytest.mark.parametrize(
    "text",
    [
        "Біз үйге кеше оралдық", "семейка гуляет в парке", "серебрянка высохла",
        "Алдыңғы есікке барды", "В Петропавловке пожар", "арыска барды",
        "уральцы Екатеринбурга вышли на митинг", "Зыряновка стоит",
    ],
)  # fmt: skip
def test_what_only_ends_like_people(places: Places, text: str) -> None:
    assert places([Text(text=text)]) == [()]


def test_each_line_is_read() -> None:
    lines = [line for line in (RUSSIAN + KAZAKH).splitlines() if line]
    assert all(re.fullmatch(r"\d{9}( [а-яёәғқңөұүһі-]+\??)+", line) for line in lines)
