"""The rest of the synthetic year: copies of its last day, so that boards read as many cells as they
would, without a country's posts to compute them from."""

from __future__ import annotations

from datetime import datetime, timedelta

from sinks.bench.year import END, LAST
from sinks.clickhouse.client import Client
from sinks.clickhouse.rollup import Rollups

FIVES_DAYS, HOURS_DAYS = 4, 70
"""Boards read five minutes for two days at most, hours for 62; they are kept for longer."""
FULL = (1, 29, 364)
"""Days before the last one whose mentions have the full volume as well: those that a board reads
of a day, of thirty days and of a year, from their ends."""

_LATER = "arrayMap(one -> one - {unit} * back * (toUInt32(one) > 0), {column}) AS `{column}`"
_SPOKE = _LATER.format(unit=86400, column="by_page.last_spoke")
_MOVED = {
    # times and names inside of the cells that go with the day
    "rollup_fives": "version AS version",
    "rollup_hours": ", ".join(
        (
            _SPOKE,
            _LATER.format(unit=86400, column="by_question.asked_at"),
            _LATER.format(unit=1, column="by_question.day"),
            "arrayMap(one -> concat(one, '-', toString(back)), by_question.item) "
            "AS `by_question.item`",
        )
    ),
    "rollup_days": _SPOKE,
}
_COPY = """
INSERT INTO {table}
SELECT at - toIntervalDay(back), * EXCEPT (at, back) REPLACE ({moved})
FROM (
    SELECT * FROM {table} FINAL
    WHERE at >= {{since:DateTime('UTC')}} AND at < {{until:DateTime('UTC')}}
) AS one
CROSS JOIN (SELECT number AS back FROM numbers({{first:UInt32}}, {{step:UInt32}})) AS days
"""


def copy_rollups(client: Client, days: int) -> None:
    """The rollups of the last day, for each of the days before it. A day of the boards begins five
    hours before ours: it is computed of the copied hours and copied then."""
    start = END - timedelta(days=1)
    _copy(client, "rollup_fives", start, min(days, FIVES_DAYS))
    _copy(client, "rollup_hours", start, min(days, HOURS_DAYS))
    Rollups(client, settle_seconds=0).compute_days([start, END - timedelta(hours=1)])
    _copy(client, "rollup_days", start - timedelta(hours=5), days)
    Rollups(client, settle_seconds=0).catch_up()  # months: nothing else is behind
    client.command(
        "INSERT INTO touched SELECT at, toDateTime64(0, 3, 'UTC') FROM rollup_hours GROUP BY at"
    )


def _copy(client: Client, table: str, start: datetime, most: int) -> None:
    step = 10 if table == "rollup_fives" else 40
    for first in range(1, most, step):
        asked = {
            "first": first,
            "step": min(step, most - first),
            "since": int(start.timestamp()),
            "until": int((start + timedelta(days=1)).timestamp()),
        }
        client.command(
            _COPY.format(table=table, moved=_MOVED[table]),
            asked,
            settings={"max_partitions_per_insert_block": 0, "max_block_size": 64},
        )


_AGAIN = """
INSERT INTO mentions
SELECT * REPLACE (
    concat(item, '-', toString({back:UInt32})) AS item,
    concat(parent, '-', toString({back:UInt32})) AS parent,
    day - {back:UInt32} AS day,
    published_at - toIntervalDay({back:UInt32}) AS published_at,
    observed_at - toIntervalDay({back:UInt32}) AS observed_at
)
FROM mentions
WHERE mentions.day = {day:Date}
"""


def copy_mentions(client: Client, days: int) -> None:
    """The mentions of the last day, for the others of the full volume within so many days."""
    for back in (one for one in FULL if one < days):
        client.command(_AGAIN, {"back": back, "day": LAST})


def compute_all(client: Client) -> None:
    """Merge what was filled and compute its rollups, all of them."""
    client.command("OPTIMIZE TABLE mentions FINAL")
    client.command(
        "INSERT INTO touched SELECT toStartOfHour(published_at) AS hour, now64(3) "
        "FROM mentions GROUP BY hour"
    )
    Rollups(client, settle_seconds=0).catch_up()
