"""A synthetic year in the store: mentions written by the engine itself, always the same ones.

The last day has the full volume of the country and its rollups are computed from it; the rollups
of the days before are copies of those, so that boards read as many cells as they would. The
mentions of a few days are copied too; those of the days before are one in `thin` of the volume.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sinks.clickhouse.client import Client

A_MONTH = 26_600_000
A_DAY = A_MONTH * 12 // 365
END = datetime(2026, 11, 1, tzinfo=UTC)
LAST = (END - timedelta(days=1)).date()

_SYLLABLES = "ко ле на ши ты ре пад гол мир сок тан бек жар кун ата оты"
_LISTS = {
    "topic": "water heating electricity gas housing waste ecology roads transport health "
    "education social prices jobs land emergency order animals services corruption culture "
    "politics other",
    "region": "75 71 79 19 61 31 35 43 27 55 39 15 11 63 59 47 10 62 33 23",
    "platform": "vk telegram youtube rss instagram facebook ok tiktok",
    "appeal": "complaint question incident suggestion gratitude",
    "official": "akimat-75 akimat-31 akimat-71 minzdrav minenergo minprosvet kchs police",
    "kind": "comment post comment reply appeal article comment video",
}
_COLUMNS = """
item = concat(platform, ':', toString(cityHash64(number)))
day = toDate(published_at)
version = bitShiftLeft(toUInt128(20260401), 53)
generation = 20260401
platform = {platform}
container = if(on_page, concat(platform, ':page', toString({zipf:200:3})),
    concat(platform, ':', toString({zipf:3000:3})))
target = concat(platform, '/', toString({zipf:500:3}))
collector = platform
kind = {kind}
channel = platform
stated_appeal = if(kind = 'appeal', 'complaint', NULL)
author = if(official_speaks OR {part:5:20} = 0, NULL, concat('a1:', hex({zipf:3000000:6})))
author_kind = if(official_speaks, 'official', 'person')
author_name = if(official_speaks, concat('Акимат ', container), NULL)
parent = if(official_speaks AND {part:22:2} = 0 AND number >= {first:UInt64} + numbers_ago,
    concat({asked platform}, ':', toString(cityHash64(asked))), NULL)
text = {text}
url = concat('https://example.kz/', item)
published_precision = 'second'
published_origin = 'platform'
observed_at = published_at + toIntervalSecond({part:8:120})
stored_at = observed_at + toIntervalSecond(2)
legal_basis = 'public source'
repost_of = if({part:9:8} = 0, 'vk:1', NULL)
language = multiIf({part:10:10} < 5, 'ru', {part:10:10} < 9, 'kk', 'mixed')
script = 'cyrillic'
topic = if({part:11:4} = 0, NULL, {topic})
topic_probability = if(isNull(topic), NULL, {part:30:10000} / 10000)
topics = if(isNull(topic), [], [(assumeNotNull(topic), toFloat32({part:30:10000} / 10000))])
appeal = if(number % 64 = 5 OR {part:12:3} = 0, {appeal}, 'none')
appeal_guess = appeal
appeal_probability = {part:31:10000} / 10000
sentiment = multiIf({part:13:10} < 4, 'negative', {part:13:10} < 9, 'neutral', 'positive')
negative = {part:32:10000} / 10000
neutral = {part:33:10000} / 10000
positive = {part:34:10000} / 10000
urgent = {part:35:10000} / 18000
region = if({part:15:100} < 55, NULL, {region})
district = if(isNull(region) OR {part:16:3} = 0, NULL,
    concat(assumeNotNull(region), leftPad(toString({zipf:14:17}), 2, '0'), '00000'))
place = coalesce(settlement, district, concat(region, '0000000'))
places = if(isNull(place), [], [(assumeNotNull(place), if(isNull(settlement), 'district',
    'settlement'), 'имя', 'name')])
fingerprint = cityHash64(number)
model = map('topics', '2026-04-01', 'appeal', '2026-04-01', 'sentiment', '2026-04-01')
official = if({part:18:40} = 0, {official}, NULL)
"""
_SETTLEMENT = """if(isNull(district) OR {part:19:2} = 0, NULL,
    concat(substring(assumeNotNull(district), 1, 4),
        leftPad(toString({zipf:60:20}), 3, '0'), '00'))"""
_WITH = """
toDateTime64({start:UInt32}, 3, 'UTC')
    + toIntervalMillisecond(intDiv((number - {first:UInt64}) * {span:UInt64}, {rows:UInt64}))
    AS published_at,
