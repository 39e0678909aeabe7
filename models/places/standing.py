"""How a name stands in its sentence: as that of a place does, or as any word may."""

from __future__ import annotations

import re

from models.places.bearers import is_person, surname
from models.places.gazetteer import Gazetteer
from models.places.roles import role
from models.places.tokens import Find, Scanned

_SHORT = 5
"""Letters from which on a name at the beginning of a text is hardly a word: «Алга, ребята»."""
_CHAIN = re.compile(r"\s*(?:[-–—]+|[,;])\s*")
_TO = ("ға", "ге", "қа")
_DISTRICTS = ("аудандар",)


def _chained(scanned: Scanned, find: Find, gazetteer: Gazetteer) -> bool:
    """In a road or a list of known places: «Атырау - Доссор», «Павлодар, Семей»."""

    def known(at: int) -> bool:
        reading = scanned.tokens[at].reading
        names = reading.names if reading and not reading.ordinary else ()
        sure = (key for key, _ in names if key not in gazetteer.bound)
        return any(n.known for key in sure for n in gazetteer.names.get(key, ()))

    before, after = find.first - 1, find.last + 1
    tokens = scanned.tokens
    if after + 1 < len(tokens) and role(tokens[after].low) == "and":
        return known(after + 1) and scanned.gap(after, after + 1) == " "
    if before > 0 and role(tokens[before].low) == "and":
        return known(before - 1) and scanned.gap(before - 1, before) == " "
    sides = [(before, before, find.first), (after, find.last, after)]
    return any(
        0 <= beside < len(tokens)
        and _CHAIN.fullmatch(scanned.gap(left, right)) is not None
        and known(beside)
        for beside, left, right in sides
    )


def _heads(scanned: Scanned, find: Find, at_home: bool) -> bool:
    """Whether a text begins with it as with an address: «Риддер, улица Победы»; surnames do so
    as well («Сатпаев, академик»)."""
    if find.first or find.manner != "exact" or not find.capital or find.ordinary:
        return False
    if len(find.key) < _SHORT and not at_home:
        return False
    follows = scanned.text[find.end : find.end + 2].startswith(", ")
    return follows and not surname(scanned.tokens[0].low)


def _to(scanned: Scanned, find: Find) -> bool:
    """Whether something goes there, «Балқашқа»; a poet and a surname are given things."""
    ends = find.manner == "case" and scanned.tokens[find.last].low.endswith(_TO)
    return ends and find.key != "жамбил" and not surname(find.key)


def placed(scanned: Scanned, find: Find, gazetteer: Gazetteer, at_home: bool) -> bool:
    """Whether a name that may be something else stands as a place does."""
    if not (find.capital or (at_home and not find.doubtful)) or is_person(scanned, find):
        return False
    stands = (
        find.before in ("in", "by")
        or find.manner == "locative"
        or find.after == "by"
        or _to(scanned, find)
    )
    return stands or _heads(scanned, find, at_home) or _chained(scanned, find, gazetteer)


def only_begins(scanned: Scanned, find: Find, gazetteer: Gazetteer) -> bool:
    """Whether the capital is that of a sentence, and only the ending speaks for a place.

    Names of districts and of larger places are enough by themselves.
    """
    namings = gazetteer.names[find.key]
    large = any(n.unit.kind == "district" or n.unit.code in gazetteer.population for n in namings)
    if find.before is not None or large:
        return False
    return (
        find.first == 0
        or re.search(r"[^\w\s,;:«»\"'()-]|\n", scanned.gap(find.first - 1, find.first)) is not None
    )


def shouted(scanned: Scanned, find: Find) -> bool:
    """Whether the words beside are in capitals as well: then a capital says nothing."""
    beside = (
        scanned.tokens[max(0, find.first - 1) : find.first]
        or scanned.tokens[find.last + 1 : find.last + 2]
    )
    own = scanned.text[find.start : find.end]
    return own.isupper() and any(
        scanned.text[token.start : token.end].isupper() and len(token.low) > 2 for token in beside
    )


def several_districts(scanned: Scanned, find: Find) -> bool:
    """«шет аудандары» are districts far away; «Шет ауданы» is one of that name."""
    after = find.last + 1
    return after < len(scanned.tokens) and scanned.tokens[after].low.startswith(_DISTRICTS)
