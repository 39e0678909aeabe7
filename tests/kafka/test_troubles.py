"""What goes wrong beside sudden death, on a real Apache Kafka: same troubles, same truth."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Set
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from tests.end_to_end import ground, troubles
from tests.end_to_end.memory import BOUND_MB, watched
from tests.end_to_end.running import wait_for
from tests.kafka.cluster import Cluster, Kafka, kafka

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(2400)]

SECONDS = float(os.environ.get("AWAY_SECONDS", "4"))
"""How long each trouble lasts: minutes by hand, seconds in every run."""
HOUR_SECONDS = float(os.environ.get("HOUR_SECONDS", "200"))
"""What passes while the store is away, at ten times the country's average."""
STEP_SECONDS = 600.0
"""For one step, on a busy machine too."""
GIVES_UP_SECONDS = 20.0
LATE_SECONDS = 120.0
"""What has not come by then is lost."""


@dataclass(frozen=True)
class System:
    """The broker and the processes around it, as a trouble sees them."""

    cluster: Cluster
    log: Kafka

    @property
    def servers(self) -> list[str]:
        return self.log.servers

    def signal(self, part: str, number: int) -> None:
        if part == "log":
            self.log.signal(number)
        else:
            self.cluster.signal(part, number)

    @property
    def _addresses(self) -> Mapping[str, str]:
        return {"store": f"http://127.0.0.1:{self.cluster.ports['store']}"}

    def ask(self, sql: str) -> list[str]:
        """Lines of an answer; none while the store does not answer. What died is started again."""
        self.cluster.tend()
        with suppress(FileNotFoundError):  # the store has not made its token yet
            return ground.ask(self._addresses, self.cluster.state, sql)
        return []

    def grows(self, reach: datetime | None = None) -> float:
        """Seconds until more rows are stored, and all until a given time."""
        before, started = len(self.ask(ground.LIVE)), time.monotonic()
        wait_for(lambda: len(self.ask(ground.LIVE)) > before + 30, STEP_SECONDS)
        if reach:
            wait_for(lambda: self._looked_until() >= reach, STEP_SECONDS)
        return time.monotonic() - started

    def _looked_until(self) -> datetime:
        self.cluster.tend()
        return ground.looked_until(self._addresses, self.cluster.state)

    def cursor(self) -> str:
        return ground.cursor(self._addresses, self.cluster.state)


def _broker_disk_full(system: System) -> None:
    """The broker can not write any more and gives up; it comes back once there is room."""
    full = troubles.full(system.log.folder, system.log.wait_until_it_ends)
    full(system, GIVES_UP_SECONDS, troubles.Ground())
    system.log.kill_and_start()


def _stored(system: System, there: Set[str]) -> list[str]:
    """What the store shows when all of it is there, or when nothing came of it any more."""
    stored: list[str] = wait_for(lambda: system.ask(ground.LIVE), STEP_SECONDS)
    until = time.monotonic() + LATE_SECONDS
    while there - set(stored) and time.monotonic() < until:
        time.sleep(1)
        stored = system.ask(ground.LIVE) or stored
    return stored


def test_troubles_under_load_lose_and_double_nothing(tmp_path: Path) -> None:
    truth, state, broker_data = troubles.Ground(), tmp_path / "state", tmp_path / "kafka"
    more, clock = troubles.shifted(tmp_path)
    with ExitStack() as stack:
        small = stack.enter_context(troubles.small_disk(state / "store"))
        of_broker = stack.enter_context(troubles.small_disk(broker_data))
        log = stack.enter_context(kafka(broker_data))
        source = {name: str(value) for name, value in ground.STEADY.items()}
        system = System(Cluster(state, log.servers, {"load": source}, more), log)
        stack.callback(system.cluster.stop)
        system.cluster.command("topics", "apply")
        system.cluster.start("store", "worker", "desk", "collect")
        memory = stack.enter_context(watched(os.getpid(), leave_out="java"))
        system.grows()
        means = troubles.Means(state / "store" if small else None, clock, HOUR_SECONDS)
        if of_broker:
            _broker_disk_full(system)
            print(f"broker's disk full, rows again after {system.grows():.1f} s", flush=True)
        for name, act in troubles.every(means).items():
            if act:
                act(system, SECONDS, truth)
                print(f"{name:<22} rows again after {system.grows(truth.reach):.1f} s", flush=True)
        wait_for(lambda: truth.good <= set(system.ask(troubles.BROUGHT)), STEP_SECONDS)
        wait_for(lambda: int((system.ask(ground.LETTERS) or ["0"])[0]) >= truth.bad, STEP_SECONDS)
        # pages of other partitions may still be on their way behind the one that has the cursor
        there = ground.shown(ground.STEADY, system.cursor()) | truth.good
        stored = _stored(system, there)
        letters = system.ask(ground.LETTERS)
    assert len(there) > 1_000
    lost = sorted(there - set(stored))
    assert not lost, f"{len(lost)} of {len(there)} are not stored, {len(stored)} are: {lost[:50]}"
    assert len(stored) == len(set(stored))
    assert letters == [str(truth.bad)]
    assert memory.most_mb < BOUND_MB
