"""Starts `rezonans run` in a folder of its own, on free ports, bounded in time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

CHECKOUT = Path(__file__).resolve().parents[2]


def environment(state: Path, **overrides: str) -> dict[str, str]:
    """Free ports and a state folder of its own; nothing of the caller's settings."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("REZONANS_")}
    return {
        **clean,
        "REZONANS_STATE_DIR": str(state),
        "REZONANS_DESK__PORT": "0",
        "REZONANS_STORE__PORT": "0",
        **overrides,
    }


@dataclass
class Running:
    """A `rezonans run` under way."""

    process: subprocess.Popen[str]
    state: Path

    def addresses(self, seconds: float = 180) -> dict[str, Any]:
        """What it listens on, once it is up."""
        path = self.state / "run.json"
        found = wait_for(lambda: path.exists() and path.read_text(), seconds)
        return dict(json.loads(found))

    def child(self, name: str) -> psutil.Process:
        """The process of a part: store, worker, desk, collect, or tansu for the log."""
        for child in psutil.Process(self.process.pid).children(recursive=True):
            try:
                line = child.cmdline()
            except psutil.Error:  # it died while we looked
                continue
            if name in line or (name == "log" and "--storage-engine" in line):
                return child
        raise AssertionError(f"no child {name}")

    def kill(self, name: str, seconds: float = 60) -> None:
        """A part is gone without a word; return when another process has its place. One that is
        just being started is waited for first."""
        old = wait_for(lambda: self._pid(name), seconds)
        os.kill(old, signal.SIGKILL)
        wait_for(lambda: self._pid(name) not in (None, old), seconds)

    @property
    def servers(self) -> list[str]:
        return [str(self.addresses()["log"])]

    def signal(self, name: str, number: int) -> None:
        """Send a signal to a part; nothing when it is not there."""
        pid = self._pid(name)
        if pid is not None:
            os.kill(pid, number)

    def rss_mb(self, name: str) -> float:
        """Memory of a part; 0 of one that is just away."""
        try:
            return float(self.child(name).memory_info().rss) / 2**20
        except (AssertionError, psutil.Error):
            return 0.0

    def _pid(self, name: str) -> int | None:
        try:
            return int(self.child(name).pid)
        except (AssertionError, psutil.Error):
            return None

    def summary(self, seconds: float) -> dict[str, Any]:
        """Wait for the end; the JSON object of the last line."""
        out, _ = self.process.communicate(timeout=seconds)
        assert self.process.returncode == 0, out
        return dict(json.loads(out.strip().splitlines()[-1]))


@contextmanager
def running(
    state: Path, *arguments: str, env: Mapping[str, str] | None = None
) -> Iterator[Running]:
    """`rezonans run` with arguments; whatever happens, nothing of it stays."""
    process = subprocess.Popen(
        [sys.executable, "-m", "rezonans", "run", *arguments],
        env=environment(state, **(env or {})),
        cwd=state.parent,
        stdout=subprocess.PIPE,
        text=True,
    )
    family: list[psutil.Process] = []
    try:
        yield Running(process, state)
        if process.poll() is None:
            family = psutil.Process(process.pid).children(recursive=True)
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=20)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait(timeout=10)
        if process.stdout:
            process.stdout.close()
        for left in psutil.wait_procs(family, timeout=5)[1]:
            left.kill()


def wait_for(found: Any, seconds: float, ask_seconds: float = 0.1) -> Any:
    """The first true answer of `found`, asked again and again; no answer is none yet."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with suppress(httpx.TransportError):
            if answer := found():
                return answer
        time.sleep(ask_seconds)  # processes of the operating system have no other signal
    raise AssertionError(f"not within {seconds} s")
