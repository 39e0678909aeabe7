"""The regions as drawn: outlines as paths of one picture. Pure.

A plain projection (degrees east and north, a degree east drawn shorter as it is at 48 degrees
north) is enough for a picture whose reader looks for a region, not for a distance.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from models import regions

WIDTH, HEIGHT = 1000, 556
CITIES = ("71", "75", "79")
"""Regions that are a city, too small to be hit: they are drawn as circles above the others."""
SHADES = 5
_WEST, _NORTH = 46.2, 55.7
_EAST_SHORTER = math.cos(math.radians(48))
_SCALE = WIDTH / (41.3 * _EAST_SHORTER)


@dataclass(frozen=True)
class Shape:
    """One region: its outline, or the circle of a city; and where its name stands."""

    code: str
    path: str
    x: int
    y: int
    city: bool


@cache
def shapes() -> tuple[Shape, ...]:
    """All regions, the cities last."""
    found = [
        Shape(
            feature["id"],
            "".join(_ring(ring) for part in _parts(feature["geometry"]) for ring in part),
            *_place(feature["properties"]["lon"], feature["properties"]["lat"]),
            feature["id"] in CITIES,
        )
        for feature in regions.outlines()["features"]
    ]
    return tuple(sorted(found, key=lambda shape: (shape.city, shape.code)))


def shade(count: int, most: int) -> int:
    """How deep a colour is, 0 (nothing) to 5: by the root, so that a quiet region is not as one
    without posts where another is very loud."""
    if count <= 0 or most <= 0:
        return 0
    return max(1, math.ceil(SHADES * math.sqrt(min(count, most) / most)))


def _parts(shape: dict[str, object]) -> Sequence[Sequence[Sequence[Sequence[float]]]]:
    given = shape["coordinates"]
    return given if shape["type"] == "MultiPolygon" else [given]  # type: ignore[return-value,list-item]


def _ring(points: Sequence[Sequence[float]]) -> str:
    """A closed line of whole pixels; points that fall on one pixel are drawn once."""
    drawn: list[tuple[int, int]] = []
    for point in points:
        at = _place(point[0], point[1])
        if not drawn or drawn[-1] != at:
            drawn.append(at)
    if len(drawn) < 3:
        return ""
    return "M" + "L".join(f"{x} {y}" for x, y in drawn) + "Z"


def _place(east: float, north: float) -> tuple[int, int]:
    return (
        round((east - _WEST) * _EAST_SHORTER * _SCALE),
        round((_NORTH - north) * _SCALE),
    )
