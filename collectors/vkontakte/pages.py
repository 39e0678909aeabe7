"""One answer of VK with what we knew before it: what it tells. Pure, for asking and for parsing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeAlias

import msgspec

from collectors import Answer, Rejected
from collectors.lists.memory import GONE, Memory, deleted, facts, gone
from collectors.lists.walking import after_gap
from collectors.vkontakte.payload import Items, response_of
from collectors.vkontakte.reading import Frame, comments_of, name_of, posts_of
from rezonans.records import Post
from rezonans.troubles import Invalid

Stream: TypeAlias = Literal["posts", "comments", "check"]
"""A list of posts, of comments, or posts that were asked for by name."""


class Page(NamedTuple):
    """An answer and what it is read with."""

    stream: Stream
    method: str
    body: bytes
    frame: Frame
    known: Memory
    asked: tuple[str, ...] = ()
    """Identities of `check`."""
    gap: bool = False

    def answer(self) -> Answer:
        return Answer(
            body=self.body,
            context={
                "stream": self.stream,
                "method": self.method,
                "frame": msgspec.json.encode(self.frame).decode(),
                "known": msgspec.json.encode(self.known).decode(),
                "asked": " ".join(self.asked),
                "gap": "yes" if self.gap else "",
            },
        )


_frames = msgspec.json.Decoder(Frame)
_memories = msgspec.json.Decoder(Memory)


def page_of(answer: Answer) -> Page:
    context = answer.context
    stream: Stream = "posts"
    if context["stream"] == "comments":
        stream = "comments"
    elif context["stream"] == "check":
        stream = "check"
    return Page(
        stream,
        context["method"],
        answer.body,
        _frames.decode(context["frame"]),
        _memories.decode(context["known"]),
        tuple(context["asked"].split()),
        bool(context["gap"]),
    )


class Read(NamedTuple):
    items: Items
    shown: list[Post]
    """Records in their order."""
    posts: list[Post]
    """Those that may be news, and deletions, to be compared with what we knew."""
    rejected: list[Rejected]


def read(page: Page) -> Read:
    """`Invalid` for an answer that is none."""
    try:
        items = response_of(page.body, Items)
    except Invalid as error:
        raise Invalid(f"{page.method}: {error}") from None
    of = comments_of if page.stream == "comments" else posts_of
    pieces = of(items.items, page.frame, page.method)
    shown = [piece for piece in pieces if isinstance(piece, Post)]
    posts = shown
    if page.stream == "comments":
        posts = _news(shown, page) + _missing(shown, page)
    posts = posts + _gone(shown, page)
    return Read(items, shown, posts, [piece for piece in pieces if isinstance(piece, Rejected)])


def told(page: Page) -> list[Post | Rejected]:
    """The facts of an answer, and what of it can not be read."""
    got = read(page)
    found = facts(page.known, got.posts, page.frame.observed_at)
    return [*(after_gap(found) if page.gap else found), *got.rejected]


def number_of(item: str) -> int:
    """The number of a comment in its identity, 0 for a post."""
    tail = item.rpartition(":c")[2]
    return int(tail) if ":c" in item and tail.isdecimal() else 0


def _news(posts: Sequence[Post], page: Page) -> list[Post]:
    """Without comments so old that they were forgotten since they were told."""
    last, known = page.frame.last, page.known.traces
    return [post for post in posts if post.item in known or number_of(post.item) > last]


def _missing(posts: Sequence[Post], page: Page) -> list[Post]:
    """Comments that must be on the newest page and are not.

    An empty page proves nothing, unless the post says too that it has no comments.
    """
    frame = page.frame
    if not frame.newest or frame.owner is None or frame.thread or not (posts or frame.none):
        return []
    shown = {post.item for post in posts}
    top = [number_of(post.item) for post in posts if post.kind == "comment"]
    least = 0 if frame.whole or not top else min(top)
    kinds = ("comment", "reply") if frame.threads and frame.whole else ("comment",)
    prefix = f"{name_of(-frame.owner.id, frame.post)}:c"
    return [
        deleted(item, trace, frame.observed_at, frame.legal_basis)
        for item, trace in page.known.traces.items()
        if item.startswith(prefix)
        and item not in shown
        and trace.kind in kinds
        and trace.digest != GONE
        and number_of(item) >= least
    ]


def _gone(posts: Sequence[Post], page: Page) -> list[Post]:
    frame = page.frame
    return gone(page.known, page.asked, posts, frame.observed_at, frame.legal_basis)
