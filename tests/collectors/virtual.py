"""Time that passes only when everybody sleeps, and then to whoever wakes first."""

from __future__ import annotations

import asyncio
import heapq
from datetime import datetime, timedelta
from itertools import count

from collectors.runner import Clock
from tests.collectors.stage import START

_TURNS = 40
"""Turns of the loop after which whoever is awake has gone as far as it can without time."""


class VirtualTime:
    """A clock for many sleepers. Hours cost what is done in them, and nothing more."""

    def __init__(self, start: datetime = START) -> None:
        self.now = start
        self._passed = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = count()

    async def sleep(self, seconds: float) -> None:
        waiting = asyncio.get_running_loop().create_future()
        heapq.heappush(
            self._sleepers, (self._passed + max(seconds, 0.0), next(self._order), waiting)
        )
        await waiting

    @property
    def clock(self) -> Clock:
        return Clock(now=lambda: self.now, sleep=self.sleep, monotonic=lambda: self._passed)

    async def pass_for(self, seconds: float) -> None:
        """Let so much time pass. Sleepers that were cancelled meanwhile are left alone."""
        until = self._passed + seconds
        while True:
            for _ in range(_TURNS):
                await asyncio.sleep(0)
            if not self._sleepers or self._sleepers[0][0] > until:
                break
            at, _, waiting = heapq.heappop(self._sleepers)
            self._move(at)
            if not waiting.done():
                waiting.set_result(None)
        self._move(until)

    def _move(self, at: float) -> None:
        self.now += timedelta(seconds=at - self._passed)
        self._passed = at
