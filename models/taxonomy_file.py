"""A taxonomy file as a person wrote it: what is wrong, where, and what to write instead."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rezonans.troubles import Invalid

_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_NAMES = {"ru": "Russian", "kk": "Kazakh", "en": "English"}
_KEYS = {
    "groups": tuple(_NAMES),
    "authorities": tuple(_NAMES),
    "topics": (*_NAMES, "group", "examples", "authority"),
}
_LONGEST = 120
"""Letters of a name."""
_SHOWN = 5
"""Mistakes that are told at once."""

Section = Mapping[str, Mapping[str, Any]]


def read(path: Path) -> dict[str, Any]:
    """The sections of a file in which nothing is wrong; `Invalid` tells the first mistakes."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        said = f"{error.strerror}; give the path of a TOML file"
        raise Invalid(f"taxonomy: {path}: {said}") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        said = f"line {line} is not UTF-8; save the file as UTF-8"
        raise Invalid(f"taxonomy: {path}: {said}") from error
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        last = f"at line {len(text.splitlines())}, the last one"
        said = str(error).replace("at end of document", last)
        raise Invalid(f"taxonomy: {path}: not TOML: {said}") from error
    found = list(problems(raw))
    if found:
        more = f"; and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        raise Invalid(f"taxonomy: {path}: {'; '.join(found[:_SHOWN])}{more}")
    return raw


def problems(raw: Mapping[str, Any]) -> Iterator[str]:
    """One sentence a mistake; what stands in a broken section is looked at no further."""
    broken = list(_shapes(raw))
    yield from broken
    if broken:
        return
    for section in _KEYS:
        entries = raw.get(section, {})
        for code, entry in entries.items():
            yield from _entry(section, code, entry)
        yield from _twice(section, entries)
    yield from _references(raw)


def unused(groups: Mapping[str, object], used: set[str]) -> list[str]:
    """One sentence a group without topics: no mistake, but a choice of the desk that is empty."""
    return [
        f"groups.{code}: no topic is of it; name it as the group of a topic or take it out"
        for code in groups
        if code not in used
    ]


def _shapes(raw: Mapping[str, Any]) -> Iterator[str]:
    for section in raw:
        if section not in _KEYS:
            yield f"{section}: unknown section, one of: {', '.join(_KEYS)}"
    for section in ("groups", "topics"):
        if section not in raw:
            yield f"no {section}; write tables like [{section}.CODE]"
    for section in _KEYS:
        entries = raw.get(section, {})
        if not isinstance(entries, dict):
            yield f"{section}: not a table; write [{section}.CODE]"
            continue
        for code, entry in entries.items():
            if not isinstance(entry, dict):
                yield f"{section}.{code}: not a table; write [{section}.{code}] with names under it"


def _entry(section: str, code: str, entry: Mapping[str, Any]) -> Iterator[str]:
    where = f"{section}.{code}"
    if not _CODE.fullmatch(code):
        yield f"{where}: write the code in small Latin letters, like water_supply"
    for key in entry:
        if key not in _KEYS[section]:
            yield f"{where}: unknown key {key!r}, one of: {', '.join(_KEYS[section])}"
    for key, language in _NAMES.items():
        name = entry.get(key)
        if name is None:
            yield f'{where}: no name in {language}; add {key} = "..."'
        elif not isinstance(name, str):
            yield f'{where}: {key} is not a text; write {key} = "..." in quotation marks'
        elif not name.strip():
            yield f"{where}: a name is empty; fill in {key}"
        elif len(name) > _LONGEST:
            yield f"{where}: {key} has {len(name)} letters; {_LONGEST} at most can be shown"
        elif not name.isprintable():
            sign = next(letter for letter in name if not letter.isprintable())
            yield f"{where}: {key} has an invisible sign (U+{ord(sign):04X}); write it anew without"
    if section == "topics":
        yield from _of_topic(where, entry)


def _of_topic(where: str, entry: Mapping[str, Any]) -> Iterator[str]:
    if "group" not in entry:
        yield f'{where}: no group; add group = "CODE", one of [groups]'
    for key in ("group", "authority"):
        if key in entry and not isinstance(entry[key], str):
            yield f'{where}: {key} is not a text; write {key} = "CODE"'
    examples = entry.get("examples", [])
    if not isinstance(examples, list) or not all(isinstance(each, str) for each in examples):
        yield f'{where}: examples is not a list of texts; write examples = ["...", "..."]'


def _twice(section: str, entries: Section) -> Iterator[str]:
    """Names that two entries share: nobody could tell them apart."""
    for language in _NAMES:
        first: dict[str, str] = {}
        for code, entry in entries.items():
            name = entry.get(language)
            if not isinstance(name, str) or not name.strip():
                continue
            other = first.setdefault(" ".join(name.split()).casefold(), code)
            if other != code:
                yield (
                    f"{section}.{code}: {language} = {name!r} is the name of"
                    f" {section}.{other} as well; give it another"
                )


def _references(raw: Mapping[str, Any]) -> Iterator[str]:
    groups, authorities = raw["groups"], raw.get("authorities", {})
    for code, topic in raw["topics"].items():
        group, authority = topic.get("group"), topic.get("authority")
        if isinstance(group, str) and group not in groups:
            yield f"topics.{code}: group {group!r} is not one of: {', '.join(groups)}"
        if isinstance(authority, str) and authority not in authorities:
            known = ", ".join(authorities) or "none is defined"
            yield f"topics.{code}: authority {authority!r} is not one of: {known}"
