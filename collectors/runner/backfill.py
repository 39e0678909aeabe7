"""A backfill: old posts of a source on purpose, at the pace of the store, from where it stopped.

Guarantee: the mark moves when the store has all that was handed over before it, so an interrupted
backfill goes on and loses nothing; what comes twice is dropped by identity. It is paid from the
tenth of a daily budget that the regular looks leave. What it brings is marked as history: it
teaches and never alerts.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import msgspec

from collectors import Answer, Collector, HttpConfig, Limit, Offers, Rejected, Target
from collectors.runner import kept
from collectors.runner.abilities import Backfills, Past
from collectors.runner.budget import Ledger, Purse
from collectors.runner.clients import client_of, purse_of
from collectors.runner.configured import Instance
from collectors.runner.look import Bench, Clock, Deliver, Watch, look
from collectors.runner.pace import Stored
from collectors.runner.privacy import Veil
from collectors.runner.transport import Gate
from rezonans.records import Post
from rezonans.troubles import Invalid

TOGETHER = 5
"""Answers after which the store is waited for and the mark moves."""
PART = 10
"""Of a daily budget, one in so many questions."""

Progress = Callable[[int, datetime], None]
"""Told of posts that came, and how far back it is read."""


class Mark(msgspec.Struct):
    """How far one target is read back."""

    since: datetime | None = None
    """Where it should end."""
    cursor: str | None = None
    reached: datetime | None = None
    done: bool = False


class _Marks(msgspec.Struct):
    marks: dict[str, Mark] = {}


class Backfill:
    """The backfills of one process; their marks are in a file."""

    def __init__(self, folder: Path, deliver: Deliver, veil: Veil, stored: Stored | None) -> None:
        self._path = folder / "backfill.json"
        self._ledger = Ledger()
        self._marks = kept.read(self._path, _Marks).marks
        self._deliver, self._veil, self._stored = deliver, veil, stored

    def mark(self, one: Instance, target: Target, since: datetime) -> Mark:
        """Where it goes on; from the beginning for another `since`."""
        known = self._marks.get(f"{one.name}/{target.name}", Mark())
        return known if known.since == since else Mark(since=since)

    async def read(
        self,
        one: Instance,
        target: Target,
        since: datetime,
        told: Progress,
        *,
        contact: str = "",
        clock: Clock | None = None,
        inner: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """One target back to `since`. `Invalid` where its kind gives no history; what the source
        raises is raised: the mark stands, and the same call goes on.
        """
        if not isinstance(one.collector, Backfills):
            raise Invalid(f"{one.name}: the kind {one.kind} has no history to read")
        clock = clock or Clock()
        bench = Bench(
            deliver=self._deliver,
            veil=self._veil,
            clock=clock,
            rng=random.Random(),
            stored=self._stored,
        )
        purse = spared(purse_of(one, self._ledger, clock))
        gate = Gate(clock.monotonic, clock.sleep)
        async with client_of(one, purse, gate, clock, contact=contact, inner=inner) as http:
            mark = self.mark(one, target, since)
            while not mark.done:
                way = _Backwards(one.collector, one.collector, since, mark.cursor)
                watch = Watch(
                    instance=one.name,
                    kind=one.kind,
                    collector=way,
                    config=one.config,
                    target=target,
                )
                seen = await look(watch, http, bench)
                mark = Mark(since, way.cursor, way.reached or mark.reached, way.ended)
                self._marks[f"{one.name}/{target.name}"] = mark
                kept.write(self._path, _Marks(self._marks))
                told(seen.posts, mark.reached or since)


def spared(purse: Purse) -> Purse:
    """The part of a budget that regular looks leave."""
    limits: Mapping[str, Limit] = {
        method: limit.model_copy(
            update={
                "a_day": limit.a_day and max(limit.a_day // PART, 1),
                "per_second": limit.per_second and limit.per_second / 3,
            }
        )
        for method, limit in purse.limits.items()
    }
    return replace(purse, limits=limits)


class _Backwards:
    """A collector whose look is some answers of the history of another; pages carry no cursor of
    its own, for the target's cursor is that of its regular looks.
    """

    Config: type[Any] = HttpConfig

    def __init__(
        self, collector: Collector, history: Backfills, since: datetime, cursor: str | None
    ) -> None:
        self._collector, self._history, self._since = collector, history, since
        self.cursor, self.ended = cursor, False
        self.reached: datetime | None = None

    @property
    def VERSION(self) -> str:
        return self._collector.VERSION

    @property
    def OFFERS(self) -> Offers:
        return self._collector.OFFERS

    def targets(self, config: Any) -> list[Target]:
        return list(self._collector.targets(config))

    def trial(self, target: str) -> dict[str, Any]:
        return self._collector.trial(target)

    async def fetch(
        self,
        config: Any,
        target: Target,
        http: httpx.AsyncClient,
        cursor: str | None,
        now: datetime,
    ) -> AsyncIterator[Answer]:
        count = 0
        past = Past(self._since, self.cursor, now)
        async for answer in self._history.history(config, target, http, past):
            yield msgspec.structs.replace(answer, cursor=None, history=True)
            self.cursor, self.reached = answer.cursor, answer.looked_until
            count += 1
            if count == TOGETHER:
                return
        self.ended = True

    def parse(self, config: Any, target: Target, answer: Answer) -> Iterator[Post | Rejected]:
        for piece in self._collector.parse(config, target, answer):
            if isinstance(piece, Rejected) or piece.published_at >= self._since:
                yield piece
