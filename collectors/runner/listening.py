"""Streams that a platform holds open: kept in the journal piece by piece, connected for ever.

Guarantee: a piece that arrived is in the journal before the next one is taken. What was said while
nobody was connected is lost; why nobody is stands in the journal too, once a reason.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from typing import Any, NamedTuple, Protocol, TypeAlias

import aiohttp
import httpx
import msgspec

from collectors.runner.configured import Instance
from collectors.runner.look import COMPONENT, Clock
from collectors.runner.schedule import backoff
from rezonans import metrics
from rezonans.troubles import Busy, Invalid

Connect: TypeAlias = Callable[[str], AbstractAsyncContextManager[AsyncIterator[str]]]
"""An address of a websocket to the texts that come; `Busy` where it can not be had."""

MESSAGE_BYTES = 1024 * 1024
PING_SECONDS = 30.0
ENDED_SECONDS = 1.0
"""A stream that ended is connected again so soon."""


class Wire(NamedTuple):
    """What a listener has of the world."""

    http: httpx.AsyncClient
    keep: Callable[[Sequence[str]], Awaitable[None]]
    """Return when the pieces are in the journal."""
    connect: Connect
    now: Callable[[], datetime]


class Listener(Protocol):
    """A collector that holds a stream open."""

    async def listen(self, config: Any, wire: Wire) -> None:
        """One connection to its end. `Busy` with a sentence where there is none to be had."""
        ...


class Trouble(msgspec.Struct, frozen=True, tag="stream.trouble", tag_field="push"):
    """Why nobody is connected."""

    says: str


_decoder = msgspec.json.Decoder(Trouble)


def trouble_of(said: str) -> Trouble | None:
    """The trouble in a piece of a journal; `None`: it is something else."""
    if not said.startswith('{"push":"stream.trouble"'):
        return None
    try:
        return _decoder.decode(said)
    except msgspec.DecodeError:
        return None


def has_stream(one: Instance) -> bool:
    return hasattr(one.collector, "listen")


async def listening(one: Instance, wire: Wire, clock: Clock, rng: random.Random) -> None:
    """For ever: connect, listen, wait, connect again."""
    failures, told = 0, ""
    while True:
        reason, wait = "", ENDED_SECONDS
        started = clock.monotonic()
        try:
            await one.collector.listen(one.config, wire)  # type: ignore[attr-defined]
        except Busy as busy:
            reason, wait = str(busy), busy.retry_after
        except httpx.HTTPError as error:
            reason = f"the stream can not be reached: {type(error).__name__}"
        except Invalid as error:
            reason = str(error)
        failures = 0 if clock.monotonic() - started > 60.0 else failures + 1
        if reason:
            metrics.ERRORS.labels(COMPONENT, "listen", "busy").inc()
            wait = max(wait, backoff(failures + 1, 0.0, rng))
        if reason and reason != told:
            await _note(wire, Trouble(reason))
        told = reason
        await clock.sleep(wait)


async def _note(wire: Wire, trouble: Trouble) -> None:
    """A full journal says so itself, at the next piece."""
    try:
        await wire.keep([msgspec.json.encode(trouble).decode()])
    except Busy:
        return


@asynccontextmanager
async def connect(address: str) -> AsyncIterator[AsyncIterator[str]]:
    """A websocket over TLS. The address may hold a key and is in no error."""
    try:
        async with (
            aiohttp.ClientSession(trust_env=False) as session,
            session.ws_connect(
                address, heartbeat=PING_SECONDS, max_msg_size=MESSAGE_BYTES, autoclose=True
            ) as socket,
        ):
            yield _texts(socket)
    except (aiohttp.ClientError, TimeoutError) as error:
        raise Busy(f"the stream can not be reached: {type(error).__name__}", 5.0) from None


async def _texts(socket: aiohttp.ClientWebSocketResponse) -> AsyncIterator[str]:
    async for message in socket:
        if message.type is aiohttp.WSMsgType.TEXT:
            yield message.data
        elif message.type is aiohttp.WSMsgType.ERROR:
            return
