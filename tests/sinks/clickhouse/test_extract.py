"""What may be published: no group below k, no text, no pseudonym; nothing to ask it out with."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rezonans.cli.explain import Query
from rezonans.records import Mention, Place
from sinks.clickhouse.extract import COLUMNS, extract
from sinks.clickhouse.publish import newest_day, publish
from sinks.clickhouse.writer import Writer
from tests.sinks.clickhouse.dying import Dying, Killed
from tests.sinks.clickhouse.samples import NOW, TEXTS, fact, mention, page
from tests.sinks.conftest import Store

TARAZ = Place(kato="311010000", level="settlement", name="г.Тараз", how="name")
REGION = Place(kato="310000000", level="region", name="Жамбылская область", how="name")
DAYS = (NOW.date() - timedelta(days=1), NOW.date())


def said(group: int, authors: int, **changes: Any) -> Iterator[Mention]:
    for number in range(authors):
        yield mention(f"g{group}:{number}", author=f"a1:{group}-{number}", flags=(), **changes)


LATER = NOW + timedelta(days=5)


def extracted(store: Store, query: Query, folder: Path, least: int = 20) -> list[dict[str, str]]:
    publish(store.client, *DAYS, least, LATER)
    extract(query, folder / "open.csv", DAYS, least)
    with (folder / "open.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_small_groups_are_put_together_then_left_out(
    store: Store, query: Query, tmp_path: Path
) -> None:
    large = said(1, 25, topics=(("heating", 0.9),), places=(TARAZ,))
    small = said(2, 12, topics=(("heating", 0.9),), places=(REGION,))
    other = said(3, 13, topics=(("gas", 0.9),), places=(REGION,))
    alone = said(4, 3, topics=(("water", 0.9),), published_at=NOW - timedelta(days=1))
    Writer(store.client).write([page(*large, *small, *other, *alone)])
    rows = extracted(store, query, tmp_path)
    assert [(row["date"], row["region"], row["topic"], row["posts"]) for row in rows] == [
        (str(NOW.date()), "*", "*", "25"),
        (str(NOW.date()), "31", "heating", "25"),
    ]
    note = json.loads((tmp_path / "open.csv.json").read_text())
    assert (note["k_anonymity"], note["rows"], note["posts"]) == (20, 2, 50)
    assert set(note["columns"]) == set(COLUMNS)


def test_nobody_asks_for_less_than_twenty(store: Store, query: Query) -> None:
    Writer(store.client).write([page(*said(1, 19))])
    sql = "SELECT * FROM open_data(since = {d:Date}, until = {d:Date}, least = 1)"
    assert query(sql, {"d": NOW.date()}) == []


def test_posts_of_one_author_or_of_nobody_are_no_group(
    store: Store, query: Query, tmp_path: Path
) -> None:
    one = [mention(f"a:{n}", author="a1:x", flags=()) for n in range(50)]
    nobody = [mention(f"b:{n}", author=None, flags=()) for n in range(50)]
    Writer(store.client).write([page(*one, *nobody)])
    assert extracted(store, query, tmp_path) == []


def test_simulated_posts_never_leave(store: Store, query: Query, tmp_path: Path) -> None:
    """Those of the simulation, which says so by its platform, and drills that say so by a flag."""
    region = page(*said(1, 30), platform="simulation", container="simulation:r")
    drill = [mention(f"d:{n}", author=f"a1:{n}", flags=("simulation",)) for n in range(30)]
    real = page(*drill, *said(2, 21), container="vk:-2", target="vk/2")
    Writer(store.client).write([region, real])
    assert [row["posts"] for row in extracted(store, query, tmp_path)] == ["21"]
    note = json.loads((tmp_path / "open.csv.json").read_text())
    assert note["simulated_posts_left_out"] == 60


groups = st.lists(
    st.tuples(
        st.integers(1, 30),
        st.sampled_from(["heating", "gas"]),
        st.sampled_from([(), (TARAZ,), (REGION,)]),
        st.sampled_from([0, 25]),
    ),
    min_size=1,
    max_size=6,
)


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(groups, st.integers(20, 30))
def test_every_row_stands_for_enough_authors(
    store: Store, query: Query, tmp_path: Path, found: list[Any], least: int
) -> None:
    for table in ("mentions", "published_days"):
        store.client.command(f"TRUNCATE TABLE {table}")
    mentions = [
        one
        for number, (authors, topic, places, hours) in enumerate(found)
        for one in said(
            number, authors, topics=((topic, 0.9),), places=places,
            published_at=NOW - timedelta(hours=hours),
        )
    ]  # fmt: skip
    Writer(store.client).write([page(*mentions)])
    rows = extracted(store, query, tmp_path, least)
    by_day: dict[str, int] = defaultdict(int)
    for row in rows:
        assert int(row["authors"]) >= least
        by_day[row["date"]] += int(row["authors"])
    for day, authors in by_day.items():
        assert authors <= sum(n for n, _, _, hours in found if str(_day(hours)) == day)
    written = (tmp_path / "open.csv").read_text() + (tmp_path / "open.csv.json").read_text()
    assert not any(text[:12] in written for text in TEXTS)
    assert "a1:" not in written
    assert "g0:" not in written


def _day(hours: int) -> date:
    return (NOW - timedelta(hours=hours) + timedelta(hours=5)).date()


def test_two_extracts_can_not_be_subtracted(store: Store, query: Query, tmp_path: Path) -> None:
    """One more author comes late, one is deleted, one is labelled anew, more authors are asked for:
    what was said of a day stays."""
    heating, gas = (("heating", 0.9),), (("gas", 0.9),)
    common = [*said(1, 25, topics=heating), *said(2, 31, topics=gas), *said(3, 10, topics=gas[:0])]
    Writer(store.client).write([page(*common)])
    first = extracted(store, query, tmp_path)
    assert [row["authors"] for row in first] == ["31", "25"]
    late = [mention(f"l{n}", author=f"a1:late{n}", flags=(), topics=heating) for n in range(2)]
    gone = fact("g2:0", "deleted", published_at=late[0].post.published_at)
    anew = mention("g1:0", author="a1:1-0", flags=(), topics=gas, model={"topics": "9"})
    Writer(store.client).write([page(*late, gone, anew, sequence=2)])
    assert extracted(store, query, tmp_path) == first
    assert extracted(store, query, tmp_path, least=30) == first[:1]
    live = "SELECT authors FROM open_data(since = {d:Date}, until = {d:Date}, least = 20)"
    assert [row["authors"] for row in query(live, {"d": NOW.date()})] != [31, 25]


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(groups, groups, st.integers(20, 30), st.integers(20, 30))
def test_whatever_comes_later_a_day_is_said_once(
    store: Store, query: Query, tmp_path: Path,
    found: list[Any], later: list[Any], least: int, other: int,
) -> None:  # fmt: skip
    for table in ("mentions", "published_days"):
        store.client.command(f"TRUNCATE TABLE {table}")
    told = []
    for sequence, (groups_of, asked) in enumerate(((found, least), (later, other))):
        mentions = [
            one
            for number, (authors, topic, places, hours) in enumerate(groups_of)
            for one in said(
                100 * sequence + number, authors, topics=((topic, 0.9),), places=places,
                published_at=NOW - timedelta(hours=hours),
            )
        ]  # fmt: skip
        Writer(store.client).write([page(*mentions, sequence=sequence)])
        told.append(extracted(store, query, tmp_path, asked))
    first, second = told
    assert second == [row for row in first if int(row["authors"]) >= other]


def test_days_that_are_fixed_are_counted_and_a_kill_is_made_good(store: Store) -> None:
    Writer(store.client).write([page(*said(1, 25))])
    with pytest.raises(Killed):
        publish(Dying(store.client, 1), *DAYS, 20, LATER)
    done = publish(store.client, *DAYS, 20, LATER)
    assert (done["days_given_before"] + done["days_fixed_now"], done["days_fixed_now"] > 0) == (
        2,
        True,
    )
    assert publish(store.client, *DAYS, 20, LATER) == {"days_given_before": 2, "days_fixed_now": 0}


def test_the_first_of_two_that_publish_at_once_stands(store: Store, query: Query) -> None:
    Writer(store.client).write([page(*said(1, 25))])
    publish(store.client, *DAYS, 20, LATER)
    store.client.command(
        "INSERT INTO published_days SELECT date, bitNot(toUInt64(toUnixTimestamp64Milli(at) + 1)), "
        "at, 20, [], [], [], [], [], [], [], [] FROM published_days"
    )
    assert [row["authors"] for row in query("SELECT authors FROM published", {})] == [25]


def test_a_day_that_is_not_settled_is_not_published(store: Store) -> None:
    midnight = NOW.replace(hour=19)
    assert str(newest_day(midnight - timedelta(seconds=1))) == "2026-02-27"
    assert str(newest_day(midnight)) == "2026-02-28"
    with pytest.raises(ValueError, match="days up to 2026-02-27 may be published today"):
        publish(store.client, *DAYS, 20, NOW)


@pytest.mark.parametrize("asked", ["author", "mentions"])
def test_the_extract_opens_nothing_else(query: Query, asked: str) -> None:
    sql = f"SELECT {asked} FROM open_data(since = '2026-03-02', until = '2026-03-02', least = 20)"
    with pytest.raises(Exception, match="does not leave the store"):
        query(sql, {})
