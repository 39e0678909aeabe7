"""The embedded default: broker, store, worker, collectors and desk as children of one process.

Guarantee: a child that dies is started again with back-off of its own; when the log dies,
everything that talks to it starts anew with it; a child that says a setting is wrong (exit
code 2) ends the run; on SIGINT, SIGTERM, SIGHUP or the end of the time all children stop, and
none outlives the supervisor. A log that has grown long is rolled: its sources stop, what is in
it goes through to the end, and everything starts anew with an empty one.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from time import monotonic

import psutil

from rezonans import metrics

FIRST_DELAY_SECONDS = 0.5
MAX_DELAY_SECONDS = 30.0
HEALTHY_SECONDS = 60.0
STOP_SECONDS = 6.0
WRONG_SETTING = 2
"""Exit code of a child that a person has to help; it has said why itself."""

_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class Refused(Exception):
    """A child can not work with its settings or its data; the message names it."""


@dataclass(frozen=True)
class Child:
    """A process to keep alive."""

    name: str
    command: Sequence[str]
    ready: Callable[[], Awaitable[None]] | None = None
    """Returns when the child answers; the next one starts after it."""


@dataclass(frozen=True)
class Roll:
    """How the first child, the log, gets a new life before the old one is too long."""

    due: Callable[[float], Awaitable[bool]]
    """Whether it is time; given the resident memory of the log in MB. Asked now and then."""
    sources: Collection[str]
    """Children that write what others did not ask for: they stop first."""
    through: Callable[[], Awaitable[bool]]
    """Waits, bounded, until every reader is through; False: not this time."""
    order: Sequence[Collection[str]]
    """Groups of readers, each stopped once everything is through that those before it wrote."""
    every_seconds: float = 15.0


@dataclass
class _Life:
    child: Child
    process: asyncio.subprocess.Process
    born: float
    task: asyncio.Task[int] = field(init=False)
    due: float | None = None
    """When it is started again, once it is dead."""

    def __post_init__(self) -> None:
        self.task = asyncio.ensure_future(self.process.wait())


class Supervisor:
    """Keeps children alive. The first child is the log: all others depend on it."""

    def __init__(
        self,
        children: Sequence[Child],
        environment: Callable[[], Mapping[str, str]],
        say: Callable[[str], None],
        stop_seconds: float = STOP_SECONDS,
        roll: Roll | None = None,
    ) -> None:
        self._children = children
        self._environment = environment
        """Made anew each time the log starts: a new life of the log has a new name."""
        self._say = say
        self._stop_seconds = stop_seconds
        self._roll = roll
        self._roll_asked = monotonic()
        self._rolling = asyncio.Lock()
        self._lives: dict[str, _Life] = {}
        self._failures: dict[str, int] = {}
        self._env: dict[str, str] = {}
        self.restarted: dict[str, int] = {}
        """Restarts by child; those that a dead log caused count for every child."""
        self.rolls = 0
        self.peak_rss_mb = 0.0

    async def start(self) -> None:
        """Start every child in order, each after the one before answers."""
        self._env = {**os.environ, **self._environment()}
        for child in self._children:
            await self._launch(child)

    async def watch(self, stop: asyncio.Event) -> None:
        """Start again what dies, until `stop`. `Refused` when a child needs a person."""
        stopped = asyncio.ensure_future(stop.wait())
        reviving = asyncio.ensure_future(self._revive_for_ever())
        try:
            await asyncio.wait({stopped, reviving}, return_when=asyncio.FIRST_COMPLETED)
            if reviving.done():
                reviving.result()
        finally:
            for task in (stopped, reviving):
                task.cancel()
            await asyncio.gather(stopped, reviving, return_exceptions=True)

    async def stop(self, order: Sequence[Collection[str]] = ()) -> None:
        """Stop groups of children one after the other, then all others, the log last."""
        log = self._children[0].name
        for names in [*order, set(self._lives) - {log}, {log}]:
            await self._stop_all(names)

    async def _stop_all(self, names: Collection[str]) -> None:
        lives = [self._lives.pop(name) for name in names if name in self._lives]
        try:
            await asyncio.gather(*(_end(life, self._stop_seconds) for life in lives))
        except asyncio.CancelledError:  # everything is to stop: they are still waited for
            self._lives.update({life.child.name: life for life in lives})
            raise

    async def stop_only(self, name: str) -> None:
        """Stop one child for good, after a roll that is under way; the log stays as it is."""
        async with self._rolling:
            self._roll = None
            await self._stop_all({name})

    async def _revive_for_ever(self) -> None:
        while True:
            waiting = {life.task for life in self._lives.values() if life.due is None}
            due = [life.due for life in self._lives.values() if life.due is not None]
            pause = min(1.0, max(0.0, min(due) - monotonic())) if due else 1.0
            if waiting:
                await asyncio.wait(waiting, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
            else:
                await asyncio.sleep(pause)
            self._measure()
            await self._revive()
            async with self._rolling:
                if self._roll and monotonic() - self._roll_asked > self._roll.every_seconds:
                    await self._roll_when_due(self._roll)
                    self._roll_asked = monotonic()

    async def _roll_when_due(self, roll: Roll) -> None:
        log = self._lives.get(self._children[0].name)
        if log is None or any(life.due is not None for life in self._lives.values()):
            return
        if not await roll.due(_rss_mb(log.process.pid)):
            return
        self._say("the log has grown long: letting everything through, then starting a new one")
        stopped = {child.name for child in self._children if child.name in roll.sources}
        await self._stop_all(stopped)
        for readers in roll.order:
            if not await roll.through():
                self._say("something is not through yet; the old log goes on for now")
                for child in self._children:
                    if child.name in stopped:
                        await self._launch(child)
                return
            await self._stop_all(readers)
            stopped |= set(readers)
        await self.stop()
        self.rolls += 1
        metrics.ROLLS.inc()
        await self.start()
        self._say(f"a new log (roll {self.rolls})")

    async def _revive(self) -> None:
        for life in self._lives.values():
            if life.task.done() and life.due is None:
                self._bury(life)
        log = self._lives.get(self._children[0].name)
        now = monotonic()
        if log is not None and log.due is not None and log.due <= now:
            self._say("the log is gone: everything that talks to it starts anew")
            await self.stop()
            self._count([child.name for child in self._children])
            await self.start()
            return
        due = [life for life in self._lives.values() if life.due is not None and life.due <= now]
        self._count([life.child.name for life in due])
        for life in due:
            await self._launch(life.child)

    def _bury(self, life: _Life) -> None:
        name, code = life.child.name, life.process.returncode
        if code == WRONG_SETTING:
            raise Refused(f"{name} can not start; see what it says above")
        count = self.restarted.get(name, 0) + 1
        self._say(f"{name} ended (exit code {code}); starting it again (restart {count})")
        life.due = monotonic() + self._delay(life)

    def _count(self, names: Sequence[str]) -> None:
        for name in names:
            self.restarted[name] = self.restarted.get(name, 0) + 1
            metrics.RESTARTS.labels(name).inc()

    def _delay(self, life: _Life) -> float:
        name = life.child.name
        healthy = monotonic() - life.born > HEALTHY_SECONDS
        self._failures[name] = 1 if healthy else self._failures.get(name, 0) + 1
        return min(MAX_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2.0 ** (self._failures[name] - 1))

    async def _launch(self, child: Child) -> None:
        process = await asyncio.create_subprocess_exec(
            *child.command,
            env=self._env,
            preexec_fn=partial(_die_with_parent, os.getpid()),
            stdin=asyncio.subprocess.DEVNULL,
        )
        life = _Life(child, process, monotonic())
        self._lives[child.name] = life
        if child.ready:
            ready = asyncio.ensure_future(child.ready())
            log = self._lives.get(self._children[0].name, life)
            try:  # without a log nobody gets ready, and it is the log that has to be started
                await asyncio.wait(
                    {ready, life.task, log.task}, return_when=asyncio.FIRST_COMPLETED
                )
            finally:
                ready.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await ready
        if life.task.done() and process.returncode == WRONG_SETTING:
            raise Refused(f"{child.name} can not start; see what it says above")

    def _measure(self) -> None:
        total = 0.0
        for pid in [os.getpid(), *(life.process.pid for life in self._lives.values())]:
            total += _rss_mb(pid)
        self.peak_rss_mb = max(self.peak_rss_mb, total)


def _rss_mb(pid: int) -> float:
    """Resident memory; 0 of a process that is gone."""
    try:
        return float(psutil.Process(pid).memory_info().rss) / 2**20
    except psutil.Error:
        return 0.0


async def _end(life: _Life, seconds: float) -> None:
    with contextlib.suppress(ProcessLookupError):
        life.process.terminate()
    done, _ = await asyncio.wait({life.task}, timeout=seconds)
    if not done:
        with contextlib.suppress(ProcessLookupError):
            life.process.kill()
        await life.task


def _die_with_parent(parent: int) -> None:
    """In the child: not in the terminal's process group, and dead when the parent dies."""
    os.setsid()
    if _LIBC is not None:
        _LIBC.prctl(1, signal.SIGKILL)
        if os.getppid() != parent:  # it died before we asked to die with it
            os._exit(1)
