"""Names and outlines of the regions of Kazakhstan, and names of any place by its code.

What the desk, the alerts and the digest print: `name("310000000", "kk")` is «Жамбыл облысы».
Codes are KATO of two, four, six or nine digits; the short ones stand for their unit.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias

from models.places.units import FOLDER, Unit, parents, read, table, units, unusable

Language: TypeAlias = Literal["ru", "kk"]


class Region(NamedTuple):
    """One of the 20 regions. `code` has two digits."""

    code: str
    ru: str
    kk: str
    short_ru: str
    short_kk: str


class Point(NamedTuple):
    """Where a place is, degrees WGS 84."""

    lat: float
    lon: float


_SHORT = {
    "10": ("Абай", "Абай"), "11": ("Акмолинская", "Ақмола"), "15": ("Актюбинская", "Ақтөбе"),
    "19": ("Алматинская", "Алматы обл."), "23": ("Атырауская", "Атырау"), "27": ("ЗКО", "БҚО"),
    "31": ("Жамбылская", "Жамбыл"), "33": ("Жетісу", "Жетісу"),
    "35": ("Карагандинская", "Қарағанды"), "39": ("Костанайская", "Қостанай"),
    "43": ("Кызылординская", "Қызылорда"),
    "47": ("Мангистауская", "Маңғыстау"), "55": ("Павлодарская", "Павлодар"), "59": ("СКО", "СҚО"),
    "61": ("Туркестанская", "Түркістан"), "62": ("Ұлытау", "Ұлытау"), "63": ("ВКО", "ШҚО"),
    "71": ("Астана", "Астана"), "75": ("Алматы", "Алматы"), "79": ("Шымкент", "Шымкент"),
}  # fmt: skip


@cache
def regions(folder: Path = FOLDER) -> dict[str, Region]:
    """All regions by two-digit code, in the order of the codes."""
    known = units(folder)
    found = (known[code] for code in known if known[code].kind == "region")
    return {
        unit.code[:2]: Region(unit.code[:2], unit.russian, unit.kazakh, *_SHORT[unit.code[:2]])
        for unit in found
    }


def unit(kato: str) -> Unit | None:
    """The unit of a code of any length; `None` for what the code list does not know."""
    return units().get(kato.ljust(9, "0")) if len(kato) in (2, 4, 6, 9) else None


def name(kato: str, language: Language = "ru") -> str:
    """The official name; the code itself where it is unknown, so that nothing prints empty."""
    found = unit(kato)
    if found is None:
        return kato
    return found.kazakh if language == "kk" else found.russian


def short(kato: str, language: Language = "ru") -> str:
    """The short name of the region that holds a place, for charts and headings."""
    names = _SHORT.get(kato[:2])
    return kato if names is None else names[language == "kk"]


def path(kato: str, language: Language = "ru") -> str:
    """A place with what holds it: «село Аса, Жамбылский район, Жамбылская область»."""
    code = kato.ljust(9, "0")
    own = unit(code)
    holders = [found for parent in parents(code) if (found := unit(parent)) is not None]
    every = [own] if own else []
    every += [h for h in holders if h.kind in ("region", "district", "akimat", "city")]
    names = (found.kazakh if language == "kk" else found.russian for found in every)
    return ", ".join(dict.fromkeys(names)) or kato


def district(kato: str) -> str | None:
    """Nine-digit code of the district that is or holds a place.

    Districts of Astana, Almaty and Shymkent count; `None` for a region or an unknown code.
    """
    code = kato.ljust(9, "0")
    known = units()
    for candidate in (code, *parents(code)):
        found = known.get(candidate)
        large = found is not None and found.code[:2] in ("71", "75", "79")
        if found and (found.kind in ("district", "akimat") or (large and found.kind == "quarter")):
            return candidate
    return None


def districts(region: str) -> dict[str, Unit]:
    """Districts and city administrations of a region, by nine-digit code."""
    head = region[:2]
    return {
        code: found
        for code, found in units().items()
        if code[:2] == head and district(code) == code
    }


@cache
def outlines(folder: Path = FOLDER) -> dict[str, Any]:
    """GeoJSON of the regions; `id` and the property `kato2` are two-digit codes.

    The properties `lon` and `lat` are a point for the label. Not to be changed by the caller.
    """
    source = folder / "regions.geojson"
    try:
        found = json.loads(read(source))
    except ValueError as error:
        raise unusable(source, f"is not valid JSON ({error})") from error
    if not isinstance(found, dict) or not found.get("features"):
        raise unusable(source, "holds no outlines")
    return found


@cache
def points(folder: Path = FOLDER) -> dict[str, Point]:
    """Coordinates of the places that have them, by nine-digit code."""
    source = folder / "places.tsv"
    try:
        return {row[0]: Point(float(row[1]), float(row[2])) for row in table(source, 5)}
    except ValueError as error:
        raise unusable(source, f"has a coordinate that is no number ({error})") from error
