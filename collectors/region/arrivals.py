"""When who posts where: a self-exciting (branching) process, one block of time at once.

A spark starts a conversation of a topic in a place; more posts about it follow within the
hour, and comments under each of them. Clusters are cut at `World.life_ms`, so the posts of
any interval come from a bounded number of blocks.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from collectors.region import places, topics
from collectors.region.world import (
    CHANNELS,
    CHATTER,
    COMMENTS,
    POSTS_PER_SPARK,
    World,
    month_of,
    rhythm,
)

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]

CHANNEL_NAMES = tuple(CHANNELS)
_CHANNEL_EDGES = np.cumsum(list(CHANNELS.values()))[:-1]
_TALK = np.array([COMMENTS[c] for c in CHANNEL_NAMES])
_OWN = np.isin(CHANNEL_NAMES, ("news", "109"))
"""Channels that neither copy nor are copied."""
_SILENT, _INSTEAD = CHANNEL_NAMES.index("109"), CHANNEL_NAMES.index("instagram")
NOBODY = -1


@dataclass(frozen=True, eq=False)
class Plan:
    """The posts of one block or incident before they have words; columns by number.

    Times are unix milliseconds; `root`, `parent` and `copy` are numbers within the plan.
    """

    prefix: str
    """Start of the identities of its posts."""
    incident: str | None
    order: Ints
    """Numbers by the time they can be seen."""
    seen_sorted: Ints
    at: list[int]
    seen: list[int]
    root: list[int]
    parent: list[int]
    """-1 for posts that answer nothing."""
    channel: list[int]
    topic: list[int]
    """Number in `topics.CODES`, -1 for chatter."""
    place: list[int]
    copy: list[int]
    """The post it copies, -1 for words of its own."""
    dice: list[int]
    """64 random bits that decide the words, the author and the counters."""

    def between(self, since_ms: int, until_ms: int) -> list[int]:
        """Numbers of the posts seen in (since, until], in order."""
        low, high = np.searchsorted(self.seen_sorted, (since_ms, until_ms), side="right")
        numbers: list[int] = self.order[low:high].tolist()
        return numbers


@dataclass(frozen=True)
class Roots:
    """Posts that start a thread, as columns."""

    at: Floats
    channel: Ints
    topic: Ints
    place: Ints
    copy: Ints


@lru_cache(maxsize=64)
def block(world: World, number: int) -> Plan:
    """The conversations that start in a block. Blocks are counted from the epoch."""
    rng = np.random.default_rng((world.seed, int(world.key, 16), number))
    start = number * world.block_ms
    mean = world.spark_rate * world.block_ms * rhythm(start + world.block_ms // 2)
    sparks = start + rng.random(int(rng.poisson(mean))) * world.block_ms
    roots = _roots(rng, world, sparks, month_of(start))
    return build(rng, world, f"{world.key}-{number:x}", roots, _talk(rng, roots))


def _roots(rng: np.random.Generator, world: World, sparks: Floats, month: int) -> Roots:
    """Every spark with the posts it excites."""
    count = rng.geometric(1 / POSTS_PER_SPARK, len(sparks))
    spark = np.repeat(np.arange(len(sparks)), count)
    first = np.concatenate([[0], np.cumsum(count)[:-1]])[: len(sparks)].astype(np.int64)
    delay = fading(rng, len(spark), 1_500_000, world.life_ms // 2)
    delay[first] = 0
    topic = np.where(
        rng.random(len(sparks)) < CHATTER, NOBODY, topics.draw(rng, len(sparks), month)
    )
    channel = np.searchsorted(_CHANNEL_EDGES, rng.random(len(spark)), side="right")
    channel[(channel == _SILENT) & (topic[spark] == NOBODY)] = _INSTEAD
    copies = rng.random(len(spark)) < 0.2
    copies[first] = False
    return Roots(
        at=sparks[spark] + delay,
        channel=channel,
        topic=topic[spark],
        place=places.draw(rng, world.region, len(sparks))[spark],
        copy=np.where(copies & ~_OWN[channel] & ~_OWN[channel[first[spark]]], first[spark], NOBODY),
    )


def _talk(rng: np.random.Generator, roots: Roots) -> Ints:
    """How many comments each post gets: most get none, a few get hundreds."""
    mean = _TALK[roots.channel]
    loudness = rng.gamma(0.4, 1 / 0.4, len(mean))
    return np.minimum(rng.poisson(mean * loudness), 400)


def fading(rng: np.random.Generator, size: int, tau_ms: float, limit_ms: float) -> Floats:
    """Exponential delays cut at a limit, milliseconds."""
    return -tau_ms * np.log1p(-rng.random(size) * -math.expm1(-limit_ms / tau_ms))


def build(
    rng: np.random.Generator,
    world: World,
    prefix: str,
    roots: Roots,
    talk: Ints,
    *,
    incident: str | None = None,
) -> Plan:
    """The plan of some threads: roots first, then their comments in order of time."""
    size, total = len(roots.at), int(talk.sum())
    thread = np.repeat(np.arange(size), talk)
    tau = 900_000 if incident is None else 240_000
    at = roots.at[thread] + fading(rng, total, tau, world.life_ms // 2)
    at = at[np.lexsort((at, thread))]  # threads stay together, each in order of time
    place_in_thread = np.arange(total) - np.repeat(np.cumsum(talk) - talk, talk)
    replies = (rng.random(total) < 0.35) & (place_in_thread > 0)
    answered = size + np.arange(total) - 1 - (rng.random(total) * place_in_thread).astype(np.int64)
    parent = np.where(replies, np.maximum(answered, size), thread)
    times = np.concatenate([roots.at, at]).astype(np.int64)
    late = rng.random(len(times)) < world.late_share
    lag = rng.integers(60_000, 600_000, len(times)) % (world.life_ms // 6)
    seen = times + np.where(late, lag, 0)
    order = np.lexsort((np.arange(len(seen)), seen))
    return Plan(
        prefix=prefix,
        incident=incident,
        order=order,
        seen_sorted=seen[order],
        at=times.tolist(),
        seen=seen.tolist(),
        root=np.concatenate([np.arange(size), thread]).tolist(),
        parent=np.concatenate([np.full(size, NOBODY), parent]).tolist(),
        channel=np.concatenate([roots.channel, roots.channel[thread]]).tolist(),
        topic=np.concatenate([roots.topic, roots.topic[thread]]).tolist(),
        place=np.concatenate([roots.place, roots.place[thread]]).tolist(),
        copy=np.concatenate([roots.copy, np.full(total, NOBODY)]).tolist(),
        dice=rng.integers(1, 2**63, len(times)).tolist(),
    )
