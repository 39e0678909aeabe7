"""Batches come as Faust's own do, and nothing wakes up while nothing comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from types import SimpleNamespace
from typing import Any

import faust
import pytest

from streams.patient import Stream

WITHIN = 0.05
COMES = ([1, 2, 3], [4], [5, 6, 7, 8, 9])


async def _nothing() -> AsyncIterator[Any]:
    """A channel that is not read: the test hands over what comes, as a log would."""
    for never in list[Any]():
        yield never


def taken(
    comes: Sequence[Sequence[int]], size: int, kind: type[faust.Stream[Any]] = Stream
) -> tuple[list[list[int]], int]:
    """The batches of what comes, group by group with a pause between, and how often it waited."""

    async def run() -> tuple[list[list[int]], int]:
        waits, batches = 0, list[list[int]]()

        class Counted(kind):  # type: ignore[valid-type, misc]
            def _enable_passive(self, channel: Any, *, declare: bool = False) -> None:
                self.bringing = asyncio.ensure_future(self.bring())

            async def bring(self) -> None:
                for group in comes:
                    await asyncio.sleep(6 * WITHIN)
                    for number in group:
                        self.current_event = SimpleNamespace(value=number)
                        value: Any = number
                        for processor in list(self._processors):
                            value = await processor(value)

            async def wait_for_stopped(self, *coros: Any, timeout: Any = None) -> bool:  # noqa: ASYNC109
                nonlocal waits
                waits += 1
                return bool(await super().wait_for_stopped(*coros, timeout=timeout))

        app = faust.App("patient", broker="memory://", store="memory://")
        stream = Counted(_nothing(), app=app)
        async for events in stream.noack_take(size, within=WITHIN):
            batches.append([event.value for event in events])
            if sum(map(len, batches)) == sum(map(len, comes)):
                break
        return batches, waits

    return asyncio.run(asyncio.wait_for(run(), 20))


@pytest.mark.parametrize("size", [1, 2, 3, 50])
def test_all_comes_once_and_in_its_order(size: int) -> None:
    batches, _ = taken(COMES, size)
    assert [value for batch in batches for value in batch] == list(range(1, 10))
    assert all(len(batch) <= size for batch in batches)


def test_what_comes_together_is_one_batch() -> None:
    assert taken(COMES, 50)[0] == [list(group) for group in COMES]


def test_nothing_wakes_up_while_nothing_comes() -> None:
    patient, faust_own = taken(COMES, 50)[1], taken(COMES, 50, faust.Stream)[1]
    assert patient <= 2 * len(COMES) < faust_own
