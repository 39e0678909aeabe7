"""Encodings of bodies on the store's HTTP interface: those that its clients ask for. Pure."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Mapping
from typing import Any

import cramjam

Pack = Callable[[bytes], bytes]

_PACK: Mapping[str, Pack] = {
    # the best first; lz4 is asked for by clickhouse-connect only
    "zstd": lambda body: bytes(cramjam.zstd.compress(body, level=1)),
    "lz4": lambda body: bytes(cramjam.lz4.compress(body)),
    "gzip": lambda body: gzip.compress(body, compresslevel=1),
    "deflate": lambda body: zlib.compress(body, level=1),
    "br": lambda body: bytes(cramjam.brotli.compress(body, level=1)),
}
_UNPACK: Mapping[str, Any] = {
    "zstd": cramjam.zstd.decompress_into,
    "lz4": cramjam.lz4.decompress_into,
    "br": cramjam.brotli.decompress_into,
}


class Broken(Exception):
    """A body that is not what its encoding says, or that would not end."""


def chosen(accepted: str) -> str:
    """The best encoding of an Accept-Encoding header; empty: as it is."""
    offers = dict(_offer(part) for part in accepted.lower().split(","))
    return next((name for name in _PACK if offers.get(name, 0.0) > 0), "")


def _offer(part: str) -> tuple[str, float]:
    name, _, weight = part.partition(";")
    number = weight.strip().removeprefix("q=")
    try:
        return name.strip(), float(number) if number else 1.0
    except ValueError:
        return name.strip(), 0.0


def pack(body: bytes, encoding: str) -> bytes:
    return _PACK[encoding](body) if encoding else body


def unpack(body: bytes, encoding: str, longest: int) -> bytes:
    """A body of at most `longest` bytes: a bomb is broken. `KeyError`: an unknown encoding."""
    if encoding in ("", "identity"):
        return body
    try:
        if encoding in ("gzip", "deflate"):
            return _inflate(body, longest)
        space = bytearray(longest)
        return bytes(space[: _UNPACK[encoding](body, space)])
    except (zlib.error, cramjam.DecompressionError) as error:
        raise Broken(str(error)) from None


def _inflate(body: bytes, longest: int) -> bytes:
    stream = zlib.decompressobj(wbits=47)
    found = stream.decompress(body, longest)
    if stream.unconsumed_tail or not stream.eof:
        raise Broken("it does not end")
    return found
