"""The one place where a step meets Kafka.

Guarantee: at least once. A message is acknowledged after its outputs are acknowledged by the
log and the step calls it safe; a failure ends the process without an acknowledgement, and the
log delivers again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from itertools import groupby
from time import monotonic, perf_counter
from typing import Any

from rezonans import metrics
from streams.envelope import Envelope, Output, Step
from streams.suspects import Suspects

Send = Callable[[Sequence[Output]], Awaitable[None]]
"""Writes outputs and returns when the log has acknowledged every one."""


class Agent:
    """A step bound to a topic."""

    def __init__(self, name: str, step: Step, send: Send, suspects: Suspects) -> None:
        self.name = name
        self._step = step
        self._send = send
        self._suspects = suspects
        self._unsettled: list[Any] = []
        self._lock = asyncio.Lock()
        self._torn = False
        """A batch is half through: what the step holds of it is not to be made safe."""
        self._ack: Callable[[Any], Awaitable[Any]] = _no_stream
        self._taken = monotonic()

    @property
    def idle_seconds(self) -> float:
        """Since it took something; 0 while it has something in hand."""
        return 0.0 if self._lock.locked() else monotonic() - self._taken

    async def run(self, stream: Any, size: int, within_seconds: float) -> None:
        """Take batches for ever. `stream` is a Faust stream of raw bytes."""
        batches: AsyncIterator[Sequence[Any]] = stream.noack_take(size, within=within_seconds)
        self._ack = stream.ack
        try:
            async for events in batches:
                await self.take(list(events))
        finally:
            if not self._torn:
                await self.settle(final=True)

    async def take(self, events: Sequence[Any]) -> None:
        """One batch of Faust events: step, outputs, acknowledgement."""
        started = perf_counter()
        async with self._lock:
            self._torn = True
            await self._through_step([_envelope(event) for event in events])
            self._torn = False
            self._unsettled.extend(events)
        self._taken = monotonic()
        await self.settle()
        metrics.RECEIVED.labels(self.name, "message").inc(len(events))
        metrics.FLUSH.labels(self.name).observe(perf_counter() - started)

    async def settle(self, *, final: bool = False) -> None:
        """Acknowledge what the step calls safe. Called after batches, by a timer, at the end."""
        if self._lock.locked():
            return  # a batch is under way and settles when it is through
        async with self._lock:
            if self._unsettled and await self._step.settle(final=final):
                for event in self._unsettled:
                    await self._ack(event)
                self._unsettled.clear()

    async def _through_step(self, batch: Sequence[Envelope]) -> None:
        """In the order of the log: a message that is taken in parts waits for its turn."""
        try:
            for split, group in groupby(batch, lambda one: self._suspects.splits(one.place)):
                if split:
                    for envelope in group:
                        await self._in_parts(envelope)
                else:
                    await self._whole(list(group))
        except asyncio.CancelledError:
            self._suspects.put_back()  # a worker that stops proves nothing against its messages
            raise

    async def _whole(self, batch: Sequence[Envelope]) -> None:
        self._suspects.take(envelope.place for envelope in batch)
        await self._send(await self._step(batch))
        self._suspects.release()

    async def _in_parts(self, envelope: Envelope) -> None:
        for index, part in enumerate(self._step.split(envelope)):
            name = f"{envelope.place}/{index}"
            if self._suspects.refused(name):
                metrics.DISCARDED.labels(self.name, "post", "crashed").inc()
                self._suspects.put_back()
                await self._send(self._step.refuse(part))
                continue
            self._suspects.take([envelope.place], alone=name)
            await self._send(await self._step([part]))
        self._suspects.take([envelope.place])
        self._suspects.release()


def _envelope(event: Any) -> Envelope:
    message = event.message
    return Envelope(
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        key=message.key,
        value=message.value or b"",
    )


async def _no_stream(event: Any) -> None:
    raise RuntimeError("an agent acknowledges on the stream that it runs on")
