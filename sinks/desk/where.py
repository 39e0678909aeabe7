"""The page of the map: where which topic is loud in a day, a week, a month, a year.

It runs the SQL of the boards, so a number here and in Grafana is the same number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from rezonans.i18n import Translator, mark
from sinks import boards
from sinks.clickhouse.reader import QueryError, Unavailable
from sinks.desk import atlas
from sinks.desk.cache import Cache
from sinks.desk.columns import MOODS, Bars, Span, bars
from sinks.desk.filters import GROUP, Filter
from sinks.desk.query import Reader, Unreachable
from sinks.desk.vocabulary import Vocabulary

RANGES: Mapping[str, tuple[str, timedelta, int]] = {
    # as it stands in an address -> name, length, seconds of a column
    "day": (mark("Day"), timedelta(days=1), 900),
    "week": (mark("Week"), timedelta(days=7), 7200),
    "month": (mark("Month"), timedelta(days=30), 28_800),
    "year": (mark("Year"), timedelta(days=365), 86_400),
}
NARROWS = ("topic", "region", "language")
"""What the page can be narrowed by: names that the rollups know."""
MOST_TOPICS = 12
KEPT_SECONDS = 20.0
PANELS = ("places", "topics_by_region", "mentions_by_sentiment", "spike_marks")

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Place:
    """A region on the map and in the list. `address`: its posts on the desk."""

    code: str
    name: str
    posts: int
    negative: str
    topic: str
    shade: int
    address: str


@dataclass(frozen=True)
class Cell:
    posts: int
    shade: int
    address: str
    title: str


@dataclass(frozen=True)
class Line:
    """A topic of the heat, with a cell a region."""

    name: str
    address: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Part:
    """A group of topics. `share`: of the mentions whose topic and region are known."""

    name: str
    address: str
    posts: int
    share: str
    width: float
    """0 to 100, for the picture."""


@dataclass(frozen=True)
class WhereView:
    """All that the page shows. `nowhere`: posts that name no region."""

    places: Mapping[str, Place]
    listed: Sequence[Place]
    nowhere: int
    heads: Sequence[tuple[str, str]]
    """Short name and address of each region of the heat, the loudest first."""
    lines: Sequence[Line]
    groups: Sequence[Part]
    """The largest first."""
    course: Bars
    edges: tuple[str, str]
    """When the range begins and ends, in words."""
    total: int


class Where:
    """Asks the store at most once in a while for each range and choice."""

    def __init__(
        self, store: Reader, timer: Callable[[], float], now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._cache = Cache(timer)
        self._now = now

    async def __call__(
        self, length: str, wanted: Filter, words: Translator, spoken: Vocabulary
    ) -> WhereView:
        """What the page shows; `length` is one of `RANGES`. `Unreachable`."""
        now = self._now()
        name = f"{length} {wanted.query}"
        found, until = await self._cache.get(
            name, KEPT_SECONDS, lambda: self._ask(length, wanted, now)
        )
        return view(found, length, until, words, spoken)

    async def _ask(
        self, length: str, wanted: Filter, now: datetime
    ) -> tuple[dict[str, Rows], datetime]:
        _, span, step = RANGES[length]
        params = wanted.params
        chosen: dict[str, tuple[str, ...]] = {
            name: (params[name],) for name in NARROWS if name != "topic" and params[name]
        }
        if wanted.topics:
            chosen["topic"] = wanted.topics
        try:
            found = {
                panel: await self._store.query(
                    boards.expand(boards.sql(panel), now - span, now, step, chosen)
                )
                for panel in PANELS
            }
        except (Unavailable, QueryError, OSError) as error:
            raise Unreachable(f"the map: {error}") from error
        return found, now


def view(
    found: Mapping[str, Rows], length: str, until: datetime, words: Translator, spoken: Vocabulary
) -> WhereView:
    """Rows of the panels as the page shows them."""
    named = [row for row in found["places"] if row["region"]]
    most = max((int(row["posts"]) for row in named), default=0)
    listed = [_place(row, most, words, spoken) for row in named]
    places = {place.code: place for place in listed}
    for code, name in spoken.regions:
        places.setdefault(code, Place(code, name, 0, "", "", 0, _address(region=code)))
    heads = [place.code for place in listed]
    say = words.full if length == "year" else words.day
    counted = [row for row in found["topics_by_region"] if spoken.names.topic(str(row["topic"]))]
    nowhere = sum(int(row["posts"]) for row in found["places"] if not row["region"])
    return WhereView(
        places=places,
        listed=listed,
        nowhere=nowhere,
        heads=[(code, _address(region=code)) for code in heads],
        lines=_lines(counted[:MOST_TOPICS], heads, places, words, spoken),
        groups=_groups(counted, words, spoken),
        course=_course(found, length, until, words, spoken),
        edges=(say(until - RANGES[length][1]), say(until)),
        total=nowhere + sum(place.posts for place in listed),
    )


def _place(row: Mapping[str, Any], most: int, words: Translator, spoken: Vocabulary) -> Place:
    code, posts, share = str(row["region"]), int(row["posts"]), row["negative_share"]
    return Place(
        code=code,
        name=spoken.names.place(code) or code,
        posts=posts,
        negative="" if share is None else words.percent(share),
        topic=spoken.names.topic(row["loudest_topic"]) or "",
        shade=atlas.shade(posts, most),
        address=_address(region=code),
    )


def _lines(
    rows: Rows,
    heads: Sequence[str],
    places: Mapping[str, Place],
    words: Translator,
    spoken: Vocabulary,
) -> list[Line]:
    counts = [[int(row[f"region_{code}"]) for code in heads] for row in rows]
    most = max((count for line in counts for count in line), default=0)
    found = []
    for row, line in zip(rows, counts, strict=True):
        topic = str(row["topic"])
        name = spoken.names.topic(topic) or topic
        cells = [
            Cell(
                count,
                atlas.shade(count, most),
                _address(topic=topic, region=code),
                f"{name}, {places[code].name}: {words.number(count)}",
            )
            for code, count in zip(heads, line, strict=True)
        ]
        found.append(Line(name, _address(topic=topic), cells))
    return found


def _groups(rows: Rows, words: Translator, spoken: Vocabulary) -> list[Part]:
    """Mentions by group of topics; a mention of two topics counts in both."""
    by_topic = {
        str(row["topic"]): sum(int(n) for name, n in row.items() if name.startswith("region_"))
        for row in rows
    }
    whole = sum(by_topic.values())
    counts = [(sum(by_topic.get(code, 0) for code, _ in g.topics), g) for g in spoken.groups]
    return [
        Part(
            group.name, _address(topic=f"{GROUP}{group.code}"), posts,
            words.percent(posts / whole), round(100 * posts / whole, 1),
        )
        for posts, group in sorted(counts, key=lambda pair: -pair[0])
        if posts
    ]  # fmt: skip


def _course(
    found: Mapping[str, Rows], length: str, until: datetime, words: Translator, spoken: Vocabulary
) -> Bars:
    _, span, step = RANGES[length]
    spans = [
        Span(row["time"], [int(row[mood]) for mood in MOODS])
        for row in found["mentions_by_sentiment"]
    ]
    marks = [
        (row["time"], _said(row, words, spoken), str(row["tags"]).split(",")[0])
        for row in found["spike_marks"]
    ]
    return bars(spans, until - span, until, step, marks)


def _said(row: Mapping[str, Any], words: Translator, spoken: Vocabulary) -> str:
    """`26 ноября, 13:20: Вода, Жамбылская область`."""
    topic, _, region = str(row["title"]).partition(" ")
    lane = [spoken.names.topic(topic) if topic else None]
    lane.append(spoken.names.place(region) if region else None)
    return f"{words.day(row['time'])}: {', '.join(part for part in lane if part)}"


def _address(**chosen: str) -> str:
    return f"/?{urlencode(chosen)}#stream"
