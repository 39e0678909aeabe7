"""What was pushed, on the disk in its order, until the store has it.

Guarantee: `keep` returns when the pieces are on the disk (fsync), all of them or none; numbers
grow for ever, over restarts and over a folder that was lost. Half a piece that a crash left at
the end was acknowledged to nobody and is cut off. Files are readable by their owner only: what
is in them is not masked yet.
"""

from __future__ import annotations

import asyncio
import os
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import httpx
import msgspec
import structlog

from collectors.runner.spool import Message, packed, unpacked
from rezonans.troubles import Busy

log = structlog.get_logger("collectors")

MOST_BYTES = 256 * 1024 * 1024
SEGMENT_BYTES = 8 * 1024 * 1024
PAGE_BYTES = 2 * 1024 * 1024
"""Of one answer; a single piece may be larger."""
_SUFFIX = ".journal"

HOST = "journal.invalid"
"""Nobody's name on the internet (RFC 2606): questions to it are answered from the disk."""
URL = f"http://{HOST}/journal"
METHOD = "journal"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One pushed piece."""

    number: int
    at: datetime
    said: str


class Page(msgspec.Struct):
    """An answer of a journal."""

    entries: list[Entry]


class _Stand(NamedTuple):
    """Behind which piece a reader stopped, and where that is."""

    number: int
    segment: int
    offset: int


_decode = msgspec.json.Decoder(Entry).decode


class Journal:
    """One folder, one process, one event loop."""

    def __init__(
        self,
        folder: Path,
        now: Callable[[], datetime],
        *,
        most_bytes: int = MOST_BYTES,
        segment_bytes: int = SEGMENT_BYTES,
    ) -> None:
        self._folder = folder
        self._now = now
        self._most_bytes = most_bytes
        self._segment_bytes = segment_bytes
        self._waiting: list[tuple[Sequence[str], asyncio.Future[None]]] = []
        self._stand = _Stand(0, 0, 0)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._segments = sorted(int(path.stem) for path in folder.glob(f"*{_SUFFIX}"))
        """Least number that each file may hold."""
        self._sizes = {one: self._path(one).stat().st_size for one in self._segments}
        self._last = 0
        if self._segments:
            self._last = self._recovered(self._segments[-1])

    @property
    def last(self) -> int:
        """Number of the newest piece there ever was."""
        return self._last

    @property
    def waiting_bytes(self) -> int:
        return sum(self._sizes.values())

    # -- writing -------------------------------------------------------------------------

    async def keep(self, pieces: Sequence[str]) -> None:
        """Return when they are on the disk; `Busy` when they could not be put there.

        Those who come in one turn of the loop share one fsync.
        """
        if not pieces:
            return
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        self._waiting.append((pieces, done))
        if len(self._waiting) == 1:
            loop.call_soon(self._flush)
        await done

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        error: Busy | None = None
        try:
            self._write([piece for pieces, _ in waiting for piece in pieces])
        except Busy as busy:
            error = busy
        for _, done in waiting:
            if done.done():
                continue  # whoever waited has gone; it may come again, and is known then
            if error is None:
                done.set_result(None)
            else:
                done.set_exception(error)

    def _write(self, pieces: Sequence[str]) -> None:
        now = self._now()
        first = max(self._last + 1, int(now.timestamp() * 1_000_000))
        entries = [Entry(number=n, at=now, said=said) for n, said in enumerate(pieces, first)]
        raw = b"".join(packed(Message("", b"", msgspec.json.encode(one))) for one in entries)
        if self.waiting_bytes + len(raw) > self._most_bytes:
            raise Busy(f"the journal {self._folder.name} is full; is the store away?", 60.0)
        try:
            segment = self._segment(first, len(raw))
            self._append(segment, raw)
        except OSError as error:
            raise Busy(f"the journal can not be written ({error.strerror})", 30.0) from None
        self._sizes[segment] += len(raw)
        self._last = entries[-1].number

    def _segment(self, first: int, size: int) -> int:
        """The file that the next pieces go to."""
        newest = self._segments[-1] if self._segments else None
        if newest is not None and self._sizes[newest] + size <= self._segment_bytes:
            return newest
        if newest is not None and not self._sizes[newest]:
            return newest
        return self._begin(first)

    def _begin(self, first: int) -> int:
        os.close(os.open(self._path(first), os.O_CREAT | os.O_WRONLY, 0o600))
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)  # a file whose name is lost in a crash is lost itself
        finally:
            os.close(folder)
        self._segments.append(first)
        self._sizes[first] = 0
        return first

    def _append(self, segment: int, raw: bytes) -> None:
        before = self._sizes[segment]
        with self._path(segment).open("r+b") as file:
            try:
                file.seek(before)
                file.write(raw)
                file.flush()
                os.fdatasync(file.fileno())
            except OSError:
                file.truncate(before)
                raise

    # -- reading -------------------------------------------------------------------------

    def after(self, number: int, most_bytes: int = PAGE_BYTES) -> list[Entry]:
        """The next pieces behind a number, oldest first; none where it is the newest."""
        if number >= self._last:
            return []
        found: list[Entry] = []
        size = 0
        for entry, stand in self._read(number):
            size += len(entry.said)
            if found and size > most_bytes:
                break
            found.append(entry)
            self._stand = stand
        return found

    def _read(self, number: int) -> Iterator[tuple[Entry, _Stand]]:
        at = max(bisect_right(self._segments, number) - 1, 0)
        for segment in self._segments[at:]:
            known = self._stand.number == number and self._stand.segment == segment
            for entry, end in self._entries(segment, self._stand.offset if known else 0):
                if entry.number > number:
                    yield entry, _Stand(entry.number, segment, end)

    def _entries(self, segment: int, start: int) -> Iterator[tuple[Entry, int]]:
        with self._path(segment).open("rb") as file:
            file.seek(start)
            for message, end in unpacked(file):
                start = end
                yield _decode(message.value), end
        if start < self._sizes[segment]:
            lost = self._sizes[segment] - start
            log.error("journal is damaged", path=self._path(segment).name, lost_bytes=lost)

    # -- forgetting ----------------------------------------------------------------------

    def forget(self, number: int) -> None:
        """Delete what is not behind a number, as far as whole files are: the store has it."""
        if self._segments and number >= self._last and self._sizes[self._segments[-1]]:
            self._begin(self._last + 1)  # its name keeps the count
        while len(self._segments) > 1 and self._segments[1] <= number + 1:
            oldest = self._segments.pop(0)
            del self._sizes[oldest]
            self._path(oldest).unlink(missing_ok=True)

    def _recovered(self, segment: int) -> int:
        """Cut off half a piece at the end; the newest number there is."""
        last, end = segment - 1, 0
        with self._path(segment).open("rb") as file:
            for message, end in unpacked(file):  # noqa: B007 - the last one is used
                last = _decode(message.value).number
        if end < self._sizes[segment]:
            os.truncate(self._path(segment), end)
            self._sizes[segment] = end
        return last

    def _path(self, segment: int) -> Path:
        return self._folder / f"{segment:020}{_SUFFIX}"


class JournalTransport(httpx.AsyncBaseTransport):
    """The platform that a journal is; `None`: one that is empty, for a look by hand."""

    def __init__(self, journal: Journal | None) -> None:
        self._journal = journal

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.extensions.get("method") != METHOD:  # a platform that sends us here
            raise httpx.ConnectError(f"{request.url.host}: there is no such host")
        after = int(request.url.params["after"])
        found = self._journal.after(after) if self._journal else []
        return httpx.Response(200, content=msgspec.json.encode(Page(found)), request=request)


def mounted(journal: Journal | None) -> Mapping[str, httpx.AsyncBaseTransport]:
    """Where a client finds a journal."""
    return {f"all://{HOST}": JournalTransport(journal)}
