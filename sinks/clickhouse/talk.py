"""The SQL of questions and answers: what people ask on pages of authorities, what is answered when.

A page of an authority is a container where one has spoken, as far as the store goes back. A
question is answered by the first reply of an authority to it, or the first word of a person of the
desk that it is, from a day before the question (clocks differ) to thirty days after it. So an
hour's cells depend on what was said in other hours: `Talk` says which ones an hour changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sinks.clickhouse.client import Client
from sinks.clickhouse.grid import Grid

BEFORE, AFTER = timedelta(days=1), timedelta(days=30)
"""Of a question: how far from it an answer may be said."""
UNANSWERED = 65535
"""In place of tenths of an hour."""

PAGE = Grid(
    ("container", "platform"),
    ("name", "posts", "answers", "from_people", "negative", "felt", "last_spoke"),
)
QUESTION = Grid(
    ("container", "platform", "topic", "region", "asked_at", "tenths", "danger", "day", "item"), ()
)
ASKED = Grid(("container", "platform", "topic", "region", "tenths"), ("asked",))

# What is said on these pages, with the moments at which each item was answered.
_SAID = f"""
SELECT
    toStartOfHour(published_at) AS span,
    mentions.item AS item, mentions.day AS day, mentions.container AS container,
    toString(mentions.platform) AS platform,
    toString(ifNull(mentions.topic, '')) AS topic,
    toString(ifNull(mentions.region, '')) AS region,
    toString(ifNull(mentions.sentiment, '')) AS mood,
    ifNull(mentions.author_name, '') AS called,
    toDateTime(published_at, 'UTC') AS asked_at,
    ifNull(mentions.urgent, 0) >= 0.5 AS danger,
    author_kind = 'official' AS official,
    isNotNull(parent) AS is_reply,
    appeal IN ('complaint', 'incident', 'question', 'suggestion') AND kind != 'appeal'
        AND author_kind NOT IN ('official', 'media', 'page') AND isNull(repost_of) AS is_question,
    arrayFirst(moment -> moment >= asked_at - toIntervalSecond({int(BEFORE.total_seconds())})
        AND moment <= asked_at + toIntervalSecond({int(AFTER.total_seconds())}),
        given.moments) AS answered_at,
    toUInt16(if(answered_at = toDateTime(0, 'UTC'), {UNANSWERED},
        ceil(greatest(0, dateDiff('second', asked_at, answered_at)) / 360))) AS tenths
FROM (
    SELECT item, day, container, platform, topic, region, sentiment, author_name, author_kind,
        published_at, urgent, parent, appeal, kind, repost_of
    FROM mentions FINAL
    WHERE deleted = 0 AND day IN {{days:Array(Date)}}
        AND toStartOfHour(published_at) IN {{spans:Array(DateTime('UTC'))}}
        AND container GLOBAL IN (SELECT arrayJoin(speakers) FROM lane_hours FINAL)
) AS mentions
LEFT JOIN
(
    SELECT item, arraySort(groupUniqArray(moment)) AS moments
    FROM
    (
        SELECT reply.1 AS item, reply.2 AS moment
        FROM lane_hours FINAL ARRAY JOIN replies AS reply
        WHERE hour >= {{earliest:DateTime('UTC')}} AND hour <= {{latest:DateTime('UTC')}}
        UNION ALL
        SELECT substring(subject, 6) AS item, toDateTime(actions.at, 'UTC') AS moment
        FROM actions FINAL
        WHERE verb = 'answered' AND startsWith(subject, 'item:')
    )
    GROUP BY item
) AS given ON given.item = mentions.item
"""  # noqa: S608 nothing of it is input

HOURS = f"""
SELECT span, arraySort(groupArray(page)) AS page_all,
    arraySort(groupArrayArray(asked)) AS question_all
FROM (
    SELECT
        span,
        (
            container, platform,
            maxIf(called, official),
            toUInt32(countIf(official AND NOT is_reply)),
            toUInt32(countIf(official AND is_reply)),
            toUInt32(countIf(NOT official)),
            toUInt32(countIf(NOT official AND mood = 'negative')),
            toUInt32(countIf(NOT official AND mood != '')),
            maxIf(asked_at, official)
        ) AS page,
        groupArrayIf(({", ".join(QUESTION.names)}), is_question) AS asked
    FROM ({_SAID})
    GROUP BY span, container, platform
)
GROUP BY span
"""  # noqa: S608 nothing of it is input
SPOKEN = """
SELECT hour AS span, speakers, replies FROM lane_hours FINAL
WHERE hour IN {spans:Array(DateTime('UTC'))}
"""
_WITHIN = """
    FROM {table} FINAL
    ARRAY JOIN by_{grid}
    WHERE at >= {{first:DateTime('UTC')}} AND at < {{end:DateTime('UTC')}}
        AND {bucket} IN {{spans:Array(DateTime('UTC'))}}
"""
_PAGES_OF = """
SELECT span, arraySort(groupArray((container, platform, called, own, replied, people, bad, moody,
    spoke))) AS page_all
