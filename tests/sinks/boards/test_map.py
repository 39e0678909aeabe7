"""The desk's page of the map over the small year: its numbers are those of the boards."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import httpx
import pytest

from rezonans.i18n import translator
from sinks.clickhouse.door import door
from sinks.clickhouse.reader import Store as Reader
from sinks.desk.filters import NO_FILTER
from sinks.desk.vocabulary import Vocabulary
from sinks.desk.where import RANGES, Where, WhereView
from tests.sinks.boards import year
from tests.sinks.boards.conftest import Asked


@pytest.fixture
def where(asked_of_a_year: Asked) -> Where:
    app = door(asked_of_a_year.engine, "t", hosts=("store",))
    transport = httpx.ASGITransport(app)
    database = asked_of_a_year.engine.database
    reader = Reader("http://store", "t", database, async_transport=transport)
    return Where(reader, time.monotonic, lambda: year.UNTIL)


@pytest.mark.parametrize("length", RANGES)
def test_the_map_shows_the_numbers_of_the_boards(
    asked_of_a_year: Asked, where: Where, length: str
) -> None:
    words, spoken = translator("kk"), Vocabulary.of_models("kk")
    view: WhereView = asyncio.run(where(length, NO_FILTER, words, spoken))
    span = (year.UNTIL - RANGES[length][1], year.UNTIL)
    [total] = asked_of_a_year("mentions_total", *span).rows
    assert view.total == total["posts"] > 0
    first = view.lines[0].cells[0]
    chosen = {"topic": ("water",), "region": (view.listed[0].code,)}
    for line in view.lines:
        assert len(line.cells) == len(view.heads) == len(view.listed)
    [water] = [line for line in view.lines if "topic=water" in line.address]
    [counted] = asked_of_a_year("mentions_total", *span, chosen).rows
    assert water.cells[0].posts == counted["posts"]
    assert first.posts > 0
    assert len(view.course.marks) == 3
    assert view.course.most > 0
    assert span[0] + timedelta(days=1) <= span[1]
