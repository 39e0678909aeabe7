"""Past mentions and corrections, through the narrow door, on the real engine."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from rezonans.handling import Action
from sinks.clickhouse import past
from sinks.clickhouse.door import door
from sinks.clickhouse.reader import Store as Reader
from sinks.clickhouse.writer import Writer
from tests.sinks.clickhouse.samples import NOW, fact, mention, page
from tests.sinks.conftest import Store

TOKEN = "a-token-of-the-tests"


@pytest.fixture
def query(store: Store) -> Iterator[Callable[[str, dict[str, Any]], list[Any]]]:
    """Two posts of today, one of last month, one of the simulation, one deleted, corrections."""
    posts = [
        mention("vk:1", text="нет воды", flags=()),
        mention("vk:2", text="су жоқ", topics=(), context="Су туралы"),
        mention("vk:old", text="давно", published_at=NOW - timedelta(days=40)),
        mention("vk:sim", text="учение", flags=("simulation",)),
        mention("vk:gone", text="удалено"),
    ]
    relabels = [
        Action(
            action=f"a{number}", at=NOW + timedelta(minutes=number), subject="item:vk:1",
            verb="relabel", by=by, value="topic=water",
        )
        for number, by in enumerate(("Айгүл", "Ерлан"))
    ]  # fmt: skip
    seen = Action(action="b", at=NOW, subject="spike:1", verb="acknowledge", by="Айгүл")
    writer = Writer(store.client, now=lambda: NOW)
    writer.write(mentions=[page(*posts), page(fact("vk:gone", "deleted"), sequence=2)])
    writer.write(actions=[*relabels, seen])
    transport = httpx.ASGITransport(door(store.engine(), TOKEN, hosts=("store",)))
    reader = Reader("http://store", TOKEN, store.database, async_transport=transport)
    yield lambda sql, params: asyncio.run(reader.query(sql, params))
    asyncio.run(reader.aclose())


def test_a_sample_has_text_and_labels(query: past.Query) -> None:
    found = {each.item: each for each in past.sample(query, NOW - timedelta(days=7), 100)}
    assert set(found) == {"vk:1", "vk:2", "vk:sim"}
    assert found["vk:1"].topic == "heating"
    assert found["vk:1"].sentiment == "negative"
    assert found["vk:2"].topic is None
    assert found["vk:2"].text.context == "Су туралы"
    assert found["vk:1"].at.tzinfo is not None
    assert len(past.sample(query, NOW - timedelta(days=7), 1)) == 1


def test_corrections_come_in_their_order(query: past.Query) -> None:
    found = past.relabels(query)
    assert [(row["by"], row["subject"], row["value"]) for row in found] == [
        ("Айгүл", "item:vk:1", "topic=water"),
        ("Ерлан", "item:vk:1", "topic=water"),
    ]


def test_texts_are_of_people_and_still_there(query: past.Query) -> None:
    found = past.texts(query, ["vk:1", "vk:sim", "vk:gone", "vk:no", "a\nb"])
    assert set(found) == {"vk:1"}
    assert found["vk:1"]["text"] == "нет воды"


def test_a_flood_of_one_name_takes_no_room_from_others(store: Store, query: past.Query) -> None:
    flood = [
        Action(action=f"f{number:05}", at=NOW + timedelta(hours=1, seconds=number),
               subject="item:vk:2", verb="relabel", by="Гнев", value="topic=gas")
        for number in range(past.MOST_OF_ONE + 5)
    ]  # fmt: skip
    Writer(store.client, now=lambda: NOW).write(actions=flood)
    found = past.relabels(query)
    assert [row["by"] for row in found[:2]] == ["Айгүл", "Ерлан"]
    assert len(found) == 2 + past.MOST_OF_ONE
    assert found[2]["at"] == flood[5].at
    assert found[-1]["at"] == flood[-1].at
