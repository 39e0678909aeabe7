"""The posts of any interval of event time, in order and in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from collectors.region import arrivals, incidents
from collectors.region.arrivals import Plan
from collectors.region.incidents import LONGEST_MS, Incident
from collectors.region.world import CARRY_BLOCKS, World


@dataclass(frozen=True)
class Period:
    """A live period: since when it runs, and whether things happen in it."""

    live_ms: int
    random: bool = True
    """With an opening incident and others later, drawn by the seed."""
    given: tuple[Incident, ...] = ()


class Seen(NamedTuple):
    """One planned post, ordered by when it can be seen."""

    seen_ms: int
    prefix: str
    number: int
    plan: Plan


def happening(world: World, period: Period, since_ms: int, until_ms: int) -> list[Incident]:
    """The incidents of a period that begin in (since, until]."""
    drawn = incidents.of(world, period.live_ms, since_ms, until_ms) if period.random else []
    return [*drawn, *(i for i in period.given if since_ms < i.since_ms <= until_ms)]


def between(world: World, period: Period, since_ms: int, until_ms: int) -> Iterator[list[Seen]]:
    """Posts seen in (since, until], a block of time at once, in order within and between."""
    while since_ms < until_ms:
        edge = min((since_ms // world.block_ms + 1) * world.block_ms, until_ms)
        yield sorted(
            Seen(plan.seen[n], plan.prefix, n, plan)
            for plan in _plans(world, period, since_ms, edge)
            for n in plan.between(since_ms, edge)
        )
        since_ms = edge


def pending_since(world: World, period: Period, until_ms: int) -> int | None:
    """When the oldest post that is published but can not be seen yet was published."""
    if not world.late_share:
        return None
    hidden = (
        plan.at[n]
        for plan in _plans(world, period, until_ms, until_ms + world.life_ms)
        for n in plan.between(until_ms, until_ms + world.life_ms)
    )
    return min((at for at in hidden if at <= until_ms), default=None)


def _plans(world: World, period: Period, since_ms: int, until_ms: int) -> Iterator[Plan]:
    """Everything that may hold a post seen in the interval. A life more for late ones."""
    reach = CARRY_BLOCKS + CARRY_BLOCKS // 6 + 1
    first = since_ms // world.block_ms - reach
    for number in range(first, until_ms // world.block_ms + 1):
        yield arrivals.block(world, number)
    for incident in happening(world, period, since_ms - LONGEST_MS, until_ms):
        yield incidents.plan(world, incident)
