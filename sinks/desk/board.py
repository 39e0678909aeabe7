"""What the desk knows now: asked of the store at most once in a while, for all readers."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import msgspec
import structlog

from rezonans.handling import Action
from rezonans.metrics import ERRORS, FLUSH
from rezonans.records import Spike
from sinks.amounts import in_course
from sinks.desk import plot
from sinks.desk.cache import Cache
from sinks.desk.course import Course
from sinks.desk.filters import NO_FILTER, Filter
from sinks.desk.hands import KNOWN_SECONDS, Hands, action, hands, together
from sinks.desk.query import (
    ActionRow,
    AlertRow,
    HourRow,
    LabelRow,
    MentionRow,
    Reader,
    SourceRow,
    SpikeRow,
    Unreachable,
    ask,
)

OPEN_SECONDS = 2 * 86400
"""A spike that says nothing for so long is not shown as open, whatever became of its end."""
CLOSED_SECONDS = 6 * 3600
MENTION_SECONDS = 3 * 86400
FRESH_SECONDS = 1.5
SLOW_SECONDS = 10.0
"""How long what changes slowly (the pulse of the day, the sources) is kept."""
MOST_PLOTS = 12
MOST_DONE = 200
ALERT_SECONDS = 2 * 86400

log = structlog.get_logger("desk")


@dataclass(frozen=True)
class Snapshot:
    """One look at the store. `problem`: why there is none, in words; the rest is the last one."""

    at: datetime
    spikes: tuple[Spike, ...] = ()
    """Open ones, the loudest first."""
    closed: tuple[Spike, ...] = ()
    labels: Mapping[str, LabelRow] = field(default_factory=dict)
    plots: Mapping[str, plot.Plot] = field(default_factory=dict)
    sources: tuple[SourceRow, ...] = ()
    hours: tuple[HourRow, ...] = ()
    hands: Hands = field(default_factory=Hands)
    alerts: tuple[AlertRow, ...] = ()
    """The latest messages to desks, the last one first."""
    problem: str | None = None

    @property
    def simulated(self) -> bool:
        """Whether posts of the simulation are among what is shown."""
        return any(s.simulation for s in self.spikes) or any(h.simulated for h in self.hours)


class Board:
    """One look for all who ask at the same time; never raises for what the store does."""

    def __init__(
        self,
        store: Reader,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._now = now
        self._cache = Cache(timer)
        self._course = Course(store, self._cache)
        self._lock = asyncio.Lock()
        self._last = Snapshot(at=now())
        self._done: deque[Action] = deque(maxlen=MOST_DONE)

    def did(self, done: Action) -> None:
        """Somebody did this here: it is shown at once, before the store has it."""
        self._done.append(done)
        self._cache.drop("all")

    async def look(self) -> Snapshot:
        """The state of things, at most one and a half seconds old."""
        async with self._lock:
            return await self._cache.get("all", FRESH_SECONDS, self._look)

    async def latest(self, wanted: Filter) -> list[MentionRow]:
        """The latest mentions that pass; none while the store does not answer."""

        async def found() -> list[MentionRow]:
            return await self.tail(0, wanted)

        try:
            return await self._cache.get(f"latest {wanted.query}", FRESH_SECONDS, found)
        except Unreachable as error:
            log.warning("store_unreachable", reason=str(error))
            return []

    async def tail(self, after_ms: int, wanted: Filter = NO_FILTER) -> list[MentionRow]:
        """Mentions stored after a time, the latest published first. `Unreachable`."""
        now = self._now()
        since = now - timedelta(seconds=MENTION_SECONDS)
        return await ask(
            self._store, "mentions", MentionRow, from_day=_day(since), since=_unix(since),
            stored_after_ms=after_ms, **wanted.asked,
        )  # fmt: skip

    async def _look(self) -> Snapshot:
        try:
            with FLUSH.labels("desk.look").time():
                self._last = await self._ask()
        except Unreachable as error:
            ERRORS.labels("desk", "look", "unreachable").inc()
            log.warning("store_unreachable", reason=str(error))
            self._last = replace(self._last, at=self._now(), problem=str(error))
        return self._last

    async def _ask(self) -> Snapshot:
        now = self._now()
        found = await self._spikes(now)
        spikes = tuple(spike for spike in found if spike.change != "closed")
        return Snapshot(
            at=now,
            spikes=spikes,
            closed=tuple(spike for spike in found if spike.change == "closed"),
            labels=await self._labels(spikes),
            plots={
                spike.spike: await self._course(spike.lane, spike.since, now)
                for spike in spikes[:MOST_PLOTS]
                if in_course(spike)
            },
            sources=await self._cache.get("sources", SLOW_SECONDS, self._sources),
            hours=await self._cache.get("hours", SLOW_SECONDS, self._hours),
            hands=await self._hands(now),
            alerts=tuple(
                await ask(self._store, "alerts", AlertRow, since=_unix(now) - ALERT_SECONDS)
            ),
        )

    async def _hands(self, now: datetime) -> Hands:
        rows = await ask(self._store, "actions", ActionRow, since=_unix(now) - KNOWN_SECONDS)
        return hands(together([action(row) for row in rows], self._done, now), now)

    async def _spikes(self, now: datetime) -> list[Spike]:
        rows = await ask(
            self._store, "spikes", SpikeRow,
            open_since=_unix(now) - OPEN_SECONDS, closed_since=_unix(now) - CLOSED_SECONDS,
        )  # fmt: skip
        try:
            return [msgspec.json.decode(row.record, type=Spike) for row in rows]
        except msgspec.DecodeError as error:
            raise Unreachable(f"spikes: a record can not be read: {error}") from error

    async def _labels(self, spikes: Iterable[Spike]) -> dict[str, LabelRow]:
        tops = [post for spike in spikes for post in spike.top]
        if not tops:
            return {}
        items = "\n".join(sorted({post.item for post in tops}))
        oldest = _day(min(post.published_at for post in tops) - timedelta(days=1))

        async def labels() -> dict[str, LabelRow]:
            rows = await ask(self._store, "labels", LabelRow, from_day=oldest, items=items)
            return {row.item: row for row in rows}

        return await self._cache.get(f"labels {items}", SLOW_SECONDS, labels)

    async def _sources(self) -> tuple[SourceRow, ...]:
        recent = self._now() - timedelta(hours=1)
        params = {"from_day": _day(recent), "recent": _unix(recent)}
        return tuple(await ask(self._store, "sources", SourceRow, **params))

    async def _hours(self) -> tuple[HourRow, ...]:
        recent = self._now() - timedelta(hours=1)
        params = {"from_day": _day(recent - timedelta(days=1)), "recent": _unix(recent)}
        return tuple(await ask(self._store, "pulse", HourRow, **params))


def _day(at: datetime) -> str:
    return at.date().isoformat()


def _unix(at: datetime) -> int:
    return int(at.timestamp())
