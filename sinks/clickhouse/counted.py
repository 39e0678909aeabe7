"""What a mention is counted under: its attitude, its region, its district. Pure."""

from __future__ import annotations

from functools import lru_cache

from models import regions
from rezonans.records import Place, Sentiment


def sentiment(mood: Sentiment | None) -> str | None:
    """The most probable class."""
    if mood is None:
        return None
    negative, neutral, positive = mood  # of equal ones the better: as it always was
    if positive >= neutral and positive >= negative:
        return "positive"
    return "neutral" if neutral >= negative else "negative"


def region(place: Place | None) -> str | None:
    """Two-digit KATO code of the region that a place is or lies in."""
    return place.kato[:2] if place and place.level != "country" else None


def district(place: Place | None) -> str | None:
    """Nine-digit KATO code of the district or city that a place is or lies in."""
    if place is None or place.level not in ("district", "settlement"):
        return None
    return _district(place.kato)


@lru_cache(maxsize=20_000)
def _district(kato: str) -> str | None:
    return regions.district(kato)
