"""`{path|converter}` templates: how a declared source takes values out of records. Pure.

A path is keys and list positions with dots between them. A template that is one path keeps
the type of the value; with anything beside it, it is a text. What is not there is `None`.
`{{` and `}}` are the braces themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from collectors.runner.text import plain, shorten

_PIECE = re.compile(r"\{\{|\}\}|\{([^{}|]+)(?:\|([a-z_]+))?\}")
_COUNT = re.compile(r"(\d+(?:[.,]\d+)?)\s*([KkMmКкТтМм]?)[а-яё.]*")
_TIMES = {"": 1, "k": 1_000, "к": 1_000, "т": 1_000, "m": 1_000_000, "м": 1_000_000}
RESERVED = ("target", "parent")
"""Names that mean the configured target and the record around a record."""


class Bad(ValueError):
    """A value that can not be what it is declared to be."""


def find(root: Any, path: str) -> Any:
    """The value at a path, `None` where there is nothing."""
    for key in path.split("."):
        if isinstance(root, Mapping):
            root = root.get(key)
        elif isinstance(root, list) and key.isdecimal() and len(key) < 9:
            root = root[int(key)] if int(key) < len(root) else None
        else:
            return None
    return root


def _moment(seconds: float) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise Bad(f"{seconds:.0f} is no time") from None


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        raise Bad("not a number") from None


def _iso(value: Any, zone: ZoneInfo) -> datetime:
    try:
        moment = datetime.fromisoformat(str(value))
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Bad("not a date of ISO 8601") from None


def _count(value: Any) -> int | None:
    """A figure: a number, its digits as text, or rounded like `2.5K`. No figure below zero."""
    found = _COUNT.fullmatch(str(value).strip())
    if found is None:
        raise Bad("not a figure")
    times = _TIMES[found[2].lower()]
    return int(found[1]) * times if found[1].isdecimal() else round(_decimal(found[1]) * times)


def _decimal(text: str) -> float:
    return float(text.replace(",", "."))


CONVERTERS: dict[str, Callable[[Any, ZoneInfo], Any]] = {
    "iso": _iso,
    "unix": lambda value, _: _moment(_number(value)),
    "unix_ms": lambda value, _: _moment(_number(value) / 1000),
    "count": lambda value, _: _count(value),
    "html": lambda value, _: plain(str(value)),
    "text": lambda value, _: str(value),
    "begin": lambda value, _: shorten(" ".join(str(value).split()), 200),
}


class Template:
    """A template, read once. `Bad` for a converter that does not exist."""

    def __init__(self, text: str, zone: ZoneInfo | None = None) -> None:
        self._zone = zone or ZoneInfo("UTC")
        self._parts: list[str | tuple[str, str]] = []
        at = 0
        for piece in _PIECE.finditer(text):
            if piece[2] and piece[2] not in CONVERTERS:
                raise Bad(f"{piece[2]}: no such converter; there are {', '.join(CONVERTERS)}")
            part = (piece[1], piece[2] or "") if piece[1] else piece[0][0]
            self._parts += [text[at : piece.start()], part]
            at = piece.end()
        self._parts.append(text[at:])
        self._parts = [part for part in self._parts if part]

    @property
    def paths(self) -> list[str]:
        return [part[0] for part in self._parts if not isinstance(part, str)]

    def of(self, root: Any, around: Mapping[str, Any] = {}) -> Any:
        """The value; `None` when a path leads to nothing."""
        values = [p if isinstance(p, str) else self._value(p, root, around) for p in self._parts]
        if any(value is None for value in values):
            return None
        return values[0] if len(values) == 1 else "".join(map(str, values))

    def _value(self, piece: tuple[str, str], root: Any, around: Mapping[str, Any]) -> Any:
        path, converter = piece
        inside = path.split(".", 1)[0] not in around
        value = find(root if inside else around, path)
        if value is None or not converter:
            return value
        try:
            return CONVERTERS[converter](value, self._zone)
        except Bad as error:
            raise Bad(f"{path}: {error}") from None
