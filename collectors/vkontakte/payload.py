"""The part of VK's answers that we use. Numbers may come as texts, unknown keys are passed by."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from collectors.runner.bodies import json_of
from rezonans.troubles import Invalid

T = TypeVar("T")


class Figure(msgspec.Struct):
    count: int = 0


class Geo(msgspec.Struct):
    coordinates: str = ""


class Original(msgspec.Struct):
    """A post that another one repeats."""

    id: int
    owner_id: int = 0
    text: str = ""


class WallPost(msgspec.Struct):
    id: int
    date: int
    owner_id: int = 0
    from_id: int = 0
    text: str = ""
    edited: int = 0
    is_pinned: int = 0
    is_deleted: bool = False
    marked_as_ads: int = 0
    likes: Figure | None = None
    reposts: Figure | None = None
    views: Figure | None = None
    comments: Figure | None = None
    geo: Geo | None = None
    copy_history: list[Original] = []


class Thread(msgspec.Struct):
    count: int = 0
    items: list[Any] = []


class Comment(msgspec.Struct):
    """A comment; a deleted one that has answers comes without author and text."""

    id: int
    date: int
    from_id: int = 0
    text: str = ""
    deleted: bool = False
    parents_stack: list[int] = []
    reply_to_comment: int = 0
    likes: Figure | None = None
    thread: Thread | None = None


class Group(msgspec.Struct):
    id: int
    name: str = ""
    members_count: int | None = None
    is_closed: int = 0
    deactivated: str = ""


class Items(msgspec.Struct):
    items: list[Any] = []
    count: int = 0
    next_from: str = ""


class Groups(msgspec.Struct):
    groups: list[Group] = []


class _Response(msgspec.Struct):
    response: Any


def response_of(body: bytes, kind: type[T]) -> T:
    """The answer proper; `Invalid` says what it is instead."""
    try:
        answer = msgspec.convert(json_of(body), _Response, strict=False)
        return msgspec.convert(answer.response, kind, strict=False)
    except (msgspec.ValidationError, RecursionError) as error:
        raise Invalid(f"not an answer of VK: {error}") from None


def item_of(item: Any, kind: type[T]) -> T:
    """One piece of an answer; `ValueError` where it is of another shape."""
    return msgspec.convert(item, kind, strict=False)
