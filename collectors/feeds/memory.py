"""What we remember of a feed between looks: the content of the `rss` cursor. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from collectors.feeds.reading import Item, normal
from collectors.lists.cursors import Remembered

MOST_ITEMS = 1_000


class Trace(NamedTuple):
    """What is left of an item."""

    digest: str
    """Of title and text: another one is an edit."""
    first_seen: int
    """Unix milliseconds."""
    revision: int = 0


class Gap(NamedTuple):
    """A stretch of time of which the feed showed nothing any more when we looked."""

    since: int
    """Unix milliseconds of the look before."""
    until: int
    """Of the oldest item that was shown afterwards."""
    shown: tuple[str, ...] = ()
    """What was shown then, by identity of its address: the sitemap lists it too."""
    tries: int = 0


class Thread(NamedTuple):
    """An article whose comments are followed. Times are unix milliseconds."""

    url: str
    title: str
    born: int
    due: int
    """When it is looked at next."""
    comments: int | None = None
    """How many comments the feed said there are; `None`: it does not say."""
    seen: dict[str, str] = {}
    """Identity of a comment to a digest of what it said."""


class Memory(Remembered, frozen=True, omit_defaults=True):
    """Validators for the next question, and the traces of what was shown, newest look first."""

    etag: str | None = None
    modified: str | None = None
    body: str = ""
    items: dict[str, Trace] = {}
    looked: int = 0
    """Unix milliseconds of the last look that could be read."""
    stays: float | None = None
    """Seconds for which the newest item will be shown, if all goes on as it did."""
    gaps: tuple[Gap, ...] = ()
    """Those that a sitemap may still close."""
    threads: dict[str, Thread] = {}
    """By identity of the item."""


def identity(item: Item) -> str:
    return name_of(item.key)


def name_of(key: str) -> str:
    """The identity of an item with this key."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:24]


def digest(item: Item) -> str:
    said = f"{item.title}\n{item.text}".encode("utf-8", "replace")
    return hashlib.sha256(said).hexdigest()[:12]


def body_digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:24]


class News(NamedTuple):
    """An item that is new, or says something new."""

    item: Item
    id: str
    trace: Trace
    edited: bool


def news(known: Memory | None, items: Iterable[Item], now: datetime) -> list[News]:
    """What a look brings that we did not know, oldest first where the feed says so."""
    before = known.items if known else {}
    found: dict[str, News] = {}
    for item in items:
        name, says = identity(item), digest(item)
        old = before.get(name)
        if name in found or (old is not None and old.digest == says):
            continue
        found[name] = News(item, name, _trace(old, item, says, now), old is not None)
    return list(found.values())[::-1]


def _trace(old: Trace | None, item: Item, says: str, now: datetime) -> Trace:
    seen = int(now.timestamp() * 1000)
    if old is None:
        return Trace(says, seen)
    stated = int(item.updated.timestamp() * 1000) if item.updated else 0
    revision = stated if old.revision < stated <= seen else max(seen, old.revision + 1)
    return Trace(says, old.first_seen, revision)


def remember(known: Memory | None, items: Iterable[Item], now: datetime, memory: Memory) -> Memory:
    """`memory` with the traces after a look: all that is shown, then what was shown before.

    Twice as many are kept as the feed shows, so that an item which comes back is known.
    """
    before = known.items if known else {}
    shown = list(items)
    fresh = {one.id: one.trace for one in news(known, shown, now)}
    traces: dict[str, Trace] = {}
    for item in shown:
        name = identity(item)
        traces[name] = fresh[name] if name in fresh else before[name]
    room = min(MOST_ITEMS, max(100, 2 * len(traces)))
    for name, trace in before.items():
        if len(traces) >= room:
            break
        traces.setdefault(name, trace)
    return msgspec.structs.replace(memory, items=traces)


def rolled_over(known: Memory | None, items: Sequence[Item], now: datetime) -> Gap | None:
    """What may have slipped past: the feed shows nothing any more that we knew."""
    names = {identity(item) for item in items}
    if not (known and known.items and names and names.isdisjoint(known.items)):
        return None
    at = int(now.timestamp() * 1000)
    dated = [int(item.published.timestamp() * 1000) for item in items if item.published]
    until = min([at, *dated])
    links = sorted({key for item in items if item.url and (key := normal(item.url))})
    looked = known.looked or max(trace.first_seen for trace in known.items.values())
    return Gap(min(looked, until), until, tuple(name_of(key)[:12] for key in links))


def missed(gap: Gap, items: Iterable[Item]) -> list[Item]:
    """Of what a sitemap lists, what lies in a gap and was not shown by the feed afterwards."""
    return [
        item
        for item in items
        if item.published
        and gap.since <= item.published.timestamp() * 1000 <= gap.until
        and identity(item)[:12] not in gap.shown
    ]


def reaches(gap: Gap, items: Iterable[Item]) -> bool:
    """Whether a list goes back to before a gap, so that nothing of it is missing."""
    return any(item.published and item.published.timestamp() * 1000 <= gap.since for item in items)
