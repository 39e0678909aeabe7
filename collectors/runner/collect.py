"""The loop: every target of every instance, looked at in its own time, for ever.

Guarantee: at least once. A target that fails, waits or crashes its collector holds up no
other.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterator, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from collectors.runner.budget import Ledger, Purse
from collectors.runner.clients import client_of, purse_of
from collectors.runner.configured import Instance
from collectors.runner.doors import TRIM_SECONDS, Doors, Listen, serve
from collectors.runner.listening import Connect, Wire, has_stream, listening
from collectors.runner.listening import connect as websocket
from collectors.runner.look import Bench, Clock, Deliver, Watch
from collectors.runner.pace import Stored
from collectors.runner.privacy import Veil
from collectors.runner.rhythms import KEEP_SECONDS, Rhythms
from collectors.runner.spool import Spool
from collectors.runner.standing import Board
from collectors.runner.status import Report, Status
from collectors.runner.tender import Cursors, Tender
from collectors.runner.transport import Gate
from rezonans import metrics
from rezonans.troubles import Busy

Loud = Callable[[], Awaitable[Collection[str]]]
"""Names of the targets that open spikes come from; `Busy` while nobody can say."""
LOUD_SECONDS = 120.0


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
    folder: Path | None = None
    """Where budgets, rhythms and messages that the log can not take are kept; `None`: in
    memory only, and a look waits for the log."""
    publish_seconds: float = 10.0
    """How often it is written down how all stands; more seldom where there is much of it."""


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
    doors: Doors | None = None,
    listen: Listen | None = None,
    connect: Connect = websocket,
    loud: Loud | None = None,
) -> None:
    """Read every target of every instance until `stop` is set.

    `deliver` is the log, `cursors` the store; `report` is told of every look. `inner`
    replaces the network, `clock` and `rng` time and chance, in tests. `paced`: history waits
    for the store (`pace.py`). `doors` are those of sources that are pushed, `listen` where they
    stand, `connect` opens websockets; `loud` says which targets carry what is loud now, to look
    at them more. Looks that are under way when `stop` comes are cut short: their cursors have
    not moved.
    """
    clock = clock or Clock()
    gate, folder = Gate(clock.monotonic, clock.sleep), options.folder
    ledger = Ledger(folder / "budgets.json" if folder else None)
    rhythms = Rhythms(folder / "rhythms.json" if folder else None)
    board = Board(folder)
    spool = Spool(deliver, folder / "spool", sleep=clock.sleep) if folder else None
    if doors is None and folder is not None:
        doors = Doors(configured, folder / "intake", clock.now)
    bench = Bench(
        deliver=spool or deliver,
        veil=Veil(options.secret, options.epoch, options.public),
        clock=clock,
        rng=rng or random.Random(),
        stored=_stored(cursors) if paced else None,
    )
    tenders: list[Tender] = []
    loops: list[Coroutine[Any, Any, None]] = []
    async with AsyncExitStack() as stack:
        for one in configured:
            purse, mounts = purse_of(one, ledger, clock), doors.mounts(one) if doors else None
            client = client_of(
                one, purse, gate, clock, contact=options.contact, inner=inner, mounts=mounts
            )
            http = await stack.enter_async_context(client)
            if doors and has_stream(one):
                wire = Wire(http, doors.journal(one.name).keep, connect, clock.now)
                loops.append(listening(one, wire, clock, bench.rng))
            tenders += _tenders(
                one, http, bench, cursors=cursors, report=report, purse=purse, rhythms=rhythms
            )
        for tender in tenders:
            board.add(tender)
            loops.append(tender.run())
        _watch_lag(tenders, clock)
        if spool is not None:
            loops += [
                spool.drain(),
                _keeping(rhythms, clock),
                _publishing(board, options.publish_seconds, clock),
            ]
        if loud is not None:
            loops.append(_boosting(tenders, loud, clock))
        if doors:
            loops += _pushed(doors, tenders, cursors, clock, listen)
        try:
            await _until(stop, loops)
        finally:
            board.write(clock.now())


def _tenders(
    one: Instance,
    http: httpx.AsyncClient,
    bench: Bench,
    *,
    cursors: Cursors,
    report: Report,
    purse: Purse,
    rhythms: Rhythms,
) -> Iterator[Tender]:
    """Who tends the targets of an instance."""
    for watch in watches(one):
        rhythm = rhythms.of(one, watch.target.name, purse)
        rhythm.add(watch.name, one.config.priority.get(watch.target.name, 1.0))
        every = one.config.every_seconds
        yield Tender(watch, http, bench, cursors, report, every, purse, rhythm)


async def _publishing(board: Board, every: float, clock: Clock) -> None:
    while True:
        await clock.sleep(max(every, board.targets / 50))
        board.write(clock.now())


async def _boosting(tenders: Sequence[Tender], loud: Loud, clock: Clock) -> None:
    """Pages that carry a spike are looked at more while it lasts, and some hours after."""
    mine = {tender.watch.name: tender.rhythm for tender in tenders}
    while True:
        await clock.sleep(LOUD_SECONDS)
        with suppress(Busy):  # the store is away: nothing is known, nothing changes
            for name in await loud():
                if name in mine:
                    mine[name].boost(name, clock.now())


async def _keeping(rhythms: Rhythms, clock: Clock) -> None:
    while True:
        await clock.sleep(KEEP_SECONDS)
        rhythms.keep()


def _pushed(
    doors: Doors,
    tenders: Sequence[Tender],
    cursors: Cursors,
    clock: Clock,
    listen: Listen | None,
) -> list[Coroutine[Any, Any, None]]:
    """What sources that are pushed need beside their readers."""
    loops: list[Coroutine[Any, Any, None]] = [_trimming(doors, tenders, cursors, clock)]
    if doors.open and listen:
        loops.append(serve(doors, listen))
    return loops


async def _trimming(
    doors: Doors, tenders: Sequence[Tender], cursors: Cursors, clock: Clock
) -> None:
    """What the store has is taken from the journals of pushed sources."""
    watches = [one.watch for one in tenders if one.watch.target.pushed]
    targets = {watch.instance: watch.name for watch in watches}
    while True:
        await doors.trim(targets, cursors)
        await clock.sleep(TRIM_SECONDS)


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


def _watch_lag(tenders: Sequence[Tender], clock: Clock) -> None:
    """The gauge answers when it is asked, so a loop that hangs can not freeze it."""
    started = clock.now()

    def lag(kind: str) -> float:
        mine = [tender for tender in tenders if tender.watch.kind == kind]
        return max((tender.lag(started) for tender in mine), default=0.0)

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
