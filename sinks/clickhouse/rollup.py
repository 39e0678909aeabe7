"""The rollup by minute: computed again from the mentions for the hours that a batch touched.

Guarantee: a row of `lane_hours` is what the mentions say of its hour at the moment of its
version. It never counts anything up, so redeliveries, edits, new labels and deletions can not
make it wrong; what a crash left behind is caught up at the next start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from time import monotonic

from clickhouse_connect.driver.exceptions import ClickHouseError

from sinks.clickhouse.client import Client, busy

EVERY_SECONDS = 60.0
HOURS_AT_ONCE = 200
NO_DATE = date(1970, 1, 1)
"""Day of the key of posts whose platform gave no date."""

_COMPUTE = """
INSERT INTO lane_hours (hour, version, cells)
SELECT
    asked.hour, {version:UInt64},
    groupArrayIf((minute, topic, sure, second, second_sure, region, district, platform, sentiment,
        fingerprint, posts, voices), posts > 0)
FROM (SELECT arrayJoin({hours:Array(DateTime('UTC'))}) AS hour) AS asked
LEFT JOIN
(
    SELECT
        hour, minute, topic, sure, second, second_sure, region, district, platform, sentiment,
        if(copies >= 3, mark, 0) AS fingerprint,
        toUInt32(count()) AS posts, toUInt32(uniqExact(voice)) AS voices
    FROM
    (
        SELECT
            toStartOfHour(published_at) AS hour,
            toUInt8(toMinute(published_at)) AS minute,
            if(length(topics) >= 1, topics[1].1, '') AS topic,
            if(length(topics) >= 1, toUInt8(floor(topics[1].2 * 10 + 0.001)), 0) AS sure,
            if(length(topics) >= 2, topics[2].1, '') AS second,
            if(length(topics) >= 2, toUInt8(floor(topics[2].2 * 10 + 0.001)), 0) AS second_sure,
            toString(ifNull(mentions.region, '')) AS region,
            toString(ifNull(mentions.district, '')) AS district,
            toString(mentions.platform) AS platform,
            toString(ifNull(mentions.sentiment, '')) AS sentiment,
            if(isNull(repost_of), ifNull(mentions.fingerprint, 0), 0) AS mark,
            count() OVER (PARTITION BY toStartOfHour(published_at), if(
                isNull(repost_of), ifNull(mentions.fingerprint, 0), 0)) AS same,
            if(mark = 0, 0, same) AS copies,
            multiIf(
                isNotNull(author), assumeNotNull(author),
                author_kind IN ('page', 'official', 'media'),
                concat(mentions.platform, ':', container),
                item) AS voice
        FROM mentions FINAL
        WHERE deleted = 0 AND day IN {days:Array(Date)}
            AND toStartOfHour(published_at) IN {hours:Array(DateTime('UTC'))}
    )
    GROUP BY hour, minute, topic, sure, second, second_sure, region, district, platform,
        sentiment, fingerprint
) AS said ON said.hour = asked.hour
GROUP BY asked.hour
"""
_BEHIND = """
SELECT said.hour
FROM (
    SELECT toStartOfHour(published_at) AS hour, max(stored_at) AS newest
    FROM mentions GROUP BY hour
) AS said
LEFT JOIN (SELECT hour, max(version) AS version FROM lane_hours GROUP BY hour) AS known
    ON known.hour = said.hour
WHERE toUnixTimestamp64Milli(said.newest) > known.version
ORDER BY said.hour
"""


class Rollup:
    """Knows which hours were touched. To be called from the writer's thread."""

    def __init__(
        self,
        client: Client,
        every_seconds: float = EVERY_SECONDS,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._client = client
        self._every = every_seconds
        self._clock = clock
        self._done = float("-inf")
        self._hours: set[datetime] = set()

    def touch(self, moments: Iterable[datetime]) -> None:
        """Posts of these moments have changed."""
        self._hours.update(
            moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0) for moment in moments
        )

    def refresh(self, now: datetime, *, all_of_it: bool = False) -> None:
        """Compute the touched hours again, at most once in a while unless `all_of_it`. `now`:
        not before the rows were stored. `Busy`: the store can not take it now."""
        due = all_of_it or self._clock() >= self._done + self._every
        if not self._hours or not due:
            return
        self.compute(sorted(self._hours), now)
        self._hours.clear()
        self._done = self._clock()

    def catch_up(self, now: datetime) -> int:
        """Compute what is behind the mentions; how many hours that were."""
        rows = self._client.query(_BEHIND).result_rows
        self.compute([row[0].replace(tzinfo=UTC) for row in rows], now)
        return len(rows)

    def compute(self, hours: list[datetime], now: datetime) -> None:
        """Compute these hours, now."""
        for first in range(0, len(hours), HOURS_AT_ONCE):
            part = hours[first : first + HOURS_AT_ONCE]
            asked = {
                "version": int(now.timestamp() * 1000),
                "hours": [int(hour.timestamp()) for hour in part],
                "days": [NO_DATE, *sorted({hour.date() for hour in part})],
            }
            try:
                self._client.command(_COMPUTE, asked)
            except ClickHouseError as error:
                raise busy(error, "computing the rollup") or error from None
