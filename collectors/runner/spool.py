"""Messages that wait on disk while the log is away, in their order, so that reading goes on.

Guarantee: a message is in the log or on the disk before its sender goes on; messages leave in
the order they came. When the spool is full the sender waits, as it would without one. What a
crash cut off in the middle was promised to nobody and is taken away. What a process finds from
the one before it moves no cursor: pages that an earlier log had acknowledged and took with it
are read again from where the store stands, and what waited is dropped by identity.
"""

from __future__ import annotations

import asyncio
import os
import struct
import zlib
from collections.abc import Awaitable, Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec
import structlog

from collectors.runner.look import Deliver
from rezonans.records import RawPage, encode
from rezonans.topics import POSTS
from rezonans.troubles import Busy

log = structlog.get_logger("collectors")

MOST_BYTES = 256 * 1024 * 1024
TOGETHER = 50
"""Messages on their way at once when the log is back."""
_HEAD = struct.Struct("<III")
"""Lengths of topic and key, length of the value; then a checksum of all of it."""
_SUM = struct.Struct("<I")
_AGAIN_SECONDS = 1.0


class Message(NamedTuple):
    topic: str
    key: bytes
    value: bytes


def packed(message: Message) -> bytes:
    topic = message.topic.encode()
    body = topic + message.key + message.value
    head = _HEAD.pack(len(topic), len(message.key), len(message.value))
    return head + _SUM.pack(zlib.crc32(head + body)) + body


def unpacked(file: BinaryIO) -> Iterator[tuple[Message, int]]:
    """The whole messages of a file and where each ends; stops at the first that is damaged."""
    while True:
        head = file.read(_HEAD.size + _SUM.size)
        if len(head) < _HEAD.size + _SUM.size:
            return
        topic, key, value = _HEAD.unpack(head[: _HEAD.size])
        size = topic + key + value
        body = file.read(size) if size <= MOST_BYTES else b""
        if len(body) < size or _SUM.unpack(head[_HEAD.size :])[0] != zlib.crc32(
            head[: _HEAD.size] + body
        ):
            return
        try:
            name = body[:topic].decode()
        except UnicodeDecodeError:
            return
        yield Message(name, body[topic : topic + key], body[topic + key :]), file.tell()


class Spool:
    """`Deliver` that keeps on disk what the log can not take. `drain` sends it after all."""

    def __init__(
        self,
        deliver: Deliver,
        path: Path,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._deliver = deliver
        self._path = path
        self._sleep = sleep
        self._most_bytes = most_bytes
        self._start = 0
        """Where the first message begins that was not sent yet."""
        self._end = _inherited(path)
        self._filled = asyncio.Event()
        if self._end:
            self._filled.set()

    @property
    def waiting_bytes(self) -> int:
        return self._end - self._start

    async def __call__(self, topic: str, key: bytes, value: bytes) -> None:
        message = Message(topic, key, value)
        if not self.waiting_bytes:
            try:
                await self._deliver(*message)
            except Busy as error:
                if not self.waiting_bytes:
                    log.warning("log is away; messages wait on disk", reason=str(error))
            else:
                return
        self._append(packed(message))

    def _append(self, raw: bytes) -> None:
        if self._end + len(raw) > self._most_bytes:
            raise Busy(f"the spool {self._path.name} is full ({self._end >> 20} MiB)", 5.0)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab") as file:
                file.write(raw)
                file.flush()
                os.fdatasync(file.fileno())
        except OSError as error:
            self._cut()
            raise Busy(f"the spool can not be written ({error.strerror})", 5.0) from None
        self._end += len(raw)
        self._filled.set()

    def _cut(self) -> None:
        """Take away the part of a message that was written before the disk was full."""
        try:
            os.truncate(self._path, self._end)
        except OSError:
            log.warning("spool can not be cut", path=self._path.name)

    async def drain(self) -> None:
        """For ever: whenever messages wait, send them in their order until none is left."""
        while True:
            await self._filled.wait()
            try:
                await self._send_some()
            except Busy as busy:
                await self._sleep(max(busy.retry_after, _AGAIN_SECONDS))

    async def _send_some(self) -> None:
        """The first messages; those behind one that failed are sent again, and dropped by
        identity downstream.
        """
        some = self._first()
        if not some:
            log.error("spool is damaged and begins anew", path=self._path.name)
            self._empty()
            return
        results = await asyncio.gather(
            *(self._deliver(*message) for message, _ in some), return_exceptions=True
        )
        for result, (_, end) in zip(results, some, strict=True):
            if isinstance(result, BaseException):
                raise result
            self._start = end
        if self._start >= self._end:
            log.info("log has all that waited on disk")
            self._empty()

    def _first(self) -> list[tuple[Message, int]]:
        try:
            with self._path.open("rb") as file:
                file.seek(self._start)
                return list(islice(unpacked(file), TOGETHER))
        except OSError:
            return []

    def _empty(self) -> None:
        self._path.unlink(missing_ok=True)
        self._start = self._end = 0
        self._filled.clear()


def _inherited(path: Path) -> int:
    """Write the whole messages of a file anew without their cursors; where they end."""
    try:
        with path.open("rb") as file:
            left = [packed(_without_cursor(message)) for message, _ in unpacked(file)]
        anew = path.with_suffix(".new")
        anew.write_bytes(b"".join(left))
        anew.replace(path)
    except OSError:
        return 0
    return sum(map(len, left))


def _without_cursor(message: Message) -> Message:
    if message.topic != POSTS.name:
        return message
    try:
        page = msgspec.json.decode(message.value, type=RawPage)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return message  # its reader says what is wrong with it
    return message._replace(value=encode(msgspec.structs.replace(page, cursor=None)))
