"""When the embedded log is rolled, and how we know that everything in it is through.

The embedded log frees no memory and slows down with the length of its partitions, so after some
hours it needs a new life. Guarantee: a reader counts as through when nothing stands behind its
committed position, which it moves after its outputs are acknowledged and its state is safe; so
with the sources stopped and every reader through, nothing is lost with the old log.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import closing
from time import monotonic
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from rezonans.supervise import Roll
from rezonans.topics import ALL, Topic
from streams.topology import TOPOLOGY, Process

THROUGH_SECONDS = 60.0
"""So long the readers may take; a reader that is stuck keeps the old log."""
ASK_SECONDS = 0.5
QUIET_POLLS = 2
SOURCES = ("collect", "desk")
READERS = ({"worker"}, {"store"})


def roll(servers: Sequence[str], prefix: str, messages: int, memory_mb: int) -> Roll:
    """The rule of the embedded default."""

    async def due(rss_mb: float) -> bool:
        return rss_mb > memory_mb or await asyncio.to_thread(longest, servers, prefix) > messages

    async def through() -> bool:
        until = monotonic() + THROUGH_SECONDS
        while monotonic() < until:
            if not await asyncio.to_thread(behind, servers, prefix):
                return True
            await asyncio.sleep(ASK_SECONDS)
        return False

    return Roll(due, SOURCES, through, READERS)


def longest(servers: Sequence[str], prefix: str) -> int:
    """Messages of the longest partition, the last batch left out; 0 while the log is busy."""
    try:
        with closing(_consumer(servers)) as consumer:
            ends = consumer.end_offsets([p for topic in ALL for p in _partitions(topic, prefix)])
    except KafkaError:
        return 0
    return max(int(end) for end in ends.values())


def behind(servers: Sequence[str], prefix: str) -> list[str]:
    """Readers that have something left, as `process topic`. A log that does not answer has."""
    processes = sorted({edge.process for edge in TOPOLOGY if edge.source})
    found = []
    for process in processes:
        group = f"{prefix}rezonans-{process}"
        for topic in _read_by(process):
            try:
                with closing(_consumer(servers, group)) as consumer:
                    left = _has_left(consumer, list(_partitions(topic, prefix)))
            except KafkaError:
                left = True
            found += [f"{process} {topic.name}"] * left
    return found


def _read_by(process: Process) -> list[Topic]:
    sources = [edge.source for edge in TOPOLOGY if edge.process == process and edge.source]
    return list(dict.fromkeys(sources))


def _partitions(topic: Topic, prefix: str) -> Iterator[Any]:
    for number in range(topic.partitions):
        yield TopicPartition(prefix + topic.name, number)


def _consumer(servers: Sequence[str], group: str | None = None) -> Any:
    """A consumer that looks and never joins: it takes partitions from nobody."""
    return KafkaConsumer(
        bootstrap_servers=list(servers),
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=4096,
    )


def _has_left(consumer: Any, partitions: Sequence[Any]) -> bool:
    """Whether anything stands at or behind the committed positions."""
    consumer.assign(partitions)
    for partition in partitions:
        consumer.seek(partition, consumer.committed(partition) or 0)
    return any(consumer.poll(timeout_ms=300, max_records=1) for _ in range(QUIET_POLLS))
