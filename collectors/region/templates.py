"""Texts with choices in them: `[Нет|Опять нет] воды {at}, {since}`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TypeAlias

Part: TypeAlias = str | tuple[str, ...]
"""A slot as `{name}`, or what may stand here."""
Template: TypeAlias = tuple[Part, ...]

_PARTS = re.compile(r"(\[[^\]]*\]|\{[a-z_]+\})")
_SLOT = re.compile(r"\{([a-z_]+)\}")
_MASK = (1 << 64) - 1


class Dice:
    """A small reproducible source of choices, far cheaper to make than `random.Random`."""

    __slots__ = ("_state",)

    def __init__(self, seed: int) -> None:
        self._state = seed * 0x9E3779B97F4A7C15 & _MASK

    def roll(self, sides: int) -> int:
        """A number below `sides`."""
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) & _MASK
        return (self._state >> 33) % sides

    def one(self, options: tuple[str, ...]) -> str:
        return options[self.roll(len(options))]

    def chance(self, percent: float) -> bool:
        return self.roll(10_000) < percent * 100

    def fraction(self) -> float:
        return self.roll(1 << 30) / (1 << 30)


@lru_cache(maxsize=8192)
def compiled(text: str) -> Template:
    """A template cut into its parts, once."""
    parts = (piece for piece in _PARTS.split(text) if piece)
    return tuple(tuple(p[1:-1].split("|")) if p[0] == "[" else _fixed(p) for p in parts)


def _fixed(piece: str) -> Part:
    return piece if piece[0] == "{" else (piece,)


def fill(template: Template, slots: Mapping[str, tuple[str, ...]], dice: Dice) -> str:
    """A text of the template. `KeyError` for a slot nobody knows: a fault of the template."""
    return "".join(_filled(part, slots, dice) for part in template)


def _filled(part: Part, slots: Mapping[str, tuple[str, ...]], dice: Dice) -> str:
    if isinstance(part, str):
        return dice.one(slots[part[1:-1]])
    chosen = dice.one(part) if len(part) > 1 else part[0]
    return fill(compiled(chosen), slots, dice) if "{" in chosen else chosen


def slots_of(template: Template) -> set[str]:
    """Names of all slots, those inside of alternatives too."""
    return {name for part in template for name in _SLOT.findall(str(part))}
