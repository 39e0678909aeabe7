"""Systems that do the job, started and measured from outside: processor time of their processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil
from kafka import KafkaProducer

from rezonans import broker
from tests.bench.job import PAGE, PARTITIONS, READY, SAY, TOPIC, later, pages
from tests.end_to_end.running import environment, wait_for

ROUNDS = 3
SECONDS = 180.0
ASK = 0.3
IDLE_SECONDS = 4.0


@dataclass(frozen=True)
class Found:
    """Of one system, by rounds; microseconds of processor time a post."""

    name: str
    rounds: tuple[float, ...]
    of_limit: float
    """Posts a second of processor time by those of the models alone in the same round; median."""
    busy_of_limit: float
    """The same without what it takes while nothing comes: where others hold the processor, a round
    lasts many times longer than the work, and that is counted all the while."""
    parts: tuple[float, ...]
    """What each process took of a post, in the order they were started."""
    wall_seconds: float
    rss_mb: float
    idle: float
    """Processor time a second while nothing comes."""

    @property
    def posts_a_second(self) -> float:
        """Of processor time; the median of the rounds."""
        return 1e6 / median(self.rounds)


@dataclass
class Started:
    """A system that waits for messages."""

    processes: list[subprocess.Popen[str]]
    stored: Callable[[], int]

    def cpu(self) -> list[float]:
        """Seconds of each process, all threads."""
        times = [psutil.Process(one.pid).cpu_times() for one in self.processes]
        return [one.user + one.system for one in times]

    def rss_mb(self) -> float:
        return float(sum(psutil.Process(p.pid).memory_info().rss for p in self.processes)) / 2**20


@dataclass(frozen=True)
class Where:
    """A log, and what names of topics and groups begin with there."""

    server: str
    prefix: str = ""


Start = Callable[[Where, Path, ExitStack], Started]


def side_by_side(
    starts: Mapping[str, Start],
    posts: Sequence[object],
    alone: Callable[[], float],
    seconds: float,
    server: str | None = None,
) -> list[Found]:
    """All systems are up; a round of one follows a round of the other, so that what else the
    machine does comes to all of them. The first round warms up, the others are the same words as
    other items.

    `alone`: microseconds of a post by the models alone, measured in each round. `seconds`: after
    which no further round begins; one is measured in any case. `server`: a log that runs; without
    it each system has an embedded one of its own.
    """
    end = time.monotonic() + seconds
    limits: list[float] = []
    with ExitStack() as stack:
        lines = []
        for number, (name, start) in enumerate(starts.items()):
            where = Where(server, f"b{number}.") if server else None
            lines.append(line_of(name, start, where, stack))
        for number in range(ROUNDS + 1):
            if number > 1 and time.monotonic() > end:
                break
            limits.append(alone())
            for line in lines:
                line.round(posts, number)
            _say(f"round {number} of {ROUNDS}, {end - time.monotonic():.0f} s left")
        return [line.found(limits) for line in lines]


def line_of(name: str, start: Start, where: Where | None, stack: ExitStack) -> Line:
    """A system that is up, on an embedded log of its own unless there is one."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    where = where or Where(stack.enter_context(embedded()))
    broker.apply_topics([where.server], where.prefix)
    system = start(where, folder, stack)
    producer = KafkaProducer(bootstrap_servers=[where.server], linger_ms=20)
    stack.callback(producer.close)
    _say(f"up: {name.strip()}")
    return Line(name, where, system, producer)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


