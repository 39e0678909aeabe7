"""What a source remembers between looks, as its cursor carries it."""

from __future__ import annotations

from functools import cache
from typing import Any, Self

import msgspec


class Remembered(msgspec.Struct, frozen=True, omit_defaults=True):
    """The content of a cursor: JSON, with what stands as it began left out.

    Guarantee: a cursor that is not ours to read (another version's, a torn one) is none; the
    source is then read as at its first look, and identities keep that from doubling anything.
    """

    def dump(self) -> str:
        return msgspec.json.encode(self).decode()

    @classmethod
    def found(cls, cursor: str | None) -> Self | None:
        """What a cursor carries; `None` for no cursor, or one that is not ours to read."""
        if not cursor:
            return None
        try:
            state: Self = _decoder(cls).decode(cursor)
        except (msgspec.DecodeError, UnicodeError):
            return None
        return state

    @classmethod
    def recall(cls, cursor: str | None) -> Self:
        """What a cursor carries, or what a source knows at its first look."""
        return cls.found(cursor) or cls()


@cache
def _decoder(kind: type[Remembered]) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)
