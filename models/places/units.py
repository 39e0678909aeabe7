"""Units of the code list and their official names; shared by places and by who prints them."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from rezonans.records import Level
from rezonans.troubles import Invalid

FOLDER = Path(__file__).resolve().parent.parent / "gazetteer"
REMEDY = "restore it from the release or run `python -m models.train.gazetteer`"
CAPITALS = frozenset({"710000000", "750000000", "790000000"})
"""The three cities that are regions."""
KINDS = frozenset(
    {"region", "district", "quarter", "akimat", "okrug"}
    | {"city", "town", "village", "station", "other"}
)

_LEVELS: dict[str, Level] = {
    "region": "region",
    "district": "district",
    "quarter": "district",
    "akimat": "district",
}
_RUSSIAN = {
    "okrug": "сельский округ {}",
    "town": "посёлок {}",
    "village": "село {}",
    "station": "станция {}",
}
_KAZAKH = {
    "region": "{} облысы",
    "district": "{} ауданы",
    "quarter": "{} ауданы",
    "okrug": "{} ауылдық округі",
    "town": "{} кенті",
    "village": "{} ауылы",
    "station": "{} станциясы",
}


class Unit(NamedTuple):
    """One unit: nine-digit code, kind (of KINDS), bare names in Russian and Kazakh."""

    code: str
    kind: str
    ru: str
    kk: str

    @property
    def level(self) -> Level:
        """Rural districts, stations and farms count as settlements."""
        return _LEVELS.get(self.kind, "settlement")

    @property
    def russian(self) -> str:
        """As an official text names it: «Жуалынский район», «село Аса», «Тараз»."""
        if self.code in CAPITALS:
            return self.ru
        adjective = self.ru.endswith(("ский", "цкий", "ская", "цкая"))
        if self.kind == "region":
            return f"{self.ru} область" if adjective else f"область {self.ru}"
        if self.kind in ("district", "quarter"):
            return f"{self.ru} район" if adjective else f"район {self.ru}"
        if self.kind == "okrug" and adjective:
            return f"{self.ru} {'сельский округ' if self.ru.endswith('й') else 'администрация'}"
        return _RUSSIAN.get(self.kind, "{}").format(self.ru)

    @property
    def kazakh(self) -> str:
        """The same in Kazakh: «Жуалы ауданы», «Аса ауылы», «Тараз»."""
        if self.code in CAPITALS:
            return self.kk
        return _KAZAKH.get(self.kind, "{}").format(self.kk)


def unusable(path: Path, reason: str) -> Invalid:
    """The one error of a gazetteer: which file, what is wrong, what to do."""
    return Invalid(f"gazetteer file {path.name} {reason}; {REMEDY}")


def read(path: Path) -> bytes:
    """Bytes of a file, decompressed; `Invalid` where it is absent or damaged."""
    try:
        raw = path.read_bytes()
        return gzip.decompress(raw) if path.suffix == ".gz" else raw
    except FileNotFoundError:
        raise unusable(path, f"is missing in {path.parent.name}") from None
    except (OSError, EOFError, zlib.error) as error:
        raise unusable(path, f"can not be read ({error})") from error


def table(path: Path, width: int) -> list[list[str]]:
    """Rows of a tab-separated file below its header, all of `width` cells."""
    try:
        text = read(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise unusable(path, f"is not UTF-8 ({error.reason})") from error
    rows = list(csv.reader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
    for number, row in enumerate(rows, 2):
        if len(row) != width:
            raise unusable(path, f"has {len(row)} cells in line {number} instead of {width}")
    if not rows:
        raise unusable(path, "is empty")
    return rows


@cache
def units(folder: Path = FOLDER) -> dict[str, Unit]:
    """All units by code, in the order of the codes."""
    path = folder / "kato.tsv.gz"
    result = {}
    for code, kind, ru, kk in table(path, 4):
        if kind not in KINDS or len(code) != 9 or not code.isdigit():
            raise unusable(path, f"has an unknown unit {code!r} of kind {kind!r}")
        result[code] = Unit(code, kind, ru, kk)
    return result


def parents(code: str) -> tuple[str, ...]:
    """Codes that may contain this one, nearest first: rural district, district, region."""
    widths = (6, 4, 2)
    wider = [code[:width] + "0" * (9 - width) for width in widths]
    if code[2:5] == "101":
        wider[0] = code[:5] + "0000"  # what lies in the city that is the centre of a region
    return tuple(parent for parent in wider if parent != code)
