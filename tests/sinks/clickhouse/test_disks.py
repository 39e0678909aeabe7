"""Each disk is named by what is on it: one that holds everything once, a store's own beside it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from clickhouse_connect.driver.exceptions import DatabaseError

from sinks.clickhouse.disks import GB, Disk, disk_of, of_folders, of_server
from tests.sinks.conftest import Store

Rows = Sequence[Mapping[str, Any]]


def test_a_store_beside_the_state_is_on_its_disk(tmp_path: Path) -> None:
    (tmp_path / "state" / "store").mkdir(parents=True)
    found = of_folders(tmp_path / "state")
    assert found == {"for the data": pytest.approx(shutil.disk_usage(tmp_path).free / GB, rel=0.2)}


def test_a_folder_that_is_not_there_yet_is_on_the_disk_above(tmp_path: Path) -> None:
    assert disk_of(tmp_path / "not" / "there").device == disk_of(tmp_path).device


def test_a_store_on_a_disk_of_its_own_is_told_apart(tmp_path: Path) -> None:
    """As a link to a mount; the mount is ours to say here."""
    state, mounted = tmp_path / "state", tmp_path / "mounted"
    state.mkdir()
    mounted.mkdir()
    (state / "store").symlink_to(mounted)

    def disk(folder: Path) -> Disk:
        return Disk(2, 3 * 10**8) if folder == mounted.resolve() else Disk(1, 90 * 10**9)

    assert of_folders(state, disk) == {
        "in the state folder": 90,
        f"for the store, on the disk of {mounted.resolve()}": 0.3,
    }


def _ask(store: Store, sql: str, params: Mapping[str, Any] | None) -> Rows:
    found = store.client.query(sql, params)
    return [dict(zip(found.column_names, row, strict=True)) for row in found.result_rows]


def test_a_server_is_asked_for_its_disks(store: Store) -> None:
    [(place, free)] = of_server(partial(_ask, store), None).items()
    assert place.startswith("for the store, on disk default of ")
    # of the folder of the store, but for what the engine keeps free for itself
    assert free == pytest.approx((shutil.disk_usage(store.path).free - 64 * 2**20) / GB, rel=0.2)


def test_all_servers_of_a_cluster_are_asked(store: Store) -> None:
    with pytest.raises(DatabaseError, match="Requested cluster 'country' not found"):
        of_server(partial(_ask, store), "country")


def test_what_a_server_keeps_for_itself_is_not_free() -> None:
    row = {"host": "one", "name": "default", "free": 5 * 10**9, "kept": 10**9}
    assert of_server(lambda sql, params: [row], None) == {
        "for the store, on disk default of one": 4
    }
