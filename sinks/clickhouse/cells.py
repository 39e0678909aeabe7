"""The SQL that computes rollups: which cells a span of time has, and what is counted in each.

One pass over the mentions gives the cells of every grid. What a cell is called by is in its
grid; what is counted is one rule for all of them, so no two numbers of a board disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sinks.clickhouse import talk
from sinks.clickhouse.grid import Grid

_MOODS = ("negative", "neutral", "positive", "urgent")


GRIDS: Mapping[str, Grid] = {
    "flow": Grid(
        ("topic", "region", "platform", "language", "repost", "simulation"),
        ("posts", *_MOODS),
        ("platform", "repost"),
    ),
    "place": Grid(
        ("region", "district", "settlement", "topic", "repost", "simulation"),
        ("posts", *_MOODS),
        ("settlement",),
    ),
    "district": Grid(
        ("region", "district", "topic", "repost", "simulation"),
        ("posts", *_MOODS),
        ("district",),
        without=("settlement",),
    ),
    "appeal": Grid(
        ("appeal", "channel", "kind", "topic", "region", "official", "repost", "simulation"),
        ("posts", "stated", *_MOODS),
        ("channel",),
    ),
    "type": Grid(
        ("appeal", "topic", "region", "repost", "simulation"),
        ("posts", "stated", *_MOODS),
        ("appeal",),
        without=("channel",),
    ),
    "model": Grid(
        ("generation", "language", "platform", "simulation"),
        (
            *("posts", "with_topic", "with_appeal", "with_sentiment", "with_place"),
            *("topic_thousandths", "appeal_thousandths"),
        ),
        ("generation",),
    ),
}
VOICES = Grid(
    ("scope", "topic", "region", "district", "platform", "official", "simulation"),
    ("posts", "voices"),
)
SCOPES: Mapping[str, tuple[str, ...]] = {
    # what voices are unique in -> the columns that name it
    "all": (),
    "topic": ("topic",),
    "region": ("region",),
    "topic_region": ("topic", "region"),
    "district": ("district",),
    "platform": ("platform",),
    "official": ("official",),
}
_SCOPED = ("topic", "region", "district", "platform", "official")
_WIDE = ("topic_thousandths", "appeal_thousandths")
_COUNTS = {
    "posts": "toUInt32(count())",
    "negative": "toUInt32(countIf(mood = 'negative'))",
    "neutral": "toUInt32(countIf(mood = 'neutral'))",
    "positive": "toUInt32(countIf(mood = 'positive'))",
    "urgent": "toUInt32(countIf(danger >= 0.5))",
    "stated": "toUInt32(countIf(is_stated))",
    "with_topic": "toUInt32(countIf(topic != ''))",
    "with_appeal": "toUInt32(countIf(guess != ''))",
    "with_sentiment": "toUInt32(countIf(mood != ''))",
    "with_place": "toUInt32(countIf(is_placed))",
    "topic_thousandths": "sum(topic_sure)",
    "appeal_thousandths": "sum(appeal_sure)",
}

_SAID = """
SELECT
    {bucket} AS span,
    toString(ifNull(mentions.topic, '')) AS topic,
    toString(ifNull(mentions.region, '')) AS region,
    toString(ifNull(mentions.district, '')) AS district,
    if(length(places) > 0 AND places[1].level = 'settlement', places[1].kato, '') AS settlement,
    toString(mentions.platform) AS platform,
    toString(ifNull(mentions.language, '')) AS language,
    toString(ifNull(mentions.appeal, '')) AS appeal,
    toString(ifNull(mentions.channel, '')) AS channel,
    toString(mentions.kind) AS kind,
    toString(ifNull(mentions.official, '')) AS official,
    mentions.generation AS generation,
    isNotNull(repost_of) AS repost,
    mentions.platform = 'simulation' OR has(flags, 'simulation') AS simulation,
    toString(ifNull(mentions.sentiment, '')) AS mood,
    ifNull(mentions.urgent, 0) AS danger,
    isNotNull(stated_appeal) AS is_stated,
    toString(ifNull(appeal_guess, '')) AS guess,
    length(places) > 0 AS is_placed,
    toUInt64(round(ifNull(topic_probability, 0) * 1000)) AS topic_sure,
    toUInt64(round(ifNull(appeal_probability, 0) * 1000)) AS appeal_sure,
    multiIf(
        isNotNull(author), assumeNotNull(author),
        author_kind IN ('page', 'official', 'media'), concat(mentions.platform, ':', container),
        item) AS voice
FROM mentions FINAL
WHERE deleted = 0 AND day IN {{days:Array(Date)}}
    AND {bucket} IN {{spans:Array(DateTime('UTC'))}}
