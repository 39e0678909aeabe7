"""The store of the settings: opened, with its steps and what keeps its rollups."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import structlog

from rezonans.cli.wiring import patiently
from rezonans.handling import Action, Alert
from rezonans.records import DeadLetter, Spike
from rezonans.refused import SettingsError
from rezonans.remade import Remade
from rezonans.settings import Settings
from rezonans.troubles import Busy

log = structlog.get_logger("rezonans")


@dataclass(frozen=True)
class OpenedStore:
    writer: Any
    rollups: Any
    door: Any
    room: Any = None
    """Of the disk of an embedded one."""
    again: datetime | None = None
    """Hours that were computed since then are computed again."""


def open_store(settings: Settings) -> OpenedStore:
    """The store at its newest schema; the embedded one with its door."""
    if settings.replay and settings.store.url:
        raise SettingsError("a replay has a store of its own; unset store.url for it")
    from rezonans.cli.brim import Opening
    from rezonans.cli.embedded import require_plain, require_whole
    from sinks.clickhouse import place_names
    from sinks.clickhouse.client import DATABASE, open_client
    from sinks.clickhouse.door import door
    from sinks.clickhouse.engine import Engine, Limits
    from sinks.clickhouse.layout import Layout
    from sinks.clickhouse.letters import with_window
    from sinks.clickhouse.migrate import MigrationError, migrate, retain
    from sinks.clickhouse.rollup import Rollups
    from sinks.clickhouse.room import Room
    from sinks.clickhouse.upkeep import Upkeep, with_upkeep
    from sinks.clickhouse.writer import Writer

    if not settings.store.url:
        require_plain(settings.state_dir)
        require_whole(settings.state_dir)
    folder = (settings.state_dir / "store").resolve()
    where = settings.store.url or f"chdb://{folder}"
    client_of = partial(open_client, where, settings.store_token if settings.store.url else "")
    opening = Opening(folder)
    try:
        client = client_of()
        layout = Layout(settings.store.cluster, settings.store.sharded)
        for name in migrate(client, layout=layout):
            log.info("migrated", name=name)
        with _later("names of places"):
            place_names.fill(client)
        retain(client, _retention(settings), layout)
        rollups = Rollups(client_of(), settle_seconds=60.0 if settings.store.url else 2.0)
    except (MigrationError, RuntimeError) as error:
        raise SettingsError(str(error)) from None
    if settings.store.url:
        return OpenedStore(Writer(client), rollups, None)
    limits = Limits()
    engine = Engine(folder, DATABASE, limits)
    hosts = settings.store.hosts
    opened = with_window(
        door(engine, settings.store_token, hosts, limits), engine, settings.operator_token, hosts
    )
    with_upkeep(opened, Upkeep(client_of, folder), settings.operator_token, hosts)
    room = Room(folder)
    return OpenedStore(Writer(client, room=room), rollups, opened, room, opening.again())


@contextmanager
def _later(what: str) -> Iterator[None]:
    """A full store is opened all the same: it has to answer. This comes at its next start."""
    try:
        yield
    except Busy as busy:
        log.warning("not now", what=what, reason=str(busy))


def _retention(settings: Settings) -> dict[str, int]:
    return {
        name.removesuffix("_days"): 0 if settings.replay else days
        for name, days in settings.store.retention.model_dump().items()
    }


def store_steps(writer: Any) -> Mapping[str, Any]:
    """The steps of the store by edge. One thread writes: chDB clients are not shared."""
    from concurrent.futures import ThreadPoolExecutor

    from rezonans.cli.brim import over
    from sinks.clickhouse.room import Broken
    from streams import reading
    from streams.stages.drain import Drain

    one_thread = ThreadPoolExecutor(1, thread_name_prefix="writer")

    def into(field: str) -> Callable[[list[Any]], Any]:
        async def write(records: list[Any]) -> None:
            call = partial(writer.write, **{field: records})
            try:
                await patiently(call, "store", one_thread)
            except Broken as broken:
                await over(str(broken))

        return write

    def drain(edge: str, field: str, kind: Any) -> Drain:
        return Drain(edge, reading.records(edge, kind), into(field))

    pages = reading.mentions("store-mentions")
    return {
        "store-mentions": Drain("store-mentions", pages, into("mentions"), field="mentions"),
        "store-remade": drain("store-remade", "remade", Remade),
        "store-spikes": drain("store-spikes", "spikes", Spike),
        "store-dead-letters": drain("store-dead-letters", "dead_letters", DeadLetter),
        "store-actions": drain("store-actions", "actions", Action),
        "store-alerts": drain("store-alerts", "alerts", Alert),
    }


async def keep_rollups(opened: OpenedStore) -> None:
    """Compute what batches touched, on a thread of its own beside the writer's."""
    from concurrent.futures import ThreadPoolExecutor

    from rezonans.cli.brim import over
    from sinks.clickhouse.rollup import keep
    from sinks.clickhouse.room import Broken

    one_thread = ThreadPoolExecutor(1, thread_name_prefix="rollups")
    if opened.again:
        await patiently(partial(opened.rollups.again, opened.again), "rollups", one_thread)
    try:
        call = partial(asyncio.get_running_loop().run_in_executor, one_thread)
        await keep(opened.rollups, call)
    except Broken as broken:
        await over(str(broken))


async def keep_room(opened: OpenedStore) -> None:
    """See to it that an embedded store whose disk was full is opened again."""
    from rezonans.cli.brim import over, watch

    if opened.room:
        await watch(opened.room, over)
