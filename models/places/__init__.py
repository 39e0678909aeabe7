"""From a text to the places of Kazakhstan that it names, with the evidence of each.

    places = load()
    places([Text(text="В Таразе нет воды")])[0][0].kato == "311010000"

What the text or its title names comes first; only where they name nothing, what the post
that it answers names (`how` begins with "context:"), and last the home of the container
(`how` is "home"). It abstains where it is not sure: a poet, a street, a river, a brand.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from models import disguise
from models.places.gazetteer import Gazetteer
from models.places.gazetteer import load as _gazetteer
from models.places.glance import Glance
from models.places.judge import Claim, claims
from models.places.resolve import Verdict, ranked, resolve
from models.places.scan import LONGEST, scan
from models.places.units import FOLDER, parents
from models.places.words import Reader
from models.texts import Text
from rezonans.records import Place

__all__ = ["Places", "load"]

_Anchor = tuple[str, frozenset[str]]
_Answered = dict[tuple[str | None, str | None], list[Claim]]
"""What the contexts of a batch name, by context and home: often the same article, read once."""


class Places:
    """The head. Deterministic; remembers words, so the same object is to be used again."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.version = gazetteer.version
        self._gazetteer = gazetteer
        self._read = Reader(gazetteer)
        self._glance = Glance(self._read)

    def __call__(self, batch: Sequence[Text]) -> list[tuple[Place, ...]]:
        """Places of each text, best first; empty where nothing is known of it."""
        answered: _Answered = {}
        return [self._one(text, answered) for text in batch]

    def _one(self, text: Text, answered: _Answered) -> tuple[Place, ...]:
        read = text.text[:LONGEST]
        plain = disguise.plain(read)
        if plain == read:
            return self._shown(text, answered)
        found = self._shown(msgspec.structs.replace(text, text=plain), answered)
        if not any(place.span for place in found):
            return found
        located = disguise.located(read)
        return tuple(
            msgspec.structs.replace(place, span=place.span and located.span(*place.span))
            for place in found
        )

    def _shown(self, text: Text, answered: _Answered) -> tuple[Place, ...]:
        """Places of a text without disguise."""
        home = _code(text.home)
        own = self._claims(text.text, home)
        title = self._claims(text.title, home)
        if not (own or title or text.context):
            return self._at_home(home)
        if (text.context, home) not in answered:
            answered[text.context, home] = self._claims(text.context, home)
        context = answered[text.context, home]
        around = _around(home)
        named = resolve(
            own, self._gazetteer, [*_beside("title", title), *_beside("context", context), *around]
        )
        above = resolve(title, self._gazetteer, [*_beside("text", own), *around])
        if named or above:
            return self._places(named, above, "title")
        beyond = resolve(context, self._gazetteer, around)
        if beyond:
            return self._places([], beyond, "context")
        return self._at_home(home)

    def _may_name(self, text: str, home: str | None) -> bool:
        """The first look. Whoever always says yes finds the same places, and takes longer."""
        return self._glance(text, home)

    def _claims(self, text: str | None, home: str | None) -> list[Claim]:
        text = text and text[:LONGEST]
        if not text or not self._may_name(text, home):
            return []
        scanned = scan(text, self._read, self._gazetteer)
        return claims(scanned, self._gazetteer, home) if scanned.finds else []

    def _places(self, own: list[Verdict], other: list[Verdict], source: str) -> tuple[Place, ...]:
        marked = [v._replace(how=f"{source}:{v.how}", start=-1) for v in other]
        return tuple(
            Place(
                kato=verdict.unit.code,
                level=verdict.unit.level,
                name=verdict.unit.russian,
                how=verdict.how,
                span=None if verdict.start < 0 else (verdict.start, verdict.end),
            )
            for verdict in ranked([*own, *marked])
        )

    def _at_home(self, home: str | None) -> tuple[Place, ...]:
        unit = self._gazetteer.units.get(home) if home else None
        if unit is None and home:
            known = (self._gazetteer.units.get(parent) for parent in parents(home))
            unit = next((parent for parent in known if parent is not None), None)
        if unit is None:
            return ()
        return (Place(kato=unit.code, level=unit.level, name=unit.russian, how="home"),)


def _code(home: str | None) -> str | None:
    """A home of 2, 4, 6 or 9 digits as nine; `None` for anything else."""
    if home is None or not home.isascii() or not home.isdigit() or len(home) not in (2, 4, 6, 9):
        return None
    return home.ljust(9, "0")


def _beside(label: str, found: list[Claim]) -> list[_Anchor]:
    codes = frozenset(c.units[0].code for c in found if c.sure)
    return [(label, codes)] if codes else []


def _around(home: str | None) -> list[_Anchor]:
    return [("home", frozenset({home}))] if home else []


def load(path: Path | None = None) -> Places:
    """The head over the gazetteer in a folder; `Invalid` says which file is unusable and why."""
    return Places(_gazetteer(path or FOLDER))
