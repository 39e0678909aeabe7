"""The rows that a table sums up lie one after the other and leave nothing out."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sinks import boards
from sinks.boards import spans
from tests.sinks.clickhouse.recount import span
from tests.sinks.conftest import Store

NOW = datetime.now(UTC).replace(microsecond=0, tzinfo=None)
ROWS = """
SELECT grain, at FROM
(
    SELECT toUInt32(300) AS grain, toStartOfFiveMinutes(moment, 'UTC') AS at FROM fives
    UNION ALL SELECT toUInt32(3600) AS grain, toStartOfHour(moment, 'UTC') AS at FROM fives
    UNION ALL SELECT toUInt32(86400) AS grain,
        toDateTime(toStartOfDay(moment, 'Asia/Almaty'), 'UTC') AS at FROM fives
    UNION ALL SELECT toUInt32(2592000) AS grain,
        toDateTime(toDateTime(toStartOfMonth(moment, 'Asia/Almaty'), 'Asia/Almaty'), 'UTC') AS at
        FROM fives
)
WHERE {rows}
GROUP BY grain, at ORDER BY at
"""
FIVES = "WITH fives AS (SELECT toDateTime({}, 'UTC') + number * 300 AS moment FROM numbers({})) "


def chosen(store: Store, condition: str, since: datetime, until: datetime) -> list[Any]:
    """Grain and beginning of every row that there could be of these days, and is taken."""
    first = int((since - timedelta(days=40)).replace(tzinfo=UTC).timestamp())
    many = int((until - since + timedelta(days=80)).total_seconds()) // 300
    text = (FIVES.format(first - first % 300, many) + ROWS).replace("{rows}", condition)
    sql = boards.expand(text, since.replace(tzinfo=UTC), until.replace(tzinfo=UTC))
    return list(store.client.query(sql).result_rows)


def end_of(grain: int, at: datetime) -> datetime:
    if grain != spans.MONTH:
        return at + timedelta(seconds=grain)
    return span(at + timedelta(days=32), spans.MONTH)


RANGES = [
    (timedelta(minutes=17), timedelta(minutes=3)),
    (timedelta(hours=2, minutes=31), timedelta(minutes=1)),
    (timedelta(hours=26, minutes=4), timedelta(hours=7)),
    (timedelta(days=3, minutes=44), timedelta(hours=11, minutes=9)),
    (timedelta(days=34), timedelta(0)),
    (timedelta(days=80, hours=3), timedelta(days=2)),
    (timedelta(days=400, minutes=12), timedelta(days=95)),
    (timedelta(days=400), timedelta(minutes=8)),
]


@pytest.mark.parametrize(("length", "ago"), RANGES, ids=str)
def test_spans_of_a_range_lie_one_after_the_other(
    store: Store, length: timedelta, ago: timedelta
) -> None:
    until = NOW - ago
    since = until - length
    start, end = spans.first("$__fromTime"), "$__toTime"
    rows = chosen(store, spans.between(start, end), since, until)
    for (grain, at), (_, after) in itertools.pairwise(rows):
        assert end_of(grain, at) == after
    assert rows[0][1] <= since < rows[0][1] + timedelta(hours=1)
    last = end_of(*rows[-1])
    assert until <= last < until + timedelta(hours=1)
    assert len(rows) < 150


@pytest.mark.parametrize(("length", "ago"), RANGES, ids=str)
def test_hours_of_the_last_day_and_whole_spans_before(
    store: Store, length: timedelta, ago: timedelta
) -> None:
    until = NOW - ago
    since = until - length
    ways = (
        (spans.with_last_hours("$__fromTime", "$__toTime"), 1),
        (spans.by_day("$__fromTime", "$__toTime"), 1),
        (spans.by_day("$__fromTime", "$__toTime", days=11), 11),
    )
    for way, days in ways:
        condition = f"({way}) AND grain > 300"
        rows = chosen(store, condition, since, until)
        for (grain, at), (_, after) in itertools.pairwise(rows):
            assert end_of(grain, at) == after
        assert rows[0][1] == span(since, 3600)
        assert rows[-1] == (3600, span(until, 3600))
        grains = {grain for grain, at in rows if at > until - timedelta(days=days)}
        assert grains == {3600}
