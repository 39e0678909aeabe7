"""Topics and comments of Odnoklassniki as posts. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, TypeVar

import msgspec

from collectors import Rejected
from collectors.lists.walking import figures
from collectors.runner.bodies import json_of
from collectors.runner.text import shorten
from rezonans.records import AuthorKind, Post
from rezonans.troubles import Invalid

T = TypeVar("T")
CONTEXT = 200


class Group(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is known of a group; asked once a day."""

    id: str
    name: str = ""
    members: int | None = None
    at: int = 0


class Frame(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the records of one answer share, beside what they say."""

    observed_at: datetime
    legal_basis: str
    group: Group
    home: str | None = None
    topic: str = ""
    """The topic whose comments these are."""
    said: str = ""
    """Its beginning."""


class _Count(msgspec.Struct):
    count: int | None = None
    comments_count: int | None = None


class _Media(msgspec.Struct):
    type: str = ""
    text: str = ""


class _Topic(msgspec.Struct):
    id: str
    created_ms: int
    author_ref: str = ""
    media: list[Any] = []
    like_summary: _Count | None = None
    reshare_summary: _Count | None = None
    discussion_summary: _Count | None = None
    is_pinned: bool = False


class _Comment(msgspec.Struct):
    id: str
    date_ms: int
    author_id: str = ""
    text: str = ""
    type: str = ""
    reply_to_comment_id: str = ""
    like_count: int | None = None


class Topics(msgspec.Struct):
    media_topics: list[Any] = []
    has_more: bool = False
    anchor: str = ""


class Comments(msgspec.Struct):
    comments: list[Any] = []
    has_more: bool = False
    anchor: str = ""


class _Info(msgspec.Struct):
    uid: str
    name: str = ""
    members_count: int | None = None
    private: bool = False


def answer_of(body: bytes, kind: type[T]) -> T:
    """The answer proper; `Invalid` says what it is instead. An answer without a list has none."""
    value = json_of(body)
    try:
        return msgspec.convert(value, kind, strict=False)
    except (msgspec.ValidationError, RecursionError) as error:
        raise Invalid(f"not an answer of OK: {error}") from None


def infos_of(body: bytes) -> list[_Info]:
    return answer_of(body, list[_Info])


def topics_of(items: Sequence[Any], frame: Frame) -> list[Post | Rejected]:
    return list(_each(items, _Topic, lambda one: _topic(one, frame), "mediatopic"))


def comments_of(items: Sequence[Any], frame: Frame) -> list[Post | Rejected]:
    return list(_each(items, _Comment, lambda one: _comment(one, frame), "discussions"))


def _each(
    items: Sequence[Any], kind: type[T], read: Callable[[T], Post], place: str
) -> Iterator[Post | Rejected]:
    for index, item in enumerate(items):
        try:
            yield read(msgspec.convert(item, kind, strict=False))
        except (ValueError, OverflowError, OSError) as error:
            digest = sha256(repr(item).encode("utf-8", "replace")).hexdigest()
            yield Rejected(place=f"{place}#{index}", reason=str(error), digest=digest)


def name_of(group: str, topic: str, comment: str = "") -> str:
    return f"ok:{group}/{topic}" + (f":c{comment}" if comment else "")


def _topic(one: _Topic, frame: Frame) -> Post:
    group = frame.group
    kind, author = _author(one.author_ref, group)
    return Post(
        item=name_of(group.id, one.id),
        kind="post",
        published_at=_moment(one.created_ms),
        observed_at=frame.observed_at,
        legal_basis=frame.legal_basis,
        channel="ok",
        author=author,
        author_kind=kind,
        author_name=group.name or None if kind == "page" else None,
        author_followers=group.members if kind == "page" else None,
        text=_said(one.media),
        url=f"https://ok.ru/group/{group.id}/topic/{one.id}",
        counters=figures(
            likes=(one.like_summary or _Count()).count,
            reposts=(one.reshare_summary or _Count()).count,
            comments=(one.discussion_summary or _Count()).comments_count,
        ),
        home=frame.home,
        flags=("pinned",) if one.is_pinned else (),
    )


def _author(reference: str, group: Group) -> tuple[AuthorKind, str | None]:
    """`group:55`, `user:77`; a topic without one is the group's own."""
    kind, _, native = reference.partition(":")
    if not native or native == group.id:
        return "page", group.id
    return ("page" if kind == "group" else "person"), native


def _said(media: Sequence[Any]) -> str:
    """The text blocks of a topic, one after the other; of other blocks nothing is read."""
    blocks = [msgspec.convert(one, _Media, strict=False) for one in media]
    return "\n".join(one.text for one in blocks if one.type == "text" and one.text)


def _comment(one: _Comment, frame: Frame) -> Post:
    group, answers = frame.group, one.reply_to_comment_id
    own = one.author_id in ("", f"group:{group.id}", group.id)
    return Post(
        item=name_of(group.id, frame.topic, one.id),
        kind="reply" if answers else "comment",
        published_at=_moment(one.date_ms),
        observed_at=frame.observed_at,
        legal_basis=frame.legal_basis,
        channel="ok",
        parent=name_of(group.id, frame.topic, answers),
        root=name_of(group.id, frame.topic),
        context=frame.said or None,
        author=one.author_id.removeprefix("group:") or None,
        author_kind=("page" if one.author_id else "unknown") if own else "person",
        author_name=group.name or None if own and one.author_id else None,
        text=one.text,
        url=f"https://ok.ru/group/{group.id}/topic/{frame.topic}",
        counters=figures(likes=one.like_count),
        home=frame.home,
    )


def beginning(text: str) -> str:
    return shorten(" ".join(text.split()), CONTEXT)


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
