"""Parts of a test that are scored by themselves: languages, and the ways Kazakh is written."""

from __future__ import annotations

from models import texts
from models.train.rows import Row

CYRILLIC, LATIN, RUSSIAN_LETTERS = "Cyrillic Kazakh", "Latin Kazakh", "«кушти» spelling"
_SURE_WORDS = 4
"""Every fifth letter of Kazakh is one that Russian has not: so many words do without only when
their writer did."""


def form(text: str) -> str:
    """How a Kazakh text is written: its own letters, Latin ones, or those of Russian alone."""
    words = [token for token in texts.tokens(text) if token[:1].isalpha()]
    scripts = [texts.script(word) for word in words]
    if 2 * scripts.count("latn") > len(scripts):
        return LATIN
    bare = all(texts.KAZAKH.isdisjoint(word) for word in words)
    return RUSSIAN_LETTERS if bare and len(words) >= _SURE_WORDS else CYRILLIC


def of_row(row: Row) -> list[tuple[str, str]]:
    """The parts a row belongs to, as (what is parted, name of the part)."""
    found = [("language", row.language)]
    if row.language == "kk":
        found.append(("writing form", form(row.text)))
    return found


def places(rows: list[Row]) -> dict[tuple[str, str], list[int]]:
    """Numbers of the rows of each part, sorted; empty where all rows are one part."""
    found: dict[tuple[str, str], list[int]] = {}
    for number, row in enumerate(rows):
        for part in of_row(row):
            found.setdefault(part, []).append(number)
    return {part: found[part] for part in sorted(found)} if len(found) > 1 else {}
