"""Bytes of an answer as JSON, however they were meant. Pure; `Invalid` and nothing else."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

from rezonans.records import Invalid

_SURROGATE = re.compile(r"[\ud800-\udfff]")


def json_of(body: bytes) -> Any:
    """The value of a JSON answer. Halves of pairs, which some platforms send, become U+FFFD."""
    body = body.removeprefix(b"\xef\xbb\xbf")
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        if body.lstrip().startswith(b"<"):
            raise Invalid("a web page came in place of JSON") from None
        if not body.strip():
            raise Invalid("an empty answer came in place of JSON") from None
        if b"\\u" not in body:
            raise Invalid(f"not JSON: {error}") from None
    return _lenient(body)


def _lenient(body: bytes) -> Any:
    try:
        return _sound(json.loads(body.decode("utf-8")))
    except (ValueError, RecursionError) as error:
        raise Invalid(f"not JSON: {error}") from None


def _sound(value: Any) -> Any:
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_sound(part) for part in value]
    if isinstance(value, dict):
        return {_sound(key): _sound(part) for key, part in value.items()}
    return value
