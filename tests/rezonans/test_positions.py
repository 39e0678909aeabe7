"""Who reads and who stands still, on a real embedded log."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kafka import KafkaProducer, OffsetAndMetadata, TopicPartition

from rezonans import broker
from rezonans.cli.positions import Log, Place, left, readers, standing_still, stuck
from rezonans.cli.standing import Looks
from rezonans.settings import Kafka
from rezonans.topics import ALL, POSTS
from tests.end_to_end.running import wait_for

places = st.builds(Place, st.sampled_from(["worker", "store"]), st.just("posts"), st.integers(0, 3))
looks = st.dictionaries(places, st.none() | st.integers(0, 5))


@given(looks, looks)
def test_stuck_is_who_has_something_left_twice_at_one_position(
    first: Mapping[Place, int | None], second: Mapping[Place, int | None]
) -> None:
    found = stuck(first, second)
    for reader in ("worker posts", "store posts"):
        own = {place for place in first if place.reader == reader}
        still = any(place in second and first[place] == second[place] for place in own)
        assert (reader in found) == still


def test_every_topic_has_a_reader() -> None:
    assert set(readers()) == {topic.name for topic in ALL}


@pytest.fixture
def log() -> Iterator[Log]:
    port = broker.free_port()
    process = subprocess.Popen(
        broker.command(port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        server = f"127.0.0.1:{port}"
        wait_for(lambda: broker.answers("127.0.0.1", port), 30)
        broker.apply_topics([server], "t.")
        yield Log.of(Kafka(prefix="t."), [server])
    finally:
        process.kill()
        process.wait(timeout=10)


def _send(log: Log, count: int) -> None:
    with closing(KafkaProducer(bootstrap_servers=list(log.servers), linger_ms=0)) as producer:
        for _ in range(count):
            producer.send("t.posts", key=b"k", value=b"{}", partition=1).get(timeout=20)


def _commit(log: Log, group: str, position: int) -> None:
    one = TopicPartition("t.posts", 1)
    with closing(log.consumer(group)) as consumer:
        consumer.assign([one])
        consumer.commit({one: OffsetAndMetadata(position, "", -1)})


@pytest.mark.integration
def test_a_reader_that_moves_is_well_and_one_that_does_not_is_named(log: Log) -> None:
    _send(log, 5)
    assert left(log) == {Place("worker", POSTS.name, 1): None}, "nobody has read: the one that does"
    _commit(log, "worker", 2)
    assert left(log) == {Place("worker", POSTS.name, 1): 2}

    def moving(seconds: float) -> None:
        _commit(log, "worker", 4)

    def nothing(seconds: float) -> Any:
        return None

    assert standing_still(log, 1.0, moving) == []
    assert standing_still(log, 1.0, nothing) == ["worker posts"]
    _commit(log, "worker", 5)
    assert standing_still(log, 1.0, nothing) == []
    _commit(log, "understand", 3)
    assert standing_still(log, 1.0, nothing) == ["understand posts"], "a worker that does one part"


@pytest.mark.integration
def test_one_consumer_sees_what_changes_between_its_looks(log: Log) -> None:
    opened = []

    class Counted(Log):
        def consumer(self, group: str | None = None, **options: Any) -> Any:
            opened.append(group)
            return super().consumer(group, **options)

    counted = Counted(log.servers, log.prefix, log.options)
    with closing(Looks()) as look:

        def seen() -> Mapping[Place, int | None]:
            return look(counted, "worker", [POSTS.name])

        _send(log, 2)
        _commit(log, "worker", 1)
        assert [seen(), seen()] == [{Place("worker", POSTS.name, 1): 1}] * 2
        _commit(log, "worker", 2)
        assert seen() == {}
        _send(log, 1)
        assert seen() == {Place("worker", POSTS.name, 1): 2}
        assert opened == ["worker"]
