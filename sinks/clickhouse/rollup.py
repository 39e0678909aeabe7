"""The rollups: computed again from the mentions for the hours that a batch touched.

Guarantee: a row of a rollup is what the mentions say of its span at the moment of its version,
or later. Nothing is ever counted up, so redeliveries, edits, new labels and deletions can not
make it wrong; a crash at any point leaves hours in the journal that are computed next time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from clickhouse_connect.driver.exceptions import ClickHouseError

from rezonans.metrics import ROLLUP_BEHIND
from rezonans.troubles import Busy
from sinks.clickhouse import cells, journal, talk
from sinks.clickhouse.client import Client, busy
from sinks.clickhouse.lanes import LANES

TABLES = ("touched", "lane_hours", "rollup_fives", "rollup_hours", "rollup_days", "rollup_months")
"""What is computed from the mentions, and the journal of what is to be."""

EVERY_SECONDS = 10.0
"""Between two computations, when they cost little."""
SHARE, SHARE_OF_DAYS = 0.1, 0.01
"""Of the time that hours and days take at most: a large store is computed less often."""
HOURS_AT_ONCE = 24
_ZONE = ZoneInfo("Asia/Almaty")
NO_DATE = date(1970, 1, 1)
"""Day of the key of posts whose platform gave no date."""

_HOURS_BEHIND = """
SELECT journal.hour
FROM (SELECT hour, max(at) AS at FROM touched GROUP BY hour) AS journal
LEFT JOIN (SELECT at AS hour, max(version) AS version FROM rollup_hours GROUP BY hour) AS known
    ON known.hour = journal.hour
WHERE toUnixTimestamp64Milli(journal.at) + {settle:UInt32} >= known.version
ORDER BY journal.hour DESC
"""
_DAYS_BEHIND = """
SELECT computed.day
FROM (
    SELECT toDateTime(toStartOfDay(at, 'Asia/Almaty'), 'UTC') AS day, max(version) AS version
    FROM rollup_hours GROUP BY day
) AS computed
LEFT JOIN (SELECT at AS day, max(version) AS version FROM rollup_days GROUP BY day) AS known
    ON known.day = computed.day
WHERE computed.version + {settle:UInt32} > known.version
ORDER BY computed.day DESC
"""
_MONTHS_BEHIND = """
SELECT computed.month
FROM (
    SELECT toDateTime(toDateTime(toStartOfMonth(at, 'Asia/Almaty'), 'Asia/Almaty'), 'UTC') AS month,
        max(version) AS version
    FROM rollup_days GROUP BY month
) AS computed
LEFT JOIN (SELECT at AS month, max(version) AS version FROM rollup_months GROUP BY month) AS known
    ON known.month = computed.month
