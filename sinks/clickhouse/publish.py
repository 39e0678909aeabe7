"""Fixes days of the open data: each is computed once, when it is asked for first.

An extract that was given away can not be taken back. Were a day computed anew for each extract, a
post that came late, was deleted or got another label would show as the difference of two extracts:
one author, whom no k-anonymity of either hides. And were it computed for another least number of
authors, the groups that are shown apart in one and together in the other would tell the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from clickhouse_connect.driver.exceptions import ClickHouseError

from sinks.clickhouse.client import Client, busy

LEAST_AUTHORS = 20
SETTLED_DAYS = 2
"""Whole days between a day and today: what is late comes by then, mostly."""

_KNOWN = """
SELECT date FROM published_days FINAL WHERE date >= {since:Date} AND date <= {until:Date}
"""
_FIX = """
INSERT INTO published_days
    (date, earlier, at, least, cells.region, cells.district, cells.topic, cells.sentiment,
    cells.appeal, cells.language, cells.posts, cells.authors)
SELECT
    {day:Date}, bitNot(toUInt64(toUnixTimestamp64Milli({at:DateTime64(3, 'UTC')}))),
    {at:DateTime64(3, 'UTC')}, {least:UInt32}, groupArray(region), groupArray(district),
    groupArray(topic), groupArray(sentiment), groupArray(appeal), groupArray(language),
    groupArray(posts), groupArray(authors)
FROM open_data(since = {day:Date}, until = {day:Date}, least = {least:UInt32})
"""


def newest_day(now: datetime) -> date:
    """The last day that may be published; days are those of Almaty."""
    today = now.astimezone(ZoneInfo("Asia/Almaty")).date()
    return today - timedelta(days=1 + SETTLED_DAYS)


def publish(
    client: Client, since: date, until: date, least: int, now: datetime
) -> Mapping[str, int]:
    """Fix the days, both included, that are not fixed yet; how many were, and are now.

    A day is one statement: after a crash the same call does the rest. `Busy`.
    `ValueError`: the days are no days that may be published.
    """
    if not since <= until <= newest_day(now):
        raise ValueError(f"days up to {newest_day(now)} may be published today")
    try:
        rows = client.query(_KNOWN, {"since": since, "until": until}).result_rows
        known = {row[0] for row in rows}
        days = (since + timedelta(days=number) for number in range((until - since).days + 1))
        missing = [day for day in days if day not in known]
        for day in missing:
            client.command(_FIX, _asked(day, least, now))
    except ClickHouseError as error:
        raise busy(error, "publishing") or error from None
    return {"days_given_before": len(known), "days_fixed_now": len(missing)}


def _asked(day: date, least: int, now: datetime) -> dict[str, Any]:
    return {"day": day, "at": now, "least": max(least, LEAST_AUTHORS)}
