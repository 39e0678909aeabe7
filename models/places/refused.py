"""Finds that are no places whatever stands around: streets, waters, brands, clubs, namesakes."""

from __future__ import annotations

import re

from models.places.gazetteer import Gazetteer
from models.places.tokens import Find, Scanned

_FOREIGN = re.compile(r"(?!казахстан)\w+[сц]к(?:ая|ой|ую|ие|их|им|ими)")
_NEAR = 45
"""Characters around a name in which a word of sport makes it a club."""
_SPORT = re.compile(
    r"\bобыгра|\bпроигр[аы]|\bвничью|\bматч\w*|\bзабил\w*|\bвылет(?:ел|ит)\w* из|\bсыгра(?:л|ет)\b"
    r"|(?<![\d:])\d\s?:\s?\d(?![\d:])|\bсо сч[её]том|премьер-лиг|\bвратар|\bфутболист|\bхоккеист"
    r"|\bжеңді\b|\bжеңілді\b|\bұтылды\b|\bматчы?\b|\bесебімен\b",
    re.IGNORECASE,
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


def _club(scanned: Scanned, find: Find) -> bool:
    """«Тараз обыграл Кайрат»: in the nominative, no preposition, and sport beside it."""
    if find.manner != "exact" or not find.capital or find.before in ("in", "by", "brand"):
        return False
    around = scanned.text[max(0, find.start - _NEAR) : find.end + _NEAR]
    return _SPORT.search(around) is not None


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


def refused(scanned: Scanned, find: Find, gazetteer: Gazetteer) -> bool:
    """Whether a find names no place of Kazakhstan."""
    if find.sense == "never" or _namesake(scanned, find, gazetteer):
        return True
    if find.before in ("street", "water") and find.sense != "people":
        return True
    if find.marks or find.sense != "name":
        return False
    brand = find.manner == "exact" and find.before == "brand"
    beside = find.after in ("street", "water")
    elsewhere = _capital_elsewhere(scanned, find) or _club(scanned, find)
    return find.quoted or brand or beside or elsewhere or _compared(scanned, find)
