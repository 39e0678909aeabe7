"""Migrations: applied once, in order, resumable, and never changed behind our back."""

from __future__ import annotations

from pathlib import Path

import pytest

from sinks.clickhouse.columns import TABLES
from sinks.clickhouse.migrate import (
    FOLDER,
    MigrationError,
    migrate,
    read,
    render,
    retain,
    statements,
)
from tests.sinks.conftest import Store


def test_applies_all_once_and_says_which(empty_store: Store) -> None:
    names = [migration.name for migration in read(FOLDER)]
    assert migrate(empty_store.client) == names
    assert migrate(empty_store.client) == []
    assert names[0] == "0001_mentions"


def test_goes_on_where_it_was_cut_off(empty_store: Store) -> None:
    first = read(FOLDER)[0]
    migrate_partly = statements(render(first.text, None))[:2]
    for statement in migrate_partly:
        empty_store.client.command(statement)
    assert migrate(empty_store.client)[0] == first.name


def test_every_statement_can_be_repeated(store: Store) -> None:
    for migration in read(FOLDER):
        for statement in statements(render(migration.text, None)):
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


def test_a_cluster_gets_replicated_engines_on_every_host(empty_store: Store) -> None:
    for migration in read(FOLDER):
        for statement in statements(render(migration.text, "centre")):
            empty_store.client.command(f"EXPLAIN AST {statement}")  # it is ClickHouse's SQL
            assert "ON CLUSTER 'centre'" in statement or statement.startswith("INSERT INTO")
            assert "ENGINE =" not in statement or "ENGINE = Replicated" in statement
            assert "${" not in statement


def test_retention_follows_the_settings(store: Store) -> None:
    assert retain(store.client, {"mentions": 30, "spikes": 0}) == ["mentions"]
    assert retain(store.client, {"mentions": 30, "spikes": 0}) == []
    assert retain(store.client, {"mentions": 0, "spikes": 0}) == ["mentions"]
    engine = store.client.query(
        "SELECT engine_full FROM system.tables WHERE name = 'mentions' "
        "AND database = currentDatabase()"
    ).result_rows[0][0]
    assert "TTL" not in engine
