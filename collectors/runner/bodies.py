"""Bytes of an answer as JSON, however they were meant. Pure; `Invalid` and nothing else."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

from collectors.runner.text import encoding_of
from rezonans.troubles import Invalid

_SURROGATE = re.compile(r"[\ud800-\udfff]")
_ESCAPE = re.compile(r'(\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})|\\u?[0-9a-fA-F]{0,3}')


def json_of(body: bytes) -> Any:
    """The value of a JSON answer. One damaged record spoils no other: halves of pairs, escapes
    that are none and bytes that are no UTF-8 become U+FFFD where they stand.
    """
    body = body.removeprefix(b"\xef\xbb\xbf")
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        if body.lstrip().startswith(b"<"):
            raise Invalid("a web page came in place of JSON") from None
        if not body.strip():
            raise Invalid("an empty answer came in place of JSON") from None
        if b"\\" not in body and not isinstance(error, UnicodeDecodeError):
            raise Invalid(f"not JSON: {error}") from None
        return _lenient(body, str(error))


def _lenient(body: bytes, reason: str) -> Any:
    if encoding_of(body) != "utf-8":
        raise Invalid(f"not JSON: {reason}")
    try:
        text = _ESCAPE.sub(lambda m: m[1] or "\ufffd", body.decode("utf-8", errors="replace"))
        return _sound(json.loads(text, strict=False))
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