32 + 64 * {zipf:20000:41} AS numbers_ago,
toUInt64(number - numbers_ago) AS asked,
number % 16 = 5 AS on_page,
number % 64 = 37 AS official_speaks
"""


@dataclass(frozen=True)
class Span:
    """Mentions of some days, spread evenly; `first`: number of the first of them."""

    first: int
    rows: int
    start: date
    days: int


def sql() -> str:
    """Inserts the mentions of a span; parameters `first`, `rows`, `start`, `span`."""
    columns = dict(line.split(" = ", 1) for line in _joined(_COLUMNS))
    helpers = f"{_filled(_WITH.strip())},\n{_filled(_SETTLEMENT)} AS settlement"
    values = ",\n".join(f"{_filled(value)} AS {name}" for name, value in columns.items())
    return (  # every part is written in this file
        f"INSERT INTO mentions ({', '.join(columns)}, published_at)\n"
        f"WITH {helpers}\nSELECT\n{values},\npublished_at\n"
        "FROM numbers({first:UInt64}, {rows:UInt64})"
    )


def _joined(text: str) -> list[str]:
    """Lines of the table above; an indented one goes on."""
    return text.strip().replace("\n    ", " ").splitlines()


def _filled(expression: str) -> str:
    found = expression.replace("{text}", _words())
    if "{asked platform}" in found:
        answered = _filled("{platform}").replace("number", "asked")
        found = found.replace("{asked platform}", answered)
    for name, values in _LISTS.items():
        many = values.split()
        found = found.replace(
            f"{{{name}}}", f"[{', '.join(map(repr, many))}][{_zipf(len(many), hash_of(name))}]"
        )
    while "{zipf:" in found or "{part:" in found:
        start = min(at for at in (found.find("{zipf:"), found.find("{part:")) if at >= 0)
        end = found.index("}", start)
        kind, first, second = found[start + 1 : end].split(":")
        if kind == "zipf":
            value = _zipf(int(first), int(second))
        else:
            value = f"(cityHash64(number, {first}) % {second})"
        found = found[:start] + value + found[end + 1 :]
    return found


def hash_of(name: str) -> int:
    """A number of its own for each list."""
    return 100 + list(_LISTS).index(name)


def _zipf(most: int, seed: object) -> str:
    """1 to `most`, small numbers often: a thousand kinds of people, a few loud ones."""
    return f"toUInt32(pow({most}, (cityHash64(number, {seed}) % 1000000) / 1000000))"


def _words() -> str:
    """Six to thirty words of three syllables out of a vocabulary of thousands."""
    syllables = f"[{', '.join(map(repr, _SYLLABLES.split()))}]"
    word = "toUInt32(pow(30000, (cityHash64(number, i) % 1000000) / 1000000))"
    parts = ", ".join(f"{syllables}[1 + cityHash64({word}, {n}) % 16]" for n in range(3))
    return (
        f"arrayStringConcat(arrayMap(i -> concat({parts}), range(6 + cityHash64(number, 7) % 25)),"
        " ' ')"
    )


def fill(client: Client, span: Span) -> None:
    """Write the mentions of a span."""
    start = datetime(span.start.year, span.start.month, span.start.day, tzinfo=UTC)
    client.command(
        sql(),
        {
            "first": span.first,
            "rows": span.rows,
            "start": int(start.timestamp()),
            "span": span.days * 86_400_000,
        },
        settings={"max_partitions_per_insert_block": 0},
    )


_REST = (
    """
    INSERT INTO looks
    SELECT concat('vk/', toString(number % 400)), intDiv(number, 400), 0, 'vk',
        concat('vk:', toString(number % 400)), 'vk', '1', at, at, 0, number % 9, at, at
    FROM (
        SELECT number, toDateTime64({end:UInt32} - intDiv(number, 400) * 600, 3, 'UTC') AS at
        FROM numbers(400 * 144 * 30)
    )
    """,
    """
    INSERT INTO arrivals
    SELECT toDateTime64({end:UInt32} - number * 30, 3, 'UTC'), 300, 250,
        [concat('vk/', toString(number % 400))],
        arrayMap(i -> toFloat32(cityHash64(number, i) % 90), range(60))
    FROM numbers(2880 * 30)
    """,
    """
    INSERT INTO spikes (spike, revision, change, alarm, topic, region, at, since, score, threshold,
        observed, expected, low, high, window_seconds, posts, voices, peak, trigger, simulation,
        places, sentiments, platforms, topics, record, stored_at)
    SELECT hex(intDiv(number, 3)), number % 3, ['opened', 'updated', 'closed'][1 + number % 3],
        ['orange', 'red'][1 + number % 2], ['water', 'gas', 'roads'][1 + number % 3], '31',
        toDateTime64({end:UInt32} - intDiv(number, 3) * 10000 + number % 3 * 3000, 3, 'UTC'),
        toDateTime64({end:UInt32} - intDiv(number, 3) * 10000, 3, 'UTC'),
        4, 3.5, 60, 8, 4, 14, 3600, 70, 50, 60, 'spread', 0,
        [('311000000', 40, 4)], [('negative', 40, 4)], [('vk', 40, 4)], [('water', 40, 4)],
        '{"schema":"spike.v1"}', now64(3)
    FROM numbers(9000)
    """,
)


def fill_rest(client: Client) -> None:
    """Looks and arrivals of the month that they are kept, spikes of the year."""
    for statement in _REST:
        client.command(statement, {"end": int(END.timestamp())})
