"""The processes: `worker`, `store`, `desk`, `collect`."""

from __future__ import annotations

import asyncio
import gc
import signal
import threading
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

import structlog
from cyclopts import Parameter

from rezonans import logs, pulse
from rezonans.cli import PROCESSES, SettingsFile, app, fail, settings_of
from rezonans.cli.embedded import require_free
from rezonans.refused import SettingsError
from rezonans.settings import Settings


def _ready(name: str, file: Path | None) -> Settings:
    """What every process does first."""
    logs.configure(name)
    settings = settings_of(file)
    if not settings.kafka.servers and name != "desk":
        raise SettingsError(
            f"`rezonans {name}` needs a log: set kafka.servers, or start `rezonans run`"
        )
    return settings


log = structlog.get_logger("rezonans")

YOUNG_OBJECTS = 20_000
"""New objects before the collector looks: a page of posts makes some thousand."""


def _keep_what_is_loaded() -> None:
    """Code, models and gazetteer stay as long as the process: walking them at each collection of
    garbage costs a tenth of the time and frees nothing."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 20)


@app.command(group=PROCESSES)
def worker(
    *,
    only: Annotated[
        Literal["understand", "resonate"] | None,
        Parameter(help="One part of it: understand (as many as partitions), resonate (one)."),
    ] = None,
    settings: SettingsFile = None,
) -> int:
    """Understand posts, find spikes, send alerts."""
    from rezonans.cli.wiring import worker_steps
    from streams.app import Watch, build, run
    from streams.topology import edges

    chosen = _ready("worker", settings)
    steps, services = worker_steps(chosen, only)
    own = [edge for edge in edges("worker") if edge.name in steps]
    heart = pulse.Pulse()
    seen = Watch(heart.beat, {})
    faust_app = build(only or "worker", _log(chosen), own, steps, seen)
    _serve_metrics(chosen, "worker", chosen.metrics.worker_port, heart)
    _keep_what_is_loaded()
    return run(faust_app, [*services, _watched(chosen, only or "worker", seen)])


@app.command(group=PROCESSES)
def store(*, settings: SettingsFile = None) -> int:
    """Own the embedded store: write what arrives, answer read-only queries."""
    from rezonans.cli.storing import keep_rollups, keep_room, open_store, store_steps
    from streams.app import Aside, Watch, build, run
    from streams.topology import edges

    chosen = _ready("store", settings)
    # the door has a thread: it would end alone, and the sink go on unseen
    if not chosen.store.url and _taken("store.port", chosen.store.host, chosen.store.port):
        return 1
    opened = open_store(chosen)
    heart, steps = pulse.Pulse(), store_steps(opened.writer)
    seen = Watch(heart.beat, {})
    faust_app = build("store", _log(chosen), edges("store"), steps, seen)
    if opened.door is None:
        _serve_metrics(chosen, "store", chosen.metrics.store_port, heart)
    else:
        _serve_aside(opened.door, chosen.store.host, chosen.store.port)
    _keep_what_is_loaded()
    beside = [Aside(partial(work, opened)) for work in (keep_rollups, keep_room)]
    return run(faust_app, [*beside, _watched(chosen, "store", seen)])


@app.command(group=PROCESSES)
def desk(*, settings: SettingsFile = None) -> int:
    """Serve the desk."""
    import uvicorn

    from rezonans.cli.wiring import desk_app

    chosen = _ready("desk", settings)
    if _taken("desk.port", chosen.desk.host, chosen.desk.port):
        return 1
    uvicorn.run(
        desk_app(chosen),
        host=chosen.desk.host,
        port=chosen.desk.port,
        log_config=None,
        timeout_graceful_shutdown=1,
        server_header=False,
    )
    return 0


@app.command(group=PROCESSES)
def collect(*, settings: SettingsFile = None) -> int:
    """Poll the sources that are set up, or the simulation when none is."""
    from rezonans.cli.wiring import collecting

    chosen = _ready("collect", settings)
    heart = pulse.Pulse()
    _serve_metrics(chosen, "collect", chosen.metrics.collect_port, heart)

    async def until_signal() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for signum in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(signum, stop.set)
        beating = asyncio.ensure_future(_beat(heart))
        try:
            await collecting(chosen, stop)
        finally:
            beating.cancel()

    asyncio.run(until_signal())
    return 0


def _taken(setting: str, host: str, port: int) -> bool:
    """Whether somebody else listens there, which is said. No mistake of the settings to those who
    start processes again: it may be free the next time."""
    try:
        require_free(setting, host, port)
    except SettingsError as error:
        fail(str(error))
        return True
    return False


def _watched(settings: Settings, group: str, seen: Any) -> Any:
    """Ends the process when its consumer has stopped without a word."""
    from rezonans.cli.positions import Log
    from rezonans.cli.standing import watch
    from streams.app import Aside

    patience = max(60.0, 2 * settings.kafka.session)
    return Aside(partial(watch, Log.of(settings.kafka), group, seen.idle, patience))


async def _beat(heart: pulse.Pulse) -> None:
    while True:
        heart.beat()
        await asyncio.sleep(1)


def _log(settings: Settings):  # type: ignore[no-untyped-def]
    from streams.app import Log

    return Log(
        servers=settings.kafka.servers,
        prefix=settings.kafka.prefix,
        epoch=settings.kafka.epoch,
        session_seconds=settings.kafka.session,
        state_dir=settings.state_dir,
        security=settings.kafka.security,
    )


def _serve_metrics(settings: Settings, name: str, port: int, heart: pulse.Pulse) -> None:
    """Metrics and health of this process; the port is said, it may be any free one."""
    try:
        server = pulse.serve(heart, settings.metrics.host, port)
    except OSError as error:
        raise SettingsError(
            f"metrics.{name}_port: can not listen on {settings.metrics.host}:{port} "
            f"({error.strerror}); choose another"
        ) from None
    log.info("metrics", host=settings.metrics.host, port=server.server_port)


def _serve_aside(door: object, host: str, port: int) -> None:
    """The store's door on a thread with a loop of its own, so that queries never wait on sinks."""
    import uvicorn

    class Door(uvicorn.Server):
        """Its thread ends with the process: it does not look ten times a second whether to stop."""

        async def main_loop(self) -> None:
            await self.on_tick(0)
            await asyncio.Event().wait()

    config = uvicorn.Config(
        door,  # type: ignore[arg-type]
        host=host,
        port=port,
        log_config=None,
        server_header=False,
        date_header=False,  # which the same tick would keep right
        timeout_graceful_shutdown=1,
    )
    server = Door(config)
    threading.Thread(target=server.run, name="door", daemon=True).start()
