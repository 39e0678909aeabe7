"""The embedded default: broker, store, worker, collectors and desk as children of one process.

Guarantee: a child that dies is started again with back-off; when the log dies, everything that
talks to it starts anew with it; on SIGINT, SIGTERM or the end of the time all children stop,
and none outlives the supervisor.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Literal

import psutil

from rezonans import metrics

FIRST_DELAY_SECONDS = 0.5
MAX_DELAY_SECONDS = 30.0
HEALTHY_SECONDS = 60.0
STOP_SECONDS = 6.0


@dataclass(frozen=True)
class Child:
    """A process to keep alive."""

    name: str
    command: Sequence[str]
    ready: Callable[[], Awaitable[None]] | None = None
    """Returns when the child answers; the next one starts after it."""


@dataclass
class _Life:
    child: Child
    process: asyncio.subprocess.Process
    born: float
    task: asyncio.Task[int] = field(init=False)

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
    ) -> None:
        self._children = children
        self._environment = environment
        """Made anew each time the log starts: a new life of the log has a new name."""
        self._say = say
        self._stop_seconds = stop_seconds
        self._lives: dict[str, _Life] = {}
        self._failures: dict[str, int] = {}
        self._env: dict[str, str] = {}
        self.restarted: dict[str, int] = {}
        """Restarts by child; those that a dead log caused count for every child."""
        self.peak_rss_mb = 0.0

    async def start(self) -> None:
        """Start every child in order, each after the one before answers."""
        self._env = {**os.environ, **self._environment()}
        for child in self._children:
            await self._launch(child)

    async def watch(self, stop: asyncio.Event) -> None:
        """Start again what dies, until `stop`."""
        stopped = asyncio.ensure_future(stop.wait())
        while not stop.is_set():
            waiting = {stopped, *(life.task for life in self._lives.values())}
            await asyncio.wait(waiting, timeout=1.0, return_when=asyncio.FIRST_COMPLETED)
            self._measure()
            if not stop.is_set():
                await self._revive(stopped)
        stopped.cancel()

    async def stop(self, names: Sequence[str] | None = None) -> None:
        """Stop children, all or those named, the log last; kill what does not obey."""
        log = self._children[0].name
        chosen = [name for name in self._lives if names is None or name in names]
        lives = {name: self._lives.pop(name) for name in chosen}
        await asyncio.gather(
            *(_end(life, self._stop_seconds) for name, life in lives.items() if name != log)
        )
        if log in lives:
            await _end(lives[log], self._stop_seconds)

    async def _revive(self, stopped: asyncio.Task[Literal[True]]) -> None:
        dead = [life for life in self._lives.values() if life.task.done()]
        if not dead:
            return
        log = self._children[0]
        for life in dead:
            code = life.process.returncode
            count = self.restarted.get(life.child.name, 0) + 1
            self._say(
                f"{life.child.name} ended (exit code {code}); starting it again (restart {count})"
            )
        delay = max(self._delay(life) for life in dead)
        await asyncio.wait([stopped], timeout=delay)
        if stopped.done():
            return
        if any(life.child is log for life in dead):
            self._say("the log is gone: everything that talks to it starts anew")
            await self.stop()
            self._count([child.name for child in self._children])
            await self.start()
            return
        self._count([life.child.name for life in dead])
        for life in dead:
            await self._launch(life.child)

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
            preexec_fn=_die_with_parent,
            stdin=asyncio.subprocess.DEVNULL,
        )
        life = _Life(child, process, monotonic())
        self._lives[child.name] = life
        if child.ready:
            ready = asyncio.ensure_future(child.ready())
            await asyncio.wait({ready, life.task}, return_when=asyncio.FIRST_COMPLETED)
            ready.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await ready

    def _measure(self) -> None:
        total = 0
        for pid in [os.getpid(), *(life.process.pid for life in self._lives.values())]:
            with contextlib.suppress(psutil.Error):
                total += psutil.Process(pid).memory_info().rss
        self.peak_rss_mb = max(self.peak_rss_mb, total / 2**20)


async def _end(life: _Life, seconds: float) -> None:
    with contextlib.suppress(ProcessLookupError):
        life.process.terminate()
    done, _ = await asyncio.wait({life.task}, timeout=seconds)
    if not done:
        with contextlib.suppress(ProcessLookupError):
            life.process.kill()
        await life.task


def _die_with_parent() -> None:
    """In the child: not in the terminal's process group, and dead when the parent dies."""
    os.setsid()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
