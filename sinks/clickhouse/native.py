"""ClickHouse's Native format as its clients ask for it over HTTP.

chDB writes blocks without what came after the first revision of the protocol. A client that
states its own with `client_protocol_version` (clickhouse-go, hence Grafana) expects a header
before each block and a flag in each column; an answer without rows still has to have columns.
To put them in, the columns' ends are found by walking over their bytes, without decoding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from sinks.clickhouse.tokens import Refused

_BLOCK_INFO = b"\x01\x00\x02\xff\xff\xff\xff\x00"
"""Field 1: no overflow rows; field 2: no bucket; end."""
_FLAGS_SINCE = 54454
"""Revision that brought a flag for special serialization to each column."""
_NO_FLAG = b"\x00"

_WIDTHS = {
    **dict.fromkeys(("UInt8", "Int8", "Bool", "Enum8", "Nothing"), 1),
    **dict.fromkeys(("UInt16", "Int16", "Date", "Enum16"), 2),
    **dict.fromkeys(("UInt32", "Int32", "Float32", "Date32", "DateTime", "IPv4", "Decimal32"), 4),
    **dict.fromkeys(("UInt64", "Int64", "Float64", "DateTime64", "Decimal64"), 8),
    **dict.fromkeys(("UInt128", "Int128", "UUID", "IPv6", "Decimal128"), 16),
    **dict.fromkeys(("UInt256", "Int256", "Decimal256"), 32),
}
_DECIMALS = ((9, 4), (18, 8), (38, 16), (76, 32))
_TYPE = re.compile(r"(\w+)(?:\((.*)\))?", re.DOTALL)


def with_revision(body: bytes, revision: int) -> bytes:
    """The same blocks as a client of that revision reads them; 0: as they are."""
    return b"".join(_pieces(body, revision)) if revision > 0 else body


def _pieces(body: bytes, revision: int) -> Iterator[bytes]:
    flag = _NO_FLAG if revision >= _FLAGS_SINCE else b""
    at = 0
    while at < len(body):
        columns, rows_at = _number(body, at)
        rows, head = _number(body, rows_at)
        yield _BLOCK_INFO + body[at:head]
        at = head
        for _ in range(columns):
            _, kind_at = _text(body, at)
            kind, head = _text(body, kind_at)
            end = _column_end(body, kind, rows, head)
            yield body[at:head] + flag + body[head:end]
            at = end


def _column_end(body: bytes, kind: str, rows: int, at: int) -> int:
    if rows == 0:
        return at
    # each dictionary of a column states its version first
    return _end(body, kind, rows, at + 8 * kind.count("LowCardinality("))


def _end(body: bytes, kind: str, rows: int, at: int) -> int:
    """Where `rows` values of a type end. `Refused` for a type that is not walked over here."""
    name, inner = parsed(kind)
    width = _width(name, inner)
    if width:
        return at + rows * width
    if name == "String":
        return _strings_end(body, rows, at)
    if name == "Nullable":
        return _end(body, inner[0], rows, at + rows)
    if name == "LowCardinality":
        return _dictionary_end(body, inner[0], rows, at)
    if name == "SimpleAggregateFunction":
        return _end(body, inner[1], rows, at)
    if name in ("Array", "Map"):
        at, rows = at + 8 * rows, _last(body, at, rows)
    elif name != "Tuple":
        raise Refused(f"values of {kind} can not be sent in Native here: convert them", 48)
    for one in inner:
        at = _end(body, one, rows, at)
    return at


def _last(body: bytes, at: int, rows: int) -> int:
    """The last offset: how many values the lists hold together."""
    return int.from_bytes(body[at + 8 * rows - 8 : at + 8 * rows], "little") if rows else 0


def _strings_end(body: bytes, rows: int, at: int) -> int:
    for _ in range(rows):
        size = body[at]
        if size < 128:
            at += 1 + size
        else:
            size, at = _number(body, at)
            at += size
    return at


def _dictionary_end(body: bytes, kind: str, rows: int, at: int) -> int:
    """Flags, then the keys, then for each row a number of a key."""
    if rows == 0:
        return at
    index_width = 1 << (body[at] & 3)
    keys = int.from_bytes(body[at + 8 : at + 16], "little")
    name, inner = parsed(kind)
    at = _end(body, inner[0] if name == "Nullable" else kind, keys, at + 16)
    return at + 8 + rows * index_width


@lru_cache(maxsize=1000)
def parsed(kind: str) -> tuple[str, tuple[str, ...]]:
    """A type's name and the types (or numbers) in its brackets, without names of elements."""
    match = _TYPE.fullmatch(kind)
    if match is None:
        raise Refused(f"the type {kind} is not understood here", 48)
    return match[1], tuple(_unnamed(part) for part in _parts(match[2] or ""))


def _parts(text: str) -> Iterator[str]:
    depth, start = 0, 0
    for at, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            yield text[start:at].strip()
            start = at + 1
    if text:
        yield text[start:].strip()


def _unnamed(part: str) -> str:
    """`kato String` and `` `a b` String `` are named elements of a tuple."""
    return re.sub(r"^(?:`[^`]*`|\w+) (?=[A-Z])", "", part)


def _width(name: str, inner: Sequence[str]) -> int:
    if name == "FixedString":
        return int(inner[0])
    if name == "Decimal":
        return next(width for digits, width in _DECIMALS if int(inner[0]) <= digits)
    return 8 if name.startswith("Interval") else _WIDTHS.get(name, 0)


def header(columns: Sequence[tuple[str, str]]) -> bytes:
    """A block of no rows: names and types."""
    texts = (text.encode() for column in columns for text in column)
    parts = (leb128(len(text)) + text for text in texts)
    return leb128(len(columns)) + leb128(0) + b"".join(parts)


def _number(body: bytes, at: int) -> tuple[int, int]:
    """A number in LEB128 and where it ends."""
    value = shift = 0
    while True:
        part = body[at]
        at += 1
        value |= (part & 127) << shift
        if part < 128:
            return value, at
        shift += 7


def _text(body: bytes, at: int) -> tuple[str, int]:
    size, at = _number(body, at)
    return body[at : at + size].decode(), at + size


def leb128(value: int) -> bytes:
    parts = bytearray()
    while value > 127:
        parts.append(value & 127 | 128)
        value >>= 7
    return bytes((*parts, value))