WHERE computed.version + {settle:UInt32} > known.version
ORDER BY computed.month DESC
"""
_AGAIN = """
INSERT INTO touched (hour, at)
SELECT at, now64(3) FROM rollup_hours WHERE version >= {since:UInt64} GROUP BY at
"""
_LONGEST_DAY, _LONGEST_MONTH = timedelta(hours=26), timedelta(days=31, hours=2)
_SETTINGS = {
    "max_threads": 1,  # the other core is of those who write and read
    "do_not_merge_across_partitions_select_final": 1,  # day is in the key of the mentions
}

log = structlog.get_logger("rezonans")


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Rollups:
    """Owns its client; to be called from one thread at a time. Several processes may compute
    the same: the younger version stands.

    `settle_seconds`: how far clocks of those who write may be apart, and how long a row may
    take to every replica. What was touched within that time before a computation is computed
    once more.
    """

    def __init__(
        self, client: Client, now: Callable[[], datetime] = _utc_now, settle_seconds: float = 2.0
    ) -> None:
        self._client = client
        self._now = now
        self._settle = {"settle": int(settle_seconds * 1000)}

    def step(self) -> int:
        """Compute the newest hours that are behind; how many others still are.
        `Busy`: the store can not take it now."""
        behind = self._behind(_HOURS_BEHIND)
        ROLLUP_BEHIND.set(len(behind))
        self.compute(behind[:HOURS_AT_ONCE])
        return max(0, len(behind) - HOURS_AT_ONCE)

    def step_days(self) -> int:
        """The same for days, one at a time, and a month when no day is behind."""
        days = self._behind(_DAYS_BEHIND)
        for day in days[:1]:
            self._compute_day(day)
        months = [] if days else self._behind(_MONTHS_BEHIND)
        for month in months[:1]:
            self._compute_month(month)
        return max(0, len(days or months) - 1)

    def catch_up(self) -> int:
        """Compute all that is behind; how many hours that were."""
        waiting, computed = self._behind(_HOURS_BEHIND), 0
        while waiting:
            hours, waiting = waiting[:HOURS_AT_ONCE], waiting[HOURS_AT_ONCE:]
            told = self.compute(hours)
            waiting += sorted(told.difference(waiting), reverse=True)
            computed += len(hours)
        for day in self._behind(_DAYS_BEHIND):
            self._compute_day(day)
        for month in self._behind(_MONTHS_BEHIND):
            self._compute_month(month)
        return computed

    def compute(self, hours: Sequence[datetime]) -> set[datetime]:
        """Compute these hours, now. The row of the hour comes last: it says that all is done.
        Others that it changes are put into the journal and returned."""
        if not hours:
            return set()
        fives = [hour + timedelta(minutes=5 * part) for hour in hours for part in range(12)]
        asked = {
            "version": self._version(),
            "days": [NO_DATE, *sorted({hour.date() for hour in hours})],
        }
        self._run(LANES, {**asked, "spans": _seconds(hours)})
        told = self._tell(hours)
        self._run(cells.fives(), {**asked, "spans": _seconds(fives)})
        self._run(cells.hours(), {**asked, "spans": _seconds(hours), **talk.answers(hours)})
        return told

    def _tell(self, hours: Sequence[datetime]) -> set[datetime]:
        """Put the hours that change by what authorities said in these into the journal."""
        try:
            others = talk.changed(self._client, hours)
        except ClickHouseError as error:
            raise busy(error, "looking for what was answered") or error from None
        journal.touch(self._client, others, self._now())
        return others

    def compute_days(self, hours: Sequence[datetime]) -> None:
        """Compute the days that these hours lie in, and their months, now."""
        days = {hour.astimezone(_ZONE).date() for hour in hours}
        for day in sorted(days):
            self._compute_day(_midnight(day))
        for month in sorted({day.replace(day=1) for day in days}):
            self._compute_month(_midnight(month))

    def _compute_day(self, day: datetime) -> None:
        end = day + _LONGEST_DAY
        asked = {
            "version": self._version(),
            "days": [NO_DATE, *sorted({day.date(), end.date()})],
            "spans": _seconds([day]),
            "first": int(day.timestamp()),
            "end": int(end.timestamp()),
        }
        self._run(cells.days(), asked)

    def _compute_month(self, month: datetime) -> None:
        asked = {
            "version": self._version(),
            "spans": _seconds([month]),
            "first": int(month.timestamp()),
            "end": int((month + _LONGEST_MONTH).timestamp()),
        }
        self._run(cells.months(), asked)

    def again(self, since: datetime) -> None:
        """Put the hours that were computed since then into the journal: their rows may be gone."""
        try:
            self._client.command(_AGAIN, {"since": int(since.timestamp() * 1000)})
        except ClickHouseError as error:
            raise busy(error, "looking what was computed") or error from None

    def close(self) -> None:
        self._client.close()

    def _version(self) -> int:
        return int(self._now().timestamp() * 1000)

    def _behind(self, sql: str) -> list[datetime]:
        try:
            rows = self._client.query(sql, self._settle).result_rows
        except ClickHouseError as error:
            raise busy(error, "looking what rollups are behind") or error from None
        return [row[0].replace(tzinfo=UTC) for row in rows]

    def _run(self, sql: str, asked: Mapping[str, Any]) -> None:
        try:
            self._client.command(sql, asked, settings=_SETTINGS)
        except ClickHouseError as error:
            raise busy(error, "computing rollups") or error from None


def _midnight(day: date) -> datetime:
    """Where a day of the boards begins."""
    return datetime.combine(day, datetime.min.time(), _ZONE).astimezone(UTC)


def _seconds(moments: Sequence[datetime]) -> list[int]:
    return [int(moment.timestamp()) for moment in moments]


async def keep(
    rollups: Rollups,
    call: Callable[[Callable[[], int]], Awaitable[int]],
    clock: Callable[[], float] = monotonic,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Compute what falls behind, for ever; `call` runs a function on the thread of the client.

    Hours first, the newest of them first. After each computation it rests for as long as keeps
    its share of the time, at least EVERY_SECONDS when nothing more is behind.
    """
    days_at = clock()
    while True:
        of_days = clock() >= days_at
        started = clock()
        try:
            more = await call(rollups.step)
            rest = _rest(clock() - started, SHARE)
            if of_days:
                started = clock()
                more += await call(rollups.step_days)
                days_at = clock() + _rest(clock() - started, SHARE_OF_DAYS)
        except Busy as error:
            log.warning("waiting", what="rollups", reason=str(error), seconds=error.retry_after)
            await pause(error.retry_after)
            continue
        await pause(rest if more else max(EVERY_SECONDS, rest))


def _rest(took: float, share: float) -> float:
    return took / share - took
