"""The same code on a real Apache Kafka: whatever is killed, nothing is lost, nothing doubled."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.structs import OffsetAndMetadata

from rezonans import broker
from rezonans.cli.summary import counts_of_log, drained
from rezonans.records import encode
from rezonans.topics import ALL, POSTS
from sinks.clickhouse.reader import Store
from tests.end_to_end.ground import at_any_hour
from tests.end_to_end.mending import mend, poison
from tests.end_to_end.typed import typed
from tests.kafka.cluster import Cluster, Guard, Kafka, kafka, wait_until
from tests.streams.factories import page

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(420)]

SOURCE = {
    "kind": "simulate",
    "legal_basis": "test",
    "posts_per_day": str(at_any_hour(4_000_000)),
    "history_days": "0.005",
    "pause_seconds": "600",
}
MANY = {**SOURCE, "posts_per_day": str(at_any_hour(800_000)), "history_days": "0.001"}
SOURCES = {f"load{n}": {**MANY, "seed": str(n)} for n in range(4)}
AWAY_SECONDS = float(os.environ.get("AWAY_SECONDS", "5"))
"""How long store and broker are away in turn: minutes by hand, seconds in every run."""
SECONDS = 180.0
"""For one step, on a busy machine too."""


def test_whatever_is_killed_nothing_is_lost_and_nothing_doubled(tmp_path: Path) -> None:
    with kafka(tmp_path / "kafka") as log:
        cluster = Cluster(tmp_path / "state", log.servers, {"load": SOURCE})
        assert "posts" in cluster.command("topics", "apply")
        assert "all topics are there" in cluster.command("topics", "apply")
        _grows_partitions(cluster)
        _takes_the_time_from_the_log(cluster, log)
        cluster.start("store", "worker", "desk", "collect")
        try:
            _grows(cluster)
            for victim in ("worker", "store", "collect"):
                cluster.kill(victim)
                _grows(cluster)
            log.kill_and_start()
            _grows(cluster)
            cluster.kill("store")
            time.sleep(AWAY_SECONDS)  # the sources go on, the log holds it
            _grows(cluster)
            log.away(AWAY_SECONDS)
            _grows(cluster)
            assert httpx.get(f"http://127.0.0.1:{cluster.ports['desk']}/health").status_code == 200
            cluster.end("collect")
            held = _settled(cluster, log)
        finally:
            cluster.stop()
    assert held["posts"] == held["mentions"] == held["stored"] == held["distinct_stored"] > 2_000
    assert held["dead_letters"] == 0
    assert cluster.restarts >= 3


def test_workers_share_the_work_through_kills_and_rebalances(tmp_path: Path) -> None:
    """Several that understand, one that keeps the lanes; sources enough for every partition."""
    with kafka(tmp_path / "kafka") as log:
        cluster = Cluster(tmp_path / "state", log.servers, SOURCES)
        cluster.command("topics", "apply")
        cluster.start("store", "collect")
        first = cluster.start_worker("understand", 1)
        cluster.start_worker("resonate", 1)
        try:
            _grows(cluster)
            second = cluster.start_worker("understand", 2)
            _grows(cluster)
            shared = {name: cluster.cpu_seconds(name) for name in (first, second)}
            _grows(cluster, 1_500)
            busy = {name: cluster.cpu_seconds(name) - shared[name] for name in shared}
            for victim in (first, "resonate-1", second):
                cluster.kill(victim)
                _grows(cluster)
            cluster.end("collect")
            held = _settled(cluster, log)
        finally:
            cluster.stop()
    assert min(busy.values()) > 0.1 * max(busy.values()), "both took part"
    assert held["posts"] == held["mentions"] == held["stored"] == held["distinct_stored"] > 3_000
    assert held["dead_letters"] == 0


def test_a_broker_that_asks_who_we_are(tmp_path: Path) -> None:
    """TLS with an authority of our own, a name and a password, for every process."""
    guard = Guard(tmp_path / "guard")
    guard.certify()
    with kafka(tmp_path / "kafka", guard) as log:
        cluster = Cluster(tmp_path / "state", log.servers, {"load": MANY}, guard.environment)
        assert "posts" in cluster.command("topics", "apply")
        wrong = cluster.command(
            "topics", "apply", code=2, REZONANS_KAFKA__SECURITY__PASSWORD="wrong-horse"
        )
        assert "no Kafka lets us in" in wrong
        assert "horse" not in wrong
        cluster.start("store", "worker", "collect")
        try:
            _grows(cluster)
        finally:
            cluster.stop()


def test_what_was_left_out_is_mended_and_sent_once(tmp_path: Path) -> None:
    with kafka(tmp_path / "kafka") as log:
        cluster = Cluster(tmp_path / "state", log.servers, {})
        cluster.command("topics", "apply")
        cluster.start("store", "worker")

        def command(*arguments: str, code: int = 0) -> str:
            return typed("dead-letters", *arguments, env=cluster.environment, code=code)

        try:
            wait_until(lambda: broker.answers("127.0.0.1", cluster.ports["store"]), SECONDS)
            wait_until(lambda: cluster.is_ready("worker"), SECONDS)
            poison(log.servers)
            mend(command, tmp_path)
            assert "stands still" not in typed("doctor", env=cluster.environment)
            held = _places(command("list"))
            cluster.end("store")
            shutil.rmtree(cluster.state / "store")  # its disk is lost
            _set_back(log, "rezonans-store")
            cluster.start("store")
            wait_until(lambda: broker.answers("127.0.0.1", cluster.ports["store"]), SECONDS)
            wait_until(lambda: _places(command("list")) >= held, SECONDS)
            assert len(held) == 3
        finally:
            cluster.stop()


def _places(said: str) -> set[str]:
    return {json.loads(line)["place"] for line in said.splitlines()}


def _set_back(log: Kafka, group: str) -> None:
    """As `kafka-consumer-groups.sh --reset-offsets --to-earliest` does, once nobody reads."""
    with closing(KafkaConsumer(bootstrap_servers=log.servers, group_id=group)) as consumer:
        names = [topic.name for topic in ALL]
        parts = [TopicPartition(n, p) for n in names for p in consumer.partitions_for_topic(n)]
        consumer.assign(parts)
        consumer.commit({one: OffsetAndMetadata(0, "", -1) for one in parts})


def _grows_partitions(cluster: Cluster) -> None:
    said = cluster.command("topics", "apply", REZONANS_KAFKA__PARTITIONS="6")
    assert "posts has 4" in said
    said = cluster.command("topics", "apply", "--more", REZONANS_KAFKA__PARTITIONS="6")
    assert "6 partitions from now on" in said
    said = cluster.command("topics", "apply", REZONANS_KAFKA__PARTITIONS="6")
    assert said.strip() == "all topics are there"


def _takes_the_time_from_the_log(cluster: Cluster, log: Kafka) -> None:
    """Also on topics of before: whose clock is two hours ahead is heard all the same."""
    with closing(KafkaAdminClient(bootstrap_servers=log.servers)) as admin:
        by_writer = {"message.timestamp.type": "CreateTime"}
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, POSTS.name, by_writer)])
    assert "posts: stamped by the log" in cluster.command("topics", "apply")
    ahead = int((time.time() + 7200) * 1000)
    with closing(KafkaProducer(bootstrap_servers=log.servers)) as producer:
        producer.send(POSTS.name, encode(page()), b"test:group", timestamp_ms=ahead).get(30)


def _stored(cluster: Cluster) -> int:
    """Rows that the store shows; 0 while it does not answer."""
    token = (cluster.state / "secrets" / "store.token").read_text().strip()
    try:
        answer = httpx.post(
            f"http://127.0.0.1:{cluster.ports['store']}",
            content="SELECT count() FROM mentions_public FORMAT TSV",
            headers={"X-ClickHouse-Key": token},
            timeout=10,
        )
    except httpx.HTTPError:
        return 0
    return int(answer.text) if answer.status_code == 200 else 0


def _grows(cluster: Cluster, rows: int = 300) -> None:
    """Return when so many more rows are stored, everything that died started again."""
    token = cluster.state / "secrets" / "store.token"
    before = _stored(cluster) if token.exists() else 0

    def more() -> bool:
        cluster.tend()
        return token.exists() and _stored(cluster) > before + rows

    wait_until(more, SECONDS)


def _settled(cluster: Cluster, log: Kafka) -> dict[str, Any]:
    """Counts of the log and the store, once all posts are understood and all mentions stored.

    The partitions of a worker that died wait for its session to end before another takes them.
    """
    until = time.monotonic() + SECONDS
    counts = counts_of_log(log.servers)
    while counts.counts["mentions"] < counts.counts["posts"] and time.monotonic() < until:
        cluster.tend()
        counts = counts_of_log(log.servers)

    async def wait() -> dict[str, Any]:
        token = (cluster.state / "secrets" / "store.token").read_text().strip()
        reader = Store(f"http://127.0.0.1:{cluster.ports['store']}", token)
        try:
            since = datetime(2000, 1, 1, tzinfo=UTC)
            return await drained(reader, counts.sequences, SECONDS, since)
        finally:
            await reader.aclose()

    return {**asyncio.run(wait()), **counts.counts}
