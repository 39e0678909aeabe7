"""Settings to objects: the parts of each process, put together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Literal

import structlog
from pydantic import ValidationError

from rezonans.refused import SettingsError, explain
from rezonans.security import client_options
from rezonans.settings import Settings
from rezonans.troubles import Busy

SIMULATION = "simulation"
COLLECT = "collect"  # below `state_dir`: what the collectors keep

log = structlog.get_logger("rezonans")


def collector_tables(settings: Settings) -> dict[str, dict[str, Any]]:
    """The collectors of the settings, or the simulation when none is switched on."""
    tables = {name: dict(table) for name, table in settings.collectors.items()}
    if any(table.get("enabled", True) for table in tables.values()):
        return tables
    tables[SIMULATION] = {
        "kind": "simulate",
        "legal_basis": "simulation, no real person wrote this",
        "truth": str(settings.state_dir / "simulation-truth.jsonl"),
    }
    return tables


async def collecting(settings: Settings, stop: asyncio.Event) -> None:
    """Poll until `stop`."""
    from collectors.runner import KafkaDeliver, Options, collect, instances
    from collectors.runner.doors import Listen
    from rezonans.cli.loud import loud_targets
    from sinks.clickhouse.reader import Store

    deliver = KafkaDeliver(
        settings.kafka.servers,
        settings.kafka.prefix,
        options=client_options(settings.kafka.security),
    )
    store = Store(settings.store_url, settings.store_token)
    try:
        await collect(
            instances(collector_tables(settings)),
            deliver,
            _Cursors(store),
            options=Options(
                secret=settings.pseudonym_key,
                epoch=settings.privacy.epoch,
                public=resonance(settings).leaders.handles,
                contact=settings.contact,
                folder=settings.state_dir / COLLECT,
            ),
            stop=stop,
            paced=True,
            loud=partial(loud_targets, store.query),
            listen=Listen(settings.intake.host, settings.intake.port),
        )
    finally:
        await deliver.close()
        await store.aclose()


@asynccontextmanager
async def cursors_of(settings: Settings) -> AsyncIterator[Any]:
    """Asks the store for the newest sequence of a target, for commands that write history."""
    from sinks.clickhouse.reader import Store

    store = Store(settings.store_url, settings.store_token)
    known = _Cursors(store)

    async def stored(target: str) -> int:
        position = await known.get(target)
        return 0 if position is None else int(position.sequence)

    try:
        yield stored
    finally:
        await store.aclose()


class _Cursors:
    """What the store knows of targets, as the runner asks it."""

    def __init__(self, store: Any) -> None:
        self._store = store

    async def get(self, target: str) -> Any:
        from collectors.runner import Position
        from sinks.clickhouse.reader import QueryError, Unavailable

        try:
            found = await asyncio.to_thread(self._store.read_cursor, target)
        except (Unavailable, QueryError) as error:
            raise Busy(str(error), 1.0) from None
        return None if found is None else Position(cursor=found.cursor, sequence=found.sequence)


Part = Literal["understand", "resonate"]
"""What a worker may do alone: the stateless part scales by partitions, the other keeps lanes."""


def worker_steps(
    settings: Settings, only: Part | None = None
) -> tuple[Mapping[str, Any], Sequence[Any]]:
    """The steps of the worker by edge, and what runs beside them."""
    from streams.app import Aside
    from streams.kept import MOST_BYTES, Kept

    kept = Kept(0 if only else MOST_BYTES)  # a part alone reads nothing that it has written
    steps = dict(_understanding(settings, kept)) if only != "resonate" else {}
    if only == "understand":
        return steps, []
    from rezonans.cli.alerting import alerting

    alerts = alerting(settings)
    steps |= {"resonate": _resonate(settings, kept), **alerts.steps}
    return steps, [Aside(work) for work in alerts.services]


def _understanding(settings: Settings, kept: Any) -> Mapping[str, Any]:
    from models.drift import known_words
    from rezonans.cli.understanding import model_of
    from streams.stages.understand import Understand
    from streams.stages.words import Sampled

    model = model_of(settings)
    sampled = Sampled(model, known_words(model.language))
    return {"understand": Understand(sampled, model.versions, kept=kept)}


def _resonate(settings: Settings, kept: Any) -> Any:
    from streams.resonance import snapshot as snapshots
    from streams.resonance.stored import Unusable
    from streams.stages.resonate import Resonate

    path = settings.state_dir / f"{settings.kafka.prefix}resonance.snapshot"
    try:
        snapshot = snapshots.read(path, settings.kafka.epoch, resonance(settings))
    except Unusable as error:
        raise SettingsError(str(error)) from None
    return Resonate(snapshot, path, settings.worker.snapshot_seconds, kept=kept)


def resonance(settings: Settings) -> Any:
    """The knobs of the bank from the settings."""
    from streams.resonance.settings import ResonanceSettings

    try:
        return ResonanceSettings.model_validate(settings.resonance)
    except ValidationError as error:
        raise SettingsError(explain(error, "resonance", form=ResonanceSettings)) from None


async def patiently(call: Callable[[], Any], what: str, executor: Any = None) -> None:
    """Call until it is not `Busy`: a full disk or a server away means waiting, not loss."""
    loop = asyncio.get_running_loop()
    while True:
        try:
            await loop.run_in_executor(executor, call)
        except Busy as busy:
            log.warning("waiting", what=what, reason=str(busy), seconds=busy.retry_after)
            await asyncio.sleep(busy.retry_after)
        else:
            return


def desk_app(settings: Settings) -> Any:
    """The desk over the store's door."""
    import collectors
    from rezonans.cli.alerting import deliver, order
    from rezonans.cli.understanding import explainer, taxonomy_of
    from sinks.clickhouse.reader import Store
    from sinks.desk.app import desk
    from sinks.desk.vocabulary import Vocabulary

    store = Store(settings.store_url, settings.store_token)
    act = None
    if settings.kafka.servers:
        act = partial(order, deliver(settings))
    return desk(
        store,
        language=settings.language,
        home=settings.home,
        hosts=settings.desk.hosts,
        missing={kind: collectors.load(kind).OFFERS.missing() for kind in collectors.kinds()},
        vocabulary=partial(Vocabulary.of_models, known=taxonomy_of(settings)),
        explain=explainer(settings),
        act=act,
        key=settings.desk_key,
    )
