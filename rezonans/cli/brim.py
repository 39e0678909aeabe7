"""A store whose disk was full is opened again: what was merged meanwhile may be unreadable.

Guarantee: the store ends once there is room, at the latest before the engine throws away
the parts that were merged; nothing of what was written meanwhile was acknowledged. The next process
says what it has set aside, and has the boards of the last day computed again.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import structlog

from sinks.clickhouse.room import KEEP_BYTES, Room, set_aside

LOOK_SECONDS = 1.0
PATIENCE_SECONDS = 300.0
"""The engine keeps parts that were merged for 480 s."""
AGAIN = timedelta(days=1)

log = structlog.get_logger("rezonans")


async def watch(
    room: Room,
    over: Callable[[str], Awaitable[None]],
    *,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    clock: Callable[[], float] = monotonic,
) -> None:
    """Look at the disk until it was full and has room again; then `over` ends the process."""
    while not room.was_full():
        await sleep(LOOK_SECONDS)
    log.warning("waiting", what="store", reason="its disk is full: free some space")
    until = clock() + PATIENCE_SECONDS
    while room.look() < KEEP_BYTES and clock() < until:
        await sleep(LOOK_SECONDS)
    await over("its disk was full; what was written in part is set aside")


async def over(reason: str) -> None:
    """The process ends, to be started again; what it has in hand is not acknowledged. At once, as
    if it were killed: an engine whose disk was full may not let go of its threads."""
    log.warning("opened again", what="store", reason=reason)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(1)


class Opening:
    """What opening a store sets aside: told once, and what has to be computed again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._before = set_aside(folder)

    def again(self) -> datetime | None:
        """To be called when it is open. Since when boards have to be computed again; `None`:
        nothing was set aside."""
        parts = sorted(set_aside(self._folder) - self._before)
        for part in parts:
            log.warning("a part of the store can not be read and was set aside", part=str(part))
        return datetime.now(UTC) - AGAIN if parts else None
