"""Finds that are no places whatever stands around: streets, waters, brands, clubs, namesakes."""

from __future__ import annotations

import re

from models.places.clubs import club
from models.places.folding import fold
from models.places.gazetteer import Gazetteer
from models.places.tokens import Find, Scanned

_FOREIGN = re.compile(r"(?!казахстан)\w+[сц]к(?:ая|ой|ую|ие|их|им|ими)")
_GENITIVE = ("нин", "дин", "тин")
"""«-ның», «-дің», folded."""
_SEVERAL = re.compile(
    r"(?:көше|коше|өзен|озен|көл|даңғыл|дангыл|саябақ|ықшамаудан|шағынаудан|алаң)(?:лер|лар|дер|дар)\w*"
)


def _capital_elsewhere(scanned: Scanned, find: Find) -> bool:
    """«столица Грузии», «южнокорейской столице»: an adjective or a name says of what."""
    if find.key not in ("столица", "елорда"):
        return False
    if find.first and _FOREIGN.fullmatch(scanned.tokens[find.first - 1].low):
        return True
    if find.last + 1 >= len(scanned.tokens):
        return False
    after = scanned.tokens[find.last + 1]
    return scanned.gap(find.last, find.last + 1) == " " and scanned.text[after.start].isupper()


def _street(scanned: Scanned, find: Find, gazetteer: Gazetteer) -> bool:
    """Whether the street or the water after it bears its name: «Абай көшесі», «Балқаш көлі».

    Not behind a Kazakh case («Алматыда көше жарық емес»), a Russian one with «в», nor are several
    streets of a city: «Алматы көшелері».
    """
    if find.after not in ("street", "water"):
        return False
    known = any(n.known for n in gazetteer.names.get(find.key, ()))
    known = known and find.key not in gazetteer.weak and find.key not in gazetteer.bound
    word = fold(scanned.tokens[find.last].low)
    if find.manner == "locative" or (find.manner == "case" and word.endswith(_GENITIVE)):
        return False
    several = _SEVERAL.fullmatch(scanned.tokens[find.last + 1].low) is not None
    alone = find.before != "and" and not (
        find.first and scanned.gap(find.first - 1, find.first).strip()
    )
    return not (known and ((several and alone) or (find.before == "in" and find.manner == "case")))


def _namesake(scanned: Scanned, find: Find, gazetteer: Gazetteer) -> bool:
    """Whether a word of the text says that a place of that name abroad is meant."""
    signs = gazetteer.elsewhere.get(find.key, ())
    return bool(signs) and any(word.startswith(signs) for word in scanned.spellings())


_COMPARED = re.compile(r"\w+(?:[гк][ае]|[ғқ]а|н[ае]|[дтн][ае]н)")


def _compared(scanned: Scanned, find: Find) -> bool:
    """«2019 жылга караганда»: than that year, not the city."""
    if find.capital or not find.first or scanned.tokens[find.first].low != "караганда":
        return False
    return _COMPARED.fullmatch(scanned.tokens[find.first - 1].low) is not None


def _way(scanned: Scanned, find: Find) -> bool:
    """Whether it begins a way: «паром Актау - Баку»."""
    return scanned.text[find.end : find.end + 2].lstrip()[:1] in ("-", "–", "—")


def refused(scanned: Scanned, find: Find, gazetteer: Gazetteer) -> bool:
    """Whether a find names no place of Kazakhstan."""
    if find.sense == "never" or _namesake(scanned, find, gazetteer):
        return True
    if find.before in ("street", "water") and find.sense != "people":
        return True
    if find.marks or find.sense != "name":
        return False
    brand = find.manner == "exact" and find.before == "brand" and not _way(scanned, find)
    beside = _street(scanned, find, gazetteer)
    elsewhere = _capital_elsewhere(scanned, find) or club(scanned, find)
    return find.quoted or brand or beside or elsewhere or _compared(scanned, find)