FROM (
    SELECT
        {bucket} AS span, by_page.container AS container, by_page.platform AS platform,
        max(by_page.name) AS called,
        toUInt32(sum(by_page.posts)) AS own, toUInt32(sum(by_page.answers)) AS replied,
        toUInt32(sum(by_page.from_people)) AS people, toUInt32(sum(by_page.negative)) AS bad,
        toUInt32(sum(by_page.felt)) AS moody, max(by_page.last_spoke) AS spoke
    {source}
    GROUP BY span, container, platform
)
GROUP BY span
"""
_ASKED_OF = """
SELECT span, arraySort(groupArray(({names}, many))) AS asked_all
FROM (
    SELECT {bucket} AS span, {columns}, toUInt32({many}) AS many
    {source}
    GROUP BY span, {names}
)
GROUP BY span
"""


def pages_of(table: str, bucket: str) -> str:
    """Cells of days out of hours, or of months out of days; `bucket`: of an `at`."""
    return _PAGES_OF.format(
        bucket=bucket, source=_WITHIN.format(table=table, grid="page", bucket=bucket)
    )


def asked_of_days(bucket: str) -> str:
    return _asked("rollup_hours", "question", "count()", bucket)


def asked_of_months(bucket: str) -> str:
    return _asked("rollup_days", "asked", "sum(by_asked.asked)", bucket)


def _asked(table: str, grid: str, many: str, bucket: str) -> str:
    return _ASKED_OF.format(
        bucket=bucket,
        source=_WITHIN.format(table=table, grid=grid, bucket=bucket),
        many=many,
        names=", ".join(ASKED.names),
        columns=", ".join(f"by_{grid}.{name} AS {name}" for name in ASKED.names),
    )


# What was said to an item in these hours and is not yet, or no more, in what stands of them.
_ANSWERED = """
SELECT DISTINCT at FROM rollup_hours FINAL
ARRAY JOIN by_question.item AS item
WHERE at >= {earliest:DateTime('UTC')} AND at <= {latest:DateTime('UTC')} AND item GLOBAL IN
(
    SELECT reply.1 FROM
    (
        SELECT hour AS at, arrayJoin(replies) AS reply FROM lane_hours FINAL
        WHERE hour IN {spans:Array(DateTime('UTC'))}
        UNION ALL
        SELECT at, arrayJoin(replies) AS reply FROM rollup_hours FINAL
        WHERE at IN {spans:Array(DateTime('UTC'))}
    )
    GROUP BY at, reply
    HAVING count() = 1
)
"""
_TURNED = """
SELECT container FROM
(
    SELECT arrayJoin(speakers) AS container, 1 AS speaks FROM lane_hours FINAL
    WHERE hour IN {spans:Array(DateTime('UTC'))}
    UNION ALL
    SELECT arrayJoin(speakers) AS container, 0 AS speaks FROM rollup_hours FINAL
    WHERE at IN {spans:Array(DateTime('UTC'))}
)
GROUP BY container
HAVING min(speaks) = max(speaks)
"""
_ELSEWHERE = """
SELECT DISTINCT container FROM rollup_hours FINAL
ARRAY JOIN speakers AS container
WHERE at NOT IN {spans:Array(DateTime('UTC'))} AND container IN {containers:Array(String)}
"""
_OF_PAGES = """
SELECT DISTINCT toStartOfHour(published_at) FROM mentions
WHERE container IN {containers:Array(String)}
"""


def window(hours: Sequence[datetime], before: timedelta, after: timedelta) -> dict[str, int]:
    """Bounds `earliest` and `latest` of the hours that stand in a relation to these."""
    earliest, latest = min(hours) - before, max(hours) + after + timedelta(hours=1)
    return {"earliest": int(earliest.timestamp()), "latest": int(latest.timestamp())}


def answers(hours: Sequence[datetime]) -> dict[str, int]:
    """Where the answers to what is asked in these hours lie."""
    return window(hours, BEFORE, AFTER)


def changed(client: Client, hours: Sequence[datetime]) -> set[datetime]:
    """Hours whose cells change by what was said in these, whose `lane_hours` are computed and
    whose `rollup_hours` are not yet: those of questions that were answered, and all hours of a
    page where an authority has spoken for the first time, or never did after all."""
    spans = {"spans": [int(hour.timestamp()) for hour in hours]}
    asked: dict[str, Any] = {**spans, **window(hours, AFTER, BEFORE)}
    found = [row[0] for row in client.query(_ANSWERED, asked).result_rows]
    turned = {row[0] for row in client.query(_TURNED, spans).result_rows}
    if turned:
        known = client.query(_ELSEWHERE, {**spans, "containers": sorted(turned)}).result_rows
        turned -= {row[0] for row in known}
    if turned:
        rows = client.query(_OF_PAGES, {"containers": sorted(turned)}).result_rows
        found += [row[0] for row in rows]
    return {moment.replace(tzinfo=UTC) for moment in found} - set(hours)
