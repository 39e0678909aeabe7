"""The bench measures what it says: the same rows, the same answers, every panel."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sinks import boards
from sinks.bench import beside, copies, rivals, year
from sinks.bench.__main__ import exported
from sinks.bench.measure import RANGES, Door, Times, table, taken
from sinks.bench.questions import COLUMNS, QUESTIONS, WORD, WORDS, of_others, of_store
from tests.sinks.conftest import Store

SINCE, UNTIL = year.END - timedelta(days=1), year.END


@pytest.fixture
def door(store: Store) -> Door:
    year.fill(store.client, year.Span(0, 3000, year.LAST, 1))
    copies.compute_all(store.client)
    return Door(store.engine())


def plain(rows: Any) -> list[Any]:
    """Rows without order, absent as empty, times and numbers alike."""
    return sorted(tuple(str(value) if value else "" for value in row) for row in rows)


@pytest.mark.parametrize("name", QUESTIONS)
def test_rollups_and_mentions_answer_alike(door: Door, name: str) -> None:
    one = QUESTIONS[name]
    found = door.rows(of_store(one.rollup, SINCE, UNTIL))
    assert found
    if name != "a word in the texts":  # the index finds whole words
        assert plain(found) == plain(door.rows(of_store(one.mentions, SINCE, UNTIL)))


def test_words_are_counted_and_shown_alike(door: Door) -> None:
    count, newest, both = (door.rows(of_store(sql, SINCE, UNTIL)) for sql in WORDS.values())
    assert len(newest) == min(50, int(count[0][0])) > 0
    assert all(WORD in text.split() for _, text in newest)
    assert int(both[0][0]) < int(count[0][0])


def test_the_others_answer_alike(door: Door, store: Store, tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    exported(store.client, tmp_path / "m.csv")
    with rivals.duckdb(tmp_path / "m.csv", tmp_path) as ask:
        for name, one in QUESTIONS.items():
            ours = door.rows(of_store(one.mentions, SINCE, UNTIL))
            theirs = ask(of_others(one.plain, SINCE, UNTIL))
            if name == "course by mood":  # they say spans by number
                ours, theirs = [row[1:] for row in ours], [row[1:] for row in theirs]
            assert plain(ours) == plain(theirs), name


def test_what_is_missing_is_known_beforehand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert "no PostgreSQL: initdb, pg_ctl and postgres are looked for in PATH" in rivals.absent()


def test_what_the_others_get(door: Door, store: Store, tmp_path: Path) -> None:
    exported(store.client, tmp_path / "m.csv")
    with (tmp_path / "m.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) == 3000
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert len({row[0] for row in rows}) == 3000


def test_copied_days_have_the_cells_of_the_last(door: Door, store: Store) -> None:
    copies.copy_rollups(store.client, 3)
    sql = "SELECT sum(posts) FROM flow WHERE grain = {} AND at >= toDateTime({}, 'UTC')"
    since = int((year.END - timedelta(days=3)).timestamp())
    assert door.rows(sql.format(3600, since))[0][0] == 9000
    moved = "SELECT count(), uniqExact(item), countIf(day != toDate(asked_at)) FROM questions"
    [[asked, different, wrong]] = door.rows(moved)
    assert asked == different > 0
    assert wrong == 0


def test_quantiles_are_values_that_were_measured() -> None:
    assert (Times([5, 1, 3]).p50, Times([5, 1, 3]).p95) == (3, 5)
    assert len(taken(lambda: None, 4).values) == 4
    assert table(["a", "b"], [[1, 2]]) == "| a | b |\n| --- | --- |\n| 1 | 2 |"


def test_panels_of_another_checkout_are_asked_beside_ours(door: Door) -> None:
    before = beside.sql_of(boards.FOLDER)
    assert before["totals"] == boards.sql("totals")
    other = {**before, "topics": before["topics"].replace("LIMIT 60", "LIMIT 3")}
    found = dict(beside.compared(door, other, ["totals", "topics", "alert_abstention"], 2))
    assert found.keys() == {"totals", "topics"}  # an alert is on no board
    for by_range in found.values():
        assert by_range.keys() == RANGES.keys()
        assert all(len(one.before.cpu) == len(one.now.values) == 2 for one in by_range.values())
    assert all(one.alike for one in found["totals"].values())
    assert not any(one.alike for one in found["topics"].values())


def test_a_pair_says_how_many_times_cheaper() -> None:
    pair = beside.Pair(Times([300, 100, 200], [30, 30, 60]), Times([100, 50, 60], [15, 20, 15]))
    assert str(pair) == "30 -> 15 (x2.00, clock x3.33)"
    pair.alike = False
    assert str(pair).endswith(", other rows)")


def test_a_folder_without_boards_is_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no boards here; name deploy/grafana"):
        beside.sql_of(tmp_path)
