"""Says of each find which units it may mean, or that it means no place."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from models.places.bearers import is_byname, is_named
from models.places.calls import greeting
from models.places.folding import fold
from models.places.gazetteer import Gazetteer, Naming
from models.places.refused import refused
from models.places.standing import only_begins, placed, several_districts, shouted
from models.places.tokens import Find, Scanned, listed
from models.places.units import CAPITALS, Unit

_ALLOWED = {
    "region": ("region",),
    "district": ("district", "quarter"),
    "city": ("city",),
    "village": ("town", "village"),
    "okrug": ("okrug",),
    "station": ("station", "village", "town", "city"),
}
_BARE = (("city",), ("region",), ("town", "village"))
_OBLAST = re.compile(r"(?<![\w-])([\w-]{1,60}[сц]к)(?:ая|ой|ую)\s{1,9}обл")


class Claim(NamedTuple):
    """A find that may mean one of these units."""

    find: Find
    units: tuple[Unit, ...]
    how: str
    bound: bool = False
    """Counts only when a place named beside it, or the home, speaks for one of the units."""
    fallback: Unit | None = None
    """What it means when nothing speaks for any of `units`."""

    @property
    def sure(self) -> bool:
        """Whether it needs no evidence beside itself."""
        return len(self.units) == 1 and not self.bound and self.fallback is None


def _of(namings: tuple[Naming, ...], kinds: tuple[str, ...]) -> tuple[Naming, ...]:
    capitals = "city" in kinds
    return tuple(
        n for n in namings if n.unit.kind in kinds or (capitals and n.unit.code in CAPITALS)
    )


def _stated(namings: tuple[Naming, ...], mark: str) -> tuple[Naming, ...]:
    chosen = _of(namings, _ALLOWED[mark])
    if mark == "region":
        return tuple(n for n in chosen if n.unit.code not in CAPITALS)
    if mark == "village" and not chosen:
        return tuple(n for n in namings if n.unit.kind == "city")
    return chosen


def _marked(scanned: Scanned, find: Find, gazetteer: Gazetteer) -> Claim | None:
    """The reading that a type word beside the name states."""
    found = gazetteer.names if find.sense == "name" else gazetteer.adjectives
    spelled_alike = scanned.tokens[find.first].low in gazetteer.words
    doubtful = find.ordinary or spelled_alike or several_districts(scanned, find)
    if doubtful and not find.capital:
        return None
    for mark in find.marks:
        for key in find.keys:
            chosen = _stated(found.get(key, ()), mark)
            if chosen:
                how = chosen[0].how if find.sense == "name" else find.sense
                away = mark in ("village", "station") and _foreign(scanned, gazetteer)
                claim = Claim(find, tuple(n.unit for n in chosen), how, away)
                return (
                    _around(claim, key, gazetteer) if mark == find.before == "district" else claim
                )
    return None


def _around(claim: Claim, key: str, gazetteer: Gazetteer) -> Claim:
    """«район Есиль» is a district of that very name; «в районе Алматы» may be around Almaty.

    What is around a place is in the genitive; only some names hide their case.
    """
    literal = tuple(unit for unit in claim.units if fold(unit.ru) == key) or claim.units
    declined = claim.find.manner == "exact" and not key.endswith(("и", "у", "о"))
    cautious = declined or key in gazetteer.bound or key in gazetteer.weak
    cities = [n.unit for n in _of(gazetteer.names.get(key, ()), ("city",)) if n.known]
    fallback = cities[0] if cities and not cautious else None
    return claim._replace(units=literal, fallback=fallback)


def _is_centre(unit: Unit) -> bool:
    """Whether it is the centre of a region: those names are not given to people."""
    return unit.code in CAPITALS or unit.code.endswith("1010000")


def _quarter(scanned: Scanned, claim: Claim, before: Claim, gazetteer: Gazetteer) -> bool:
    """Whether it is a part of the town named right before, not a far village of the same name:
    «Атырау, Жилгородок»."""
    find = claim.find
    if find.marks or find.sense != "name" or find.first != before.find.last + 1:
        return False
    if not before.sure or scanned.gap(find.first - 1, find.first) != ", ":
        return False
    town = before.units[0]
    if town.kind != "city" and town.code not in CAPITALS:
        return False
    known = any(naming.known for naming in gazetteer.names[find.key])
    return not known and all(unit.code[:2] != town.code[:2] for unit in claim.units)


def _foreign(scanned: Scanned, gazetteer: Gazetteer) -> bool:
    """Whether the text names an oblast that is not of Kazakhstan."""
    return any(stem not in gazetteer.adjectives for stem in _oblasts(scanned.text))


@lru_cache(maxsize=2)
def _oblasts(text: str) -> tuple[str, ...]:
    """Adjectives of oblasts; kept, because each find of a text asks for them in turn."""
    return tuple(fold(match.group(1)) for match in _OBLAST.finditer(text))


def _weak(scanned: Scanned, find: Find, gazetteer: Gazetteer) -> bool:
    """Whether the name is more often that of somebody or something else."""
    whole = scanned.text[find.start : find.end].isalpha()
    return find.key in gazetteer.weak or (whole and find.key in gazetteer.unhyphenated)


def _lived_in(namings: tuple[Naming, ...], home: str | None) -> bool:
    """Whether one of the places lies in the region of the home."""
    return home is not None and any(n.unit.code[:2] == home[:2] for n in namings)


def _group(find: Find, gazetteer: Gazetteer, bound: bool) -> tuple[Naming, ...]:
    """The namings of the largest kind; all of them where evidence has to choose."""
    namings = gazetteer.names[find.key]
    if bound and any(n.known for n in namings):
        return _of(namings, ("city", "town", "village", "region"))
    known = tuple(naming for naming in namings if naming.known)
    for kinds in _BARE:
        if group := _of(known or namings, kinds):
            return group
    return known


def _bare_name(
    scanned: Scanned, find: Find, gazetteer: Gazetteer, home: str | None
) -> Claim | None:
    """A name with no type word beside it."""
    key, namings = find.key, gazetteer.names[find.key]
    if scanned.tokens[find.first].low in gazetteer.words:
        return None
    bound = key in gazetteer.bound or len(key) < 3
    ordinary = find.ordinary and key not in gazetteer.plain
    known = any(naming.known for naming in namings)
    if bound or ordinary or not known or _weak(scanned, find, gazetteer):
        if not placed(scanned, find, gazetteer, _lived_in(namings, home)):
            return None
    elif is_named(scanned, find, centre=any(_is_centre(n.unit) for n in namings)):
        return None
    begins = not known and only_begins(scanned, find, gazetteer)
    begins = begins or (not known and shouted(scanned, find))
    lived_in = _lived_in(namings, home)
    if not known and (
        (len(key) < 4 and not lived_in) or begins or (find.ordinary and not lived_in)
    ):
        return None
    bound = bound or (not known and (find.listed or _foreign(scanned, gazetteer)))
    group = _group(find, gazetteer, bound)
    short = all(naming.how == "abbreviation" for naming in group)
    if not group or (short and not scanned.text[find.start : find.start + 2].isupper()):
        return None
    return Claim(find, tuple(n.unit for n in group), group[0].how, bound)


def _in_list(scanned: Scanned, find: Find, gazetteer: Gazetteer) -> bool:
    """Whether adjectives of other regions stand beside: «Алматинская, Жамбылская и ...»."""
    for left, beside in ((find.first - 1, find.first - 1), (find.last, find.last + 1)):
        if not 0 <= beside < len(scanned.tokens) or not listed(scanned.gap(left, left + 1)):
            continue
        reading = scanned.tokens[beside].reading
        keys = reading.adjectives if reading and find.sense == "adjective" else ()
        if any(n.unit.kind == "region" for key in keys for n in gazetteer.adjectives[key]):
            return True
    return False


def _numbered(scanned: Scanned, find: Find) -> bool:
    """Whether it is a street with the number of a house: «Алматинская, 15»."""
    at = find.last + 1
    if at == len(scanned.tokens) or not scanned.tokens[find.last].low.endswith("ая"):
        return False
    return scanned.tokens[at].low.isdigit() and scanned.gap(at - 1, at).strip(" ,") == ""


def _bare_kin(scanned: Scanned, find: Find, gazetteer: Gazetteer) -> Claim | None:
    """An adjective or the name of people with no type word beside it."""
    people = find.sense == "people"
    if is_byname(scanned, find):
        return None
    found = gazetteer.people if people else gazetteer.adjectives
    if find.after in ("street", "water") or (not people and _numbered(scanned, find)):
        return None
    known = [n.unit for n in found[find.key] if n.known and n.unit.level != "district"]
    if not known:
        return None
    bound = find.key in (gazetteer.weak_people if people else gazetteer.weak_adjectives)
    code = None if _in_list(scanned, find, gazetteer) else gazetteer.alone.get(find.key)
    oblasts = [unit for unit in known if unit.kind == "region" and unit.code not in CAPITALS]
    if code is None and find.key in gazetteer.alone:
        known = oblasts
    regions = [unit for unit in known if unit.kind == "region"]
    units = [gazetteer.units[code]] if code is not None else (regions or known)
    return Claim(find, tuple(units), find.sense, bound)


def claims(scanned: Scanned, gazetteer: Gazetteer, home: str | None) -> list[Claim]:
    """What the finds of a text may mean, in order."""
    called = greeting(scanned)
    result: list[Claim] = []
    for find in scanned.finds:
        if refused(scanned, find, gazetteer):
            continue
        claim = _marked(scanned, find, gazetteer)
        if claim is None and find.sense == "name":
            claim = _bare_name(scanned, find, gazetteer, home)
        elif claim is None:
            claim = _bare_kin(scanned, find, gazetteer)
        if claim is None or (result and _quarter(scanned, claim, result[-1], gazetteer)):
            continue
        at_home = home is not None and any(unit.code[:2] == home[:2] for unit in claim.units)
        if find.first >= called or at_home:
            result.append(claim)
    return result
