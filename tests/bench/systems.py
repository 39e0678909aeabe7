"""Systems that do the job, started and measured from outside: processor time of their processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from rezonans import broker
from tests.bench.job import PAGE, PARTITIONS, READY, SAY, TOPIC, later, pages
from tests.end_to_end.running import environment, wait_for

ROUNDS = 3
SECONDS = 180.0
ASK = 0.3
IDLE_SECONDS = 4.0


@dataclass(frozen=True)
class Found:
    """Of one system; posts a second of processor time, and what each round took."""

    name: str
    posts_a_second: float
    rounds: tuple[float, ...]
    wall_seconds: float
    rss_mb: float
    idle: float
    """Processor time a second while nothing comes."""


@dataclass
class Started:
    """A system that waits for messages."""

    processes: list[subprocess.Popen[str]]
    stored: Callable[[], int]

    def cpu(self) -> float:
        times = [psutil.Process(one.pid).cpu_times() for one in self.processes]
        return float(sum(one.user + one.system for one in times))

    def rss_mb(self) -> float:
        return float(sum(psutil.Process(p.pid).memory_info().rss for p in self.processes)) / 2**20


Start = Callable[[str, Path, ExitStack], Started]


def measure(name: str, start: Start, posts: Sequence[object], servers: str | None = None) -> Found:
    """Warm up with all posts, then rounds of the same words as other items. `servers`: a log that
    runs; without it an embedded one of its own."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = servers or stack.enter_context(embedded())
        system = start(server, folder, stack)
        producer = KafkaProducer(bootstrap_servers=[server], linger_ms=20)
        stack.callback(producer.close)
        costs, walls = [], []
        for number in range(ROUNDS + 1):
            before, began = system.cpu(), time.monotonic()
            _send(producer, later(posts, number), number)
            wait_for(lambda n=number: system.stored() >= len(posts) * (n + 1), SECONDS, ASK)
            costs.append(system.cpu() - before)
            walls.append(time.monotonic() - began)
        rounds = tuple(len(posts) / cost for cost in costs[1:])
        rss, before = system.rss_mb(), system.cpu()
        time.sleep(IDLE_SECONDS)
        idle = (system.cpu() - before) / IDLE_SECONDS
        return Found(name, median(rounds), rounds, median(walls[1:]), rss, idle)


def _send(producer: KafkaProducer, posts: Sequence[object], number: int) -> None:
    first = number * (len(posts) // PAGE)
    for turn, (key, value) in enumerate(pages(posts, first)):
        producer.send(TOPIC, key=key, value=value, partition=turn % PARTITIONS)
    producer.flush()


@contextmanager
def embedded() -> Iterator[str]:
    """A log for as long as the block lasts."""
    port = broker.free_port()
    process = subprocess.Popen(
        broker.command(port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(lambda: broker.answers("127.0.0.1", port), 30)
        broker.apply_topics([f"127.0.0.1:{port}"])
        yield f"127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait(timeout=10)


STORE = ("-m", "rezonans", "store")
BARE_STORE = (
    "-c",
    "from sinks.clickhouse import rollup; rollup.EVERY_SECONDS = 1e9; "
    "from rezonans.cli import main; main(['store'])",
)
"""A store that computes no rollups: they take a share of the clock's time and not of the posts, and
no peer has any."""


def ours(parts: Sequence[Sequence[str]], store: Sequence[str] = STORE) -> Start:
    """Our processes: `rezonans` with these arguments each, and a store."""

    def start(server: str, folder: Path, stack: ExitStack) -> Started:
        ports = {"store": broker.free_port()}
        env = environment(
            folder / "state",
            REZONANS_KAFKA__SERVERS=json.dumps([server]),
            REZONANS_KAFKA__EPOCH="embedded-bench",
            REZONANS_STORE__PORT=str(ports["store"]),
        )
        processes = [_process(store, env, stack)]
        wait_for(lambda: broker.answers("127.0.0.1", ports["store"]), SECONDS)
        for number, words in enumerate(parts):
            port = broker.free_port()
            own = {"REZONANS_METRICS__WORKER_PORT": str(port)}
            if len(parts) > 1:
                own["REZONANS_STATE_DIR"] = str(folder / f"state-{number}")
            processes.append(_process(["-m", "rezonans", *words], {**env, **own}, stack))
            wait_for(lambda p=port: broker.answers("127.0.0.1", p), SECONDS)

        looking = KafkaConsumer(
            bootstrap_servers=[server], group_id="rezonans-store", enable_auto_commit=False
        )
        stack.callback(looking.close)
        places = [TopicPartition("mentions", number) for number in range(PARTITIONS)]

        def stored() -> int:
            # asked of the log, not of the processes: to be asked would cost them time
            return sum(looking.committed(one) or 0 for one in places) * PAGE

        return Started(processes, stored)

    return start


def beside_ours() -> dict[str, str]:
    """The environment of a peer: our packages behind its own."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join([os.getcwd(), *sys.path[1:]])}


def peer(module: str, python: Path) -> Start:
    """A framework's process, which says what it has stored."""

    def start(server: str, folder: Path, stack: ExitStack) -> Started:
        env = beside_ours()
        words = ["-m", f"tests.bench.{module}", server, str(folder / "store")]
        process = _process(words, env, stack, python)
        said = {READY: 0, SAY: 0}

        def listen() -> None:
            for line in process.stdout or ():
                word, _, number = line.strip().partition(" ")
                said[word] = int(number or 1)

        threading.Thread(target=listen, daemon=True).start()
        wait_for(lambda: said[READY], SECONDS)
        return Started([process], lambda: said[SAY])

    return start


def _process(
    words: Sequence[str], env: dict[str, str], stack: ExitStack, python: Path | None = None
) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [str(python or sys.executable), *words],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL if python else None,
        text=True,
    )

    def end() -> None:
        process.kill()
        process.wait(timeout=10)
        if process.stdout:
            process.stdout.close()

    stack.callback(end)
    return process
