"""What goes wrong beside sudden death: parts that stand still, a slow store, a full disk, a clock
that jumps, poison. Each is done to a system under load; afterwards the system is as it was."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from kafka import KafkaProducer

from rezonans.records import encode
from tests.streams.factories import page, post

POISON_SHARE = 100
"""One post of so many can not be read."""
SHIM = Path(__file__).parent / "clock.c"
DISK_MB = 400


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


Trouble = Callable[[System, float, Ground], None]


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


def full(folder: Path) -> Trouble:
    """The disk of the store has no room left."""

    def act(system: System, seconds: float, ground: Ground) -> None:
        filler = folder / "filler"
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(b"\0" * 2**20)
        try:
            time.sleep(seconds)
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
