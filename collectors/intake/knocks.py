"""A request at a door of ours and what is said to it, as the pure part of a source sees them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, Protocol

import msgspec

from collectors import BaseConfig


class Knock(msgspec.Struct, frozen=True, kw_only=True):
    """One request, whole and bounded."""

    at: datetime
    method: Literal["GET", "POST"] = "POST"
    query: Mapping[str, str] = {}
    headers: Mapping[str, str] = {}
    """Names in small letters."""
    body: bytes = b""

    def header(self, name: str) -> str:
        return self.headers.get(name.lower(), "")


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What the sender is told, after what is to be kept is on the disk."""

    status: int = 200
    body: str = ""
    keep: tuple[str, ...] = ()
    """Pieces for the journal, in order; empty: nothing of this knock is news."""
    json: bool = False
    """Whether `body` is JSON; plain text otherwise."""
    why: str = ""
    """Of a refusal, one word for the metrics."""


class Receiver(Protocol):
    """A collector with a door."""

    def receive(self, config: Any, knock: Knock) -> Reply:
        """Pure. Compares secrets in constant time and repeats none of them."""
        ...


class DoorConfig(BaseConfig):
    """Settings of sources that only listen."""

    every_seconds: float = 1.0
    """How often the journal is looked into."""


def refused(status: int, why: str, says: str) -> Reply:
    """A refusal. `says` is for the engineer of the other side."""
    return Reply(status=status, body=says, why=why)


UNSIGNED = refused(401, "unsigned", "the signature or the token is missing or wrong")


def text_of(body: bytes) -> str | None:
    """A body as text; `None` where it is not UTF-8."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


NOT_TEXT = refused(400, "malformed", "the body is not UTF-8")
