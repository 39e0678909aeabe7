"""The gazetteer in memory: folded names, adjectives and peoples -> units that bear them."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from models.places import demonyms
from models.places.folding import fold
from models.places.units import CAPITALS, FOLDER, Unit, read, table, units, unusable

_FIELDS = {"names": "name", "old": "old-name", "short": "abbreviation"}
_NAMED = frozenset({"region", "district", "quarter", "okrug", "city", "town", "village", "station"})

_ADJECTIVE = re.compile(r"(\w+[сц]к)(?:и|ая|ое)")
_MISSPELT = 8
"""Letters of a known name in which one missing letter is forgiven."""


class Naming(NamedTuple):
    """That a name means a unit."""

    unit: Unit
    how: str
    """name, old-name, abbreviation."""
    known: bool
    """Names a place without a type word beside it: a city, a region, an entry by hand."""


class Gazetteer(NamedTuple):
    """What the readings of words are looked up in; keys are folded."""

    names: dict[str, tuple[Naming, ...]]
    misspelt: frozenset[str]
    heads: dict[str, int]
    """First words of names of several words -> most words of such a name."""
    parts: frozenset[str]
    """All words of all names."""
    adjectives: dict[str, tuple[Naming, ...]]
    people: dict[str, tuple[Naming, ...]]
    folk: frozenset[str]
    """Kazakh names that mean something else, so that only «-дық» says who is meant."""
    alone: dict[str, str]
    former: dict[str, str]
    """Region -> the region it was part of until 2022, two digits each."""
    elsewhere: dict[str, tuple[str, ...]]
    """Name -> beginnings of words beside which a namesake abroad is meant."""
    weak: frozenset[str]
    bound: frozenset[str]
    unhyphenated: frozenset[str]
    """Names with a hyphen that are given names without it."""
    plain: frozenset[str]
    words: frozenset[str]
    """Lower case words, not folded, that are no names."""
    weak_adjectives: frozenset[str]
    weak_people: frozenset[str]
    population: dict[str, int]
    units: dict[str, Unit]
    version: str


def _adjective(name: str) -> str | None:
    """The stem of «Жуалынский»; `None` for a noun."""
    match = _ADJECTIVE.fullmatch(fold(name))
    return match.group(1) if match else None


class _Builder:
    """Collects namings; one instance a load."""

    def __init__(self) -> None:
        self.names: defaultdict[str, dict[str, Naming]] = defaultdict(dict)
        self.adjectives: defaultdict[str, dict[str, Naming]] = defaultdict(dict)
        self.people: defaultdict[str, dict[str, Naming]] = defaultdict(dict)

    def name(self, text: str, unit: Unit, how: str, known: bool) -> None:
        """Registers a name with its words apart and, without initials, once more."""
        words = fold(text.replace(".", " ")).split()
        full = [word for word in words if len(word) > 1]
        keys = {" ".join(words), " ".join(full)} - {word for word in full if word.isdigit()}
        for key in keys - {""}:
            old = self.names[key].get(unit.code)
            if old is None or (known and not old.known):
                self.names[key][unit.code] = Naming(unit, how, known)

    def unit(self, unit: Unit, noted: bool = False) -> None:
        """Registers what the code list itself says."""
        known = noted or unit.kind in ("city", "region")
        self.name(unit.kk, unit, "name", known)
        if unit.kind == "city" or unit.code in CAPITALS:
            for said in (*demonyms.russian(unit.ru), *demonyms.kazakh(unit.kk)):
                self.people[fold(said)][unit.code] = Naming(unit, "people", True)
        if (stem := _adjective(unit.ru)) is not None and unit.kind != "village":
            self.adjectives[stem][unit.code] = Naming(unit, "adjective", unit.kind == "region")
        else:
            self.name(unit.ru, unit, "name", known)

    def folk(self, cautious: frozenset[str]) -> frozenset[str]:
        """Registers the people of what is read with caution by its Kazakh name alone."""
        found = set()
        for key in cautious & self.names.keys():
            for code, (unit, how, known) in self.names[key].items():
                if known and how == "name" and unit.kind in ("city", "region"):
                    self.people[key].setdefault(code, Naming(unit, "people", True))
                    found.add(key)
        return frozenset(found)

    def aliases(self, entry: dict[str, Any], unit: Unit) -> None:
        """Registers one entry that was written by hand."""
        for field, how in _FIELDS.items():
            for text in entry.get(field, ()):
                self.name(text, unit, how, unit.level != "district")
                if (stem := _adjective(text.split()[0])) is not None:
                    self.adjectives[stem].setdefault(unit.code, Naming(unit, how, False))
        for stem in entry.get("former", ()):
            self.adjectives[fold(stem)].setdefault(unit.code, Naming(unit, "old-name", False))
        for stem in entry.get("adjectives", ()):
            self.adjectives[fold(stem)][unit.code] = Naming(unit, "adjective", True)
        for stem in entry.get("people", ()):
            self.people[fold(stem)][unit.code] = Naming(unit, "people", True)


def _misspelt(names: dict[str, tuple[Naming, ...]]) -> dict[str, tuple[Naming, ...]]:
    """Known names of one word with a letter left out, where that is not another name."""
    found: dict[str, tuple[Naming, ...]] = {}
    for name, namings in names.items():
        known = tuple(n._replace(how="misspelt") for n in namings if n.known and n.how == "name")
        if known and len(name) >= _MISSPELT and " " not in name:
            for at in range(1, len(name) - 1):
                found.setdefault(name[:at] + name[at + 1 :], known)
    return {key: known for key, known in found.items() if key not in names}


def _frozen(found: dict[str, dict[str, Naming]]) -> dict[str, tuple[Naming, ...]]:
    return {key: tuple(by_code.values()) for key, by_code in found.items()}


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(read(path).decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise unusable(path, f"is not valid TOML ({error})") from error


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(fold(word) for word in words)


def _heads(names: Iterable[str]) -> dict[str, int]:
    heads: dict[str, int] = {}
    for name in names:
        words = name.split()
        if len(words) > 1:
            heads[words[0]] = max(heads.get(words[0], 0), len(words))
    return heads


def _version(folder: Path) -> str:
    digest = hashlib.sha256()
    for name in ("kato.tsv.gz", "aliases.toml", "places.tsv"):
        digest.update(read(folder / name))
    return f"kato-{digest.hexdigest()[:12]}"


def _populations(path: Path) -> dict[str, int]:
    try:
        return {row[0]: int(row[3]) for row in table(path, 5)}
    except ValueError as error:
        raise unusable(path, f"has a population that is no number ({error})") from error


def load(folder: Path = FOLDER) -> Gazetteer:
    """Reads the folder; `Invalid` names the file that is absent or damaged."""
    known, path = units(folder), folder / "aliases.toml"
    written, builder = _toml(path), _Builder()
    population = _populations(folder / "places.tsv")
    noted = _folded(written.get("noted", {}).get("names", ()))
    for unit in known.values():
        if unit.kind in _NAMED:
            large = unit.code in population and unit.level == "settlement"
            builder.unit(unit, large and fold(unit.ru) in noted)
    for entry in written.get("place", ()):
        if entry.get("kato") not in known:
            raise unusable(path, f"has an entry of the unknown code {entry.get('kato')!r}")
        builder.aliases(entry, known[entry["kato"]])
    caution = written.get("caution", {})
    weak, bound = (_folded(caution.get(field, ())) for field in ("weak", "bound"))
    folk = builder.folk(weak | bound)
    names = _frozen(builder.names)
    misspelt = _misspelt(names)
    names.update(misspelt)
    names.update({fold(phrase): () for phrase in caution.get("never", ())})
    return Gazetteer(
        names=names,
        misspelt=frozenset(misspelt),
        heads=_heads(names),
        parts=frozenset(word for name in names for word in name.split()),
        adjectives=_frozen(builder.adjectives),
        people=_frozen(builder.people),
        folk=folk,
        alone={fold(stem): code for stem, code in written.get("alone", {}).items()},
        former=dict(written.get("former", {})),
        elsewhere={fold(k): tuple(map(fold, v)) for k, v in written.get("elsewhere", {}).items()},
        weak=weak,
        bound=bound,
        unhyphenated=_folded(caution.get("unhyphenated", ())),
        plain=_folded(caution.get("plain", ())),
        words=frozenset(caution.get("words", ())),
        weak_adjectives=_folded(caution.get("weak_adjectives", ())),
        weak_people=_folded(caution.get("weak_people", ())),
        population=population,
        units=known,
        version=_version(folder),
    )
