"""The store as a command reads it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import httpx
import pytest

from rezonans.cli.explain import Query
from sinks.clickhouse.door import door
from sinks.clickhouse.reader import Store as Reader
from tests.sinks.conftest import Store


@pytest.fixture
def query(store: Store) -> Iterator[Query]:
    transport = httpx.ASGITransport(door(store.engine(), "t", hosts=("store",)))
    reader = Reader("http://store", "t", store.database, async_transport=transport)
    yield lambda sql, params: asyncio.run(reader.query(sql, params))
    asyncio.run(reader.aclose())
