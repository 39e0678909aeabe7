"""What a run counted: in the log, item by item, and in the store."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime
from time import monotonic
from typing import Any

import msgspec
from kafka import KafkaConsumer, TopicPartition

from rezonans.topics import DEAD_LETTERS, MENTIONS, POSTS, Topic

QUIET_POLLS = 3
"""A log that shows nothing in so many polls is read to its end."""


class _Item(msgspec.Struct):
    item: str


class _Understood(msgspec.Struct):
    post: _Item


class _Posts(msgspec.Struct):
    posts: list[_Item] = []


class _Mentions(msgspec.Struct):
    mentions: list[_Understood] = []


def counts_of_log(servers: Sequence[str], prefix: str = "") -> dict[str, int]:
    """Unique items in `posts` and `mentions`, and messages in `dead-letters`, read anew.

    It reads the topics from their beginning: what is in the log is the truth that the store
    is compared with.
    """
    posts = {
        post.item
        for value in _values(servers, prefix, POSTS)
        for post in _decode(value, _Posts).posts
    }
    mentions = {
        mention.post.item
        for value in _values(servers, prefix, MENTIONS)
        for mention in _decode(value, _Mentions).mentions
    }
    letters = sum(1 for _ in _values(servers, prefix, DEAD_LETTERS))
    return {
        "posts": len(posts),
        "mentions": len(mentions),
        "dead_letters": letters,
    }


def _decode(value: bytes, kind: type[Any]) -> Any:
    try:
        return msgspec.json.decode(value, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
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


async def drained(store: Any, items: int, seconds: float, since: datetime) -> dict[str, Any]:
    """The store's own counts once it holds `items`, or after `seconds`; delays since then."""
    from sinks.clickhouse.reader import QueryError, Unavailable
    from sinks.clickhouse.summary import summary_from

    until = monotonic() + seconds
    counts: dict[str, Any] = {}
    while not counts or (counts["distinct_stored"] < items and monotonic() < until):
        try:
            counts = await asyncio.to_thread(summary_from, store, since)
        except (Unavailable, QueryError):
            if monotonic() > until:
                raise
        await asyncio.sleep(0.3)
    return counts
