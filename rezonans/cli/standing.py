"""Ends a process whose consumer has silently stopped reading, so that it is started again.

After the log was away, a consumer may come back to its group and fetch nothing for ever: no error,
no end. Guarantee: a process that has taken nothing for a while although there are messages behind
the committed position of its group, at two looks, ends with an error; nothing was acknowledged, so
nothing is lost. A process that is busy with a batch, or waits for the store, is left alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

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
Look = Callable[[Log, str, Sequence[str]], Mapping[Place, int | None]]
"""The committed position of each reader of a group that has something left of some topics."""
Sleep = Callable[[float], Awaitable[None]]


class StandsStill(Exception):
    """The consumer of this process reads no more."""


async def watch(
    where: Log,
    group: str,
    idle: Idle,
    patience: float,
    *,
    look: Look | None = None,
    sleep: Sleep = asyncio.sleep,
) -> None:
    """Look for ever; `StandsStill` ends the process. `patience`: seconds that it may take nothing;
    longer than the session of a reader that died, whose partitions nobody reads meanwhile."""
    looks = Looks()
    look = look or looks
    try:
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
            second = await asyncio.to_thread(look, where, group, still) if still else {}
            names = stuck(first, second)
            if names:
                raise StandsStill(
                    f"{', '.join(names)}: nothing was taken for {patience:.0f} s although there is "
                    "something to read; this process ends, to be started again"
                )
    finally:
        looks.close()


def _idle(seconds: Mapping[str, float], patience: float) -> list[str]:
    return [topic for topic in WATCHED if seconds.get(topic, 0) > patience]


class Looks:
    """Who has something left, asked with one consumer for as long as the log answers it."""

    def __init__(self) -> None:
        self._consumer: Any = None

    def __call__(self, where: Log, group: str, topics: Sequence[str]) -> dict[Place, int | None]:
        """Of one log and group, always the same ones; nobody on a log that is away."""
        try:
            self._consumer = self._consumer or where.consumer(group)
            return left_of(where, self._consumer, group, topics)
        except KafkaError as error:
            log.warning("the log can not be looked at", reason=type(error).__name__)
            self.close()  # it may have another life by then
            return {}

    def close(self) -> None:
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            consumer.close()
