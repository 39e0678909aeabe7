"""Incidents that are put into the stream, with the truth about them beside it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import msgspec
import numpy as np

from collectors.region import places, topics, words
from collectors.region.arrivals import CHANNEL_NAMES, NOBODY, Floats, Plan, Roots, build
from collectors.region.world import World, month_of, rhythm, spelled

SLOT_MS = 6 * 3_600_000
FIRST_AFTER_MS = 5_000
QUIET_MS = 30 * 60_000
"""The opening incident is left alone for this long."""
TALK = 0.8
"""Comments under a post about an incident, on average."""
LONGEST_MS = 36 * 3_600_000
_CHANNELS = np.array(
    [CHANNEL_NAMES.index(c) for c in ("instagram", "vk", "telegram", "facebook", "109", "news")]
)
_SHARES = np.array([0.36, 0.22, 0.24, 0.08, 0.07, 0.03])


@dataclass(frozen=True)
class Incident:
    """A burst of posts of one topic in one place: a rise, then a slow decay."""

    name: str
    kind: str
    place: int
    since_ms: int
    peak_per_second: float
    """Posts a second that the rate strives for, comments not counted."""
    rise_seconds: float
    decay_seconds: float


class Truth(msgspec.Struct, frozen=True, kw_only=True):
    """What really happened, for whoever wants to judge the spikes. Times are unix seconds."""

    incident: str
    kind: str
    topic: str
    kato: str
    place: str
    since: float
    until: float
    """19 of 20 of its posts are published by then."""
    posts: int


def of(world: World, live_ms: int, since_ms: int, until_ms: int) -> list[Incident]:
    """The incidents of a live period that begin in (since, until], in order."""
    first, last = max(live_ms, since_ms) // SLOT_MS, max(live_ms, until_ms) // SLOT_MS
    later = [i for slot in range(first, last + 1) for i in _slot(world, live_ms, slot)]
    return [i for i in (opening(world, live_ms), *later) if since_ms < i.since_ms <= until_ms]


@lru_cache(maxsize=8)
def opening(world: World, live_ms: int) -> Incident:
    """The one that begins seconds after the live period, strong enough to be seen at once."""
    rng = _random(world, live_ms, 0)
    large = [k.name for k in words.possible(month_of(live_ms)) if k.opening]
    return Incident(
        name=f"{world.key}-{spelled(live_ms)}-0",
        kind=large[int(rng.integers(len(large)))],
        place=int(places.draw(rng, world.region, 1)[0]),
        since_ms=live_ms + FIRST_AFTER_MS,
        peak_per_second=8.0,
        rise_seconds=4.0,
        decay_seconds=130.0,
    )


@lru_cache(maxsize=64)
def _slot(world: World, live_ms: int, slot: int) -> tuple[Incident, ...]:
    """Smaller ones, two a day, more of them when people are awake."""
    rng = _random(world, live_ms, slot)
    mean = 0.5 * min(2.0, rhythm(slot * SLOT_MS + SLOT_MS // 2))
    found = (_small(rng, world, live_ms, slot, i) for i in range(int(rng.poisson(mean))))
    return tuple(i for i in sorted(found, key=_since) if i.since_ms > live_ms + QUIET_MS)


def _since(incident: Incident) -> int:
    return incident.since_ms


def _small(rng: np.random.Generator, world: World, live_ms: int, slot: int, i: int) -> Incident:
    rise, decay = float(rng.uniform(300, 2400)), float(rng.uniform(1800, 10_800))
    posts = float(np.clip(rng.lognormal(4.4, 0.7), 30, 500))
    kinds = words.possible(month_of(slot * SLOT_MS))
    return Incident(
        name=f"{world.key}-{spelled(live_ms)}-{slot:x}.{i}",
        kind=kinds[int(rng.integers(len(kinds)))].name,
        place=int(places.draw(rng, world.region, 1)[0]),
        since_ms=slot * SLOT_MS + int(rng.integers(SLOT_MS)),
        peak_per_second=posts / (1 + TALK) * (decay + rise) / decay**2,
        rise_seconds=rise,
        decay_seconds=decay,
    )


def _random(world: World, live_ms: int, number: int) -> np.random.Generator:
    return np.random.default_rng((world.seed, int(world.key, 16), live_ms, number, 7))


@lru_cache(maxsize=16)
def plan(world: World, incident: Incident) -> Plan:
    """Its posts and comments."""
    rng = np.random.default_rng((world.seed, incident.since_ms, incident.place, 11))
    at = incident.since_ms + _times(rng, incident) * 1000
    size = len(at)
    channel = _CHANNELS[np.searchsorted(np.cumsum(_SHARES)[:-1], rng.random(size), side="right")]
    silent = np.isin(CHANNEL_NAMES, ("news", "109"))  # neither copies, nor is copied
    earlier = np.maximum(np.arange(size) - 1 - rng.geometric(0.15, size), 0)
    copies = (rng.random(size) < 0.08) & (np.arange(size) > 3) & ~silent[channel]
    copies &= ~silent[channel[earlier]]
    roots = Roots(
        at=at,
        channel=channel,
        topic=np.full(size, topics.CODES.index(words.kind(incident.kind).topic)),
        place=np.full(size, incident.place),
        copy=np.where(copies, earlier, NOBODY),
    )
    talk = rng.poisson(TALK, size) * (channel != CHANNEL_NAMES.index("109"))
    return build(
        rng, world, f"{world.key}-i{incident.name[7:]}", roots, talk, incident=incident.kind
    )


def _times(rng: np.random.Generator, incident: Incident) -> Floats:
    """Seconds after its beginning, ascending: a Poisson process of the rate of the incident."""
    end = min(incident.decay_seconds * 6, LONGEST_MS / 2000)
    grid = np.linspace(0, end, 4001)
    rate = (1 - np.exp(-grid / incident.rise_seconds)) * np.exp(-grid / incident.decay_seconds)
    total = np.concatenate([[0], np.cumsum((rate[1:] + rate[:-1]) / 2)]) * (grid[1] - grid[0])
    count = int(rng.poisson(total[-1] * incident.peak_per_second))
    return np.sort(np.interp(rng.random(count) * total[-1], total, grid))


def truth(world: World, incident: Incident) -> Truth:
    """What the posts of an incident have in common."""
    posts, place = plan(world, incident), places.of(world.region)[incident.place]
    kind, times = words.kind(incident.kind), np.sort(posts.at)
    return Truth(
        incident=f"simulation:{posts.prefix}",
        kind=incident.kind,
        topic=kind.topic,
        kato=place.kato,
        place=place.slots["ru"]["place"][0],
        since=incident.since_ms / 1000,
        until=float(np.quantile(times, 0.95)) / 1000 if len(times) else incident.since_ms / 1000,
        posts=len(times),
    )
