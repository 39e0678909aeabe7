"""kill -9 of the real worker on the real embedded log, in mid-spike and mid-alert: the same counts,
spikes, ids and messages as where nobody disturbed it."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from pytest_httpserver import HTTPServer

from rezonans import broker
from rezonans.desks import DeskSettings
from rezonans.records import Mentions, Spike, encode
from rezonans.topics import MENTIONS, SPIKES
from sinks.alerts import Office, Outbox
from sinks.alerts.decisions import identity
from streams.resonance import snapshot as snapshots
from streams.resonance.settings import ResonanceSettings
from streams.resonance.state import Resonance
from tests.end_to_end.running import environment, wait_for
from tests.streams.resonance.world import burst, history_pages, live_pages, mention, ordinary

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]
KNOBS = ResonanceSettings()
KILLS = 2
MINUTES = 40


def stream() -> list[Mentions]:
    """Two days of history until forty minutes ago, then an incident, a campaign, late posts."""
    chance = random.Random(1)
    live = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=MINUTES)
    began = live + timedelta(minutes=5)
    days = ordinary(chance, live - timedelta(days=2), 2 * 86400, 2000)
    said = list(ordinary(chance, live, MINUTES * 60, 2000, "l"))
    said += burst(began, 300, per_second=0.5)
    said += [
        mention(f"c{i}", began + timedelta(seconds=10 * i), author=f"bot{i % 3}", fingerprint=9)
        for i in range(60)
    ]
    late = [mention(f"late{i}", began + timedelta(minutes=i)) for i in range(8)]
    found = list(live_pages(said, live, MINUTES * 60, every=20))
    found[60] = msgspec.structs.replace(found[60], mentions=(*found[60].mentions, *late))
    return [*history_pages(days), *found]


class Log:
    """One broker in memory; the pages go into one partition, as they come from one source."""

    def __init__(self, port: int) -> None:
        self.servers = [f"127.0.0.1:{port}"]
        wait_for(lambda: broker.answers("127.0.0.1", port), 30)
        broker.apply_topics(self.servers)
        self._producer = KafkaProducer(bootstrap_servers=self.servers, acks="all")

    def write(self, pages: Sequence[Mentions]) -> int:
        """The offset of the last of them."""
        sent = [self._producer.send(MENTIONS.name, encode(one), b"k", partition=0) for one in pages]
        return max(int(one.get(30).offset) for one in sent)

    def close(self) -> None:
        self._producer.close()

    def spikes(self) -> list[bytes]:
        """All that was ever told."""
        consumer = KafkaConsumer(bootstrap_servers=self.servers, consumer_timeout_ms=2000)
        parts = [
            TopicPartition(SPIKES.name, number)
            for number in consumer.partitions_for_topic(SPIKES.name) or ()
        ]
        consumer.assign(parts)
        consumer.seek_to_beginning(*parts)
        found = [one.value for one in consumer]
        consumer.close()
        return found


@contextmanager
def process(words: Sequence[str], env: dict[str, str] | None = None) -> Iterator[None]:
    """A process that does not outlive the test."""
    started = subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        started.kill()
        started.wait(timeout=10)


def messages_undisturbed(folder: Path, spikes: Sequence[Spike]) -> set[str]:
    """Keys of the messages that a desk gets of these."""
    office = Office(Outbox(folder / "outbox.sqlite3"), {"press": DeskSettings(channels=("press",))})
    decisions = [one for spike in spikes for one in office.take([spike])]
    return {identity(one.alert, "press") for one in decisions if one.outcome == "sent"}


def test_kills_change_neither_counts_nor_spikes_nor_messages(
    tmp_path: Path, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/hook").respond_with_data("")
    state = tmp_path / "state"
    port = broker.free_port()
    env = environment(
        state,
        REZONANS_KAFKA__SERVERS=json.dumps([f"127.0.0.1:{port}"]),
        REZONANS_KAFKA__SESSION_SECONDS="2",
        REZONANS_WORKER__SNAPSHOT_SECONDS="1",
        REZONANS_METRICS__WORKER_PORT="0",
        REZONANS_ALERTS__PRESS__URL=httpserver.url_for("/hook").replace("http:", "hook:"),
        REZONANS_ALERTS__PRESS__SECRET="sixteen-letters-and-more",
    )
    words = [sys.executable, "-m", "rezonans", "worker", "--only", "resonate"]
    pages, chance = stream(), random.Random(2)
    path = state / "resonance.snapshot"

    def counted() -> int:
        """The last offset that is safe in the state."""
        if not path.exists():
            return -1
        return snapshots.read(path, "kafka", KNOBS).positions.get(f"{MENTIONS.name}/0", -1)

    with process(broker.command(port)):
        log = Log(port)
        first = len(pages) - MINUTES * 3
        last = log.write(pages[:first])
        parts = _parts(pages[first:], KILLS + 1)
        for part in parts[:-1]:
            with process(words, env):
                wait_for(lambda n=last: counted() >= n - 1, 60)
                last = log.write(part)
                begun = last - len(part)
                wait_for(lambda n=begun: counted() > n, 30)
                time.sleep(chance.uniform(0, 0.5))  # killed at any moment of what it does
        with process(words, env):
            last = log.write(parts[-1])
            wait_for(lambda: counted() >= last, 60)
            expected = Resonance(KNOBS).apply(pages)
            keys = messages_undisturbed(tmp_path / "undisturbed", expected)
            wait_for(lambda: {one[0] for one in _heard(httpserver)} >= keys, 30)
        told = log.spikes()
        log.close()
    assert {spike.kind for spike in expected} == {"spike", "campaign"}
    assert list(dict.fromkeys(told)) == [encode(spike) for spike in expected]
    undisturbed = Resonance(KNOBS)
    undisturbed.apply(pages)
    assert snapshots.read(path, "kafka", KNOBS).state.dump() == undisturbed.dump()
    heard = Counter(_heard(httpserver))
    assert {key for key, _ in heard} == keys
    assert len(heard) == len(keys), "told again, a message is the same"
    assert sum(heard.values()) <= len(keys) + KILLS


def _parts(pages: Sequence[Mentions], count: int) -> list[Sequence[Mentions]]:
    size = -(-len(pages) // count)
    return [pages[at : at + size] for at in range(0, len(pages), size)]


def _heard(httpserver: HTTPServer) -> list[tuple[str, str]]:
    """Key and text of each message."""
    return [
        (request.headers["Idempotency-Key"], request.get_json()["text"])
        for request, _ in httpserver.log
    ]
