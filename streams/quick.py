"""A consumer of Faust that makes no tasks for a message that is handed over at once.

Faust waits for each message to be handed to its stream, or for the consumer to be stopped, with
four tasks and a wait for the first of them. A message is nearly always handed over at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine, Generator
from typing import Any

import faust
from faust.transport.drivers import aiokafka
from mode.services import WaitResults


class Consumer(aiokafka.Consumer):
    """Faust's own, but for work that is over before it waits for anything."""

    async def wait_first(self, *coros: Any, timeout: Any = None) -> WaitResults:  # noqa: ASYNC109
        """What Faust's own returns. The first is begun at once; only when it has to wait for
        something are the others waited for beside it."""
        first, *others = coros
        if not asyncio.iscoroutine(first):
            return await super().wait_first(*coros, timeout=timeout)
        over = True
        try:
            waits_for = first.send(None)
            over = False
        except StopIteration as done:
            if self._stopped.is_set() or self._crashed.is_set():
                return WaitResults([], [], True)
            return WaitResults([first], [done.value], False)
        finally:
            if over:
                _never_begun(others)
        return await super().wait_first(_Begun(first, waits_for), *others, timeout=timeout)


class _Begun(Awaitable[Any]):
    """The rest of a coroutine that waits for something already."""

    def __init__(self, coroutine: Coroutine[Any, Any, Any], waits_for: Any) -> None:
        self._coroutine = coroutine
        self._waits_for = waits_for

    def __await__(self) -> Generator[Any, Any, Any]:
        waits_for = self._waits_for
        while True:
            try:
                try:
                    brought = yield waits_for
                except BaseException as error:  # whoever waits is cancelled, and with it the work
                    waits_for = self._coroutine.throw(error)
                else:
                    waits_for = self._coroutine.send(brought)
            except StopIteration as done:
                return done.value


def _never_begun(coros: list[Any]) -> None:
    for one in coros:
        if asyncio.iscoroutine(one):
            one.close()


class Transport(aiokafka.Transport):
    """Faust's own with that consumer."""

    Consumer = Consumer


class App(faust.App):
    """Faust's own with that transport."""

    def _new_transport(self) -> Any:
        return Transport(self.conf.broker_consumer, self)
