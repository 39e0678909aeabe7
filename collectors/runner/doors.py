"""The doors of sources that are pushed: check, journal, answer; and the server they stand in.

Guarantee: a sender hears of success when what it sent is on the disk. A knock that is refused, too
large or too slow leaves nothing behind, and no log line or answer repeats any of it.
"""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple

import httpx
import structlog
import uvicorn
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from collectors.intake.knocks import Knock, Reply, refused
from collectors.intake.state import Standing
from collectors.runner.configured import Instance
from collectors.runner.journal import Journal, mounted
from collectors.runner.listening import has_stream
from collectors.runner.tender import Cursors
from rezonans import metrics
from rezonans.refused import SettingsError
from rezonans.troubles import Busy

log = structlog.get_logger("collectors")

BODY_BYTES = 4 * 1024 * 1024
BODY_SECONDS = 20.0
"""For a whole body to arrive."""
TRIM_SECONDS = 30.0
TOGETHER = 200
"""Knocks at one time; more are told to come again."""
PREFIX = "/intake/"

_NOT_HERE = refused(404, "unknown", "there is no such address here")
_METHOD = refused(405, "method", "GET and POST are understood")
_LARGE = refused(413, "large", f"a body may have {BODY_BYTES >> 20} MiB")
_SLOW = refused(408, "slow", f"a body must arrive within {BODY_SECONDS:.0f} s")


class Door(NamedTuple):
    instance: Instance
    journal: Journal


def listens(one: Instance) -> bool:
    """Whether a source is pushed: its collector has `receive`."""
    return hasattr(one.collector, "receive")


class Doors:
    """An ASGI application: one address for each instance that is pushed, `/intake/NAME`."""

    def __init__(
        self, instances: Sequence[Instance], folder: Path, now: Callable[[], datetime]
    ) -> None:
        self._now = now
        self._doors = {
            one.name: Door(one, Journal(folder / one.name, now))
            for one in instances
            if listens(one) or has_stream(one)
        }
        self._refused: Counter[str] = Counter()

    def __bool__(self) -> bool:
        return bool(self._doors)

    @property
    def open(self) -> bool:
        """Whether anybody may knock: streams have a journal and no address."""
        return any(listens(door.instance) for door in self._doors.values())

    def journal(self, name: str) -> Journal:
        return self._doors[name].journal

    async def knock(self, name: str, knock: Knock) -> Reply:
        """What an instance says to a knock, once all of it that is kept is on the disk."""
        door = self._doors.get(name)
        if door is None or not listens(door.instance):
            return _NOT_HERE
        reply: Reply = door.instance.collector.receive(  # type: ignore[attr-defined]
            door.instance.config, knock
        )
        try:
            await door.journal.keep(reply.keep)
        except Busy as error:
            self._say(name, "full", str(error))
            return refused(503, "full", "it can not be kept now; send it again later")
        if reply.status >= 400:
            self._say(name, reply.why, "")
        return reply

    def _say(self, name: str, why: str, reason: str) -> None:
        """Each kind of refusal is said at its first time and then ever more seldom."""
        kind = self._doors[name].instance.kind
        metrics.DISCARDED.labels("intake", kind, why).inc()
        self._refused[f"{name} {why}"] += 1
        count = self._refused[f"{name} {why}"]
        if count & (count - 1) == 0:
            more = {"reason": reason} if reason else {}
            log.warning("a push was refused", collector=name, why=why, times=count, **more)

    # -- HTTP ----------------------------------------------------------------------------

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        try:
            reply = await self._answer(request)
        except ClientDisconnect:
            return  # nothing of it was kept
        headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
        if reply.status == 503:
            headers["retry-after"] = "60"
        kind = "application/json" if reply.json else "text/plain"
        response = Response(reply.body, reply.status, headers, kind)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Reply:
        name = request.url.path.removeprefix(PREFIX).rstrip("/")
        if not request.url.path.startswith(PREFIX) or name not in self._doors:
            return _NOT_HERE
        if request.method not in ("GET", "POST"):
            return _METHOD
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await _bounded(request.stream(), BODY_BYTES)
        except TimeoutError:
            return _SLOW
        if body is None:
            return _LARGE
        method: Literal["GET", "POST"] = "GET" if request.method == "GET" else "POST"
        query, headers = dict(request.query_params), dict(request.headers)
        knock = Knock(at=self._now(), method=method, query=query, headers=headers, body=body)
        return await self.knock(name, knock)

    # -- the other side ------------------------------------------------------------------

    def mounts(self, one: Instance) -> Mapping[str, httpx.AsyncBaseTransport]:
        """Where the client of an instance finds its journal."""
        door = self._doors.get(one.name)
        return mounted(door.journal if door else None)

    async def trim(self, targets: Mapping[str, str], cursors: Cursors) -> None:
        """Forget what the store has. `targets`: the name each journal's cursor is stored by."""
        for name, target in targets.items():
            try:
                position = await cursors.get(target)
            except Busy:
                return
            number = Standing.recall(position.cursor).after if position else 0
            self.journal(name).forget(number)


async def _bounded(stream: AsyncIterator[bytes], most: int) -> bytes | None:
    """A whole body; `None` past the cap, of which no more is read."""
    body = bytearray()
    async for chunk in stream:
        body += chunk
        if len(body) > most:
            return None
    return bytes(body)


class _Server(uvicorn.Server):
    """Within a loop that has its own way to end."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Listen(NamedTuple):
    host: str
    port: int


async def serve(doors: Doors, listen: Listen) -> None:
    """Answer knocks until it is cancelled; `SettingsError` where the port can not be had."""
    config = uvicorn.Config(
        doors,
        host=listen.host,
        port=listen.port,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        lifespan="off",
        limit_concurrency=TOGETHER,
        h11_max_incomplete_event_size=16 * 1024,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=2,
    )
    bound = _bound(listen)
    host, port = bound.getsockname()[:2]
    log.info("intake", host=host, port=port)
    server = _Server(config)
    serving = asyncio.create_task(server.serve([bound]))
    try:
        await asyncio.shield(serving)
    finally:
        server.should_exit = True
        await serving
        bound.close()


def _bound(listen: Listen) -> socket.socket:
    family = socket.AF_INET6 if ":" in listen.host else socket.AF_INET
    try:
        return socket.create_server((listen.host, listen.port), family=family)
    except OSError as error:
        raise SettingsError(
            f"intake.port: can not listen on {listen.host}:{listen.port} ({error.strerror}); "
            "choose another"
        ) from None
