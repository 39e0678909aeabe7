"""Short and odd texts of many languages: what a reader would say (`languages.txt`)."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from models import language

_TABLE = Path(__file__).with_name("languages.txt")


class Told(NamedTuple):
    """What a reader would say of a text; languages are several where either will do."""

    languages: tuple[str, ...]
    script: str
    text: str


def _told() -> list[Told]:
    lines = [line for line in _TABLE.read_text("utf-8").splitlines() if line and line[0] != "#"]
    rows = [line.partition(" | ") for line in lines]
    return [
        Told(tuple(head.split()[0].split("|")), head.split()[1], text) for head, _, text in rows
    ]


MISSED = frozenset(
    [
        "ок",
        "норм",
        "да",
        "Аким, ау",
        "пж скиньте номер",
        "ыыы ахаха",
        "Allah razı olsun kardeşim",
        "Рахмат, жуда яхши",
        "Кыргызстанда жаңы мектеп ачылды",
        "Дякую, дуже гарно",
        "Коли вже дадуть воду в наш будинок",
        "Що ви робите з нашим містом",
        "kogda pochinyat dorogu v nashem rayone",
    ]
)
"""Texts whose language is told wrongly."""


@pytest.mark.parametrize("told", _told(), ids=[told.text for told in _told()])
def test_what_a_reader_would_say(model: language.Model, told: Told) -> None:
    (verdict,) = model([told.text])
    language_, script = (verdict.language, verdict.script) if verdict else ("-", "none")
    assert script == told.script
    assert (language_ in told.languages) != (told.text in MISSED), verdict


def test_the_table_is_large_and_what_is_missed_is_in_it() -> None:
    texts = [told.text for told in _told()]
    assert len(texts) >= 100
    assert set(texts) >= MISSED
    assert len(MISSED) < 0.13 * len(texts)
