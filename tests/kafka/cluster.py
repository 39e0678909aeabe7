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
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest

from rezonans import broker
from rezonans.security import Security, client_options
from tests.end_to_end.running import CHECKOUT, environment

STARTER = CHECKOUT / "deploy" / "kafka" / "start.py"
UNFIT = 2
"""Exit code of the starter on a machine that can not run Kafka."""


@dataclass(frozen=True)
class Guard:
    """A broker that encrypts with a certificate of its own and asks for a password."""

    folder: Path
    user: str = "rezonans"
    password: str = "correct-horse"

    @property
    def security(self) -> Security:
        return Security.model_validate(self._table)

    @property
    def environment(self) -> dict[str, str]:
        return {f"REZONANS_KAFKA__SECURITY__{k.upper()}": v for k, v in self._table.items()}

    @property
    def _table(self) -> dict[str, str]:
        signs = {"mechanism": "PLAIN", "username": self.user, "password": self.password}
        return {"protocol": "sasl_ssl", "ca_file": str(self.folder / "certificate.pem"), **signs}

    def certify(self) -> None:
        """A certificate for the loopback, signed by itself."""
        self.folder.mkdir(parents=True)
        key, certificate = self.folder / "key.pem", self.folder / "certificate.pem"
        words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
        words += ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"]
        words += ["-keyout", str(key), "-out", str(certificate)]
        subprocess.run(words, check=True, capture_output=True, timeout=60)
        both = key.read_text() + certificate.read_text()
        (self.folder / "server.pem").write_text(both)

    def properties(self, port: int) -> Path:
        login = f'{PLAIN} required username="{self.user}" password="{self.password}"'
        lines = {
            "listeners": f"SASL_SSL://127.0.0.1:{port},CONTROLLER://127.0.0.1:{broker.free_port()}",
            "advertised.listeners": f"SASL_SSL://127.0.0.1:{port}",
            "listener.security.protocol.map": "SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT",
            "inter.broker.listener.name": "SASL_SSL",
            "sasl.enabled.mechanisms": "PLAIN",
            "sasl.mechanism.inter.broker.protocol": "PLAIN",
            "listener.name.sasl_ssl.plain.sasl.jaas.config": (
                f'{login} user_{self.user}="{self.password}";'
            ),
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": str(self.folder / "server.pem"),
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": str(self.folder / "certificate.pem"),
        }
        controller = lines["listeners"].rsplit("//", 1)[1]
        lines["controller.quorum.voters"] = f"1@{controller}"
        path = self.folder / "guard.properties"
        path.write_text("".join(f"{name}={value}\n" for name, value in lines.items()))
        return path


PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule"


class Kafka:
    """The broker, on a port and a folder of its own that outlive a kill."""

    def __init__(self, folder: Path, guard: Guard | None) -> None:
        self.folder = folder
        self._guard = guard
        self.port = broker.free_port()
        self._process = self._start()

    @property
    def servers(self) -> list[str]:
        return [f"127.0.0.1:{self.port}"]

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, str(STARTER), "--port", str(self.port)]
        options: Mapping[str, str] = {}
        if self._guard:
            command += ["--properties", str(self._guard.properties(self.port))]
            options = client_options(self._guard.security)
        process = subprocess.Popen([*command, "--data", str(self.folder)])
        wait_until(
            lambda: broker.answers("127.0.0.1", self.port) or process.poll() is not None, 180
        )
        if process.poll() == UNFIT:
            pytest.skip("Kafka can not be had on this machine; the starter says why")
        broker.wait_until_ready(self.servers, 60, options)
        return process

    def kill_and_start(self) -> None:
        """Gone without a word, and back on its data."""
        self._process.kill()
        self._process.wait(timeout=10)
        self._process = self._start()

    def signal(self, number: int) -> None:
        self._process.send_signal(number)

    def wait_until_it_ends(self, seconds: float) -> None:
        """By itself; no longer than that."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=seconds)

    def away(self, seconds: float) -> None:
        """Stopped as for an upgrade, and back on its data after a while."""
        self.stop()
        time.sleep(seconds)
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
        self,
        state: Path,
        servers: list[str],
        sources: Mapping[str, Mapping[str, str]],
        extra: Mapping[str, str] = {},
    ) -> None:
        self.state = state
        self.ports = {name: broker.free_port() for name in ("store", "desk", "worker")}
        self.environment = environment(
            state,
            REZONANS_KAFKA__SERVERS=json.dumps(servers),
            REZONANS_KAFKA__SESSION_SECONDS="6",
            REZONANS_STORE__PORT=str(self.ports["store"]),
            REZONANS_DESK__PORT=str(self.ports["desk"]),
            REZONANS_METRICS__WORKER_PORT=str(self.ports["worker"]),
            **{
                f"REZONANS_COLLECTORS__{name.upper()}__{key.upper()}": value
                for name, table in sources.items()
                for key, value in table.items()
            },
            **extra,
        )
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._commands: dict[str, tuple[list[str], dict[str, str]]] = {}
        self.restarts = 0

    def command(self, *arguments: str, code: int = 0, **env: str) -> str:
        """What a command says; it has to end with that exit code."""
        done = subprocess.run(
            self._words(*arguments),
            env={**self.environment, **env},
            cwd=self.state.parent,
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == code, done.stderr
        return done.stdout + done.stderr

    def start(self, *names: str) -> None:
        """Processes by the names of their commands."""
        for name in names:
            self._launch(name, self._words(name), self.environment)

    def start_worker(self, only: str, number: int) -> str:
        """One of several workers for a part of the work, with a state folder of its own."""
        label = f"{only}-{number}"
        state = self.state.parent / label
        env = {
            **self.environment,
            "REZONANS_STATE_DIR": str(state),
            "REZONANS_METRICS__WORKER_PORT": "0",
        }
        self._launch(label, self._words("worker", "--only", only), env)
        return label

    def is_ready(self, name: str) -> bool:
        """Whether a process says that it takes part in the work."""
        try:
            url = f"http://127.0.0.1:{self.ports[name]}/ready"
            return httpx.get(url, timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    def cpu_seconds(self, name: str) -> float:
        """What a process has used so far."""
        times = psutil.Process(self._processes[name].pid).cpu_times()
        return float(times.user + times.system)

    def _launch(self, name: str, words: list[str], env: dict[str, str]) -> None:
        self._commands[name] = (words, env)
        self._processes[name] = subprocess.Popen(words, env=env, cwd=self.state.parent)

    def signal(self, name: str, number: int) -> None:
        """Send a signal to a process; nothing when it has just died."""
        self._processes[name].send_signal(number)

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
def kafka(folder: Path, guard: Guard | None = None) -> Iterator[Kafka]:
    """A broker for a test, where the machine has what it needs."""
    if shutil.which("java") is None or shutil.which("mvn") is None:
        pytest.skip("no Java or no Maven here: not tried on Apache Kafka")
    running = Kafka(folder, guard)
    try:
        yield running
    finally:
        running.stop()
