"""A cluster of one machine: a real Apache Kafka and the processes as an operator starts them.

What dies is started again, as a service manager would; everything ends with the test.
"""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from rezonans import broker
from tests.end_to_end.running import CHECKOUT, environment

STARTER = CHECKOUT / "deploy" / "kafka" / "start.py"
UNFIT = 2
"""Exit code of the starter on a machine that can not run Kafka."""


class Kafka:
    """The broker, on a port and a folder of its own that outlive a kill."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = broker.free_port()
        self._process = self._start()

    @property
    def servers(self) -> list[str]:
        return [f"127.0.0.1:{self.port}"]

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, str(STARTER), "--port", str(self.port)]
        process = subprocess.Popen([*command, "--data", str(self._folder)])
        wait_until(
            lambda: broker.answers("127.0.0.1", self.port) or process.poll() is not None, 180
        )
        if process.poll() == UNFIT:
            pytest.skip("Kafka can not be had on this machine; the starter says why")
        broker.wait_until_ready(self.servers, 60)
        return process

    def kill_and_start(self) -> None:
        """Gone without a word, and back on its data."""
        self._process.kill()
        self._process.wait(timeout=10)
        self._process = self._start()

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(timeout=10)


class Cluster:
    """Processes of `rezonans` around a broker."""

    def __init__(
        self, state: Path, servers: list[str], sources: Mapping[str, Mapping[str, str]]
    ) -> None:
        self.state = state
        self.ports = {"store": broker.free_port(), "desk": broker.free_port()}
        self._environment = environment(
            state,
            REZONANS_KAFKA__SERVERS=json.dumps(servers),
            REZONANS_KAFKA__SESSION_SECONDS="6",
            REZONANS_STORE__PORT=str(self.ports["store"]),
            REZONANS_DESK__PORT=str(self.ports["desk"]),
            **{
                f"REZONANS_COLLECTORS__{name.upper()}__{key.upper()}": value
                for name, table in sources.items()
                for key, value in table.items()
            },
        )
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._commands: dict[str, tuple[list[str], dict[str, str]]] = {}
        self.restarts = 0

    def command(self, *arguments: str) -> str:
        """What a command says; it has to succeed."""
        return subprocess.run(
            self._words(*arguments),
            env=self._environment,
            cwd=self.state.parent,
            check=True,
            capture_output=True,
            text=True,
            timeout=60,
        ).stdout

    def start(self, *names: str) -> None:
        """Processes by the names of their commands."""
        for name in names:
            self._launch(name, self._words(name), self._environment)

    def start_worker(self, only: str, number: int) -> str:
        """One of several workers for a part of the work, with a state folder of its own."""
        label = f"{only}-{number}"
        state = self.state.parent / label
        env = {**self._environment, "REZONANS_STATE_DIR": str(state)}
        self._launch(label, self._words("worker", "--only", only), env)
        return label

    def cpu_seconds(self, name: str) -> float:
        """What a process has used so far."""
        times = psutil.Process(self._processes[name].pid).cpu_times()
        return float(times.user + times.system)

    def _launch(self, name: str, words: list[str], env: dict[str, str]) -> None:
        self._commands[name] = (words, env)
        self._processes[name] = subprocess.Popen(words, env=env, cwd=self.state.parent)

    def kill(self, name: str) -> None:
        """Gone without a word; `tend` brings it back."""
        self._processes[name].kill()
        self._processes[name].wait(timeout=10)

    def end(self, name: str) -> None:
        """Ask it to stop, for good."""
        process = self._processes.pop(name)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0

    def tend(self) -> None:
        """Start again what has died."""
        dead = [name for name, process in self._processes.items() if process.poll() is not None]
        self.restarts += len(dead)
        for name in dead:
            self._launch(name, *self._commands[name])

    def stop(self) -> None:
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(timeout=10)

    @staticmethod
    def _words(*arguments: str) -> list[str]:
        return [sys.executable, "-m", "rezonans", *arguments]


def wait_until(found: Callable[[], object], seconds: float) -> None:
    """Return when it is true."""
    until = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < until, f"not within {seconds} s"
        time.sleep(0.2)  # processes of the operating system have no other signal


@contextmanager
def kafka(folder: Path) -> Iterator[Kafka]:
    """A broker for a test, where the machine has what it needs."""
    if shutil.which("java") is None or shutil.which("mvn") is None:
        pytest.skip("no Java or no Maven here: not tried on Apache Kafka")
    running = Kafka(folder)
    try:
        yield running
    finally:
        running.stop()
