"""What a lane's posts are usually made of: shares by place, mood, platform and topic."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from streams.resonance.entries import UNKNOWN, Entry

OTHER = "other"
HALF_LIFE_DAYS = 14.0
MOST_KEYS = 40

Parts = dict[str, float]


def _by_place(entry: Entry) -> str:
    """The district, the region where no district is known."""
    if entry.district is not None:
        return entry.district
    return UNKNOWN if entry.region is None else f"{entry.region}0000000"


def _by_region(entry: Entry) -> str:
    return UNKNOWN if entry.region is None else entry.region


DIMENSIONS: Mapping[str, Callable[[Entry], str]] = {
    "districts": _by_place,
    "regions": _by_region,
    "sentiments": lambda entry: entry.sentiment or UNKNOWN,
    "platforms": lambda entry: entry.platform,
    "topics": lambda entry: entry.topic or UNKNOWN,
}


class Usual:
    """Fading sums by lane, dimension and key. Newer posts weigh more by growing, so that
    nothing has to be touched to fade: good for 39 years of a half-life of two weeks."""

    def __init__(self) -> None:
        self._origin: float | None = None
        self._lanes: dict[int, dict[str, Parts]] = {}

    def learn(self, lane: int, entries: Iterable[Entry], worth: float, start: float) -> None:
        """A closed bin of a lane; `worth` below 1 where a spike is cut to what it may teach."""
        if self._origin is None:
            self._origin = start
        grown = worth * 2 ** ((start - self._origin) / 86400 / HALF_LIFE_DAYS)
        parts = self._lanes.setdefault(lane, {name: {} for name in DIMENSIONS})
        for entry in entries:
            for name, key in DIMENSIONS.items():
                _add(parts[name], key(entry), entry.organic * grown)

    def parts(self, lane: int, dimension: str) -> Parts:
        """Usual amounts by key; only their proportions mean something."""
        return self._lanes.get(lane, {}).get(dimension, {})

    def dump(self) -> tuple[float | None, dict[int, dict[str, Parts]]]:
        """Origin of time and sums."""
        return self._origin, self._lanes

    def restore(self, data: tuple[float | None, dict[int, dict[str, Parts]]]) -> None:
        """The opposite of `dump`."""
        self._origin, self._lanes = data


def _add(parts: Parts, key: str, amount: float) -> None:
    if key not in parts and len(parts) >= MOST_KEYS:
        rarest = min((name for name in parts if name != OTHER), key=lambda name: parts[name])
        parts[OTHER] = parts.get(OTHER, 0.0) + parts.pop(rarest)
    parts[key] = parts.get(key, 0.0) + amount
