"""What a run counted: in the log, item by item, and in the store."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any

import msgspec

from rezonans.cli import positions
from rezonans.topics import DEAD_LETTERS, MENTIONS, POSTS
from streams.pages import UNREADABLE

ASK_SECONDS = 0.3


class _Item(msgspec.Struct):
    item: str


class _Understood(msgspec.Struct):
    post: _Item


class _Posts(msgspec.Struct):
    posts: list[_Item] = []


class _Mentions(msgspec.Struct):
    target: str = ""
    sequence: int = 0
    mentions: list[_Understood] = []


@dataclass(frozen=True)
class Log:
    """What a log holds."""

    counts: dict[str, int]
    """Unique items in `posts` and `mentions`, messages in `dead-letters`."""
    sequences: dict[str, int]
    """Target to the newest sequence of its understood pages."""


def counts_of_log(servers: Sequence[str], prefix: str = "") -> Log:
    """The topics, read anew from their beginning: the truth that the store is compared with."""
    log = positions.Log(servers, prefix, {})
    posts = {
        post.item for value in positions.values(log, POSTS) for post in _decode(value, _Posts).posts
    }
    mentions: set[str] = set()
    sequences: dict[str, int] = {}
    for value in positions.values(log, MENTIONS):
        page = _decode(value, _Mentions)
        mentions.update(mention.post.item for mention in page.mentions)
        sequences[page.target] = max(page.sequence, sequences.get(page.target, 0))
    letters = sum(1 for _ in positions.values(log, DEAD_LETTERS))
    counts = {"posts": len(posts), "mentions": len(mentions), "dead_letters": letters}
    return Log(counts, sequences)


def _decode(value: bytes, kind: type[Any]) -> Any:
    try:
        return msgspec.json.decode(value, type=kind)
    except UNREADABLE:
        return kind()  # a poison message holds no items; it is counted as a dead letter


async def drained(
    store: Any, sequences: Mapping[str, int], seconds: float, since: datetime
) -> dict[str, Any]:
    """The store's own counts once it holds every page of the log; delays since then.

    A store that stands still for `seconds` is not waited for any longer.
    """
    from sinks.clickhouse.reader import QueryError, Unavailable
    from sinks.clickhouse.summary import summary_from

    until, behind = monotonic() + seconds, -1
    while monotonic() < until:
        try:
            missing = await _missing(store, sequences)
        except (Unavailable, QueryError):
            await asyncio.sleep(ASK_SECONDS)
            continue
        if not missing:
            break
        if missing != behind:
            behind, until = missing, monotonic() + seconds
        await asyncio.sleep(ASK_SECONDS)
    return await asyncio.to_thread(summary_from, store, since)


async def _missing(store: Any, sequences: Mapping[str, int]) -> int:
    """How far the store is behind the log, summed over targets."""
    rows = await store.query("SELECT target, sequence FROM cursors_latest")
    held = {row["target"]: int(row["sequence"]) for row in rows}
    return sum(max(0, newest - held.get(target, 0)) for target, newest in sequences.items())
