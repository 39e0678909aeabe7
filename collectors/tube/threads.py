"""Threads and replies of the Data API as posts, the same as the declared `youtube` makes. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from collectors import Rejected
from collectors.lists.walking import figures
from collectors.tube.videos import Facts, each, items_of, named, utc
from rezonans.records import Kind, Post


class _Author(msgspec.Struct):
    value: str = ""


class _Said(msgspec.Struct, rename="camel"):
    published_at: datetime
    updated_at: datetime | None = None
    text_display: str = ""
    author_channel_id: _Author | None = None
    like_count: int | None = None
    parent_id: str = ""


class _Comment(msgspec.Struct):
    id: str
    snippet: _Said


class _ThreadSaid(msgspec.Struct, rename="camel"):
    top_level_comment: _Comment
    video_id: str = ""
    total_reply_count: int | None = None


class _Replies(msgspec.Struct):
    comments: list[Any] = []


class _Thread(msgspec.Struct):
    id: str
    snippet: _ThreadSaid
    replies: _Replies | None = None


def threads_of(body: bytes, facts: Facts, home: str | None) -> list[Post | Rejected]:
    """Top comments with the answers that came inside them."""

    def read(one: _Thread) -> Iterator[Post]:
        yield _top(one, facts, home)

    found: list[Post | Rejected] = []
    for item in items_of(body):
        found += each([item], _Thread, read, "commentThreads")
        found += _inside(item, facts, home)
    return found


def _inside(item: Any, facts: Facts, home: str | None) -> list[Post | Rejected]:
    try:
        thread = msgspec.convert(item, _Thread, strict=False)
    except (ValueError, OverflowError):
        return []
    answers = thread.replies.comments if thread.replies else []
    top, video = thread.snippet.top_level_comment.id, thread.snippet.video_id

    def read(one: _Comment) -> Iterator[Post]:
        yield _reply(one, top, video, facts, home)

    return list(each(answers, _Comment, read, "replies"))


def replies_of(
    body: bytes, top: str, video: str, facts: Facts, home: str | None
) -> list[Post | Rejected]:
    """Answers to one comment."""

    def read(one: _Comment) -> Iterator[Post]:
        yield _reply(one, top, video, facts, home)

    return list(each(items_of(body), _Comment, read, "comments"))


def more_replies(body: bytes) -> Iterator[tuple[str, str, int]]:
    """Threads with more answers than came with them: comment, video and how many there are."""
    for item in items_of(body):
        try:
            one = msgspec.convert(item, _Thread, strict=False)
        except (ValueError, OverflowError):
            continue
        count = one.snippet.total_reply_count or 0
        if count > len(one.replies.comments if one.replies else []):
            yield one.snippet.top_level_comment.id, one.snippet.video_id, count


def _top(one: _Thread, facts: Facts, home: str | None) -> Post:
    video, comment = one.snippet.video_id, one.snippet.top_level_comment
    post = _post(comment, _Under("comment", named(video), video, home), facts)
    likes = comment.snippet.like_count
    counters = figures(likes=likes, replies=one.snippet.total_reply_count)
    return msgspec.structs.replace(post, counters=counters)


def _reply(one: _Comment, top: str, video: str, facts: Facts, home: str | None) -> Post:
    return _post(one, _Under("reply", named(top), video, home), facts)


class _Under(NamedTuple):
    """Where a comment stands."""

    kind: Kind
    parent: str
    video: str
    home: str | None


def _post(one: _Comment, under: _Under, facts: Facts) -> Post:
    said = one.snippet
    published = utc(said.published_at)
    edited = utc(said.updated_at) if said.updated_at else None
    edited = edited if edited and edited > published else None
    author = said.author_channel_id.value if said.author_channel_id else ""
    return Post(
        item=named(one.id),
        kind=under.kind,
        revision=int(edited.timestamp() * 1000) if edited else 0,
        published_at=published,
        edited_at=edited,
        observed_at=facts.now,
        legal_basis=facts.legal_basis,
        channel="youtube",
        parent=under.parent,
        root=named(under.video),
        author=author or None,
        author_kind="person",
        text=said.text_display,
        url=f"https://www.youtube.com/watch?v={under.video}&lc={one.id}",
        counters=figures(likes=said.like_count),
        home=under.home,
    )
