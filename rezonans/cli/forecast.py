"""`rezonans forecast`: the next six hours of a topic, a region or both, with the record."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import msgspec
from cyclopts import Parameter

from rezonans.cli import TOOLS, SettingsFile, app, settings_of
from rezonans.i18n import translator
from rezonans.reasons import Forecast, Lane
from rezonans.refused import SettingsError
from rezonans.sections import Language

Query = Callable[[str, dict[str, Any]], list[Any]]
MOST_DAYS = 366
CHUNK = timedelta(days=7)
"""Five minutes of so long are asked for at once."""

# m copies of a text within five minutes weigh 1 + log2 m; a topic counts from 0.3 on, as live.
_SLOTS = """
SELECT toUnixTimestamp(slot) AS at, sum(voice) AS posts, sum(everybody) AS all
FROM (
    SELECT toStartOfInterval(minute, INTERVAL 5 MINUTE) AS slot, fingerprint,
        sumIf(posts, {inside}) AS here, sum(posts) AS everybody,
        if(fingerprint = 0 OR here = 0, toFloat64(here), 1 + log2(here)) AS voice
    FROM lane_minutes
    WHERE minute >= {start:DateTime64(3)} AND minute < {end:DateTime64(3)}
    GROUP BY slot, fingerprint
)
GROUP BY at ORDER BY at
""".replace(
    "{inside}",
    """({topic:String} = '' OR topic = {topic:String} AND sure >= 3
            OR second = {topic:String} AND second_sure >= 3)
        AND ({region:String} = '' OR region = {region:String})""",
)


@app.command(group=TOOLS)
def forecast(
    *,
    topic: Annotated[str, Parameter(help="Code of a topic; default: all of them.")] = "",
    region: Annotated[str, Parameter(help="Two-digit code; default: the country.")] = "",
    days: Annotated[int, Parameter(help="So many days of the store teach it.")] = 42,
    lang: Annotated[
        Language | None, Parameter(help="ru or kk; default: the language of the settings.")
    ] = None,
    as_json: Annotated[bool, Parameter(name="--json", help="One JSON object.")] = False,
    settings: SettingsFile = None,
) -> int:
    """Say what the next six hours of a topic or place bring if nothing new happens.

    Computed from the stored minutes by the code that runs live, with its past error beside that
    of saying the same hour of the day before. It refuses where too little is known.
    """
    from rezonans.cli.reading import reading
    from rezonans.cli.understanding import taxonomy_of
    from rezonans.cli.watching import unknown
    from rezonans.desks import DeskSettings
    from sinks.explained import ahead
    from sinks.names import names
    from sinks.sentence import subject

    if not 1 <= days <= MOST_DAYS:
        raise SettingsError(f"--days {days}: 1 to {MOST_DAYS}")
    chosen = settings_of(settings)
    known = taxonomy_of(chosen)
    asked = DeskSettings(topics=(topic,) * bool(topic), regions=(region,) * bool(region))
    for problem in unknown({"": asked}, known):
        raise SettingsError(problem.removeprefix("desks..").replace("s: ", ": ", 1))
    with reading(chosen) as query:
        found = find(query, Lane(topic or None, region or None), days, datetime.now(UTC))
    if as_json:
        print(json.dumps(msgspec.to_builtins(found), ensure_ascii=False))
        return 0
    words = translator(lang or chosen.language)
    print(subject(Lane(topic or None, region or None), words, names(words.language, known)))
    print("\n".join(f"  {line}" for line in ahead(found, words)))
    return 0


def find(query: Query, lane: Lane, days: int, now: datetime) -> Forecast:
    """The forecast of a lane from the stored minutes before the hour under way."""
    from streams.backtest import coming

    end = now.replace(minute=0, second=0, microsecond=0)
    posts: dict[int, float] = {}
    looked: set[int] = set()
    at = end - timedelta(days=days)
    while at < end:
        until = min(at + CHUNK, end)
        asked = {"start": at, "end": until, "topic": lane.topic or "", "region": lane.region or ""}
        for row in query(_SLOTS, asked):
            posts[row["at"] // coming.BIN_SECONDS] = row["posts"]
            looked.add(row["at"] // 3600)
        at = until
    if not looked:
        raise SettingsError(f"the store has no posts of the last {days} days")
    first, last = min(looked), int(end.timestamp()) // 3600
    bins = coming.HOUR_BINS
    hours = [
        [posts.get(hour * bins + k, 0.0) for k in range(bins)] if hour in looked else None
        for hour in range(first, last)
    ]
    return coming.forecast(hours, first)
