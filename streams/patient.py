"""A Faust stream that sleeps until a message comes.

Faust's own `noack_take` wakes up each time a batch might be due, whether there is anything or not:
ten times a second for every topic of a process, for as long as it runs.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Any

import faust


class Stream(faust.Stream[Any]):
    """Batches as Faust takes them; the time to fill one begins when there is something in it."""

    _came: asyncio.Event | None = None

    async def noack_take(self, max_: int, within: Any) -> AsyncGenerator[Sequence[Any], None]:
        """Lists of at most `max_` events, `within` seconds after the first; not acknowledged."""
        came = self._came = asyncio.Event()

        async def note(value: Any) -> Any:
            came.set()
            return value

        self.add_processor(note)  # before Faust's own, which puts it into the batch
        async for batch in super().noack_take(max_, within):
            yield batch

    async def wait_for_stopped(self, *coros: Any, timeout: Any = None) -> bool:  # noqa: ASYNC109
        """Where a batch is waited for, first for something to be in it, however long."""
        if self._came is not None:
            await self.wait(self._came)  # type: ignore[arg-type]
            self._came.clear()
        return bool(await super().wait_for_stopped(*coros, timeout=timeout))