"""

# A row for each span that is asked for, also for one in which nothing is said any more.
_INSERT = """
INSERT INTO {table} (at, version, {columns})
SELECT asked.span, {{version:UInt64}}, {values}
FROM (SELECT arrayJoin({{spans:Array(DateTime('UTC'))}}) AS span) AS asked
{parts}
"""
# Each set of names is a way to group the same rows: all grids in one pass.
_COUNTED = """
SELECT span, {lists}
FROM (
    SELECT span, {names}, {counts}, {marks}
    FROM ({said})
    GROUP BY GROUPING SETS ({sets})
)
GROUP BY span
"""
# A cell without the name that its scope is about says nothing.
_VOICED = """
SELECT span, arraySort(groupArray(({columns}))) AS voice_all
FROM (
    SELECT span, multiIf({scopes}, '') AS scope, {names}, simulation,
        toUInt32(count()) AS posts, toUInt32(uniqExact(voice)) AS voices
    FROM ({said})
    GROUP BY GROUPING SETS ({sets})
    HAVING {named}
)
GROUP BY span
"""
_SUMMED = """
SELECT span, arraySort(groupArray(({cells}))) AS {grid}_all
FROM (
    SELECT span, {names}, {sums}
    FROM (
        SELECT {bucket} AS span, {columns}
        FROM {source} FINAL
        ARRAY JOIN by_{grid}
        WHERE at >= {{first:DateTime('UTC')}} AND at < {{end:DateTime('UTC')}}
            AND {bucket} IN {{spans:Array(DateTime('UTC'))}}
    )
    GROUP BY span, {names}
)
GROUP BY span
"""

_FIVE = "toStartOfFiveMinutes(published_at)"
_HOUR = "toStartOfHour(published_at)"
_DAY = "toDateTime(toStartOfDay({}, 'Asia/Almaty'), 'UTC')"
_MONTH = "toDateTime(toDateTime(toStartOfMonth({}, 'Asia/Almaty'), 'Asia/Almaty'), 'UTC')"


def fives() -> str:
    """Computes spans of five minutes from the mentions."""
    return _insert("rollup_fives", {"cells": _counted(_FIVE)}, GRIDS)


def hours() -> str:
    """Computes hours from the mentions."""
    parts = {
        "cells": _counted(_HOUR),
        "voiced": _voiced(_HOUR),
        "talked": talk.HOURS,
        "spoken": talk.SPOKEN,
    }
    grids = {**GRIDS, "voice": VOICES, "page": talk.PAGE, "question": talk.QUESTION}
    return _insert("rollup_hours", parts, grids, ("speakers", "replies"))


def days() -> str:
    """Computes days: cells are sums over the hours, voices are counted in the mentions."""
    parts = _sums("rollup_hours", _DAY.format("at"))
    parts["voiced"] = _voiced(_DAY.format("published_at"))
    parts["questions"] = talk.asked_of_days(_DAY.format("at"))
    grids = {**GRIDS, "voice": VOICES, "page": talk.PAGE, "asked": talk.ASKED}
    return _insert("rollup_days", parts, grids)


def months() -> str:
    """Computes months: sums over the days."""
    parts = _sums("rollup_days", _MONTH.format("at"))
    parts["questions"] = talk.asked_of_months(_MONTH.format("at"))
    grids = {**GRIDS, "page": talk.PAGE, "asked": talk.ASKED}
    return _insert("rollup_months", parts, grids)


def _sums(source: str, bucket: str) -> dict[str, str]:
    """Cells that are the sums of those of a smaller span."""
    parts = {f"{name}_cells": _summed(name, grid, source, bucket) for name, grid in GRIDS.items()}
    return {**parts, "pages": talk.pages_of(source, bucket)}


def _insert(
    table: str, parts: Mapping[str, str], grids: Mapping[str, Grid], others: Iterable[str] = ()
) -> str:
    """`others`: columns that a part gives as they are."""
    joins = (f"LEFT JOIN ({sql}) AS {name} USING (span)" for name, sql in parts.items())
    columns = [f"by_{name}.{column}" for name, grid in grids.items() for column in grid.columns]
    values = [
        f"{name}_all.{place}"
        for name, grid in grids.items()
        for place, _ in enumerate(grid.columns, start=1)
    ]
    return _INSERT.format(
        table=table,
        columns=_list((*columns, *others)),
        values=_list((*values, *others)),
        parts="\n".join(joins),
    )


def _counted(bucket: str) -> str:
    counts = {name: _COUNTS[name] for grid in GRIDS.values() for name in grid.counts}
    marks = {
        f"in_{name}": " AND ".join(
            (
                *(f"grouping({one}) = 0" for one in grid.marks),
                *(f"grouping({one}) = 1" for one in grid.without),
            )
        )
        for name, grid in GRIDS.items()
    }
    return _COUNTED.format(
        lists=_list(
            f"arraySort(groupArrayIf(({_list(grid.columns)}), in_{name})) AS {name}_all"
            for name, grid in GRIDS.items()
        ),
        names=_list(dict.fromkeys(name for grid in GRIDS.values() for name in grid.names)),
        counts=_list(f"{sql} AS {name}" for name, sql in counts.items()),
        marks=_list(f"{sql} AS {name}" for name, sql in marks.items()),
        sets=_list(f"(span, {_list(grid.names)})" for grid in GRIDS.values()),
        said=_SAID.format(bucket=bucket),
    )


def _voiced(bucket: str) -> str:
    alike = {
        scope: " AND ".join(f"grouping({name}) = {int(name not in own)}" for name in _SCOPED)
        for scope, own in SCOPES.items()
    }
    named = (
        " AND ".join((f"scope = '{scope}'", *(f"{name} != ''" for name in own)))
        for scope, own in SCOPES.items()
    )
    return _VOICED.format(
        columns=_list(VOICES.columns),
        scopes=_list(f"{sql}, '{scope}'" for scope, sql in alike.items()),
        names=_list(_SCOPED),
        sets=_list(f"({_list(('span', 'simulation', *own))})" for own in SCOPES.values()),
        named=" OR ".join(f"({one})" for one in named),
        said=_SAID.format(bucket=bucket),
    )


def _summed(name: str, grid: Grid, source: str, bucket: str) -> str:
    sums = {one: f"toUInt{64 if one in _WIDE else 32}(sum({one}))" for one in grid.counts}
    return _SUMMED.format(
        cells=_list((*grid.names, *(f"{one}_sum" for one in sums))),
        grid=name,
        names=_list(grid.names),
        sums=_list(f"{sql} AS {one}_sum" for one, sql in sums.items()),
        source=source,
        bucket=bucket,
        columns=_list(f"by_{name}.{column} AS {column}" for column in grid.columns),
    )


def _list(parts: Iterable[str]) -> str:
    return ", ".join(parts)
