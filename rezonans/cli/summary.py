"""What a run counted: in the log, item by item, and in the store."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any

import msgspec
from kafka import KafkaConsumer, TopicPartition

from rezonans.topics import DEAD_LETTERS, MENTIONS, POSTS, Topic
from streams.pages import UNREADABLE

ASK_SECONDS = 0.3
QUIET_POLLS = 3
"""A log that shows nothing in so many polls is read to its end."""


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
    posts = {
        post.item
        for value in _values(servers, prefix, POSTS)
        for post in _decode(value, _Posts).posts
    }
    mentions: set[str] = set()
    sequences: dict[str, int] = {}
    for value in _values(servers, prefix, MENTIONS):
        page = _decode(value, _Mentions)
        mentions.update(mention.post.item for mention in page.mentions)
        sequences[page.target] = max(page.sequence, sequences.get(page.target, 0))
    letters = sum(1 for _ in _values(servers, prefix, DEAD_LETTERS))
    counts = {"posts": len(posts), "mentions": len(mentions), "dead_letters": letters}
    return Log(counts, sequences)


def _decode(value: bytes, kind: type[Any]) -> Any:
    try:
        return msgspec.json.decode(value, type=kind)
    except UNREADABLE:
        return kind()  # a poison message holds no items; it is counted as a dead letter


def _values(servers: Sequence[str], prefix: str, topic: Topic) -> Iterator[bytes]:
    consumer = KafkaConsumer(bootstrap_servers=list(servers), auto_offset_reset="earliest")
    try:
        consumer.assign(
            [TopicPartition(prefix + topic.name, number) for number in range(topic.partitions)]
        )
        consumer.seek_to_beginning()
        quiet = 0
        while quiet < QUIET_POLLS:
            polled = consumer.poll(timeout_ms=400, max_records=5000)
            quiet = 0 if polled else quiet + 1
            for records in polled.values():
                yield from (record.value for record in records if record.value)
    finally:
        consumer.close()


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
