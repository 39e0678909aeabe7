"""Where we stand with a community or a search: the content of the `vk` cursor."""

from __future__ import annotations

import msgspec

from collectors.lists.cursors import Remembered
from collectors.lists.memory import Memory


class Community(msgspec.Struct, frozen=True, omit_defaults=True):
    """What VK says of a community; asked once a day."""

    id: int
    name: str = ""
    members: int | None = None
    at: int = 0
    """Unix seconds of the question."""


class Talk(msgspec.Struct, frozen=True, omit_defaults=True):
    """The comments under one post, as far as we read them."""

    count: int = 0
    """What the post said when we read them: another figure says to read again."""
    last: int = 0
    """Greatest identity that was seen; smaller ones that are not remembered are no news."""
    at: int = 0
    """Unix seconds of the last reading."""
    threads: dict[int, int] = {}
    """Comment to the number of its answers."""


class State(Remembered, frozen=True, omit_defaults=True):
    community: Community | None = None
    posts: Memory = Memory()
    comments: Memory = Memory()
    talks: dict[int, Talk] = {}
    checked: int = 0
    """Unix seconds of the last reconciliation of posts that the wall does not show first."""
