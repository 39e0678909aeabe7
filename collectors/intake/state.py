"""Where a reader of a journal stands, and what of a push is news. Pure.

Pushes come at least once and in any order. A record that was told already says nothing, one that
is older than what was told neither, and a deletion is told even of a record that was forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from collectors.lists.cursors import Remembered
from collectors.lists.memory import GONE, Memory, Trace, digest, trimmed
from rezonans.records import Post

ROOM = 600
SEEN = 1_000
"""Names of events that are remembered."""


class Standing(Remembered, frozen=True, omit_defaults=True):
    """The content of the cursor."""

    after: int = 0
    """Number of the last piece that was read."""
    memory: Memory = Memory()
    seen: list[str] = []
    """Newest names of events that the platform numbers."""
    leases: dict[str, int] = {}
    """Topic of a hub to the unix time until which it pushes, or was asked to."""

    def behind(self, posts: Iterable[Post], number: int) -> Standing:
        """The state after some pieces, the last of which has a number."""
        _, memory = news(self.memory, posts)
        return msgspec.structs.replace(self, after=number, memory=trimmed(memory, ROOM))


def news(known: Memory, posts: Iterable[Post]) -> tuple[list[Post], Memory]:
    """The facts that nobody was told, in their order, and what is known after them."""
    traces = dict(known.traces)
    told: list[Post] = []
    for post in posts:
        fact = _fact(traces.get(post.item), post)
        if fact is not None:
            told.append(fact)
            traces[post.item] = _trace(traces.get(post.item), fact)
    return told, Memory(traces)


def _fact(old: Trace | None, post: Post) -> Post | None:
    if old is None:
        return post
    if old.digest == GONE:
        restored = post.event != "deleted" and post.revision > old.revision
        return post if restored else None
    if post.event == "deleted":
        published = datetime.fromtimestamp(old.published / 1000, UTC)
        return msgspec.structs.replace(post, kind=old.kind, published_at=published)
    if post.revision < old.revision:
        return None
    if post.event == "counters":
        return post if (post.counters or {}) != old.counters else None
    return _said(old, post)


def _said(old: Trace, post: Post) -> Post | None:
    """A record that is there and was told before: an edit, or nothing new."""
    if old.digest == digest(post):
        return None
    if not old.digest:
        return post  # only its figures came before it
    if post.revision > old.revision:
        return msgspec.structs.replace(post, event="edited")
    seen = max(_milliseconds(post), old.revision + 1)
    return msgspec.structs.replace(
        post, event="edited", revision=seen, edited_at=post.edited_at or post.observed_at
    )


def _trace(old: Trace | None, fact: Post) -> Trace:
    published = old.published if old else int(fact.published_at.timestamp() * 1000)
    said = GONE if fact.event == "deleted" else digest(fact)
    if fact.event == "counters":
        said = old.digest if old else ""
    revision = max(fact.revision, old.revision if old else 0)
    if fact.event == "deleted":
        revision = max(revision, _milliseconds(fact))
    return Trace(fact.kind, published, said, revision, fact.counters or {})


def _milliseconds(post: Post) -> int:
    return int(post.observed_at.timestamp() * 1000)
