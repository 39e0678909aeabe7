"""What goes wrong beside sudden death: parts that stand still, slow consumers, a full disk, a clock
that jumps, poison, a burst, an hour without the store. Each is done to a system under load;
afterwards the system is as it was, but for the clock after the hour: that one comes last."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path
from typing import Protocol

import msgspec
from kafka import KafkaProducer

from rezonans.cli.positions import Log, values
from rezonans.records import encode
from rezonans.topics import MENTIONS, POSTS
from tests.end_to_end.ground import POSTS_A_DAY
from tests.end_to_end.running import wait_for
from tests.streams.factories import page, post

POISON_SHARE = 100
"""One post of so many can not be read."""
BURST = 10
"""So many times what the source writes, which is ten times the country's average already."""
BURST_PAGE = 50
HOUR_SECONDS = 3600.0
CATCH_UP_SECONDS = 900.0
"""Within so long what was written in 3,600 s is brought in; in more, in proportion."""
SHIM = Path(__file__).parent / "clock.c"
DISK_MB = 400
BROUGHT = "SELECT item FROM mentions_public WHERE platform = 'test'"
"""What the troubles brought in."""


class System(Protocol):
    """A running system, as a trouble sees it."""

    @property
    def servers(self) -> Sequence[str]: ...

    def signal(self, part: str, number: int) -> None:
        """Send a signal to the process of a part; nothing when it is not there."""
        ...


@dataclass
class Ground:
    """What was brought in beside the source: items that have to be stored, bad ones."""

    good: set[str] = field(default_factory=set)
    bad: int = 0
    reach: datetime | None = None
    """Until when the store has to have looked before all is well again."""


@dataclass(frozen=True)
class Means:
    """What this machine lets us do, and how much of it."""

    disk: Path | None
    """A small one, with the store's data."""
    clock: Path | None
    """The file that shifts the clock of every process."""
    hour_seconds: float = HOUR_SECONDS


Trouble = Callable[[System, float, Ground], None]


def every(means: Means) -> dict[str, Trouble | None]:
    """By name, in their order; `None`: can not be made on this machine."""
    disk, clock = means.disk, means.clock
    return {
        "poison": poison,
        "burst": burst,
        "store stands": stands("store"),
        "store slow": slow("store"),
        "worker stands": stands("worker"),
        "worker slow": slow("worker"),
        "log stands": stands("log"),
        "disk full": full(disk) if disk else None,
        "clock jumps": jumps(clock) if clock else None,
        "store away for an hour": hour(clock, means.hour_seconds) if clock else None,
    }


def stands(part: str) -> Trouble:
    """A part does nothing for a while: it does not even close its connections."""

    def act(system: System, seconds: float, ground: Ground) -> None:
        system.signal(part, signal.SIGSTOP)
        try:
            time.sleep(seconds)
        finally:
            system.signal(part, signal.SIGCONT)

    return act


def slow(part: str) -> Trouble:
    """A part gets a fifth of the time."""

    def act(system: System, seconds: float, ground: Ground) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            stands(part)(system, 0.4, ground)
            time.sleep(0.1)

    return act


def poison(system: System, seconds: float, ground: Ground) -> None:
    """Pages with one bad post in a hundred, and messages that are none."""
    wrong = b'"revision":-1'
    producer = KafkaProducer(bootstrap_servers=list(system.servers))
    try:
        for number in range(max(3, int(seconds * 2))):
            names = [f"test:{ground.bad}-{number}-{n}" for n in range(POISON_SHARE)]
            posts = [post(1, item=name, revision=1) for name in names]
            value = encode(page(*posts, sequence=ground.bad + 1))
            broken = value.replace(b'"revision":1', wrong, 1)
            producer.send("posts", key=b"test:group", value=broken).get(timeout=30)
            producer.send("posts", key=b"test:group", value=b"\x00 no page").get(timeout=30)
            ground.good |= set(names[1:])
            ground.bad += 2
    finally:
        producer.close()


def burst(system: System, seconds: float, ground: Ground) -> None:
    """Pages of several containers, all at once, as many as come in that time at ten times the rate
    of the source."""
    rate = POSTS_A_DAY * BURST / 86_400
    with closing(KafkaProducer(bootstrap_servers=list(system.servers), linger_ms=20)) as producer:
        sent = []
        for number in range(ceil(seconds * rate / BURST_PAGE)):
            names = [f"test:burst-{number}-{n}" for n in range(BURST_PAGE)]
            value = encode(page(*(post(1, item=name) for name in names), sequence=number + 1))
            sent.append(producer.send(POSTS.name, key=b"test:%d" % (number % 16), value=value))
            ground.good |= set(names)
        for one in sent:
            one.get(timeout=60)


def hour(clock: Path, seconds: float) -> Trouble:
    """The store stands while the clock goes ahead: the sources bring all that was written in that
    time, it is understood, and the log holds it."""

    def act(system: System, _: float, ground: Ground) -> None:
        ground.reach = datetime.now(UTC) + timedelta(seconds=seconds)
        system.signal("store", signal.SIGSTOP)
        try:
            clock.write_text(str(int(seconds)), encoding="ascii")
            patience = CATCH_UP_SECONDS * max(1.0, seconds / HOUR_SECONDS)
            wait_for(lambda: _understood(system, ground.reach), patience, 5.0)
        finally:
            system.signal("store", signal.SIGCONT)

    return act


class _Look(msgspec.Struct):
    """Of a page of mentions, until when its source was looked at."""

    looked_until: datetime


def _understood(system: System, until: datetime | None) -> bool:
    """Whether the mentions in the log reach that far."""
    log = Log(system.servers, "", {})
    ahead = time.time() + 2 * HOUR_SECONDS  # the clock of those who write goes before ours
    looks = (
        msgspec.json.decode(value, type=_Look).looked_until
        for value in values(log, MENTIONS, lambda: ahead)
    )
    return until is not None and any(look >= until for look in looks)


def full(folder: Path, wait: Callable[[float], None] = time.sleep) -> Trouble:
    """A disk has no room left."""

    def act(system: System, seconds: float, ground: Ground) -> None:
        filler = folder / "filler"
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(2**20))
        try:
            wait(seconds)
        finally:
            filler.unlink()

    return act


def jumps(clock: Path) -> Trouble:
    """The clock of the wall goes ahead, comes back, falls behind, comes back."""

    def act(system: System, seconds: float, ground: Ground) -> None:
        try:
            for shift in (int(seconds), -int(seconds)):
                clock.write_text(str(shift), encoding="ascii")
                time.sleep(seconds / 2)
        finally:
            clock.write_text("0", encoding="ascii")

    return act


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """The folder on a disk of its own, where we may make one."""
    folder.mkdir(parents=True, exist_ok=True)
    size = f"size={DISK_MB}m,mode=700"
    mount = ["mount", "-t", "tmpfs", "-o", size, "none", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        yield False
        return
    try:
        yield True
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def shifted(folder: Path) -> tuple[Mapping[str, str], Path | None]:
    """The environment of processes whose clock can be shifted, and the file that shifts it; none
    where there is no compiler."""
    compiler = shutil.which("cc")
    library, clock = folder / "clock.so", folder / "clock"
    command = [compiler or "", "-shared", "-fPIC", "-O1", "-o", str(library), str(SHIM)]
    if compiler is None or subprocess.run(command, check=False, capture_output=True).returncode:
        return {}, None
    clock.write_text("0", encoding="ascii")
    return {"LD_PRELOAD": str(library), "SHIFTED_CLOCK": str(clock)}, clock
