"""What is deleted at a source is gone from the store within a day, through loop and store."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx

from collectors.runner import Options, collect, instance
from models.texts import Text
from models.understanding import Labels
from rezonans.cli.explain import Query
from rezonans.records import Mentions
from sinks.clickhouse.writer import Writer
from streams.envelope import Envelope
from streams.reading import mentions
from streams.steps.understand import understand
from tests.collectors.fakes import vk
from tests.collectors.stage import SECRET, START, Log
from tests.collectors.stage import Store as Known
from tests.collectors.virtual import VirtualTime
from tests.sinks.conftest import Store

DAY = 24 * 3600.0
TABLE = {
    "kind": "vk",
    "legal_basis": "ours",
    "token": vk.TOKEN,
    "every_seconds": 900.0,
    "walls": [{"name": "club123"}],
}


def model(texts: Sequence[Text]) -> list[Labels]:
    return [
        Labels(
            language="ru",
            script="cyrl",
            topics=(("water", 0.9),),
            appeal="complaint",
            appeal_probability=0.7,
            sentiment=None,
            urgent=0.1,
            places=(),
            fingerprint=None,
        )
        for _ in texts
    ]


def understood(log: Log) -> list[Mentions]:
    """What the worker makes of the pages, as the store reads it."""
    batch = [
        Envelope("posts", 0, offset, key, value)
        for offset, (topic, key, value) in enumerate(log.messages)
        if topic == "posts"
    ]
    outputs = understand(batch, model, {"topic": "1"}, START + timedelta(days=30))
    read = mentions("store-mentions")
    found = [
        read(Envelope("mentions", 0, n, o.key, o.value), START)[0] for n, o in enumerate(outputs)
    ]
    return [page for page in found if page is not None]


def test_what_is_deleted_at_the_source_is_gone_from_the_store_within_a_day(
    store: Store, query: Query
) -> None:
    face = vk.Vk(vk.World())
    world, time, log = face.world, VirtualTime(), Log()
    posts = [world.post(f"Жазба {n}", ago=600 + n) for n in range(150)]
    comments = [world.comment(posts[40], f"Пікір {n}") for n in range(3)]

    def answer(request: httpx.Request) -> httpx.Response:
        world.now = time.now
        return face(request)

    async def main() -> None:
        stop = asyncio.Event()
        running = asyncio.create_task(
            collect(
                [instance("walls", TABLE)],
                log,
                Known(),
                options=Options(secret=SECRET),
                stop=stop,
                clock=time.clock,
                inner=httpx.MockTransport(answer),
                rng=random.Random(1),
            )
        )
        await time.pass_for(3600.0)
        posts[3].deleted = True  # among the newest
        posts[120].deleted = True  # far behind them
        comments[1].deleted = True
        await time.pass_for(DAY)
        stop.set()
        await running

    asyncio.run(main())
    Writer(store.client).write(mentions=understood(log))
    rows: list[dict[str, Any]] = query("SELECT text FROM mentions_public LIMIT 1000", {})
    texts = {row["text"] for row in rows}
    assert {"Жазба 4", "Жазба 119"} <= texts
    assert not {"Жазба 3", "Жазба 120", "Пікір 1"} & texts
