"""Where we stand with a group: the content of the `ok` cursor."""

from __future__ import annotations

import msgspec

from collectors.lists.memory import Memory
from collectors.odnoklassniki.reading import Group


class Talk(msgspec.Struct, frozen=True, omit_defaults=True):
    """The comments under one topic, as far as we read them."""

    count: int = -1
    """What the topic said when we read them; -1: it says nothing."""
    until: int = 0
    """Unix milliseconds of the newest that was read: older ones that nobody remembers are no
    news."""
    at: int = 0
    """Unix seconds of the last reading."""


class State(msgspec.Struct, frozen=True, omit_defaults=True):
    group: Group | None = None
    topics: Memory = Memory()
    comments: Memory = Memory()
    talks: dict[str, Talk] = {}
    checked: int = 0
    """Unix seconds of the last reconciliation of topics that are not shown first."""

    def dump(self) -> str:
        return msgspec.json.encode(self).decode()


_decoder = msgspec.json.Decoder(State)


def recall(cursor: str | None) -> State:
    """The state in a cursor; none for one that is not ours to read."""
    try:
        return _decoder.decode(cursor) if cursor else State()
    except (msgspec.DecodeError, UnicodeDecodeError):
        return State()
