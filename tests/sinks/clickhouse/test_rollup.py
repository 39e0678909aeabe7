"""The rollups say what the mentions say, whatever came twice, was edited, moved or deleted."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rezonans.handling import Action
from rezonans.records import Mention, Mentions, Place, Sentiment
from rezonans.troubles import Busy
from sinks.clickhouse import talk
from sinks.clickhouse.cells import GRIDS, VOICES
from sinks.clickhouse.client import Client
from sinks.clickhouse.rollup import HOURS_AT_ONCE, TABLES, Rollups, keep
from sinks.clickhouse.writer import Writer
from tests.sinks.clickhouse import recount
from tests.sinks.clickhouse.dying import Dying, Killed
from tests.sinks.clickhouse.samples import NOW, fact, mention, page
from tests.sinks.conftest import Store

CELLS = "SELECT minute, topic, second, region, posts, voices FROM lane_minutes ORDER BY ALL"
VIEWS = {
    "flow": "flow", "place": "flow_places", "district": "flow_districts",
    "appeal": "flow_appeals", "type": "flow_types", "model": "flow_models",
}  # fmt: skip
PLACES = (
    (),
    (Place(kato="311010000", level="settlement", name="г.Тараз", how="name"),),
    (Place(kato="750000000", level="region", name="г.Алматы", how="name"),),
    (Place(kato="000000000", level="country", name="Казахстан", how="name"),),
)


def ticking() -> Callable[[], datetime]:
    """A clock that never says the same twice."""
    seconds = count()
    return lambda: NOW + timedelta(days=900, seconds=next(seconds))


def rolled(store: Store, now: Callable[[], datetime]) -> Rollups:
    return Rollups(store.client, now, settle_seconds=0)


def of_view(client: Client, view: str, grain: int, columns: tuple[str, ...], names: int) -> Any:
    sql = f"SELECT at, {', '.join(columns)} FROM {view} WHERE grain = {grain}"
    rows = client.query(sql).result_rows
    found = {tuple(row[: names + 1]): tuple(row[names + 1 :]) for row in rows}
    assert len(found) == len(rows), f"{view}: a cell stands twice"
    return found


ANSWERED = """
SELECT substring(subject, 6), at FROM actions FINAL
WHERE verb = 'answered' AND startsWith(subject, 'item:')
"""
TOWN = ("region", "district", "settlement")
TOWNS = (
    "SELECT at, region, district, settlement, {} FROM flow_towns WHERE grain = {{grain:UInt32}} "
    "GROUP BY ALL"
)
BY_TENTHS = """
SELECT at, container, platform, topic, region, tenths, sum(asked) FROM flow_questions
WHERE grain = {grain:UInt32} GROUP BY ALL
"""


def talk_equals_a_recount(client: Client, rows: list[dict[str, Any]]) -> None:
    """Pages of authorities, questions and their answers, by hour and by day."""
    actions = [(row[0], row[1]) for row in client.query(ANSWERED).result_rows]
    expected = recount.questions(rows, actions)
    listed = client.query(f"SELECT {', '.join(talk.QUESTION.names)} FROM questions").result_rows
    assert len(listed) == len(expected)
    assert set(listed) == expected
    for grain in recount.GRAINS[1:]:
        found = of_view(client, "flow_pages", grain, talk.PAGE.columns, len(talk.PAGE.names))
        assert found == recount.pages(rows, grain), grain
        cells = Counter((recount.span(one[4], grain), *one[:4], one[5]) for one in expected)
        asked = client.query(BY_TENTHS, {"grain": grain}).result_rows
        assert {row[:-1]: row[-1] for row in asked} == cells, grain


def equal_to_a_recount(client: Client) -> None:
    rows = recount.stored(client)
    for grain in recount.GRAINS:
        for grid, view in VIEWS.items():
            names, counts = GRIDS[grid].names, GRIDS[grid].counts
            found = of_view(client, view, grain, (*names, *counts), len(names))
            assert found == recount.cells(rows, grain, names, counts), (view, grain)
        counts = GRIDS["place"].counts
        summed = ", ".join(f"sum({name})" for name in counts)
        towns = client.query(TOWNS.format(summed), {"grain": grain}).result_rows
        expected = recount.cells(rows, grain, TOWN, counts)
        assert {tuple(row[:4]): tuple(row[4:]) for row in towns} == expected, grain
    for grain in (3600, 86400):
        found = of_view(client, "flow_voices", grain, VOICES.columns, len(VOICES.names))
        assert found == recount.voices(rows, grain), grain
    talk_equals_a_recount(client, rows)


def _version(draw: st.DrawFn) -> Mention:
    """One of a few items, as it may be seen: new, edited, moved, labelled anew, gone."""
    number = draw(st.integers(0, 9))
    item, undated = f"vk:-1_{number}", number % 2 == 0
    event = draw(st.sampled_from(["created", "created", "edited", "deleted"]))
    hours = draw(st.sampled_from([0, 1, 5, 30])) if undated or event == "deleted" else number
    if number == LATE and not undated and event != "deleted":
        hours = -24 * 29
    at = NOW - timedelta(hours=hours, minutes=7 * number)
    if event == "deleted":
        return fact(item, event, published_at=at)
    found = mention(
        item,
        event=event,
        published_at=at,
        published_origin="first_seen" if undated else "platform",
        revision=draw(st.integers(1, 2)) if event == "edited" else 0,
        author=draw(st.sampled_from([None, "a1:1", "a1:2"])),
        **_role(draw, number),
        repost_of=draw(st.sampled_from([None, "vk:-1_9"])),
        stated_appeal=draw(st.sampled_from([None, "question"])),
        flags=draw(st.sampled_from([(), ("simulation",)])),
        kind=draw(st.sampled_from(["comment", "comment", "appeal"])),
        model={"topics": str(draw(st.integers(1, 3)))},
        topics=draw(st.sampled_from([(), (("heating", 0.9),), (("water", 0.4), ("gas", 0.3))])),
        places=draw(st.sampled_from(PLACES)),
    )
    mood = draw(st.sampled_from([None, Sentiment(0.7, 0.2, 0.1), Sentiment(0.1, 0.2, 0.7)]))
    urgent = draw(st.sampled_from([None, 0.1, 0.5]))
    official = draw(st.sampled_from([None, "akimat-31"]))
    appeal = draw(st.sampled_from(["complaint", "question", "none"]))
    return msgspec.structs.replace(
        found, sentiment=mood, urgent=urgent, official=official, appeal=appeal
    )


LATE = 9
"""Answers weeks later: some of the questions then are too old to be answered by it."""


def _role(draw: st.DrawFn, number: int) -> dict[str, Any]:
    """People ask, authorities speak and answer; an edit may change to whom."""
    if number < 6:
        return {"author_kind": draw(st.sampled_from(["person", "person", "page"]))}
    parent = draw(st.sampled_from([None, *(f"vk:-1_{n}" for n in range(6))]))
    name = draw(st.sampled_from([None, "Акимат", "Министерство"]))
    return {"author_kind": "official", "parent": parent, "author_name": name}


def pages_of(said: list[Mention], sequence: int) -> list[Mentions]:
    """Two containers, so that an authority may speak in one and not in the other."""
    found = []
    for part in (0, 1):
        own = [one for one in said if int(one.post.item[-1]) // 2 % 2 == part]
        target: dict[str, Any] = {
            "container": f"vk:-{part}",
            "target": f"vk/{part}",
            "sequence": sequence,
        }
        found += [page(*own, **target)] if own else []
    return found


def told(story_step: int, item: int | None) -> list[Action]:
    """A person of the desk says that an item is answered."""
    if item is None:
        return []
    at = NOW - timedelta(minutes=story_step)
    return [Action(action=f"a{story_step}", at=at, subject=f"item:vk:-1_{item}", verb="answered",
                   by="press")]  # fmt: skip


batches = st.lists(
    st.tuples(
        st.lists(st.composite(_version)(), min_size=1, max_size=4),
        st.sampled_from(["nothing", "again", "computed", "killed"]),
        st.integers(1, 7),
        st.sampled_from([None, None, 0, 1, 3]),
    ),
    min_size=1,
    max_size=4,
)


def test_a_page_keeps_its_name_in_a_day_where_a_later_word_has_none(store: Store) -> None:
    spoke = [
        mention(f"a:{n}", author_kind="official", author_name=name,
                published_at=NOW - timedelta(hours=n))
        for n, name in enumerate([None, "Акимат", "Министерство"], start=1)
    ]  # fmt: skip
    Writer(store.client, ticking()).write([page(*spoke)])
    rolled(store, ticking()).catch_up()
    equal_to_a_recount(store.client)


@pytest.mark.timeout(300)
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(batches)
def test_rollups_equal_a_slow_recount(
    store: Store, story: list[tuple[list[Mention], str, int, int | None]]
) -> None:
    for table in ("mentions", "actions", *TABLES):
        store.client.command(f"TRUNCATE TABLE {table}")
    now = ticking()
    writer = Writer(store.client, now)
    for sequence, (said, then, after, answered) in enumerate(story):
        for _ in range(2 if then == "again" else 1):
            writer.write(pages_of(said, sequence), actions=told(sequence, answered))
        if then == "computed":
            rolled(store, now).catch_up()
        if then == "killed":
            try:
                Rollups(Dying(store.client, after), now, settle_seconds=0).catch_up()
            except Killed:
                continue
    rolled(store, now).catch_up()
    equal_to_a_recount(store.client)
    assert rolled(store, now).catch_up() == 0


def test_a_recount_would_see_a_rollup_that_is_wrong(store: Store) -> None:
    now = ticking()
    Writer(store.client, now).write([page(mention("a:1"))])
    with pytest.raises(AssertionError):
        equal_to_a_recount(store.client)
    rolled(store, now).catch_up()
    equal_to_a_recount(store.client)
    store.client.command("TRUNCATE TABLE mentions")
    with pytest.raises(AssertionError):
        equal_to_a_recount(store.client)


def test_the_simulation_is_told_by_its_platform_too(store: Store) -> None:
    now = ticking()
    region = page(mention("s:1", flags=()), platform="simulation", target="s/1", container="s")
    real = page(mention("a:1", flags=()), mention("a:2", flags=("simulation",)))
    Writer(store.client, now).write([region, real])
    rolled(store, now).catch_up()
    equal_to_a_recount(store.client)
    sql = "SELECT item, simulation FROM mentions_public ORDER BY item"
    told = store.client.query(sql).result_rows
    assert told == [("a:1", False), ("a:2", True), ("s:1", True)]
    sql = "SELECT platform, simulation, posts FROM flow WHERE grain = 3600 ORDER BY ALL"
    found = store.client.query(sql).result_rows
    assert found == [("simulation", True, 1), ("vk", False, 1), ("vk", True, 1)]


def test_a_day_begins_at_midnight_in_almaty(store: Store) -> None:
    now = ticking()
    before, after = NOW.replace(hour=18, minute=59), NOW.replace(hour=19, minute=0)
    said = [mention("a:1", published_at=before), mention("a:2", published_at=after)]
    Writer(store.client, now).write([page(*said)])
    rolled(store, now).catch_up()
    sql = "SELECT at, sum(posts) FROM flow WHERE grain = 86400 GROUP BY at ORDER BY at"
    midnight = NOW.replace(hour=19, tzinfo=None)
    assert store.client.query(sql).result_rows == [
        (midnight - timedelta(days=1), 1),
        (midnight, 1),
    ]


def test_what_was_touched_just_before_is_computed_once_more(store: Store) -> None:
    now = ticking()
    Writer(store.client, now).write([page(mention("a:1"))])
    careful = Rollups(store.client, now, settle_seconds=3600)
    assert [careful.catch_up(), careful.catch_up()] == [1, 1]
    assert rolled(store, now).catch_up() == 0


def test_the_newest_hours_are_computed_first(store: Store) -> None:
    now = ticking()
    said = [mention(f"a:{n}", published_at=NOW - timedelta(hours=n)) for n in range(30)]
    Writer(store.client, now).write([page(*said)])
    rollups = rolled(store, now)
    assert rollups.step() == 30 - HOURS_AT_ONCE
    sql = "SELECT min(at), count() FROM rollup_hours FINAL"
    first = (NOW - timedelta(hours=HOURS_AT_ONCE - 1)).replace(tzinfo=None)
    assert store.client.query(sql).result_rows == [(first, HOURS_AT_ONCE)]
    state = store.client.query("SELECT hours, hours_behind FROM rollup_state").result_rows
    assert state == [(30, 30 - HOURS_AT_ONCE)]
    assert rollups.step() == 0
    assert [rollups.step_days() for _ in range(3)] == [1, 0, 0]


class Keeping:
    """What `keep` computes and how long it rests, on a clock that only work moves."""

    def __init__(self, results: Mapping[str, Iterator[Any]], took: float) -> None:
        self._results, self._took = results, took
        self.seconds, self.rests = 0.0, list[float]()

    def step(self) -> int:
        return self._next("hours")

    def step_days(self) -> int:
        return self._next("days")

    def _next(self, what: str) -> int:
        self.seconds += self._took
        found = next(self._results[what])
        if isinstance(found, Exception):
            raise found
        return int(found)

    async def pause(self, seconds: float) -> None:
        self.rests.append(seconds)
        self.seconds += seconds


@pytest.mark.parametrize(
    ("hours", "took", "rests"),
    [
        ([0, 0], 0.01, [10.0, 10.0]),
        ([9, 0], 0.1, [pytest.approx(0.9), 10.0]),
        ([0, 0], 2.0, [18.0, 18.0]),
        ([Busy("full", 7.0), 0], 0.01, [7.0, 10.0]),
    ],
)
def test_computing_takes_its_share_of_the_time(
    hours: list[Any], took: float, rests: list[Any]
) -> None:
    keeping: Any = Keeping({"hours": iter([*hours, Killed()]), "days": iter([0] * 9)}, took)

    async def call(step: Callable[[], int]) -> int:
        return step()

    with pytest.raises(Killed):
        asyncio.run(keep(keeping, call, lambda: keeping.seconds, keeping.pause))
    assert keeping.rests == rests


def test_days_are_computed_less_often_than_hours() -> None:
    """A day that takes two seconds is computed every two hundred."""
    keeping: Any = Keeping({"hours": iter([*[0] * 30, Killed()]), "days": count()}, 2.0)
    asked: list[str] = []

    async def call(step: Callable[[], int]) -> int:
        asked.append(step.__name__)
        step()
        return 0

    with pytest.raises(Killed):
        asyncio.run(keep(keeping, call, lambda: keeping.seconds, keeping.pause))
    assert asked.count("step_days") == 3


def at(minute: int) -> datetime:
    return NOW.replace(minute=minute, second=30)


def lanes(store: Store, *said: Mention, sql: str = CELLS) -> list[Any]:
    now = ticking()
    Writer(store.client, now).write([page(*said)])
    rolled(store, now).catch_up()
    return list(store.client.query(sql).result_rows)


def test_posts_are_counted_by_minute_and_lane(store: Store) -> None:
    said = [mention(f"a:{i}", published_at=at(5), author=f"p{i % 2}") for i in range(4)]
    said.append(mention("a:9", published_at=at(6), topics=(), places=()))
    minute = NOW.replace(minute=5, second=0)
    found = lanes(store, *said)
    assert [row[1:] for row in found] == [("heating", "housing", "31", 4, 2), ("", "", "", 1, 1)]
    assert found[0][0].replace(tzinfo=NOW.tzinfo) == minute


def test_copied_texts_keep_their_mark_and_others_do_not(store: Store) -> None:
    said = [mention(f"a:{i}", published_at=at(5 + i)) for i in range(3)]
    said.append(mention("a:9", published_at=at(5), repost_of="a:1"))
    sql = "SELECT fingerprint, sum(posts) FROM lane_minutes GROUP BY 1 ORDER BY 1"
    assert lanes(store, *said, sql=sql) == [(0, 1), (2**64 - 1, 3)]
