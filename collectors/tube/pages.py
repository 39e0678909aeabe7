"""One answer of YouTube with what we knew before it: what it tells. For asking and parsing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple

import msgspec

from collectors import Answer, Rejected
from collectors.lists.memory import Memory, facts, gone
from collectors.runner.bodies import json_of
from collectors.tube.threads import replies_of, threads_of
from collectors.tube.videos import Facts, named, videos_of
from rezonans.records import Post

Stream = Literal["videos", "threads", "replies", "end"]


class Page(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an answer is read with."""

    stream: Stream
    now: datetime
    legal_basis: str
    homes: dict[str, str | None] = {}
    """Of videos: the channels that are read."""
    home: str | None = None
    """Of comments."""
    known: Memory = Memory()
    asked: tuple[str, ...] = ()
    """Videos that were asked for by name."""
    until: int = 0
    """Of comments: unix milliseconds; older ones that nobody remembers are no news."""
    top: str = ""
    video: str = ""
    """Whose answers these are."""
    gap: bool = False

    def answer(self, body: bytes) -> Answer:
        return Answer(body=body, context={"page": msgspec.json.encode(self).decode()})


page_of = msgspec.json.Decoder(Page).decode


class Read(NamedTuple):
    shown: list[Post]
    posts: list[Post]
    """Those that may be news, and deletions."""
    rejected: list[Rejected]


def read(page: Page, body: bytes) -> Read:
    """`Invalid` for an answer that is none."""
    pieces = _pieces(page, body)
    shown = [piece for piece in pieces if isinstance(piece, Post)]
    posts = [post for post in shown if page.stream == "videos" or _new(post, page)]
    if shown:  # where nothing came at all, nothing is concluded
        asked = [named(video) for video in page.asked]
        posts += gone(page.known, asked, shown, page.now, page.legal_basis)
    return Read(shown, posts, [piece for piece in pieces if isinstance(piece, Rejected)])


def _pieces(page: Page, body: bytes) -> Sequence[Post | Rejected]:
    shared = Facts(page.now, page.legal_basis, page.homes)
    if page.stream == "videos":
        return videos_of(body, shared)
    if page.stream == "threads":
        return threads_of(body, shared, page.home)
    if page.stream == "replies":
        return replies_of(body, page.top, page.video, shared, page.home)
    return []


def _new(post: Post, page: Page) -> bool:
    return post.item in page.known.traces or milliseconds(post) >= page.until


def milliseconds(post: Post) -> int:
    return int(post.published_at.timestamp() * 1000)


def told(page: Page, body: bytes) -> list[Post | Rejected]:
    got = read(page, body)
    found = facts(page.known, got.posts, page.now)
    new = [post for post in found if post.event == "created"]
    if page.gap and new:
        oldest = min(new, key=lambda post: post.published_at)
        flagged = msgspec.structs.replace(oldest, flags=(*oldest.flags, "gap_suspected"))
        found = [flagged if post is oldest else post for post in found]
    return [*found, *got.rejected]


class _Paged(msgspec.Struct, rename="camel"):
    next_page_token: str = ""


def following(body: bytes) -> str:
    """The token of the next page; empty where there is none."""
    try:
        return msgspec.convert(json_of(body), _Paged).next_page_token
    except msgspec.ValidationError:
        return ""
