"""History goes at the pace of the store, so that it never stands in the way of what is live.

A backfill at full speed would fill the log with old pages, and every live post would wait
behind them. So only so many posts of history are under way at once, and a look that brought
history ends when the store holds all of it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog

from rezonans.troubles import Busy

UNDER_WAY = 4_000
"""Posts of history handed over and not yet stored."""
ASK_SECONDS = 0.1
PATIENCE_SECONDS = 120.0
"""A store that answers for so long without a page has lost it: a dead letter, or a new life."""

log = structlog.get_logger("collectors")


class Stored(Protocol):
    """Which sequence of a target the store holds."""

    async def __call__(self, target: str) -> int:
        """The newest stored sequence, 0 when there is none; `Busy` when it can not say."""
        ...


class Pace:
    """Counts the history of one target that is under way."""

    def __init__(
        self, target: str, stored: Stored | None, sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        self._target = target
        self._stored = stored
        self._sleep = sleep
        self._under_way: deque[tuple[int, int]] = deque()

    async def handed_over(self, sequence: int, posts: int) -> None:
        """A page of history is in the log; return when the next may follow."""
        if self._stored is not None and posts:
            self._under_way.append((sequence, posts))
            await self._until(UNDER_WAY)

    async def all_stored(self) -> None:
        """Return when the store holds all history that was handed over."""
        await self._until(0)

    async def _until(self, most: int) -> None:
        asked = 0
        while sum(posts for _, posts in self._under_way) > most:
            sequence = await self._ask()
            while self._under_way and self._under_way[0][0] <= sequence:
                self._under_way.popleft()
                asked = 0
            asked += sequence >= 0
            if asked * ASK_SECONDS > PATIENCE_SECONDS:
                log.warning("history is not stored", target=self._target, reason="goes on without")
                self._under_way.clear()
            elif sum(posts for _, posts in self._under_way) > most:
                await self._sleep(ASK_SECONDS)

    async def _ask(self) -> int:
        """The newest stored sequence; -1 while the store can not say."""
        assert self._stored is not None
        try:
            return await self._stored(self._target)
        except Busy as busy:
            await self._sleep(min(busy.retry_after, 5.0))
            return -1
