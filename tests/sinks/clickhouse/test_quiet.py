"""On a cluster a table is not swapped beside a writer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sinks.clickhouse.client import Client
from sinks.clickhouse.layout import HERE, Layout
from sinks.clickhouse.migrate import FOLDER, MigrationError, migrate, read
from sinks.clickhouse.quiet import ALONE, SECONDS, written_lately
from sinks.clickhouse.writer import Writer
from tests.sinks.clickhouse.dying import Dying
from tests.sinks.clickhouse.samples import mention, page
from tests.sinks.conftest import Store

CLUSTER = Layout("centre")
SWAP = "0021_fine_granules"


class Alone(Dying):
    """A cluster of one server, which is no replica of another."""

    def __init__(self, client: Client) -> None:
        super().__init__(client, after=10_000)

    def command(
        self,
        cmd: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        settings: Mapping[str, Any] | None = None,
    ) -> Any:
        if cmd.startswith(("SYSTEM SYNC REPLICA", "CREATE DATABASE")):
            return None
        here = re.sub(r"ON CLUSTER '\w+'", "", cmd).replace("ENGINE = Replicated", "ENGINE = ")
        return super().command(here, parameters, settings=settings)


@pytest.fixture
def before(empty_store: Store, tmp_path: Path) -> Store:
    """A cluster that stands before the swap."""
    for found in read(FOLDER):
        if found.name < SWAP:
            (tmp_path / f"{found.name}.sql").write_text(found.text, encoding="utf-8")
    migrate(Alone(empty_store.client), tmp_path, CLUSTER)
    return empty_store


def stored(store: Store, ago: timedelta) -> None:
    Writer(store.client, lambda: datetime.now(UTC) - ago).write([page(mention("a:1"))])


def test_a_swap_beside_a_writer_is_refused_and_nothing_is_changed(before: Store) -> None:
    stored(before, timedelta(seconds=3))
    with pytest.raises(MigrationError, match=r"0021_fine_granules\.sql: .* stop every worker"):
        migrate(Alone(before.client), layout=CLUSTER)
    asked = (
        "SELECT name, engine_full LIKE '%index_granularity = 8192%' FROM system.tables "
        "WHERE database = currentDatabase() AND name IN ('mentions', 'mentions_held')"
    )
    assert before.client.query(asked).result_rows == [("mentions", 1)]
    assert before.client.query("SELECT item FROM mentions").result_rows == [("a:1",)]
    done = before.client.query("SELECT max(name) FROM migrations").result_rows
    assert done == [("0020_months",)]


def test_a_cluster_that_is_quiet_is_brought_forward(before: Store) -> None:
    stored(before, timedelta(seconds=SECONDS + 30))
    assert migrate(Alone(before.client), layout=CLUSTER)[0] == SWAP
    assert before.client.query("SELECT item FROM mentions FINAL").result_rows == [("a:1",)]


def test_a_cluster_without_a_post_is_quiet(before: Store) -> None:
    assert written_lately(before.client, SWAP, CLUSTER) is None


def test_one_machine_and_other_files_are_not_asked(before: Store) -> None:
    stored(before, timedelta(0))
    assert written_lately(before.client, SWAP, HERE) is None
    assert written_lately(before.client, "0022_place_names", CLUSTER) is None
    assert written_lately(before.client, SWAP, CLUSTER) in range(SECONDS)


def test_every_file_that_swaps_a_table_is_known() -> None:
    """The tables that were remade without their rows' danger are of before there were clusters."""
    swaps = {
        found.name
        for found in read(FOLDER)
        if re.search(r"^CREATE OR REPLACE TABLE mentions\b", found.text, re.MULTILINE)
    }
    assert swaps == set(ALONE)
