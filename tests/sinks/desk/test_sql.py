"""Every query of the desk, through the narrow door, on the real engine."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import httpx
import pytest

from rezonans.handling import Action, Alert
from rezonans.reasons import Lane, Share, Story
from sinks.alerts.recall import actions
from sinks.clickhouse.door import door
from sinks.clickhouse.reader import Store as Reader
from sinks.clickhouse.rollup import Rollups
from sinks.clickhouse.writer import Writer
from sinks.desk.board import Board, Snapshot
from sinks.desk.filters import Filter
from sinks.desk.query import MentionRow
from tests.sinks.clickhouse.samples import NOW, mention, page, spike
from tests.sinks.conftest import Store

TOKEN = "a-token-of-the-tests"
LATER = NOW + timedelta(minutes=10)
Answer = TypeVar("Answer")


@pytest.fixture
def filled(store: Store) -> Store:
    """An hour of a feed, a week of its history, an open spike and a closed one."""
    writer = Writer(store.client, now=lambda: NOW)
    live = [mention(f"vk:{n}", published_at=NOW - timedelta(minutes=n)) for n in range(1, 11)]
    copies = [
        mention("vk:copy", published_at=NOW - timedelta(minutes=3), repost_of="vk:3"),
        mention("vk:gas", published_at=NOW - timedelta(minutes=2), topics=(("gas", 0.9),)),
        mention("vk:doubt", published_at=NOW - timedelta(minutes=2), topics=(("heating", 0.2),)),
    ]
    past = [
        mention(f"vk:old{day}", published_at=NOW - timedelta(days=day, minutes=30))
        for day in range(1, 8)
    ]
    closed = spike("s2", 1, change="closed", lane=Lane(), at=NOW - timedelta(minutes=30))
    parts = (Share(key="negative", observed=40.0, expected=4.0),)
    writer.write(
        mentions=[page(*live, *copies), page(*past, sequence=2, history=True)],
        spikes=[spike("s1"), spike("s1", 1, sentiments=parts), closed],
    )
    return store


def asked(store: Store, question: Callable[[Board], Awaitable[Answer]]) -> Answer:
    """What a board over the door of the store answers."""

    async def ask() -> Answer:
        transport = httpx.ASGITransport(door(store.engine(), TOKEN, hosts=("store",)))
        reader = Reader("http://store", TOKEN, store.database, async_transport=transport)
        try:
            return await question(Board(reader, now=lambda: LATER))
        finally:
            await reader.aclose()

    return asyncio.run(ask())


def look(store: Store) -> Snapshot:
    return asked(store, lambda board: board.look())


def tail(store: Store, wanted: Filter, after_ms: int = 0) -> list[MentionRow]:
    return asked(store, lambda board: board.tail(after_ms, wanted))


def test_an_empty_store_is_a_quiet_one(store: Store) -> None:
    snapshot = look(store)
    assert snapshot.problem is None
    assert (snapshot.spikes, snapshot.closed, snapshot.sources, snapshot.hours) == ((), (), (), ())


def test_spikes_are_the_latest_records_open_and_closed_apart(filled: Store) -> None:
    snapshot = look(filled)
    assert snapshot.problem is None
    assert [(s.spike, s.revision) for s in snapshot.spikes] == [("s1", 1)]
    assert snapshot.spikes[0].sentiments[0].observed == 40.0
    assert [s.spike for s in snapshot.closed] == ["s2"]


def test_top_posts_have_the_labels_of_the_store(filled: Store) -> None:
    assert look(filled).labels == {}  # the top post of the sample is in no page
    writer = Writer(filled.client, now=lambda: NOW)
    writer.write(mentions=[page(mention("vk:-1_1", published_at=NOW), sequence=3)])
    label = look(filled).labels["vk:-1_1"]
    assert (label.topic, label.appeal, label.sentiment) == ("heating", "complaint", "negative")
    assert label.sentiment_probability == pytest.approx(0.75)


def test_the_plot_counts_the_lane_without_copies_against_a_week(filled: Store) -> None:
    plot = look(filled).plots["s1"]
    # ten minutes of one text: each five of them hold one voice
    assert [n for n in plot.observed if n] == [1, 1]
    assert max(plot.usual) == pytest.approx(1 / 12, abs=0.005)


def test_the_plot_of_a_district_is_of_the_district_and_few_posts_or_copies_have_none(
    filled: Store,
) -> None:
    narrow = Lane("heating", "31", "313600000")
    story = spike("s4", lane=Lane("heating"), kind="emergence",
                  story=Story(key="vk:1", observed=9, expected=0))  # fmt: skip
    copied = spike("s5", lane=Lane("heating"), kind="campaign")
    found = [spike("s3", lane=narrow), story, copied]
    Writer(filled.client, now=lambda: NOW).write(spikes=found)
    plots = look(filled).plots
    assert sum(plots["s1"].observed) == 2
    assert sum(plots["s3"].observed) == 0
    assert not {"s4", "s5"} & set(plots)


def test_the_pulse_tells_the_last_hour_from_the_day_before(filled: Store) -> None:
    hours = look(filled).hours
    assert sum(hour.recent for hour in hours) == 13
    assert sum(hour.before for hour in hours) == 1
    assert sum(hour.negative for hour in hours) == 13


def test_authors_of_the_last_whole_hour_stand_beside_its_posts(filled: Store) -> None:
    assert {hour.voices for hour in look(filled).hours} <= {0, None}, "not computed yet"
    start = (LATER - timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    said = [
        mention(f"vk:said{n}", published_at=start + timedelta(minutes=n), author=author)
        for n, author in enumerate(("a", "b", "a"))
    ]
    Writer(filled.client, now=lambda: NOW).write(mentions=[page(*said, sequence=3)])
    Rollups(filled.client).catch_up()
    assert {hour.voices for hour in look(filled).hours} == {3}, "those two, and who wrote before"


def test_sources_are_the_targets_that_were_looked_at(filled: Store) -> None:
    [source] = look(filled).sources
    assert (source.target, source.posts_hour) == ("vk/1", 13)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Filter(), 15),
        (Filter(topic="gas"), 1),
        (Filter(topic="gas", region="31", sentiment="negative", language="ru"), 1),
        (Filter(region="75"), 0),
        (Filter(sentiment="positive"), 0),
        (Filter(language="kk"), 0),
        (Filter(topic="' OR 1=1 --"), 0),
        (Filter(topic="group-utilities", group=("gas", "heating")), 15),
        (Filter(topic="group-all", group=("gas", "water")), 1),
    ],
)
def test_mentions_of_three_days_by_filter(filled: Store, wanted: Filter, found: int) -> None:
    rows = tail(filled, wanted)
    assert len(rows) == found
    assert rows == sorted(rows, key=lambda row: (-row.published_ms, row.item))


def test_the_tail_begins_after_what_was_shown(filled: Store) -> None:
    rows = tail(filled, Filter())
    assert tail(filled, Filter(), after_ms=rows[0].stored_ms) == []
    assert len(tail(filled, Filter(), after_ms=rows[0].stored_ms - 1)) == len(rows)
    assert {row.simulated for row in rows} == {True}
    assert [row.history for row in rows if row.item.startswith("vk:old")] == [True, True]


def test_what_people_did_and_what_became_of_messages(store: Store) -> None:
    def mute(action: str, value: str, minutes: int) -> Action:
        return Action(action=action, at=NOW, subject="topic:gas", verb="mute", by="Айгүл",
                      value=value, note=str(minutes))  # fmt: skip

    def alert(minutes: int, reason: str) -> Alert:
        return Alert(
            alert=f"k{minutes}", at=NOW - timedelta(minutes=minutes), desk="press", told="opened",
            outcome="suppressed", reason=reason, spike="s1", until=NOW, lane=Lane("gas"),
        )  # fmt: skip

    later = (LATER + timedelta(hours=1)).isoformat()
    Writer(store.client, now=lambda: NOW).write(
        actions=[mute("z1", later, 0)], alerts=[alert(1, "muted"), alert(2, "hourly")]
    )
    snapshot = look(store)
    assert snapshot.problem is None
    assert [(one.subject, one.by) for one in snapshot.hands.mutes] == [("topic:gas", "Айгүл")]
    [row] = snapshot.alerts
    assert (row.reason, row.topic, row.spike) == ("muted", "gas", "s1")
    after = Writer(store.client, now=lambda: NOW + timedelta(seconds=1))
    after.write(actions=[mute("a2", "off", 1)])
    assert look(store).hands.mutes == []


def test_a_worker_recalls_orders_from_the_store(store: Store) -> None:
    recent = datetime.now(UTC).replace(microsecond=0)
    mute = Action(action="m", at=recent, subject="topic:gas", verb="mute", by="Айгүл", value="off")
    old = Action(action="o", at=NOW - timedelta(days=90), subject="x", verb="mute", by="Айгүл")
    Writer(store.client, now=lambda: NOW).write(actions=[old, mute])

    async def recalled() -> list[Action]:
        transport = httpx.ASGITransport(door(store.engine(), TOKEN, hosts=("store",)))
        reader = Reader("http://store", TOKEN, store.database, async_transport=transport)
        try:
            return await actions(reader)
        finally:
            await reader.aclose()

    assert asyncio.run(recalled()) == [mute]
