"""Migrations: applied once, in order, resumable, and never changed behind our back."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pytest

from rezonans.reasons import Lane
from rezonans.records import Place
from rezonans.settings import Retention
from sinks.clickhouse.columns import TABLES
from sinks.clickhouse.layout import HERE, rendered
from sinks.clickhouse.migrate import (
    FOLDER,
    MigrationError,
    migrate,
    read,
    retain,
)
from sinks.clickhouse.rollup import Rollups
from sinks.clickhouse.writer import Writer
from tests.sinks.clickhouse.dying import Dying, Killed
from tests.sinks.clickhouse.samples import mention, page, spike
from tests.sinks.conftest import Store


def test_applies_all_once_and_says_which(empty_store: Store) -> None:
    names = [migration.name for migration in read(FOLDER)]
    assert migrate(empty_store.client) == names
    assert migrate(empty_store.client) == []
    assert names[0] == "0001_mentions"


def test_goes_on_where_it_was_cut_off(empty_store: Store) -> None:
    first = read(FOLDER)[0]
    for statement in rendered(first.text, HERE)[:2]:
        empty_store.client.command(statement)
    assert migrate(empty_store.client)[0] == first.name


def schema(store: Store) -> list[Any]:
    sql = (
        "SELECT name, replaceAll(create_table_query, currentDatabase(), '') FROM system.tables "
        "WHERE database = currentDatabase() ORDER BY name"
    )
    return list(store.client.query(sql).result_rows)


def test_a_kill_before_any_statement_changes_nothing_in_the_end(
    empty_store: Store, store: Store
) -> None:
    for after in count():
        try:
            migrate(Dying(empty_store.client, after))
        except Killed:
            continue
        break
    assert after > max(len(rendered(one.text, HERE)) for one in read(FOLDER))
    assert migrate(empty_store.client) == []
    assert schema(empty_store) == schema(store)


def test_every_statement_can_be_repeated(store: Store) -> None:
    for migration in read(FOLDER):
        for statement in rendered(migration.text, HERE):
            store.client.command(statement)


@pytest.mark.parametrize("table", TABLES)
def test_rows_have_the_columns_of_their_table(store: Store, table: str) -> None:
    described = store.client.query(f"DESCRIBE TABLE {table}").result_rows
    assert sorted(TABLES[table].__struct_fields__) == sorted(row[0] for row in described)


def _folder(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        (tmp_path / f"{name}.sql").write_text(text)
    return tmp_path


TABLE = "CREATE TABLE IF NOT EXISTS {} (x UInt8) ENGINE = MergeTree ORDER BY x;\n"


def test_a_changed_file_is_an_error_in_words(empty_store: Store, tmp_path: Path) -> None:
    folder = _folder(tmp_path, **{"0001_a": TABLE.format("a")})
    assert migrate(empty_store.client, folder) == ["0001_a"]
    _folder(tmp_path, **{"0001_a": TABLE.format("b")})
    with pytest.raises(MigrationError, match=r"0001_a\.sql: changed after .* put the change into"):
        migrate(empty_store.client, folder)


def test_a_failed_file_is_not_recorded_and_is_tried_again(
    empty_store: Store, tmp_path: Path
) -> None:
    folder = _folder(tmp_path, **{"0001_a": TABLE.format("a") + "SELECT nonsense;\n"})
    with pytest.raises(Exception, match="nonsense"):
        migrate(empty_store.client, folder)
    _folder(tmp_path, **{"0001_a": TABLE.format("a") + TABLE.format("b")})
    assert migrate(empty_store.client, folder) == ["0001_a"]


def test_a_store_of_a_newer_version_is_left_alone(empty_store: Store, tmp_path: Path) -> None:
    folder = _folder(tmp_path, **{"0001_a": TABLE.format("a"), "0002_b": TABLE.format("b")})
    migrate(empty_store.client, folder)
    (folder / "0002_b.sql").unlink()
    with pytest.raises(MigrationError, match="newer version, which has 0002_b"):
        migrate(empty_store.client, folder)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"0002_a": ""}, "number 0001 is expected"),
        ({"0001_a": "", "0001_b": ""}, "number 0002 is expected"),
        ({"first": ""}, "name it like"),
    ],
)
def test_wrong_numbers_are_refused(tmp_path: Path, files: dict[str, str], words: str) -> None:
    with pytest.raises(MigrationError, match=words):
        read(_folder(tmp_path, **files))


def test_retention_follows_the_settings(store: Store) -> None:
    assert retain(store.client, {"mentions": 30, "spikes": 0}) == ["mentions"]
    assert retain(store.client, {"mentions": 30, "spikes": 0}) == []
    assert retain(store.client, {"mentions": 0, "spikes": 0}) == ["mentions"]
    engine = store.client.query(
        "SELECT engine_full FROM system.tables WHERE name = 'mentions' "
        "AND database = currentDatabase()"
    ).result_rows[0][0]
    assert "TTL" not in engine


def test_every_table_of_rows_has_a_retention(store: Store) -> None:
    days = {name.removesuffix("_days"): 7 for name in Retention.model_fields}
    holding = "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE "
    tables = {row[0] for row in store.client.query(f"{holding} '%MergeTree'").result_rows}
    kept_whole = {"cursors", "migrations", "touched", "published_days", "place_names"}
    assert set(days) == tables - kept_whole
    assert set(retain(store.client, days)) == set(days)
    assert set(retain(store.client, dict.fromkeys(days, 0))) == set(days)


@pytest.mark.parametrize(
    ("record", "columns"),
    [
        ('{"lane": {"topic": "water", "region": "11"}}', ("spike", None, [])),
        ('{"lane": {"region": "11", "district": "113200000"}}', ("spike", "113200000", [])),
        (
            '{"kind": "emergence", "lane": {}, "risen": [{"region": "31"}, {"region": "61"}]}',
            ("emergence", None, ["31", "61"]),
        ),
    ],
)
def test_a_spike_of_before_has_its_kind_and_its_places(
    store: Store, record: str, columns: tuple[Any, ...]
) -> None:
    store.client.command(f"INSERT INTO spikes (spike, record) VALUES ('old', '{record}')")
    asked = "SELECT kind, district, regions FROM spikes_latest WHERE spike = 'old'"
    assert list(store.client.query(asked).result_rows) == [columns]


def again(store: Store, name: str) -> None:
    """Run a file once more, as over a store of before."""
    (found,) = (one for one in read(FOLDER) if one.name == name)
    for statement in rendered(found.text, HERE):
        store.client.command(statement)


def test_an_alert_of_before_takes_the_district_of_its_spike(store: Store) -> None:
    spikes = [
        spike("narrow", lane=Lane("water", "31", "313600000")),
        spike("wide", lane=Lane("water", "31")),
    ]
    Writer(store.client).write(spikes=spikes)
    for name in ("narrow", "wide", "digest"):
        about = "NULL" if name == "digest" else f"'{name}'"
        store.client.command(
            "INSERT INTO alerts (alert, channel, at, outcome, spike, region) "
            f"VALUES ('{name}', 'mail', '2026-03-02 10:00:00', 'sent', {about}, '31')"
        )
    again(store, "0016_alert_districts")
    again(store, "0016_alert_districts")
    asked = "SELECT alert, channel, outcome, region, district FROM alerts FINAL ORDER BY alert"
    assert list(store.client.query(asked).result_rows) == [
        ("digest", "mail", "sent", "31", None),
        ("narrow", "mail", "sent", "31", "313600000"),
        ("wide", "mail", "sent", "31", None),
    ]


def test_hours_that_knew_no_conversations_are_computed_anew(store: Store) -> None:
    talk = [mention("a:1"), mention("a:2", root="a:1", parent="a:1")]
    Writer(store.client).write([page(*talk)])
    Rollups(store.client).catch_up()
    asked = "SELECT countIf(thread > 0), count() FROM lane_minutes"
    assert list(store.client.query(asked).result_rows) == [(1, 1)]
    store.client.command(
        "INSERT INTO lane_hours (hour, version, cells) "
        "SELECT hour, version + 1, cells FROM lane_hours FINAL"
    )
    assert list(store.client.query(asked).result_rows) == [(0, 1)]
    again(store, "0013_districts")
    again(store, "0020_months")  # as the view is for the tests after this one
    Rollups(store.client).catch_up()
    assert list(store.client.query(asked).result_rows) == [(1, 1)]


TOWNS = "0024_towns"
SETTLEMENTS = """
SELECT grain, at, region, district, settlement, sum(posts), sum(negative) FROM {}
WHERE grain >= 86400 GROUP BY ALL ORDER BY ALL
"""


def test_days_that_stand_have_their_settlements(empty_store: Store, tmp_path: Path) -> None:
    for path in FOLDER.glob("*.sql"):
        if path.stem < TOWNS:
            (tmp_path / path.name).write_bytes(path.read_bytes())
    migrate(empty_store.client, tmp_path)
    town = Place(kato="311010000", level="settlement", name="г.Тараз", how="name")
    said = [mention(f"a:{n}", places=(town,) if n % 2 else ()) for n in range(5)]
    Writer(empty_store.client).write([page(*said)])
    Rollups(empty_store.client).catch_up()
    expected = empty_store.client.query(SETTLEMENTS.format("flow_places")).result_rows
    assert [(row[4], row[5]) for row in expected] == [("", 3), ("311010000", 2)] * 2
    assert migrate(empty_store.client)[0] == TOWNS
    assert empty_store.client.query(SETTLEMENTS.format("flow_towns")).result_rows == expected


FINE = "0021_fine_granules"
TAKEN = "SELECT item, topic, version FROM mentions{} ORDER BY item, version"


def test_posts_of_before_stand_in_the_table_of_finer_granules(store: Store) -> None:
    """Also where it is cut off at any statement and begun anew, with a batch in between."""
    write = Writer(store.client).write
    write(
        [
            page(mention("a:1", topics=(("water", 0.9),))),
            page(mention("a:2", topics=(("roads", 0.9),))),
        ]
    )
    write([page(mention("a:1", topics=(("heating", 0.9),), revision=1))])
    expected = list(store.client.query(TAKEN.format(" FINAL")).result_rows)
    assert [row[:2] for row in expected] == [("a:1", "heating"), ("a:2", "roads")]
    (found,) = (one for one in read(FOLDER) if one.name == FINE)
    steps = rendered(found.text, HERE)
    for done in range(1, len(steps) + 1):
        for statement in steps[:done]:
            store.client.command(statement)
        write([page(mention(f"late:{done}"))])
        again(store, FINE)
        now = list(store.client.query(TAKEN.format(" FINAL")).result_rows)
        assert [row for row in now if row[0].startswith("a:")] == expected
        assert len(now) == len(expected) + done
    asked = (
        "SELECT name, engine_full LIKE '%index_granularity = 512%' FROM system.tables "
        "WHERE database = currentDatabase() AND name LIKE 'mentions%' AND engine LIKE '%Merge%'"
    )
    assert list(store.client.query(asked).result_rows) == [("mentions", 1)]
