"""The broadcaster: one look for all, only what is new, nobody waits for the slow."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Coroutine
from typing import Any

from sse_starlette import ServerSentEvent

from sinks.desk.board import Board
from sinks.desk.filters import Filter
from sinks.desk.live import MOST_CLIENTS, MOST_WAITING, Live
from sinks.desk.pages import Pages
from sinks.desk.vocabulary import Vocabulary
from tests.sinks.desk.world import NOW, World, busy, mention, ms, row_of, spike

PAGES = Pages(Vocabulary.of_models, "31", {})
LATER = ms(NOW) + 60_000


def live(world: World) -> Live:
    """Every turn finds the store's answers too old to keep."""
    clock = itertools.count(step=1000)
    return Live(Board(world, lambda: NOW, lambda: float(next(clock))), PAGES)


async def opened(
    site: Live, wanted: Filter | None = None, language: Any = "ru", after_ms: int = 0
) -> tuple[AsyncIterator[ServerSentEvent], asyncio.Task[ServerSentEvent]]:
    """A reader that waits for its first event."""
    events = site.follow(language, wanted or Filter(), after_ms)
    first = asyncio.create_task(next_of(events))
    await asyncio.sleep(0)
    return events, first


async def next_of(events: AsyncIterator[ServerSentEvent]) -> ServerSentEvent:
    return await anext(events)


def run(test: Coroutine[Any, Any, None]) -> None:
    asyncio.run(test)


async def until(name: str, events: AsyncIterator[ServerSentEvent]) -> str:
    """The data of the next event of a name."""
    async for event in events:
        if event.event == name:
            return str(event.data)
    raise AssertionError(f"the stream ended before {name}")


async def names(events: AsyncIterator[ServerSentEvent], count: int) -> list[str | None]:
    return [(await anext(events)).event for _ in range(count)]


def test_a_reader_gets_the_parts_of_the_page_and_then_only_what_changed() -> None:
    async def test() -> None:
        world = busy()
        site = live(world)
        events, first = await opened(site, after_ms=LATER)
        await site.turn()
        assert [(await first).event, *await names(events, 4)] == [
            "status", "pulse", "spikes", "alerts", "sources",
        ]  # fmt: skip
        await site.turn()
        world.rows["sources"] = []
        await site.turn()
        assert await names(events, 2) == ["pulse", "sources"]

    run(test())


def test_a_new_mention_reaches_those_who_want_it_once() -> None:
    async def test() -> None:
        world = busy()
        site = live(world)
        every, first = await opened(site, after_ms=LATER)
        gas, other = await opened(site, Filter(topic="gas"), "kk", LATER)
        await site.turn()
        await asyncio.gather(first, other)
        fresh = [
            mention("n1", "Нет воды", stored_ms=LATER + 1),
            mention("n2", "Пахнет газом", topic="gas", stored_ms=LATER + 2),
            mention("n3", "Из прошлого", stored_ms=LATER + 3, history=1),
        ]
        world.rows["mentions"] = fresh
        await site.turn()
        await site.turn()
        told = await until("mentions", every)
        assert "Нет воды" in told
        assert "Пахнет газом" in told
        assert "Из прошлого" not in told
        wanted = await until("mentions", gas)
        assert "Пахнет газом" in wanted
        assert "Нет воды" not in wanted
        world.rows["mentions"] = [mention("n4", "Ещё", stored_ms=LATER + 9)]
        await site.turn()
        assert "Нет воды" not in await until("mentions", every)

    run(test())


def test_a_group_of_topics_is_followed_by_its_topics() -> None:
    async def test() -> None:
        world = busy()
        site = live(world)
        wanted = Filter(topic="group-utilities", group=("water", "gas"))
        events, first = await opened(site, wanted, after_ms=LATER)
        await site.turn()
        await first
        world.rows["mentions"] = [
            mention("n1", "Нет воды", stored_ms=LATER + 1),
            mention("n2", "Ямы", topic="roads", stored_ms=LATER + 2),
        ]
        await site.turn()
        told = await until("mentions", events)
        assert "Нет воды" in told
        assert "Ямы" not in told

    run(test())


def test_rows_that_become_visible_late_are_still_told() -> None:
    async def test() -> None:
        world = busy()
        site = live(world)
        events, first = await opened(site, after_ms=LATER)
        world.rows["mentions"] = [mention("n2", "Позже", stored_ms=LATER + 3000)]
        await site.turn()
        await first
        assert "Позже" in await until("mentions", events)
        world.rows["mentions"].append(mention("n1", "Раньше", stored_ms=LATER + 1000))
        await site.turn()
        assert "Раньше" in await until("mentions", events)

    run(test())


def test_a_spike_that_opens_is_announced_in_the_readers_language() -> None:
    async def test() -> None:
        world = World()
        site = live(world)
        events, first = await opened(site, language="kk")
        await site.turn()
        await first
        world.rows["spikes"] = [row_of(spike())]
        await site.turn()
        assert "Жаңа резонанс: Су және кәріз" in await until("news", events)

    run(test())


def test_the_store_is_asked_once_however_many_read() -> None:
    async def test() -> None:
        world = busy()
        site = live(world)
        readers = [await opened(site) for _ in range(20)]
        await site.turn()
        await asyncio.gather(*(first for _, first in readers))
        assert [name for name, _ in world.asked].count("spikes") == 1

    run(test())


def test_a_store_that_goes_down_is_told_and_its_return_too() -> None:
    async def test() -> None:
        world = busy()
        site = live(world)
        events, first = await opened(site, after_ms=LATER)
        await site.turn()
        await first
        world.down = True
        await site.turn()
        status = await until("status", events)
        while "Хранилище не отвечает" not in status:
            status = await until("status", events)
        world.down = False
        await site.turn()
        assert "Хранилище" not in await until("status", events)

    run(test())


def test_a_slow_reader_is_let_go_and_the_number_of_readers_is_bounded() -> None:
    async def test() -> None:
        world = busy()
        site = live(world)
        slow, first = await opened(site, after_ms=LATER)
        await site.turn()
        await first
        for n in range(MOST_WAITING + 2):
            world.rows["mentions"] = [mention(f"n{n}", "Нет воды", stored_ms=LATER + n + 1)]
            await site.turn()
        assert site.readers == 0
        assert len([event async for event in slow]) == MOST_WAITING
        readers = [await opened(site) for _ in range(MOST_CLIENTS)]
        assert site.full
        events, refused = await opened(site)
        assert [event async for event in events] == []
        for _, waiting in [*readers, (events, refused)]:
            waiting.cancel()
        await asyncio.gather(*(w for _, w in readers), refused, return_exceptions=True)
        assert site.readers == 0

    run(test())


def test_nobody_reading_means_nobody_asks() -> None:
    async def test() -> None:
        world = busy()
        site = live(world)
        task = asyncio.create_task(site.run())
        for _ in range(20):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert world.asked == []

    run(test())
