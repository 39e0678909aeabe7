"""The embedded default as an object: its ports, its children, its addresses, its end."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

import httpx
from filelock import FileLock, Timeout
from prometheus_client import start_http_server

from rezonans import broker
from rezonans.cli.rolling import roll
from rezonans.cli.summary import counts_of_log, drained
from rezonans.redaction import SECRETS
from rezonans.refused import SettingsError
from rezonans.settings import Settings, reachable
from rezonans.supervise import Child, Refused, Supervisor

READY_SECONDS = 90.0
DRAIN_SECONDS = 30.0


def say(text: str) -> None:
    """One line for the person at the terminal."""
    print(f"rezonans: {SECRETS(text)}", file=sys.stderr, flush=True)


def require_free(setting: str, host: str, port: int) -> None:
    """`SettingsError` when nobody can listen there. 0 is always free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SettingsError(
                f"{setting}: can not listen on {host}:{port} ({error.strerror}); free it or "
                f"choose another with REZONANS_{setting.upper().replace('.', '__')}"
            ) from None


def owned(folder: Path, *, restoring: bool = False) -> FileLock:
    """The folder for one run at a time; `SettingsError` when it is taken or not writable, or holds
    a store that is restored in part, unless it is for `restoring`."""
    require_plain(folder)
    if not restoring:
        require_whole(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = FileLock(folder / "run.lock")
        lock.acquire(timeout=0)
    except Timeout:
        raise SettingsError(
            f"{folder}: another `rezonans` uses this folder; stop it, or choose another folder "
            "with REZONANS_STATE_DIR"
        ) from None
    except OSError as error:
        raise SettingsError(
            f"{folder}: can not write there ({error.strerror}); choose another folder with "
            "state_dir or REZONANS_STATE_DIR"
        ) from None
    return lock


def require_plain(folder: Path) -> None:
    """`SettingsError` for a name that the store's engine reads as an address: the data would lie in
    another folder."""
    whole = str(folder.resolve())
    if "?" in whole or "#" in whole:
        raise SettingsError(
            f"{whole}: a folder for data may have no ? and no # in its name; choose another with "
            "state_dir or REZONANS_STATE_DIR"
        )


def require_whole(folder: Path) -> None:
    """`SettingsError` when a restore of the store in this folder was cut off."""
    from sinks.clickhouse.backup import unfinished

    store = (folder / "store").resolve()
    if unfinished(store).exists():
        raise SettingsError(
            f"{store}: a restore was cut off here; `rezonans restore` it again, or move it away"
        )


class Embedded:
    """Log, store, worker, desk, and collectors unless somebody else feeds the log."""

    def __init__(
        self,
        settings: Settings,
        file: Path | None,
        *,
        collect: bool = True,
        overrides: Mapping[str, str] | None = None,
    ) -> None:
        self._settings = settings
        self._file = file
        self._overrides = dict(overrides or {})
        self._started_at = datetime.now(UTC)
        self._broker_port = broker.free_port()
        self._store_port = settings.store.port or broker.free_port(settings.store.host)
        self._desk_port = settings.desk.port or broker.free_port(settings.desk.host)
        self._ports = {
            "worker": settings.metrics.worker_port or broker.free_port(),
            "collect": settings.metrics.collect_port or broker.free_port(),
            "run": settings.metrics.run_port or broker.free_port(),
        }
        kafka = settings.kafka
        rule = roll(self.servers, kafka.prefix, kafka.roll_messages, kafka.roll_memory_mb)
        self.supervisor = Supervisor(
            self._children(collect), self._environment, say, roll=rule if collect else None
        )

    @property
    def desk_url(self) -> str:
        return f"http://{reachable(self._settings.desk.host)}:{self._desk_port}/"

    @property
    def store_url(self) -> str:
        return f"http://{reachable(self._settings.store.host)}:{self._store_port}"

    @property
    def servers(self) -> list[str]:
        return [f"127.0.0.1:{self._broker_port}"]

    async def run(self, work: Callable[[asyncio.Event], Awaitable[None]]) -> None:
        """Start, `work` until it returns or a signal sets its event, stop everything."""
        stop = asyncio.Event()
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(signum, stop.set)
        started = monotonic()
        self._started_at = datetime.now(UTC)
        say(f"starting log, store, worker, desk, collectors; data in {self._settings.state_dir}")
        start_http_server(self._ports["run"], self._settings.metrics.host)
        starting = asyncio.ensure_future(self.supervisor.start())
        stopping = asyncio.ensure_future(stop.wait())
        try:
            await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not stop.is_set():
                await starting
                self._announce(monotonic() - started)
                await work(stop)
        except Refused as error:
            raise SettingsError(str(error)) from None
        finally:
            starting.cancel()
            stopping.cancel()
            await asyncio.gather(starting, stopping, return_exceptions=True)
            say("stopping")
            # What is on its way is written down before its reader stops.
            await self.supervisor.stop([{"collect", "desk", "worker"}, {"store"}])
            (self._settings.state_dir / "run.json").unlink(missing_ok=True)
            say("stopped")

    async def summary(self) -> dict[str, Any]:
        """Counts of the log and of the store, once the store holds what the log does."""
        from sinks.clickhouse.reader import Store

        prefix = self._settings.kafka.prefix
        log = await asyncio.to_thread(counts_of_log, self.servers, prefix)
        reader = Store(self.store_url, self._settings.store_token)
        try:
            store = await drained(reader, log.sequences, DRAIN_SECONDS, self._started_at)
        finally:
            await reader.aclose()
        log = await asyncio.to_thread(counts_of_log, self.servers, prefix)
        return {
            **log.counts,
            "stored": store["stored"],
            "distinct_stored": store["distinct_stored"],
            "spikes": store["spikes"],
            "p50_seconds": store["p50_seconds"],
            "p99_seconds": store["p99_seconds"],
            "live_posts": store["live"],
            "rolls": self.supervisor.rolls,
            "restarts": sum(self.supervisor.restarted.values()),
            "peak_rss_mb": round(self.supervisor.peak_rss_mb, 1),
        }

    def _environment(self) -> dict[str, str]:
        """What the children see over the settings file; a new epoch for each life of the log."""
        return {
            "REZONANS_STATE_DIR": str(self._settings.state_dir.resolve()),
            "REZONANS_KAFKA__SERVERS": json.dumps(self.servers),
            "REZONANS_KAFKA__EPOCH": f"embedded-{secrets.token_hex(6)}",
            "REZONANS_STORE__PORT": str(self._store_port),
            "REZONANS_DESK__PORT": str(self._desk_port),
            "REZONANS_METRICS__WORKER_PORT": str(self._ports["worker"]),
            "REZONANS_METRICS__COLLECT_PORT": str(self._ports["collect"]),
            **self._overrides,
        }

    def _children(self, collect: bool) -> list[Child]:
        children = [
            Child("log", broker.command(self._broker_port), self._log_ready),
            Child("store", self._command("store"), _answers(f"{self.store_url}/ping")),
            Child("worker", self._command("worker"), _answers(self._metrics("worker"))),
            Child("desk", self._command("desk"), _answers(f"{self.desk_url}health")),
        ]
        return [*children, Child("collect", self._command("collect"))] if collect else children

    def _metrics(self, name: str) -> str:
        return f"http://{reachable(self._settings.metrics.host)}:{self._ports[name]}/metrics"

    def _command(self, name: str) -> list[str]:
        extra = ["--settings", str(self._file)] if self._file else []
        return [sys.executable, "-m", "rezonans", name, *extra]

    async def _log_ready(self) -> None:
        until = monotonic() + READY_SECONDS
        while not await asyncio.to_thread(broker.answers, "127.0.0.1", self._broker_port):
            if monotonic() > until:
                raise SettingsError(f"the log does not answer on port {self._broker_port}")
            await asyncio.sleep(0.1)
        prefix = self._settings.kafka.prefix
        await asyncio.to_thread(broker.apply_topics, self.servers, prefix)

    def _announce(self, seconds: float) -> None:
        addresses = {
            "desk": self.desk_url,
            "store": self.store_url,
            "log": self.servers[0],
            "metrics": {name: self._metrics(name) for name in self._ports},
            "pid": os.getpid(),
        }
        (self._settings.state_dir / "run.json").write_text(json.dumps(addresses, indent=2) + "\n")
        say(f"up after {seconds:.0f} s")
        say(f"desk: {self.desk_url}")
        say(f"store, read only: {self.store_url} (token in {self._settings.state_dir}/secrets)")
        say("Ctrl-C stops everything")


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
