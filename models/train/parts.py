"""Parts of a test that are scored by themselves: languages, and the ways Kazakh is written."""

from __future__ import annotations

from models.forms import CYRILLIC, LATIN, RUSSIAN_LETTERS, form
from models.train.rows import Row

__all__ = ["CYRILLIC", "LATIN", "RUSSIAN_LETTERS", "form", "of_row", "places"]


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
