"""The quick consumer waits as Faust's own does, and makes no tasks where nothing is waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from mode import Service

from streams.quick import Consumer

Work = Callable[[asyncio.Event], Awaitable[Any]]


async def at_once(_: asyncio.Event) -> str:
    return "handed over"


async def later(_: asyncio.Event) -> str:
    for _turn in range(3):
        await asyncio.sleep(0.001)
    return "handed over"


async def fails_at_once(_: asyncio.Event) -> str:
    raise KeyError("partition")


async def fails_later(_: asyncio.Event) -> str:
    await asyncio.sleep(0.001)
    raise KeyError("partition")


async def suspends(flow: asyncio.Event) -> str:
    flow.set()
    await asyncio.sleep(60)
    return "never"


async def tidies_up(flow: asyncio.Event) -> str:
    """What waits is cancelled when the flow is suspended, and knows it."""
    try:
        return await suspends(flow)
    except asyncio.CancelledError:
        flow.clear()
        raise


def _waited(quick: bool, work: Work, stopped: bool) -> tuple[Any, bool, int]:
    """What came of it, whether the flow was suspended in the end, and the tasks that it took."""

    async def run() -> tuple[Any, bool, int]:
        consumer: Any = Consumer.__new__(Consumer) if quick else Service()
        Service.__init__(consumer)
        if stopped:
            consumer._stopped.set()
        flow, tasks = asyncio.Event(), 0

        def counted(loop: Any, coroutine: Any, **options: Any) -> asyncio.Task[Any]:
            nonlocal tasks
            tasks += 1
            return asyncio.Task(coroutine, loop=loop, **options)

        asyncio.get_running_loop().set_task_factory(counted)
        coroutines = [work(flow), flow.wait()]
        try:
            found = await consumer.wait_first(*coroutines)
        except KeyError as error:
            return repr(error), flow.is_set(), tasks
        await asyncio.sleep(0)
        came = [coroutines.index(one) if one in coroutines else "rest" for one in found.done]
        return (came, found.results, found.stopped), flow.is_set(), tasks

    return asyncio.run(asyncio.wait_for(run(), 20))


@pytest.mark.parametrize("stopped", [False, True])
@pytest.mark.parametrize("work", [at_once, later, fails_at_once, fails_later, suspends, tidies_up])
def test_it_comes_to_the_same(work: Work, stopped: bool) -> None:
    (quick, quick_flow, _), (own, own_flow, _) = (
        _waited(quick, work, stopped) for quick in (True, False)
    )
    if work is later and not stopped:
        quick[0][:] = [0]  # its rest stands for it
    assert (quick, quick_flow) == (own, own_flow)


def test_what_is_handed_over_at_once_needs_no_task() -> None:
    assert _waited(True, at_once, False)[2] == 0 < _waited(False, at_once, False)[2]
