"""Where we stand with a group: the content of the `ok` cursor."""

from __future__ import annotations

import msgspec

from collectors.lists.cursors import Remembered
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


class State(Remembered, frozen=True, omit_defaults=True):
    group: Group | None = None
    topics: Memory = Memory()
    comments: Memory = Memory()
    talks: dict[str, Talk] = {}
    checked: int = 0
    """Unix seconds of the last reconciliation of topics that are not shown first."""
