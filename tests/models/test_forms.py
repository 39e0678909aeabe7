"""Ways of writing Kazakh: strings of our own."""

from __future__ import annotations

import pytest

from models.forms import form
from tests.models.test_spelling import TABLE, pairs

LINES = """
Cyrillic Kazakh | Үш күн болды, су жоқ
Cyrillic Kazakh | Рахмет, бауырым
Cyrillic Kazakh | Бала далада
Cyrillic Kazakh | ЖКХ су бермейді, позор
Latin Kazakh | Nege su joq
Latin Kazakh | Üş kün boldy
Latin Kazakh | Su joq, когда дадут?? qashan
«кушти» spelling | су жок
«кушти» spelling | оте кымбат
«кушти» spelling | Неге осындай болды сендерде
«кушти» spelling | акимдик унсиз
Cyrillic Kazakh |
Cyrillic Kazakh | 😡😡
"""


@pytest.mark.parametrize("line", [line for line in LINES.splitlines() if line])
def test_the_way_of_writing(line: str) -> None:
    expected, _, text = line.partition("|")
    assert form(text) == expected.strip()


def test_every_spelling_of_the_table_is_told_apart() -> None:
    names = {"r": "«кушти» spelling", "c": "Latin Kazakh"}
    for mark, cyrillic, other in pairs():
        assert form(cyrillic) == "Cyrillic Kazakh"
        assert form(other) == names.get(mark, "Latin Kazakh"), (TABLE.name, other)
