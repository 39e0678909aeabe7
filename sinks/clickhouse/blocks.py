"""Rows as one block of ClickHouse's Native format: columns, as the engine keeps them.

To read a row of sixty columns the engine calls sixty readers; of a column it copies the bytes.
What rows have in common is written once: a column of codes is a dictionary and numbers, a column
without a value is left out. `sinks.clickhouse.native` walks over the same format.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import chain
from typing import Any

import msgspec
import numpy as np

from sinks.clickhouse.native import leb128, parsed

Values = Sequence[Any]
Encode = Callable[[Values], bytes]
"""Values of a column to the bytes behind its name and type."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1)
_MILLISECOND = timedelta(milliseconds=1)
_NUMBERS = {
    "UInt8": "<u1", "UInt16": "<u2", "UInt32": "<u4", "UInt64": "<u8",
    "Float32": "<f4", "Float64": "<f8", "Bool": "<u1",
}  # fmt: skip
_INSTEAD: Mapping[str, Any] = {
    **dict.fromkeys(_NUMBERS, 0), "String": "", "Date": _EPOCH_DAY, "DateTime64": _EPOCH,
}  # fmt: skip
"""What stands where there is no value; nobody reads it."""
_VERSION = (1).to_bytes(8, "little")
"""Of the way in which a dictionary is written."""
_KEYS_FOLLOW = 1 << 9
_CODES = re.compile(r"LowCardinality\(([^()]+|Nullable\([^()]+\))\)")


def block(
    rows: Sequence[msgspec.Struct], types: Mapping[str, str]
) -> tuple[tuple[str, ...], bytes]:
    """Names of the columns that hold a value, and the block of them. `types`: of the table, by
    column. `KeyError` for a field that is no column, `ValueError` for a type not written here.
    """
    names: list[str] = []
    parts: list[bytes] = []
    columns = zip(*map(msgspec.structs.astuple, rows), strict=True)
    for name, values in zip(rows[0].__struct_fields__, columns, strict=True):
        if values[0] is None and values.count(None) == len(values):
            continue
        kind, encode = _column(types[name])
        names.append(name)
        parts += (_string(name), _string(kind), encode(values))
    return tuple(names), b"".join((leb128(len(names)), leb128(len(rows)), *parts))


@lru_cache(maxsize=1000)
def _column(kind: str) -> tuple[str, Encode]:
    """The type as it is sent, and what writes its values."""
    match = _CODES.fullmatch(kind)
    if match:
        return kind, _dictionary
    # inside of lists a dictionary is the engine's to make: it would stand before all of the lists
    plain = _CODES.sub(r"\1", kind)
    return plain, _encoder(plain)


def _encoder(kind: str) -> Encode:
    name, inner = parsed(kind)
    if name in _NUMBERS:
        return lambda values: np.array(values, _NUMBERS[name]).tobytes()
    if name in _PLAIN:
        return _PLAIN[name]
    if name not in _AROUND:
        raise ValueError(f"values of {kind} are not written")
    return _AROUND[name](*inner)


def _strings(values: Values) -> bytes:
    known = {value: _string(value) for value in set(values)}
    if len(known) == 1:
        return known[values[0]] * len(values)
    return b"".join(map(known.__getitem__, values))


def _string(value: str) -> bytes:
    encoded = value.encode()
    size = len(encoded)
    return (bytes((size,)) if size < 128 else leb128(size)) + encoded


def _wide(values: Values) -> bytes:
    return b"".join([value.to_bytes(16, "little") for value in values])


def _days(values: Values) -> bytes:
    known = {value: (value - _EPOCH_DAY).days for value in set(values)}
    return np.array(list(map(known.__getitem__, values)), "<u2").tobytes()


def _moments(values: Values) -> bytes:
    known = {value: (value - _EPOCH) // _MILLISECOND for value in set(values)}
    return np.array(list(map(known.__getitem__, values)), "<i8").tobytes()


def _dictionary(values: Values) -> bytes:
    """Codes: each once, then a number a row. Without a value: number 0, which a column that
    takes none has for itself."""
    keys = dict.fromkeys(values)
    keys.pop(None, None)
    places = {key: place for place, key in enumerate(keys, start=1)}
    places[None] = 0
    width = 1 if len(places) < 256 else 2 if len(places) < 65_536 else 4
    numbers = np.array(list(map(places.__getitem__, values)), f"<u{width}")
    head = np.array([_KEYS_FOLLOW | (width.bit_length() - 1), len(places)], "<u8").tobytes()
    body = b"".join(map(_string, ("", *keys)))
    return b"".join((_VERSION, head, body, _count(len(values)), numbers.tobytes()))


def _maybe(inner: str) -> Encode:
    encode, instead = _encoder(inner), _INSTEAD[parsed(inner)[0]]

    def written(values: Values) -> bytes:
        missing = bytes([value is None for value in values])
        return missing + encode([instead if value is None else value for value in values])

    return written


def _lists(inner: str) -> Encode:
    encode = _encoder(inner)
    return lambda values: _ends(values) + encode(list(chain.from_iterable(values)))


def _tuples(*inner: str) -> Encode:
    encoders = list(map(_encoder, inner))

    def written(values: Values) -> bytes:
        parts = zip(encoders, zip(*values, strict=True), strict=True) if values else ()
        return b"".join(encode(part) for encode, part in parts)

    return written


def _maps(key: str, value: str) -> Encode:
    keys, held = _encoder(key), _encoder(value)
    # of these the bytes of a list are those of its parts, one behind another
    plain = {key, value} <= {"String", *_NUMBERS}

    def written(values: Values) -> bytes:
        if plain and values and len(set(map(id, values))) == 1:
            parts = (keys(list(values[0])), held(list(values[0].values())))
            return b"".join((_ends(values), *(part * len(values) for part in parts)))
        named = list(chain.from_iterable(values))
        found = list(chain.from_iterable(one.values() for one in values))
        return b"".join((_ends(values), keys(named), held(found)))

    return written


def _ends(values: Values) -> bytes:
    """Where the list of each row ends among the values of all."""
    return np.cumsum(list(map(len, values)), dtype="<u8").tobytes()


def _count(number: int) -> bytes:
    return number.to_bytes(8, "little")


_PLAIN: Mapping[str, Encode] = {
    "String": _strings, "UInt128": _wide, "Date": _days, "DateTime64": _moments,
}  # fmt: skip
_AROUND: Mapping[str, Callable[..., Encode]] = {
    "Nullable": _maybe, "Array": _lists, "Tuple": _tuples, "Map": _maps,
}  # fmt: skip
