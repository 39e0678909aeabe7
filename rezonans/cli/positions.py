"""Where the readers of the log stand, asked from outside: nobody loses a partition to the asking.

The embedded log tells the end of a partition short by a batch, so whether a reader has anything
left is found out by reading from its committed position.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, NamedTuple

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from rezonans.security import client_options
from rezonans.settings import Kafka
from rezonans.topics import Topic
from streams.topology import TOPOLOGY

QUIET_POLLS = 2
POLL_MS = 300
END_POLLS = 3
"""A topic that shows nothing in so many polls is read to its end."""
ALONE = {"understand": "understand"}
"""The group of an edge of the worker when it runs in parts; all others go with `resonate`."""


class Place(NamedTuple):
    """One reader of one partition."""

    group: str
    topic: str
    partition: int

    @property
    def reader(self) -> str:
        return f"{self.group} {self.topic}"


@dataclass(frozen=True)
class Log:
    """The log as a command reaches it."""

    servers: Sequence[str]
    prefix: str
    options: Mapping[str, Any]

    @classmethod
    def of(cls, kafka: Kafka, servers: Sequence[str] = ()) -> Log:
        """`servers`: of an embedded log that the settings do not name."""
        return cls(tuple(servers) or kafka.servers, kafka.prefix, client_options(kafka.security))

    def consumer(self, group: str | None = None, **options: Any) -> Any:
        """A consumer that looks and never joins. `KafkaError` when the log does not answer."""
        name = f"{self.prefix}rezonans-{group}" if group else None
        return KafkaConsumer(
            bootstrap_servers=list(self.servers),
            group_id=name,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            **{**self.options, **options},
        )

    def partitions(self, consumer: Any, topic: str) -> list[Any]:
        """Those that the topic has on this log; none of a topic that is not there."""
        found = consumer.partitions_for_topic(self.prefix + topic) or ()
        return [TopicPartition(self.prefix + topic, number) for number in sorted(found)]


def left(log: Log) -> dict[Place, int | None]:
    """The committed position of every reader that has something left; `None`: it never had one.

    A topic that several groups may read counts for those that have read of it, and for the one
    that reads by default where none has. `KafkaError` when the log does not answer.
    """
    positions = committed(log)
    found: dict[Place, int | None] = {}
    for topic, groups in readers().items():
        mine = [place for place in positions if place.topic == topic]
        known = {place.group for place in mine if positions[place] is not None} or {groups[0]}
        found |= {place: positions[place] for place in mine if place.group in known}
    return {place: found[place] for place in _with_messages(log, found)}


def committed(log: Log) -> dict[Place, int | None]:
    """The position of every group that may read a topic; `None`: it never had one."""
    found = {}
    for group in sorted({group for groups in readers().values() for group in groups}):
        with closing(log.consumer(group)) as consumer:
            for topic in (name for name, groups in readers().items() if group in groups):
                for one in log.partitions(consumer, topic):
                    found[Place(group, topic, one.partition)] = consumer.committed(one)
    return found


def left_of(log: Log, consumer: Any, group: str, topics: Sequence[str]) -> dict[Place, int | None]:
    """The same for one group and some topics, by a consumer of it that has not joined. It may be
    asked again: it keeps nothing of what it saw."""
    own = {
        one: Place(group, name, one.partition)
        for name in topics
        for one in log.partitions(consumer, name)
    }
    positions = {one: consumer.committed(one) for one in own}
    consumer.assign(list(own))
    for one, position in positions.items():
        _seek(consumer, one, position)
    there = list(_answering(consumer)) if own else []
    consumer.unsubscribe()  # what was paused here has to answer the next time
    return {own[one]: positions[one] for one in there}


def stuck(first: Mapping[Place, int | None], second: Mapping[Place, int | None]) -> list[str]:
    """Readers, as `group topic`, with a partition whose position did not move between two looks
    although there was something to read at both."""
    still = {place for place in first if place in second and first[place] == second[place]}
    return sorted({place.reader for place in still})


def standing_still(log: Log, seconds: float, sleep: Callable[[float], None]) -> list[str]:
    """Readers that stood still for so long with something to read; none on a log that is away."""
    try:
        first = left(log)
        if not first:
            return []
        sleep(seconds)
        return stuck(first, left(log))
    except KafkaError:
        return []


def readers() -> dict[str, list[str]]:
    """Topic to the groups that may read it, the one by default first."""
    found: dict[str, list[str]] = {}
    for edge in TOPOLOGY:
        if edge.source:
            groups = found.setdefault(edge.source.name, [])
            alone = [ALONE.get(edge.name, "resonate")] if edge.process == "worker" else []
            groups += [name for name in (edge.process, *alone) if name not in groups]
    return found


def _with_messages(log: Log, positions: Mapping[Place, int | None]) -> Iterator[Place]:
    """The places with a message at or behind their position."""
    for group in sorted({place.group for place in positions}):
        with closing(log.consumer(group, max_partition_fetch_bytes=4096)) as consumer:
            own = {
                TopicPartition(log.prefix + place.topic, place.partition): place
                for place in positions
                if place.group == group
            }
            consumer.assign(list(own))
            for one, place in own.items():
                _seek(consumer, one, positions[place])
            yield from (own[one] for one in _answering(consumer))


def _seek(consumer: Any, one: Any, position: int | None) -> None:
    if position is None:
        consumer.seek_to_beginning(one)
    else:
        consumer.seek(one, position)


def _answering(consumer: Any) -> Iterator[Any]:
    quiet = 0
    while quiet < QUIET_POLLS:
        polled = consumer.poll(timeout_ms=POLL_MS)
        yield from polled
        consumer.pause(*polled)
        quiet = 0 if polled else quiet + 1


def values(log: Log, topic: Topic, clock: Callable[[], float] = time.time) -> Iterator[bytes]:
    """Everything that a topic held when it was asked, from its beginning.

    A live log has no end to wait for: a partition is read until it is quiet, or until a message
    that was written after the question.
    """
    asked_ms = clock() * 1000
    with closing(log.consumer()) as consumer:
        reading = set(log.partitions(consumer, topic.name))
        consumer.assign(list(reading))
        if reading:
            consumer.seek_to_beginning()
        quiet = 0
        while reading and quiet < END_POLLS:
            polled = consumer.poll(timeout_ms=400, max_records=5000)
            quiet = 0 if polled else quiet + 1
            for partition, records in polled.items():
                if records[-1].timestamp > asked_ms:
                    reading.discard(partition)
                    consumer.pause(partition)
                yield from (r.value for r in records if r.value and r.timestamp <= asked_ms)


def message(log: Log, topic: Topic, partition: int, offset: int) -> bytes | None:
    """One message; `None` when the log does not have it any more."""
    with closing(log.consumer()) as consumer:
        one = TopicPartition(log.prefix + topic.name, partition)
        if one not in log.partitions(consumer, topic.name):
            return None
        consumer.assign([one])
        consumer.seek(one, offset)
        for _ in range(END_POLLS):
            for record in consumer.poll(timeout_ms=400, max_records=1).get(one, ()):
                return bytes(record.value or b"") if record.offset == offset else None
    return None
