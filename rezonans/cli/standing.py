"""Ends a process whose consumer has silently stopped reading, so that it is started again.

After the log was away, a consumer may come back to its group and fetch nothing for ever: no error,
no end. Guarantee: a process that has taken nothing for a while although there are messages behind
the committed position of its group, at two looks, ends with an error; nothing was acknowledged, so
nothing is lost. A process that is busy with a batch, or waits for the store, is left alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import closing

import structlog
from kafka.errors import KafkaError

from rezonans.cli.positions import Log, Place, left_of, stuck
from rezonans.topics import MENTIONS, POSTS

LOOK_SECONDS = 10.0
WATCHED = (POSTS.name, MENTIONS.name)
"""Topics with a heartbeat: who takes nothing of them for so long has to be looked at."""

log = structlog.get_logger("rezonans")

Idle = Callable[[], Mapping[str, float]]
"""Topic to the seconds since its agent took something; 0 while it has something in hand."""


class StandsStill(Exception):
    """The consumer of this process reads no more."""


async def watch(
    where: Log,
    group: str,
    idle: Idle,
    patience: float,
    *,
    look: Callable[[Log, str, Sequence[str]], dict[Place, int | None]] | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Look for ever; `StandsStill` ends the process. `patience`: seconds that it may take nothing;
    longer than the session of a reader that died, whose partitions nobody reads meanwhile."""
    look = look or _look
    while True:
        await sleep(LOOK_SECONDS)
        waiting = _idle(idle(), patience)
        if not waiting:
            continue
        first = await asyncio.to_thread(look, where, group, waiting)
        if not first:
            continue
        await sleep(LOOK_SECONDS)
        still = _idle(idle(), patience)
        names = stuck(first, await asyncio.to_thread(look, where, group, still) if still else {})
        if names:
            raise StandsStill(
                f"{', '.join(names)}: nothing was taken for {patience:.0f} s although there is "
                "something to read; this process ends, to be started again"
            )


def _idle(seconds: Mapping[str, float], patience: float) -> list[str]:
    return [topic for topic in WATCHED if seconds.get(topic, 0) > patience]


def _look(where: Log, group: str, topics: Sequence[str]) -> dict[Place, int | None]:
    """Who has something left; nobody on a log that is away."""
    try:
        with closing(where.consumer(group)) as consumer:
            return left_of(where, consumer, group, topics)
    except KafkaError as error:
        log.warning("the log can not be looked at", reason=type(error).__name__)
        return {}
