"""What we remember of a list between looks, and what a look at it tells. Pure.

A platform shows records; a topic carries facts. A record that we did not know is `created`,
one that says something else is `edited`, one whose figures moved is `counters`, and all
others are nothing new. Guarantee: a record that is shown again gives no second fact.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from rezonans.records import Kind, Post

ROOM = 300
"""Traces that are kept of a list: more than two of its pages."""
MOVED_SHARE = 0.02
MOVED_COUNT = 5
"""A figure that moves by less than both is not worth a message."""
GONE = "gone"
"""In place of the digest of a record that was deleted."""


class Trace(NamedTuple):
    """What is left of a record."""

    kind: Kind
    published: int
    """Unix milliseconds."""
    digest: str
    """Of title and text: another one is an edit."""
    revision: int = 0
    counters: dict[str, int] = {}
    """As they were sent last."""


class Memory(msgspec.Struct, frozen=True, omit_defaults=True):
    """The newest records of a list by identity."""

    traces: dict[str, Trace] = {}


def digest(post: Post) -> str:
    said = f"{post.title or ''}\n{post.text}".encode("utf-8", "replace")
    return hashlib.sha256(said).hexdigest()[:12]


def facts(known: Memory, posts: Iterable[Post], now: datetime) -> list[Post]:
    """What the records of a page tell beside what we knew, in their order."""
    traces = dict(known.traces)
    found: list[Post] = []
    for post in posts:
        fact = _fact(traces.get(post.item), post, now)
        if fact is not None:
            found.append(fact)
        traces[post.item] = _trace(traces.get(post.item), post, fact)
    return found


def _fact(old: Trace | None, post: Post, now: datetime) -> Post | None:
    if post.event == "deleted":
        return post if old is not None and old.digest != GONE else None
    if old is None or old.digest == GONE:
        return post
    if old.digest != digest(post):
        return _edited(old, post, now)
    if moved(old.counters, post.counters or {}):
        return _counted(post, old.revision)
    return None


def _edited(old: Trace, post: Post, now: datetime) -> Post:
    """The platform's own time of the edit, or the time we saw it."""
    stated = post.revision > old.revision
    seen = max(int(now.timestamp() * 1000), old.revision + 1)
    return msgspec.structs.replace(
        post,
        event="edited",
        revision=post.revision if stated else seen,
        edited_at=post.edited_at if stated and post.edited_at else now,
    )


def _counted(post: Post, revision: int) -> Post:
    return Post(
        item=post.item,
        kind=post.kind,
        event="counters",
        revision=revision,
        published_at=post.published_at,
        published_precision=post.published_precision,
        published_origin=post.published_origin,
        observed_at=post.observed_at,
        legal_basis=post.legal_basis,
        counters=post.counters,
    )


def moved(old: Mapping[str, int], new: Mapping[str, int]) -> bool:
    """Whether figures moved so far that somebody may want to know. They may also fall."""
    if old.keys() != new.keys():
        return True
    return any(
        abs(new[name] - count) >= min(MOVED_COUNT, max(count * MOVED_SHARE, 1))
        for name, count in old.items()
    )


def _trace(old: Trace | None, post: Post, fact: Post | None) -> Trace:
    if fact is None and old is not None:
        return old
    if post.event == "deleted":
        published = old.published if old else _milliseconds(post.published_at)
        return Trace(post.kind, published, GONE, old.revision if old else 0)
    published = old.published if old else _milliseconds(post.published_at)
    revision = fact.revision if fact is not None else post.revision
    return Trace(post.kind, published, digest(post), revision, post.counters or {})


def remember(known: Memory, posts: Sequence[Post], now: datetime) -> Memory:
    """The memory after a page."""
    told = {fact.item: fact for fact in facts(known, posts, now)}
    traces = dict(known.traces)
    for post in posts:
        traces[post.item] = _trace(known.traces.get(post.item), post, told.get(post.item))
    return Memory(traces=traces)


def trimmed(memory: Memory, room: int = ROOM) -> Memory:
    """The newest records of a memory."""
    if len(memory.traces) <= room:
        return memory
    newest = sorted(memory.traces.items(), key=lambda pair: pair[1].published)[-room:]
    return Memory(traces=dict(newest))


def reaches(known: Memory, posts: Sequence[Post]) -> bool:
    """Whether a page, newest first, ends at what we knew: nothing new can be behind it.

    Only its oldest record says so: a pinned post stands first and is older than all.
    """
    if not posts or not known.traces:
        return not posts
    oldest = posts[-1]
    before = min(trace.published for trace in known.traces.values())
    return oldest.item in known.traces or _milliseconds(oldest.published_at) < before


def gone(
    known: Memory, asked: Iterable[str], posts: Iterable[Post], now: datetime, legal_basis: str
) -> list[Post]:
    """Records that were asked for by identity and are not in a whole answer: deleted."""
    there = {post.item for post in posts}
    return [
        deleted(item, known.traces[item], now, legal_basis)
        for item in asked
        if item not in there and item in known.traces and known.traces[item].digest != GONE
    ]


def deleted(item: str, trace: Trace, now: datetime, legal_basis: str) -> Post:
    """The fact that a record is gone at its source."""
    return Post(
        item=item,
        kind=trace.kind,
        event="deleted",
        revision=trace.revision,
        published_at=datetime.fromtimestamp(trace.published / 1000, UTC),
        observed_at=now,
        legal_basis=legal_basis,
    )


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
