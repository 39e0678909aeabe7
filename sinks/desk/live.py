"""Live updates: one look at the store for all readers, pushed as rendered fragments."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import structlog
from sse_starlette import ServerSentEvent

from rezonans.i18n import Language
from sinks.desk.board import Board, Snapshot
from sinks.desk.filters import Filter
from sinks.desk.query import MentionRow, Unreachable

MOST_CLIENTS = 200
MOST_WAITING = 64
"""Events a slow reader may be behind before it is let go; its browser comes back by itself."""
OVERLAP_MS = 5_000
"""Rows of one batch become visible in any order: the tail is read again that far back."""
REMEMBERED = 2_000

log = structlog.get_logger("desk")


class Renderer(Protocol):
    """Fragments of the page, by name, in one language."""

    def fragments(self, snapshot: Snapshot, language: Language) -> dict[str, str]: ...
    def mentions(
        self, rows: Sequence[MentionRow], snapshot: Snapshot, language: Language
    ) -> str: ...
    def announcement(self, snapshot: Snapshot, known: set[str], language: Language) -> str: ...


@dataclass(eq=False)
class Reader:
    """One open page."""

    language: Language
    wanted: Filter
    after_ms: int
    queue: asyncio.Queue[ServerSentEvent] = field(
        default_factory=lambda: asyncio.Queue(MOST_WAITING)
    )
    gone: bool = False

    def push(self, event: ServerSentEvent) -> None:
        try:
            self.queue.put_nowait(event)
        except asyncio.QueueFull:
            self.gone = True


class Live:
    """Guarantee: the store is asked once a turn however many read, and not at all for nobody."""

    def __init__(
        self,
        board: Board,
        renderer: Renderer,
        *,
        seconds: float = 2.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._board = board
        self._renderer = renderer
        self._seconds = seconds
        self._sleep = sleep
        self._readers: set[Reader] = set()
        self._wanted = asyncio.Event()
        self._shown: dict[Language, dict[str, str]] = {}
        self._seen: OrderedDict[tuple[str, int], None] = OrderedDict()
        self._known: set[str] = set()
        self._after_ms = 0

    @property
    def readers(self) -> int:
        return len(self._readers)

    @property
    def full(self) -> bool:
        return len(self._readers) >= MOST_CLIENTS

    async def follow(
        self, language: Language, wanted: Filter, after_ms: int
    ) -> AsyncIterator[ServerSentEvent]:
        """Events for one page, until its reader goes or is too slow; none when it is full."""
        if self.full:
            return
        reader = Reader(language, wanted, after_ms)
        if not self._readers:
            self._begin(after_ms)
        self._readers.add(reader)
        self._wanted.set()
        for name, html in self._shown.get(language, {}).items():
            reader.push(ServerSentEvent(html, event=name))
        try:
            while not (reader.gone and reader.queue.empty()):
                yield await reader.queue.get()
        finally:
            self._readers.discard(reader)

    async def run(self) -> None:
        """Turn after turn, until cancelled. A turn that fails costs that turn alone."""
        while True:
            await self._wanted.wait()
            try:
                await self.turn()
            except Exception as error:
                log.error("turn_failed", error=type(error).__name__, reason=str(error))
            if not self._readers:
                self._wanted.clear()
            await self._sleep(self._seconds)

    async def turn(self) -> None:
        """One look, and what is new in it to everybody."""
        snapshot = await self._board.look()
        fresh = await self._fresh(snapshot)
        self._readers = {reader for reader in self._readers if not reader.gone}
        for language in {reader.language for reader in self._readers}:
            self._push_fragments(snapshot, language)
        self._known = {spike.spike for spike in snapshot.spikes}
        for reader in self._readers:
            self._push_mentions(reader, fresh, snapshot)

    def _begin(self, after_ms: int) -> None:
        """The first reader after a quiet time: nothing old counts as new."""
        self._after_ms = after_ms
        self._shown.clear()
        self._seen.clear()
        self._known = set()

    def _push_fragments(self, snapshot: Snapshot, language: Language) -> None:
        shown = self._shown.setdefault(language, {})
        fragments = self._renderer.fragments(snapshot, language)
        changed = {name: html for name, html in fragments.items() if shown.get(name) != html}
        if shown and (news := self._renderer.announcement(snapshot, self._known, language)):
            changed["news"] = news
        self._shown[language] = fragments
        for reader in self._readers:
            if reader.language == language:
                for name, html in changed.items():
                    reader.push(ServerSentEvent(html, event=name))

    async def _fresh(self, snapshot: Snapshot) -> list[MentionRow]:
        """Live rows that were not pushed yet, the latest first."""
        try:
            rows = await self._board.tail(max(0, self._after_ms - OVERLAP_MS))
        except Unreachable as error:
            log.warning("store_unreachable", reason=str(error))
            return []
        fresh = [row for row in rows if (row.item, row.stored_ms) not in self._seen]
        for row in fresh:
            self._seen[row.item, row.stored_ms] = None
            self._after_ms = max(self._after_ms, row.stored_ms)
        while len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return [row for row in fresh if not row.history]

    def _push_mentions(
        self, reader: Reader, fresh: Sequence[MentionRow], snapshot: Snapshot
    ) -> None:
        rows = [r for r in fresh if r.stored_ms > reader.after_ms and reader.wanted.passes(r)]
        if rows:
            html = self._renderer.mentions(rows, snapshot, reader.language)
            last = max(row.stored_ms for row in rows)
            reader.push(ServerSentEvent(html, event="mentions", id=str(last)))
