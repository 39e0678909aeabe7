"""One answer of OK with what we knew before it: what it tells. Pure, for asking and parsing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import msgspec

from collectors import Answer, Rejected
from collectors.lists.memory import GONE, Memory, deleted, facts, gone
from collectors.lists.walking import after_gap
from collectors.odnoklassniki.reading import (
    Comments,
    Frame,
    Topics,
    answer_of,
    comments_of,
    name_of,
    topics_of,
)
from rezonans.records import Post

Stream = Literal["topics", "comments", "check"]
"""A list of topics, of comments, or topics that were asked for by name."""


class Page(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an answer is read with."""

    stream: Stream
    frame: Frame
    known: Memory = Memory()
    asked: tuple[str, ...] = ()
    """Identities of `check`."""
    until: int = 0
    """Of comments: older ones that nobody remembers are no news."""
    newest: bool = False
    """Nothing is before the first record of this answer."""
    gap: bool = False

    def answer(self, body: bytes) -> Answer:
        return Answer(body=body, context={"page": msgspec.json.encode(self).decode()})


_decoder = msgspec.json.Decoder(Page)


def page_of(answer: Answer) -> Page:
    return _decoder.decode(answer.context["page"])


class Read(NamedTuple):
    shown: list[Post]
    """Records, newest first."""
    posts: list[Post]
    """Those that may be news, and deletions, to be compared with what we knew."""
    rejected: list[Rejected]
    anchor: str
    """Where the next page begins; empty: there is none."""


def read(page: Page, body: bytes) -> Read:
    """`Invalid` for an answer that is none."""
    pieces, anchor = _pieces(page, body)
    shown = [piece for piece in pieces if isinstance(piece, Post)]
    posts = shown
    if page.stream == "comments":
        # topics stay as they come: a pinned one stands first and is older than all
        shown.sort(key=lambda post: post.published_at, reverse=True)
        posts = [one for one in shown if _new(one, page)] + _missing(shown, page, anchor)
    frame = page.frame
    posts = posts + gone(page.known, page.asked, shown, frame.observed_at, frame.legal_basis)
    return Read(shown, posts, [p for p in pieces if isinstance(p, Rejected)], anchor)


def _pieces(page: Page, body: bytes) -> tuple[list[Post | Rejected], str]:
    found: Any
    if page.stream == "comments":
        found = answer_of(body, Comments)
        pieces = comments_of(found.comments, page.frame)
    else:
        found = answer_of(body, Topics)
        pieces = topics_of(found.media_topics, page.frame)
    return pieces, found.anchor if found.has_more else ""


def told(page: Page, body: bytes) -> list[Post | Rejected]:
    """The facts of an answer, and what of it can not be read."""
    got = read(page, body)
    found = facts(page.known, got.posts, page.frame.observed_at)
    return [*(after_gap(found) if page.gap else found), *got.rejected]


def milliseconds(post: Post) -> int:
    return int(post.published_at.timestamp() * 1000)


def _new(post: Post, page: Page) -> bool:
    return post.item in page.known.traces or milliseconds(post) >= page.until


def _missing(shown: Sequence[Post], page: Page, anchor: str) -> list[Post]:
    """Comments that must be on the newest page and are not. An empty page proves nothing."""
    if not page.newest or not shown:
        return []
    there = {post.item for post in shown}
    least = milliseconds(shown[-1]) if anchor else 0
    prefix = name_of(page.frame.group.id, page.frame.topic) + ":c"
    return [
        deleted(item, trace, page.frame.observed_at, page.frame.legal_basis)
        for item, trace in page.known.traces.items()
        if item.startswith(prefix)
        and item not in there
        and trace.digest != GONE
        and trace.published > least
    ]
