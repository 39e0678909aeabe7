"""The rollup says what the mentions say, whatever came twice, was edited or was deleted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sinks.clickhouse.rollup import Rollup
from sinks.clickhouse.writer import Writer
from tests.sinks.clickhouse.samples import NOW, fact, mention, page
from tests.sinks.conftest import Store

CELLS = "SELECT minute, topic, second, region, posts, voices FROM lane_minutes ORDER BY ALL"
LATER = NOW + timedelta(hours=1)


def rolled(store: Store, sql: str = CELLS) -> list[Any]:
    rollup = Rollup(store.client)
    rollup.catch_up(LATER)
    assert rollup.catch_up(LATER + timedelta(hours=1)) == 0
    return list(store.client.query(sql).result_rows)


def written(store: Store, *mentions: Any, sequence: int = 1) -> None:
    store.client.command("TRUNCATE TABLE lane_hours")
    Writer(store.client, lambda: NOW).write([page(*mentions, sequence=sequence)])


def at(minute: int) -> Any:
    return NOW.replace(minute=minute, second=30)


def test_posts_are_counted_by_minute_and_lane(store: Store) -> None:
    said = [mention(f"a:{i}", published_at=at(5), author=f"p{i % 2}") for i in range(4)]
    said.append(mention("a:9", published_at=at(6), topics=(), places=()))
    written(store, *said)
    minute = NOW.replace(minute=5, second=0)
    assert [row[1:] for row in rolled(store)] == [
        ("heating", "housing", "31", 4, 2),
        ("", "", "", 1, 1),
    ]
    assert rolled(store)[0][0].replace(tzinfo=NOW.tzinfo) == minute


def test_what_comes_again_or_changes_replaces_its_cell(store: Store) -> None:
    written(store, mention("a:1", published_at=at(5)), mention("a:2", published_at=at(5)))
    assert [row[4] for row in rolled(store)] == [2]
    writer = Writer(store.client, lambda: LATER + timedelta(hours=2))
    again = mention("a:1", published_at=at(5), model={"topics": "9"}, topics=(("roads", 0.9),))
    writer.write([page(again, again, sequence=2)])
    rollup = Rollup(store.client)
    rollup.catch_up(LATER + timedelta(hours=3))
    found = store.client.query("SELECT topic, posts FROM lane_minutes ORDER BY topic").result_rows
    assert found == [("heating", 1), ("roads", 1)]
    gone = [fact(f"a:{i}", "deleted", published_at=at(5)) for i in (1, 2)]
    Writer(store.client, lambda: LATER + timedelta(hours=4)).write([page(*gone, sequence=3)])
    rollup.catch_up(LATER + timedelta(hours=5))
    assert store.client.query("SELECT count() FROM lane_minutes").result_rows == [(0,)]


def test_copied_texts_keep_their_mark_and_others_do_not(store: Store) -> None:
    store.client.command("TRUNCATE TABLE lane_hours")
    said = [mention(f"a:{i}", published_at=at(5 + i)) for i in range(3)]
    said.append(mention("a:9", published_at=at(5), repost_of="a:1"))
    written(store, *said)
    marks = rolled(store, "SELECT fingerprint, sum(posts) FROM lane_minutes GROUP BY 1 ORDER BY 1")
    assert marks == [(0, 1), (2**64 - 1, 3)]


def test_hours_are_computed_once_in_a_while_and_at_the_end(store: Store) -> None:
    clock = [0.0]
    written(store)
    rollup = Rollup(store.client, 60, lambda: clock[0])
    hours = []
    for seconds in (0, 30, 60):
        clock[0] = seconds
        rollup.touch([NOW + timedelta(hours=seconds)])
        rollup.refresh(NOW)
        hours.append(store.client.query("SELECT count() FROM lane_hours").result_rows[0][0])
    assert hours == [1, 1, 3]
    rollup.touch([NOW])
    rollup.touch([NOW + timedelta(hours=99)])
    rollup.refresh(NOW, all_of_it=True)
    assert store.client.query("SELECT count() FROM lane_hours FINAL").result_rows == [(4,)]
