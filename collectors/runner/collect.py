"""The loop: every target of every instance, looked at in its own time, for ever.

Guarantee: at least once. A target that fails, waits or crashes its collector holds up no
other.
"""

from __future__ import annotations

import asyncio
import random
import traceback
from collections.abc import Coroutine, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

import httpx
import msgspec
import structlog

from collectors import HttpConfig
from collectors.runner.configured import Instance
from collectors.runner.look import (
    COMPONENT,
    Bench,
    Clock,
    Deliver,
    Seen,
    Watch,
    look,
    reject_answer,
)
from collectors.runner.pace import Stored
from collectors.runner.privacy import Veil
from collectors.runner.schedule import backoff, busy_wait, first_wait, next_wait
from collectors.runner.status import Report, State, Status, log_change
from collectors.runner.transport import Gate, client
from rezonans import metrics
from rezonans.records import Busy, Invalid

log = structlog.get_logger("collectors")

STORE_SECONDS = 5.0
"""The store is ours: it is asked again soon, however long it was away."""


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """Where the store says that a target stands."""

    cursor: str | None = None
    sequence: int = 0


class Cursors(Protocol):
    """What the store knows of targets."""

    async def get(self, target: str) -> Position | None:
        """`None`: the target was never stored. `Busy` while the store can not be asked."""
        ...


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the settings say about the process as a whole."""

    secret: bytes
    """Key of the pseudonyms."""
    epoch: str = "a1"
    public: frozenset[str] = frozenset()
    """Handles of registered public accounts, lower case: their mentions stay readable."""
    contact: str = ""
    """Whom a site's owner may write to; part of the User-Agent."""


@dataclass
class _Tender:
    """One target's loop with what it needs."""

    watch: Watch
    http: httpx.AsyncClient
    bench: Bench
    cursors: Cursors
    report: Report
    every: float
    failures: int = 0
    status: Status | None = None
    last_success: datetime | None = None

    async def run(self) -> None:
        await self._position()
        await self.bench.clock.sleep(first_wait(self.watch.name, self.every))
        while True:
            await self.bench.clock.sleep(await self._once())

    async def _position(self) -> None:
        """Where the store says we stand; without an answer nothing is read."""
        while True:
            try:
                position = await self.cursors.get(self.watch.name)
                break
            except Busy as error:
                wait = min(self._busy(error), STORE_SECONDS)
                self.failures += 1
                metrics.ERRORS.labels(COMPONENT, "cursor", "busy").inc()
                self._say("waiting", f"the store can not say where we stand: {error}", wait)
                await self.bench.clock.sleep(wait)
        self.failures = 0
        if position is not None:
            self.watch.cursor = position.cursor
            self.watch.sequence = position.sequence
            self.watch.first = False
        self._say("starting", "first look" if self.watch.first else "goes on from the store")

    async def _once(self) -> float:
        """One look and its consequences; returns seconds until the next."""
        try:
            seen = await look(self.watch, self.http, self.bench)
        except Busy as error:
            return self._failed("waiting", str(error), "busy", self._busy(error))
        except Invalid as error:
            await reject_answer(self.watch, error, self.bench)
            return self._failed("error", str(error), "invalid", self._slow())
        except httpx.HTTPError as error:
            reason = f"can not be reached: {_said(error)}"
            return self._failed("waiting", reason, type(error).__name__, self._back_off())
        except Exception as error:  # one collector's fault must not stop its neighbours
            reason = f"a fault of the collector: {type(error).__name__} at {_where(error)}"
            return self._failed("error", reason, type(error).__name__, self._slow())
        return self._succeeded(seen)

    def _succeeded(self, seen: Seen) -> float:
        self.failures = 0
        self.last_success = self.bench.clock.now()
        state: State = "ok" if seen.posts else "quiet"
        reason = "reads" if seen.posts else "nothing new"
        if seen.rejected:
            reason = f"reads, but left out {seen.rejected}; the last: {seen.reason}"
        if seen.lasting:
            state, reason = "error", f"a part is not read: {seen.lasting}"
        self._say(state, reason)
        return next_wait(self.watch.name, self.every, self.last_success.timestamp())

    def _failed(self, state: State, reason: str, kind: str, wait: float) -> float:
        self.failures += 1
        metrics.ERRORS.labels(COMPONENT, "fetch", kind).inc()
        self._say(state, reason, wait)
        return wait

    def _busy(self, error: Busy) -> float:
        return busy_wait(error.retry_after, self.failures + 1, self.every, self.bench.rng)

    def _back_off(self) -> float:
        return backoff(self.failures + 1, self.every, self.bench.rng)

    def _slow(self) -> float:
        """What is wrong with an answer seldom mends itself before the next regular look."""
        return max(self._back_off(), self.every)

    def _say(self, state: State, reason: str, wait: float | None = None) -> None:
        now = self.bench.clock.now()
        new = Status(
            instance=self.watch.instance,
            kind=self.watch.kind,
            target=self.watch.target.name,
            state=state,
            reason=reason,
            at=now,
            until=None if wait is None else now + timedelta(seconds=wait),
            last_success=self.last_success,
            failures=self.failures,
        )
        log_change(self.status, new)
        if self.status is not None:
            metrics.SOURCES.labels(new.kind, self.status.state).dec()
        metrics.SOURCES.labels(new.kind, state).inc()
        self.status = new
        self.report(new)


