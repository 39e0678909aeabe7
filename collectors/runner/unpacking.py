"""Bodies read whole and unpacked within a bound, so that no answer fills the memory."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator

import httpx

BODY_BYTES = 16 * 1024 * 1024


class TooLarge(httpx.RequestError):
    """The body passes the cap, as it is or when unpacked."""


async def read_bounded(stream: AsyncIterator[bytes] | httpx.AsyncByteStream, coding: str) -> bytes:
    """All bytes of a stream, unpacked; `TooLarge` past the cap, `DecodingError` when damaged."""
    unpack = _unpacker(coding)
    body = bytearray()
    async for chunk in stream:
        body += unpack.feed(chunk, BODY_BYTES - len(body))
    unpack.end()
    return bytes(body)


class _Plain:
    def feed(self, chunk: bytes, room: int) -> bytes:
        if len(chunk) > room:
            raise TooLarge(f"the answer is larger than {BODY_BYTES >> 20} MiB")
        return chunk

    def end(self) -> None:
        return


class _Zip:
    """gzip (several members too), zlib, and the raw deflate that some servers mean by it."""

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(wbits=47)
        self._fresh = True

    def feed(self, chunk: bytes, room: int) -> bytes:
        out = b""
        while chunk:
            out += self._step(chunk, room - len(out) + 1)
            if len(out) > room:
                raise TooLarge(f"the answer unpacks to more than {BODY_BYTES >> 20} MiB")
            chunk = self._inflate.unused_data
            if chunk and not chunk.startswith(b"\x1f\x8b"):
                return out  # padding after the last member
            if chunk:
                self._inflate = zlib.decompressobj(wbits=47)
        return out

    def _step(self, chunk: bytes, most: int) -> bytes:
        fresh, self._fresh = self._fresh, False
        try:
            return self._inflate.decompress(chunk, most)
        except zlib.error as error:
            if not fresh:
                raise httpx.DecodingError(f"the compressed answer is damaged: {error}") from None
        self._inflate = zlib.decompressobj(wbits=-15)
        return self._step(chunk, most)

    def end(self) -> None:
        if not self._inflate.eof and not self._fresh:
            raise httpx.DecodingError("the compressed answer ends in the middle")


def _unpacker(coding: str) -> _Plain | _Zip:
    name = coding.strip().lower()
    if name in ("", "identity"):
        return _Plain()
    if name in ("gzip", "x-gzip", "deflate"):
        return _Zip()
    raise httpx.DecodingError(f"the answer is packed with {name}, which was not asked for")
