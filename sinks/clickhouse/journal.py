"""The journal of touched hours: what tells the rollups which hours to compute again.

Guarantee: when a batch is stored, every hour that it changed is in the journal with a later
time, also the hour that an item has left. A crash between the two is healed by the batch
itself, which then comes again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

import msgspec
from clickhouse_connect.driver.exceptions import ClickHouseError

from rezonans.handling import Action
from sinks.clickhouse.client import Client, busy
from sinks.clickhouse.columns import MentionRow

_ENCODER = msgspec.json.Encoder()

ITEM = "item:"
"""What the subject of an action on an item begins with."""

_LEFT = """
SELECT DISTINCT toStartOfHour(published_at) FROM mentions
WHERE day IN {days:Array(Date)} AND item IN {items:Array(String)}
"""
_ANYWHERE = """
SELECT DISTINCT toStartOfHour(published_at) FROM mentions
WHERE item IN {items:Array(String)}
"""


class TouchedRow(msgspec.Struct, frozen=True, gc=False):
    hour: int
    """Seconds of its beginning."""
    at: datetime


def hour_of(moment: datetime) -> datetime:
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.replace(minute=0, second=0, microsecond=0)


def left(client: Client, rows: Iterable[MentionRow]) -> set[datetime]:
    """Hours that older versions of these rows stand in. Only rows that may have moved are
    looked up: a post that the platform dates stays in its hour until it is edited."""
    gone: list[str] = []
    moved: dict[str, date] = {}
    for row in rows:
        if row.deleted:
            gone.append(row.item)
        elif row.revision or row.edited_at or row.published_origin == "first_seen":
            moved[row.item] = row.day
    found: set[datetime] = set()
    if moved:
        days = sorted(set(moved.values()))
        found |= _hours(client, _LEFT, {"days": days, "items": list(moved)})
    if gone:
        found |= _hours(client, _ANYWHERE, {"items": gone})
    return found


def answered(client: Client, actions: Iterable[Action]) -> set[datetime]:
    """Hours of the items of which a person says that they are answered."""
    items = [
        one.subject.removeprefix(ITEM)
        for one in actions
        if one.verb == "answered" and one.subject.startswith(ITEM)
    ]
    return _hours(client, _ANYWHERE, {"items": items}) if items else set()


def _hours(client: Client, sql: str, params: dict[str, object]) -> set[datetime]:
    try:
        rows = client.query(sql, params).result_rows
    except ClickHouseError as error:
        raise busy(error, "looking for older versions") or error from None
    return {row[0].replace(tzinfo=UTC) for row in rows}


def touch(client: Client, hours: Iterable[datetime], at: datetime) -> None:
    """These hours were touched, all of it is stored at `at`."""
    rows: Sequence[TouchedRow] = [
        TouchedRow(int(hour.timestamp()), at) for hour in sorted(set(hours))
    ]
    if not rows:
        return
    settings = {"date_time_input_format": "best_effort"}
    try:
        client.raw_insert(
            "touched", ("hour", "at"), _ENCODER.encode_lines(rows), settings, "JSONEachRow"
        )
    except ClickHouseError as error:
        raise busy(error, "inserting into touched") or error from None