class Line:
    """One system and its rounds."""

    def __init__(self, name: str, where: Where, system: Started, producer: KafkaProducer) -> None:
        self._name, self._where, self._system = name, where, system
        self._producer = producer
        self._posts = 0
        self._costs: list[list[float]] = []
        self._walls: list[float] = []

    def round(self, posts: Sequence[object], number: int) -> None:
        self._posts = len(posts)
        before, began = self._system.cpu(), time.monotonic()
        first = number * (len(posts) // PAGE)
        for turn, (key, value) in enumerate(pages(later(posts, number), first)):
            topic = self._where.prefix + TOPIC
            self._producer.send(topic, key=key, value=value, partition=turn % PARTITIONS)
        self._producer.flush()
        wait_for(lambda: self._system.stored() >= len(posts) * (number + 1), SECONDS, ASK)
        spent = zip(self._system.cpu(), before, strict=True)
        self._costs.append([(now - then) / len(posts) * 1e6 for now, then in spent])
        self._walls.append(time.monotonic() - began)

    def found(self, limits: Sequence[float]) -> Found:
        costs = self._costs[1:]
        rounds = tuple(map(sum, costs))
        rss, before = self._system.rss_mb(), sum(self._system.cpu())
        time.sleep(IDLE_SECONDS)
        idle = (sum(self._system.cpu()) - before) / IDLE_SECONDS
        busy = [
            cost - idle * wall / self._posts * 1e6
            for cost, wall in zip(rounds, self._walls[1:], strict=True)
        ]
        return Found(
            self._name,
            rounds,
            of_limit=_share(limits[1:], rounds),
            busy_of_limit=_share(limits[1:], busy),
            parts=tuple(map(median, zip(*costs, strict=True))),
            wall_seconds=median(self._walls[1:]),
            rss_mb=rss,
            idle=idle,
        )


def _share(limits: Sequence[float], costs: Sequence[float]) -> float:
    return median(limit / cost for limit, cost in zip(limits, costs, strict=True))


@contextmanager
def embedded() -> Iterator[str]:
    """A log for as long as the block lasts."""
    port = broker.free_port()
    process = subprocess.Popen(
        broker.command(port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(lambda: broker.answers("127.0.0.1", port), 30)
        yield f"127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait(timeout=10)


STORE = ("-m", "tests.bench.store")
BARE_STORE = (*STORE, "bare")
"""A store that computes no rollups: they take a share of the clock's time and not of the posts, and
no peer has any."""


def ours(
    parts: Sequence[Sequence[str]], store: Sequence[str] = STORE, steps: Sequence[Path] = ()
) -> Start:
    """Our processes: a store, and `rezonans` with these arguments each. `steps`: files in which
    they keep where their time goes, the store first."""

    def looked(words: Sequence[str], number: int) -> Sequence[str]:
        return ["-m", "tests.bench.steps", str(steps[number]), *words[1:]] if steps else words

    def start(where: Where, folder: Path, stack: ExitStack) -> Started:
        ports = {"store": broker.free_port()}
        env = environment(
            folder / "state",
            REZONANS_KAFKA__SERVERS=json.dumps([where.server]),
            REZONANS_KAFKA__PREFIX=where.prefix,
            REZONANS_KAFKA__EPOCH="embedded-bench",
            REZONANS_STORE__PORT=str(ports["store"]),
        )
        processes = [_process(looked(store, 0), env, stack)]
        said = _heard(processes[0])
        wait_for(lambda: broker.answers("127.0.0.1", ports["store"]), SECONDS)
        for number, words in enumerate(parts, start=1):
            port = broker.free_port()
            own = {"REZONANS_METRICS__WORKER_PORT": str(port)}
            if len(parts) > 1:
                own["REZONANS_STATE_DIR"] = str(folder / f"state-{number}")
            line = looked(["-m", "rezonans", *words], number)
            processes.append(_process(line, {**env, **own}, stack))
            wait_for(lambda p=port: broker.answers("127.0.0.1", p), SECONDS)
        return Started(processes, lambda: said[SAY])

    return start


def beside_ours() -> dict[str, str]:
    """The environment of a peer: our packages behind its own."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join([os.getcwd(), *sys.path[1:]])}


def peer(module: str, python: Path, kind: str = "rows") -> Start:
    """A framework's process, which says what it has stored."""

    def start(where: Where, folder: Path, stack: ExitStack) -> Started:
        env = beside_ours()
        words = ["-m", f"tests.bench.{module}", where.server, str(folder / "store"), kind]
        process = _process(words, env, stack, python)
        said = _heard(process)
        wait_for(lambda: said[READY], SECONDS)
        return Started([process], lambda: said[SAY])

    return start


def _heard(process: subprocess.Popen[str]) -> Mapping[str, int]:
    """What a process says of itself, as it says it."""
    said = {READY: 0, SAY: 0}

    def listen() -> None:
        for line in process.stdout or ():
            word, _, number = line.strip().partition(" ")
            if word in said:
                said[word] = int(number or 1)

    threading.Thread(target=listen, daemon=True).start()
    return said


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