def _said(error: httpx.HTTPError) -> str:
    """httpx leaves some messages empty; its class name says more than nothing."""
    return str(error) or type(error).__name__


def _where(error: BaseException) -> str:
    """File and line of a fault; its message may hold a text and is not repeated."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else "?"


def _ignore(_: Status) -> None:
    return


async def collect(
    configured: Sequence[Instance],
    deliver: Deliver,
    cursors: Cursors,
    *,
    options: Options,
    stop: asyncio.Event,
    clock: Clock | None = None,
    report: Report = _ignore,
    inner: httpx.AsyncBaseTransport | None = None,
    rng: random.Random | None = None,
    paced: bool = False,
) -> None:
    """Read every target of every instance until `stop` is set.

    `deliver` is the log, `cursors` the store; `report` is told of every look. `inner`
    replaces the network, `clock` and `rng` time and chance, in tests. `paced`: history waits
    for the store (`pace.py`). Looks that are under
    way when `stop` comes are cut short: their cursors have not moved.
    """
    clock = clock or Clock()
    gate = Gate(sleep=clock.sleep)
    bench = Bench(
        deliver=deliver,
        veil=Veil(options.secret, options.epoch, options.public),
        clock=clock,
        rng=rng or random.Random(),
        stored=_stored(cursors) if paced else None,
    )
    async with AsyncExitStack() as stack:
        tenders = []
        for one in configured:
            http = await stack.enter_async_context(_client(one, options, gate, clock, inner))
            tenders += [
                _Tender(watch, http, bench, cursors, report, one.config.every_seconds)
                for watch in watches(one)
            ]
        _watch_lag(tenders, clock)
        await _until(stop, [tender.run() for tender in tenders])


def _stored(cursors: Cursors) -> Stored:
    async def stored(target: str) -> int:
        position = await cursors.get(target)
        return 0 if position is None else position.sequence

    return stored


def watches(one: Instance) -> list[Watch]:
    """A watch for each target of an instance."""
    return [
        Watch(
            instance=one.name,
            kind=one.kind,
            collector=one.collector,
            config=one.config,
            target=target,
        )
        for target in one.collector.targets(one.config)
    ]


def _client(
    one: Instance,
    options: Options,
    gate: Gate,
    clock: Clock,
    inner: httpx.AsyncBaseTransport | None,
) -> httpx.AsyncClient:
    over_http = isinstance(one.config, HttpConfig)
    return client(
        contact=options.contact,
        gap=one.config.gap_seconds if over_http else 0.0,
        gate=gate,
        now=clock.now,
        private_hosts=one.config.private_hosts if over_http else (),
        inner=inner,
    )


def _watch_lag(tenders: Sequence[_Tender], clock: Clock) -> None:
    """The gauge answers when it is asked, so a loop that hangs can not freeze it."""
    started = clock.now()

    def lag(kind: str) -> float:
        seen = [t.last_success or started for t in tenders if t.watch.kind == kind]
        return (clock.now() - min(seen, default=started)).total_seconds()

    for kind in {tender.watch.kind for tender in tenders}:
        metrics.LAG.labels(kind).set_function(partial(lag, kind))


async def _until(stop: asyncio.Event, loops: Sequence[Coroutine[Any, Any, None]]) -> None:
    """Run loops that never end until `stop`, or until one of them fails: then raise that."""
    tasks = [asyncio.create_task(loop) for loop in loops]
    stopper = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({stopper, *tasks}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (stopper, *tasks):
            task.cancel()
        results = await asyncio.gather(*tasks, stopper, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            raise result
