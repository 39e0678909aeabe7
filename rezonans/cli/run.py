"""`rezonans run`: the embedded default under one supervisor."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import monotonic
from typing import Annotated, Any

import httpx
from cyclopts import Parameter
from filelock import FileLock, Timeout

from rezonans.cli import SettingsFile, app, settings_of
from rezonans.settings import Settings, SettingsError
from rezonans.supervise import Child, Supervisor

READY_SECONDS = 90.0
DRAIN_SECONDS = 30.0


@app.command
def run(
    *,
    for_: Annotated[float | None, Parameter(name="--for", help="Seconds, then stop.")] = None,
    settings: SettingsFile = None,
) -> int:
    """Start everything on this machine: log, store, worker, collectors, desk.

    With --for it stops by itself and prints one JSON object as the last line: posts and
    mentions of the log, rows stored, spikes, dead letters, delay of live posts, memory.
    """
    if for_ is not None and for_ <= 0:
        raise SettingsError("--for: a number of seconds above 0")
    file = settings
    chosen = settings_of(file)
    _validate(chosen)
    with _only_one(chosen):
        return asyncio.run(_Run(chosen, file, for_).go())


def _validate(settings: Settings) -> None:
    from rezonans.cli.check import component_problems

    if settings.kafka.servers or settings.store.url:
        raise SettingsError(
            "`run` starts the embedded log and store; with kafka.servers or store.url set, "
            "start `rezonans worker`, `collect` and `desk` instead"
        )
    problems = component_problems(settings)
    if problems:
        raise SettingsError("; ".join(problems))
    _refuse_taken("desk", settings.desk.host, settings.desk.port)
    _refuse_taken("store", settings.store.host, settings.store.port)


def _refuse_taken(section: str, host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SettingsError(
                f"{section}.port: can not listen on {host}:{port} ({error.strerror}); free it or "
                f"choose another with REZONANS_{section.upper()}__PORT"
            ) from None


def _only_one(settings: Settings) -> FileLock:
    """The state folder belongs to one run at a time."""
    try:
        settings.state_dir.mkdir(parents=True, exist_ok=True)
        lock = FileLock(settings.state_dir / "run.lock")
        lock.acquire(timeout=0)
    except Timeout:
        raise SettingsError(
            f"{settings.state_dir}: another `rezonans run` uses this folder; stop it, or choose "
            "another folder with REZONANS_STATE_DIR"
        ) from None
    except OSError as error:
        raise SettingsError(
            f"{settings.state_dir}: can not write there ({error.strerror}); choose another "
            "folder with state_dir or REZONANS_STATE_DIR"
        ) from None
    return lock


class _Run:
    """One run: its ports, its children, its end."""

    def __init__(self, settings: Settings, file: Path | None, seconds: float | None) -> None:
        from rezonans.broker import free_port

        self._settings = settings
        self._seconds = seconds
        self._file = file
        self._broker_port = free_port()
        self._store_port = settings.store.port or free_port(settings.store.host)
        self._desk_port = settings.desk.port or free_port(settings.desk.host)
        self._ports = {
            "worker": settings.metrics.worker_port or free_port(),
            "collect": settings.metrics.collect_port or free_port(),
        }
        self._supervisor = Supervisor(self._children(), self._environment, _say)

    @property
    def _desk_url(self) -> str:
        return f"http://{self._settings.desk.host}:{self._desk_port}/"

    @property
    def _store_url(self) -> str:
        return f"http://{self._settings.store.host}:{self._store_port}"

    @property
    def _servers(self) -> list[str]:
        return [f"127.0.0.1:{self._broker_port}"]

    def _environment(self) -> dict[str, str]:
        """What the children see over the settings file; a new epoch for each life of the log."""
        return {
            "REZONANS_STATE_DIR": str(self._settings.state_dir.resolve()),
            "REZONANS_KAFKA__SERVERS": json.dumps(self._servers),
            "REZONANS_KAFKA__EPOCH": f"embedded-{secrets.token_hex(6)}",
            "REZONANS_STORE__PORT": str(self._store_port),
            "REZONANS_DESK__PORT": str(self._desk_port),
            "REZONANS_METRICS__WORKER_PORT": str(self._ports["worker"]),
            "REZONANS_METRICS__COLLECT_PORT": str(self._ports["collect"]),
        }

    def _children(self) -> list[Child]:
        from rezonans import broker

        return [
            Child("log", broker.command(self._broker_port), self._log_ready),
            Child("store", self._command("store"), _answers(f"{self._store_url}/ping")),
            Child("worker", self._command("worker"), _answers(_metrics_url(self._ports["worker"]))),
            Child(
                "desk",
                self._command("desk"),
                _answers(f"{self._desk_url}health"),
            ),
            Child("collect", self._command("collect")),
        ]

    def _command(self, name: str) -> list[str]:
        extra = ["--settings", str(self._file)] if self._file else []
        return [sys.executable, "-m", "rezonans", name, *extra]

    async def _log_ready(self) -> None:
        from rezonans import broker

        await asyncio.to_thread(broker.wait_until_ready, self._servers, READY_SECONDS)
        await asyncio.to_thread(broker.apply_topics, self._servers)

    async def go(self) -> int:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for signum in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(signum, stop.set)
        started = monotonic()
        _say(f"starting log, store, worker, desk, collectors; data in {self._settings.state_dir}")
        starting = asyncio.ensure_future(self._supervisor.start())
        await asyncio.wait(
            {starting, asyncio.ensure_future(stop.wait())}, return_when=asyncio.FIRST_COMPLETED
        )
        try:
            if not stop.is_set():
                await starting
                self._announce(monotonic() - started)
                if self._seconds is not None:
                    loop.call_later(self._seconds, stop.set)
                await self._supervisor.watch(stop)
                if self._seconds is not None:
                    print(json.dumps(await self._summary()), flush=True)
        finally:
            starting.cancel()
            _say("stopping")
            await self._supervisor.stop()
            (self._settings.state_dir / "run.json").unlink(missing_ok=True)
            _say("stopped")
        return 0

    def _announce(self, seconds: float) -> None:
        addresses = {
            "desk": self._desk_url,
            "store": self._store_url,
            "log": self._servers[0],
            "metrics": {name: _metrics_url(port) for name, port in self._ports.items()},
            "pid": os.getpid(),
        }
        (self._settings.state_dir / "run.json").write_text(json.dumps(addresses, indent=2) + "\n")
        simulated = "" if self._settings.collectors else " (simulation: no collectors are set up)"
        _say(f"up after {seconds:.0f} s{simulated}")
        _say(f"desk: {self._desk_url}")
        _say(f"store, read only: {self._store_url} (token in {self._settings.state_dir}/secrets)")
        _say("Ctrl-C stops everything")

    async def _summary(self) -> dict[str, Any]:
        """Counts after the collectors have stopped and the rest has drained."""
        from rezonans.cli.summary import counts_of_log, drained

        await self._supervisor.stop(["collect"])
        log = await asyncio.to_thread(counts_of_log, self._servers)
        store = await drained(
            self._store_url, self._settings.store_token, log["posts"], DRAIN_SECONDS
        )
        log = await asyncio.to_thread(counts_of_log, self._servers)
        return {
            "posts": log["posts"],
            "mentions": log["mentions"],
            "stored": store["stored"],
            "distinct_stored": store["distinct_stored"],
            "spikes": store["spikes"],
            "dead_letters": log["dead_letters"],
            "p50_seconds": store["p50_seconds"],
            "p99_seconds": store["p99_seconds"],
            "live_posts": store["live"],
            "restarts": self._supervisor.restarts,
            "peak_rss_mb": round(self._supervisor.peak_rss_mb, 1),
        }


def _metrics_url(port: int) -> str:
    return f"http://127.0.0.1:{port}/metrics"


def _answers(url: str) -> Callable[[], Awaitable[None]]:
    async def ready() -> None:
        until = monotonic() + READY_SECONDS
        async with httpx.AsyncClient(trust_env=False) as client:
            while monotonic() < until:
                try:
                    (await client.get(url, timeout=2)).raise_for_status()
                except httpx.HTTPError:
                    await asyncio.sleep(0.2)
                else:
                    return

    return ready


def _say(text: str) -> None:
    print(f"rezonans: {text}", file=sys.stderr, flush=True)
