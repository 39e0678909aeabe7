"""Says of each find which units it may mean, or that it means no place."""

from __future__ import annotations

import re
from typing import NamedTuple

from models.places.gazetteer import Gazetteer, Naming
from models.places.scan import Find, Scanned
from models.places.units import CAPITALS, Unit
from models.places.words import role, surname

_ALLOWED = {
    "region": ("region",),
    "district": ("district", "quarter"),
    "city": ("city",),
    "village": ("town", "village", "city"),
    "okrug": ("okrug",),
    "station": ("station", "village", "town", "city"),
}
_BARE = (("city",), ("region",), ("town", "village"))
_DASH = re.compile(r"\s*[-–—]+\s*")


class Claim(NamedTuple):
    """A find that may mean one of these units."""

    find: Find
    units: tuple[Unit, ...]
    how: str
    bound: bool = False
    """Counts only when a place named beside it, or the home, speaks for one of the units."""
    fallback: Unit | None = None
    """What it means when nothing speaks for any of `units`."""


def _of(namings: tuple[Naming, ...], kinds: tuple[str, ...]) -> list[Naming]:
    return [
        n for n in namings if n.unit.kind in kinds or (n.unit.code in CAPITALS and "city" in kinds)
    ]


def _marked(find: Find, namings: tuple[Naming, ...]) -> Claim | None:
    """The reading that a type word beside the name states."""
    chosen = [n for n in _of(namings, _ALLOWED[find.mark or ""]) if not (
        find.mark == "region" and n.unit.code in CAPITALS
    )]  # fmt: skip
    if not chosen:
        return None
    fallback = None
    if find.mark == "district" and find.sense == "name" and find.before == "district":
        fallback = next((n.unit for n in _of(namings, ("city",)) if n.known), None)
    how = chosen[0].how if find.sense == "name" else find.sense
    return Claim(find, tuple(n.unit for n in chosen), how, fallback=fallback)


def _is_person(scanned: Scanned, find: Find) -> bool:
    """Whether a surname, or a given name, stands right beside."""
    text, tokens = scanned.text, scanned.tokens
    if find.last + 1 < len(tokens):
        after = tokens[find.last + 1]
        if (
            text[find.end : after.start] == " "
            and text[after.start].isupper()
            and surname(after.low)
        ):
            return True
    return False


def _spatial(find: Find) -> bool:
    return find.before == "in" or find.manner == "locative"


def _chained(scanned: Scanned, find: Find) -> bool:
    """A stretch of road: «Атырау - Доссор - Кульсары»."""
    text, tokens = scanned.text, scanned.tokens
    sides = []
    if find.first:
        sides.append((text[tokens[find.first - 1].end : find.start], tokens[find.first - 1]))
    if find.last + 1 < len(tokens):
        sides.append((text[find.end : tokens[find.last + 1].start], tokens[find.last + 1]))
    return any(_DASH.fullmatch(gap) and token.reading is not None for gap, token in sides)


def _bare_name(
    scanned: Scanned, find: Find, gazetteer: Gazetteer, home: str | None
) -> Claim | None:
    """A name with no type word beside it."""
    namings = gazetteer.names[find.key]
    short = all(naming.how == "abbreviation" for naming in namings)
    known = [naming for naming in namings if naming.known]
    bound = find.key in gazetteer.bound or len(find.key) < 3
    weak = bound or (find.key in gazetteer.weak) or (find.ordinary and " " not in find.key)
    if weak or not known:
        at_home = home is not None and any(n.unit.code[:2] == home[:2] for n in namings)
        shown = find.capital or (at_home and not find.doubtful)
        if not (shown and (_spatial(find) or _chained(scanned, find))) or _is_person(scanned, find):
            return None
    if not known and (find.doubtful or len(find.key) < 4):
        return None
    group: list[Naming] = []
    for kinds in _BARE:
        group = group or _of(tuple(known) if known and not bound else namings, kinds)
    if bound:
        group = _of(namings, ("city", "town", "village", "region"))
    if not group and known:
        group = known
    if not group or (short and not scanned.text[find.start : find.start + 2].isupper()):
        return None
    return Claim(find, tuple(n.unit for n in group), group[0].how, bound)


def _bare_kin(find: Find, gazetteer: Gazetteer) -> Claim | None:
    """An adjective or the name of people with no type word beside it."""
    people = find.sense == "people"
    found = gazetteer.people if people else gazetteer.adjectives
    known = [n for n in found[find.key] if n.known and n.unit.kind not in ("district", "quarter")]
    if not known or find.after in ("street", "water") or find.before == "street":
        return None
    bound = find.key in (gazetteer.weak_people if people else gazetteer.weak_adjectives)
    if (code := gazetteer.alone.get(find.key)) is not None:
        units: tuple[Unit, ...] = (gazetteer.units[code],)
    else:
        regions = [n.unit for n in known if n.unit.kind == "region"]
        units = tuple(regions or [n.unit for n in known])
    return Claim(find, units, find.sense, bound)


def _capital_elsewhere(scanned: Scanned, find: Find) -> bool:
    """«столица Грузии»: the word is followed by another proper name."""
    if find.key != "столица" or find.last + 1 >= len(scanned.tokens):
        return False
    after = scanned.tokens[find.last + 1]
    return scanned.text[find.end : after.start] == " " and scanned.text[after.start].isupper()


def _refused(scanned: Scanned, find: Find) -> bool:
    """Streets, waters, brands and quoted titles are not places."""
    if find.sense == "never" or find.before in ("street", "water"):
        return True
    if find.mark is None and find.sense == "name":
        inert = find.manner == "exact" and find.before == "brand"
        return (
            find.quoted
            or inert
            or find.after in ("street", "water")
            or _capital_elsewhere(scanned, find)
        )
    return False


def greeting(scanned: Scanned, gazetteer: Gazetteer) -> int:
    """Tokens at the start that call a reader by a nickname: «Павлодар, ...»; usually 0."""
    text, tokens, finds = scanned
    if not finds or finds[0].first > 2:
        return 0
    last = finds[0].last
    after = tokens[last + 1] if last + 1 < len(tokens) else None
    if (
        after is None
        or text[tokens[last].end : after.start].strip(" ") != ","
        or text[: tokens[0].start].strip()
    ):
        return 0
    if (
        after.reading is not None
        or after.low[0].isdigit()
        or after.low.startswith(("казахстан", "қазақстан"))
    ):
        return 0
    if role(after.low) not in (None, "in", "and"):
        return 0
    first = finds[0]
    called = first.first == 0 and first.mark is None and first.manner in ("exact", "case")
    if called and (first.sense != "name" or first.manner == "exact") and first.sense != "adjective":
        return last + 1
    named = role(tokens[0].low) is None and text[0].isupper() and text[after.start].isupper()
    return last + 1 if first.first > 0 and named and first.mark is None else 0


def claims(scanned: Scanned, gazetteer: Gazetteer, home: str | None) -> list[Claim]:
    """What the finds of a text may mean, in order."""
    called = greeting(scanned, gazetteer)
    result = []
    for find in scanned.finds:
        if _refused(scanned, find):
            continue
        claim = None
        if find.mark is not None:
            found = gazetteer.names if find.sense == "name" else gazetteer.adjectives
            claim = _marked(find, found.get(find.key, ()))
        if claim is None:
            bare = find.sense == "name"
            claim = (
                _bare_name(scanned, find, gazetteer, home) if bare else _bare_kin(find, gazetteer)
            )
        if claim is None:
            continue
        if find.first < called and not (home and claim.units[0].code[:2] == home[:2]):
            continue
        result.append(claim)
    return result
