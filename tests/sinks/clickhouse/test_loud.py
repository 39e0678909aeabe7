"""From the spikes that are open to the targets that their posts came from, on a real store."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rezonans.cli.explain import Query
from rezonans.cli.loud import loud_targets
from rezonans.reasons import Lane
from rezonans.troubles import Busy
from sinks.clickhouse.reader import Unavailable
from sinks.clickhouse.writer import Writer
from tests.sinks.clickhouse.samples import mention, page, spike
from tests.sinks.conftest import Store


def test_targets_of_open_spikes(store: Store, query: Query) -> None:
    now = datetime.now(UTC)
    recent = now - timedelta(minutes=20)
    loud = [mention(f"vk:-1_{n}", published_at=recent, flags=()) for n in range(3)]
    other = [mention("vk:-2_1", published_at=recent, topics=(("roads", 0.9),), flags=())]
    old = [mention("vk:-3_1", published_at=now - timedelta(days=1), flags=())]
    writer = Writer(store.client)
    writer.write(
        mentions=[
            page(*loud, target="vk/loud"),
            page(*other, target="vk/other"),
            page(*old, target="vk/old"),
        ],
        spikes=[
            spike("open", at=now, since=now - timedelta(hours=1)),
            spike("closed", change="closed", at=now, since=now, lane=Lane(topic="roads")),
            spike("drill", simulation=True, at=now, since=now, lane=Lane(topic="roads")),
        ],
    )

    async def ask(sql: str, values: dict[str, Any]) -> list[dict[str, Any]]:
        return await asyncio.to_thread(query, sql, values)

    assert asyncio.run(loud_targets(ask)) == {"vk/loud"}


def test_a_store_that_is_away_is_busy() -> None:
    async def ask(sql: str, values: dict[str, Any]) -> list[dict[str, Any]]:
        raise Unavailable("the store is silent")

    with pytest.raises(Busy, match="silent"):
        asyncio.run(loud_targets(ask))
