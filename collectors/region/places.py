"""The places of a simulated region, in the forms Russian and Kazakh texts need."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Slots: TypeAlias = dict[str, tuple[str, ...]]
"""What a `{slot}` of a template may become."""

_FOLDER = resources.files(__package__) / "words" / "places"


@dataclass(frozen=True, eq=False)
class Place:
    kato: str
    weight: float
    slots: dict[str, Slots]
    """By language: at, of, to, place, street."""


def regions() -> list[str]:
    """Two-digit KATO codes of the regions that can be simulated."""
    return sorted(f.name.removesuffix(".toml") for f in _FOLDER.iterdir() if f.name[0] != "_")


@lru_cache(maxsize=4)
def of(region: str) -> tuple[Place, ...]:
    table = tomllib.loads((_FOLDER / f"{region}.toml").read_text(encoding="utf-8"))
    return tuple(_place(row) for row in table["places"])


def number(region: str, kato: str) -> int:
    """Where a place stands in its region; `ValueError` when the region has none of that code."""
    return [place.kato for place in of(region)].index(kato)


def draw(rng: np.random.Generator, region: str, size: int) -> NDArray[np.int64]:
    """Numbers of places, as often as they are written about."""
    edges = np.cumsum([place.weight for place in of(region)])
    drawn: NDArray[np.int64] = np.searchsorted(edges, rng.random(size) * edges[-1], side="right")
    return drawn


def _place(row: dict[str, Any]) -> Place:
    return Place(
        kato=row["kato"],
        weight=float(row["weight"]),
        slots={language: _slots(row, language) for language in ("ru", "kk")},
    )


def _slots(row: dict[str, Any], language: str) -> Slots:
    forms = row[language]
    slots: Slots = {name: (forms[name],) for name in ("at", "of", "to")}
    slots["place"] = (forms["name"],)
    if f"streets_{language}" in row:
        slots["street"] = tuple(row[f"streets_{language}"])
    return slots
