"""Says of each find which units it may mean, or that it means no place."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from models.places.bearers import is_byname, is_named, is_person
from models.places.calls import greeting
from models.places.folding import fold
from models.places.gazetteer import Gazetteer, Naming
from models.places.refused import refused
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
_CHAIN = re.compile(r"\s*(?:[-–—]+|[,;])\s*")


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
    if (find.ordinary or spelled_alike) and not find.capital:
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


def _chained(scanned: Scanned, find: Find, gazetteer: Gazetteer) -> bool:
    """In a road or a list of known places: «Атырау - Доссор», «Павлодар, Семей»."""

    def known(at: int) -> bool:
        reading = scanned.tokens[at].reading
        names = reading.names if reading and not reading.ordinary else ()
        sure = (key for key, _ in names if key not in gazetteer.bound)
        return any(n.known for key in sure for n in gazetteer.names.get(key, ()))

    sides = [
        (find.first - 1, find.first - 1, find.first),
        (find.last + 1, find.last, find.last + 1),
    ]
    return any(
        0 <= beside < len(scanned.tokens)
        and _CHAIN.fullmatch(scanned.gap(left, right)) is not None
        and known(beside)
        for beside, left, right in sides
    )


def _placed(scanned: Scanned, find: Find, gazetteer: Gazetteer, at_home: bool) -> bool:
    """Whether a name that may be something else stands as a place does."""
    if not (find.capital or (at_home and not find.doubtful)) or is_person(scanned, find):
        return False
    stands = find.before in ("in", "by") or find.manner == "locative" or find.after == "by"
    return stands or _chained(scanned, find, gazetteer)


def _foreign(scanned: Scanned, gazetteer: Gazetteer) -> bool:
    """Whether the text names an oblast that is not of Kazakhstan."""
    return any(stem not in gazetteer.adjectives for stem in _oblasts(scanned.text))


@lru_cache(maxsize=2)
def _oblasts(text: str) -> tuple[str, ...]:
    """Adjectives of oblasts; kept, because each find of a text asks for them in turn."""
    return tuple(fold(match.group(1)) for match in _OBLAST.finditer(text))


def _only_begins(scanned: Scanned, find: Find, gazetteer: Gazetteer) -> bool:
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


def _weak(scanned: Scanned, find: Find, gazetteer: Gazetteer) -> bool:
    """Whether the name is more often that of somebody or something else."""
    whole = scanned.text[find.start : find.end].isalpha()
    return find.key in gazetteer.weak or (whole and find.key in gazetteer.unhyphenated)


def _shouted(scanned: Scanned, find: Find) -> bool:
    """Whether the words beside are in capitals as well: then a capital says nothing."""
    beside = (
        scanned.tokens[max(0, find.first - 1) : find.first]
        or scanned.tokens[find.last + 1 : find.last + 2]
    )
    own = scanned.text[find.start : find.end]
    return own.isupper() and any(
        scanned.text[token.start : token.end].isupper() and len(token.low) > 2 for token in beside
    )


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
        if not _placed(scanned, find, gazetteer, _lived_in(namings, home)):
            return None
    elif is_named(scanned, find, centre=any(_is_centre(n.unit) for n in namings)):
        return None
    begins = not known and _only_begins(scanned, find, gazetteer)
    begins = begins or (not known and _shouted(scanned, find))
    if not known and (len(key) < 4 or begins or (find.ordinary and not _lived_in(namings, home))):
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


def _bare_kin(scanned: Scanned, find: Find, gazetteer: Gazetteer) -> Claim | None:
    """An adjective or the name of people with no type word beside it."""
    people = find.sense == "people"
    if is_byname(scanned, find):
        return None
    found = gazetteer.people if people else gazetteer.adjectives
    if find.after in ("street", "water"):
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
    result = []
    for find in scanned.finds:
        if refused(scanned, find, gazetteer):
            continue
        claim = _marked(scanned, find, gazetteer)
        if claim is None and find.sense == "name":
            claim = _bare_name(scanned, find, gazetteer, home)
        elif claim is None:
            claim = _bare_kin(scanned, find, gazetteer)
        if claim is None:
            continue
        at_home = home is not None and any(unit.code[:2] == home[:2] for unit in claim.units)
        if find.first >= called or at_home:
            result.append(claim)
    return result
