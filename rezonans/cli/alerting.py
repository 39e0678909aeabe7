"""The desks and their channels, put together from the settings."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any

import structlog

from rezonans.handling import Action
from rezonans.records import Spike, encode
from rezonans.refused import SettingsError
from rezonans.security import client_options
from rezonans.settings import Settings
from rezonans.topics import ACTIONS, ALERTS
from rezonans.troubles import Busy, Invalid

TICK_SECONDS = 5.0
SAY_SECONDS = 0.5
DRAW_SECONDS = 5.0
RECALL_SECONDS = 2.0

log = structlog.get_logger("alerts")


@dataclass(frozen=True)
class Alerting:
    """What the worker does about alerts: two steps, and what runs beside them."""

    steps: Mapping[str, Any]
    services: list[Callable[[], Any]]


def alerting(settings: Settings) -> Alerting:
    """A replay has no desks: it decides nothing, sends nothing, and says so of nothing."""
    from rezonans.cli.understanding import taxonomy_of
    from rezonans.cli.watching import watching
    from rezonans.cli.wiring import patiently
    from sinks.alerts import Office, Outbox, Sender, Words
    from sinks.names import names
    from streams import reading
    from streams.stages.drain import Drain

    desks = {} if settings.replay else watching(settings)
    channels = {} if settings.replay else settings.alerts
    known = taxonomy_of(settings)
    called = partial(names, known=known)
    outbox = Outbox(settings.state_dir / "outbox.sqlite3")
    try:
        office = Office(outbox, desks)
        draw = drawing(settings, called)
        sender = Sender(outbox, channels, Words(settings.desk_url, desks, draw, called))
    except Invalid as error:
        raise SettingsError(str(error)) from None

    async def take(spikes: list[Spike]) -> None:
        await patiently(partial(office.take, spikes), "outbox")

    async def heed(actions: list[Action]) -> None:
        await patiently(partial(office.heed, actions), "outbox")

    steps = {
        "alert": Drain("alert", reading.records("alert", Spike), take),
        "heed": Drain("heed", reading.records("heed", Action), heed),
    }
    if not desks:
        return Alerting(steps, [])
    outbox.close(tuple(channels))
    services: list[Callable[[], Any]] = [
        sender.run,
        partial(_ticking, office),
        partial(_saying, settings, outbox),
    ]
    services += listening(settings, known.topics)
    if office.blank:
        services.append(partial(_recalling, settings, office))
    return Alerting(steps, services)


def listening(settings: Settings, topics: Container[str]) -> list[Callable[[], Any]]:
    """Who listens for presses of buttons: one for each channel that has them."""
    from sinks.alerts.buttons import Buttons

    send = deliver(settings)
    return [
        Buttons(
            name, channel.url.get_secret_value(), partial(order, send),
            language=channel.language or "ru", topics=topics,
        ).run
        for name, channel in settings.alerts.items()
        if channel.buttons
    ]  # fmt: skip


def drawing(settings: Settings, called: Callable[[Any], Any]) -> Any:
    """Draws the course of a letter's lane from what the store holds, or gives it up in time.
    `called`: names of topics and places in a language."""
    from rezonans.i18n import translator
    from sinks.alerts.chart import Caption, png, svg
    from sinks.clickhouse.reader import Store
    from sinks.desk.cache import Cache
    from sinks.desk.course import Course
    from sinks.desk.query import Unreachable
    from sinks.sentence import headline

    course = Course(Store(settings.store_url, settings.store_token), Cache(monotonic))

    async def draw(letter: Any, language: Any) -> bytes | None:
        spike, words = letter.spikes[0], translator(language)
        caption = Caption(
            headline(spike, words, called(language)), spike.alarm, spike.since.timestamp()
        )
        try:
            async with asyncio.timeout(DRAW_SECONDS):
                found = await course(spike.lane, spike.since, spike.at)
                return await asyncio.to_thread(png, svg(found, caption, words))
        except (Unreachable, TimeoutError) as error:
            log.warning("no_picture", reason=str(error) or "the store is too slow")
            return None

    return draw


def deliver(settings: Settings) -> Any:
    """A way to write single messages into the log; owns its connection."""
    from collectors.runner import KafkaDeliver

    return KafkaDeliver(
        settings.kafka.servers,
        settings.kafka.prefix,
        linger_ms=0,
        options=client_options(settings.kafka.security),
    )


async def order(send: Any, action: Action) -> None:
    """An action into the log. `Busy`: the log can not take it now."""
    await send(ACTIONS.name, action.subject.encode(), encode(action))


async def _ticking(office: Any) -> None:
    from rezonans.cli.wiring import patiently

    while True:
        await patiently(office.tick, "outbox")
        await asyncio.sleep(TICK_SECONDS)


async def _recalling(settings: Settings, office: Any) -> None:
    """What people had ordered, from the store: a worker without a memory of its own obeys too."""
    from rezonans.cli.wiring import patiently
    from sinks.alerts.recall import actions
    from sinks.clickhouse.reader import QueryError, Store, Unavailable

    store = Store(settings.store_url, settings.store_token)
    try:
        while True:
            try:
                found = await actions(store)
                break
            except (Unavailable, QueryError) as error:
                log.warning("waiting", what="orders", reason=str(error), seconds=RECALL_SECONDS)
                await asyncio.sleep(RECALL_SECONDS)
    finally:
        await store.aclose()
    await patiently(partial(office.recall, found), "outbox")


async def _saying(settings: Settings, outbox: Any) -> None:
    """What became of alerts, into the log: forgotten here once the log has it."""
    send = deliver(settings)
    try:
        while True:
            try:
                said = await asyncio.to_thread(outbox.outcomes)
                await asyncio.gather(
                    *(send(ALERTS.name, one.desk.encode(), one.record) for one in said)
                )
                if said:
                    await asyncio.to_thread(outbox.said, said[-1].id)
            except Busy as busy:
                log.warning("waiting", what="alerts", reason=str(busy), seconds=busy.retry_after)
                await asyncio.sleep(busy.retry_after)
            else:
                await asyncio.sleep(SAY_SECONDS)
    finally:
        await send.close()
