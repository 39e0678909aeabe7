"""The rhythms of all budgets of the process, kept in a file where one is given."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from collectors import HttpConfig
from collectors.runner import kept
from collectors.runner.budget import Purse
from collectors.runner.configured import Instance
from collectors.runner.rhythm import Book, Rhythm

KEEP_SECONDS = 600.0
"""How often it is written."""


class _Shelf(msgspec.Struct):
    books: dict[str, Book] = {}


class Rhythms:
    """Finds the rhythm that a target belongs to."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._shelf = _sound(kept.read(path, _Shelf))
        self._rhythms: dict[str, Rhythm] = {}

    def of(self, one: Instance, target: str, purse: Purse) -> Rhythm:
        """By credential and budget; targets without a budget by their instance."""
        budget = one.config.looks_a_day(target) if isinstance(one.config, HttpConfig) else None
        name, looks = budget or (one.name, None)
        key = f"{purse.credential}/{name}"
        if key not in self._rhythms:
            book = self._shelf.books.setdefault(key, Book())
            self._rhythms[key] = Rhythm(one.config.every_seconds, looks, book)
        return self._rhythms[key]

    @property
    def books(self) -> Mapping[str, Book]:
        """What is known, by credential and budget."""
        return self._shelf.books

    def keep(self) -> None:
        """Write the file, where there is one."""
        kept.write(self._path, self._shelf)


def _sound(shelf: _Shelf) -> _Shelf:
    return _Shelf({key: book for key, book in shelf.books.items() if len(book.hours) == 24})
