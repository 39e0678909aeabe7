"""Who else bears the name of a place, and what does not hide one."""

from __future__ import annotations

import re

import pytest

from models.places import Places, load
from models.texts import Text
from tests.models.bearers_table import CLUBS, FIRMS, OTHERS, PLACES, SURNAMES

_MARK = re.compile(r"\[([^|\]]+)\|(\d{9})\]")


def _lines(*tables: str) -> list[str]:
    return [line for table in tables for line in table.splitlines() if line]


@pytest.fixture(scope="module")
def places() -> Places:
    return load()


@pytest.mark.parametrize("line", _lines(SURNAMES, CLUBS, FIRMS, OTHERS))
def test_bearers_are_no_places(places: Places, line: str) -> None:
    assert places([Text(text=line)]) == [()]


@pytest.mark.parametrize("line", _lines(PLACES))
def test_nothing_beside_hides_a_place(places: Places, line: str) -> None:
    text = _MARK.sub(r"\1", line)
    found = {(text[slice(*p.span)], p.kato) for p in places([Text(text=text)])[0] if p.span}
    assert found == set(_MARK.findall(line))
