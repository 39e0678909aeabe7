"""A disk without room: what may be half written is not called written, what is broken is said."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import chain, repeat
from pathlib import Path

import pytest

from rezonans.cli.brim import PATIENCE_SECONDS, Opening, watch
from rezonans.troubles import Busy
from sinks.clickhouse.rollup import Rollups
from sinks.clickhouse.room import BRIM_BYTES, KEEP_BYTES, Broken, Room, set_aside
from sinks.clickhouse.writer import Writer
from tests.end_to_end.troubles import small_disk
from tests.sinks.clickhouse.filling import PER_PAGE
from tests.sinks.clickhouse.samples import NOW, mention, page
from tests.sinks.conftest import Store

ROOT = Path(__file__).resolve().parents[3]
MUCH, FULL = KEEP_BYTES, BRIM_BYTES - 1


def room(*free: int, clock: Callable[[], float] = lambda: 0.0) -> Room:
    """The bytes that are free, look by look; the last stays."""
    told: Iterator[int] = chain(free, repeat(free[-1]))
    return Room(Path(), lambda _: next(told), clock)


def test_a_write_with_room_all_the_time_is_done() -> None:
    room(MUCH).require_since(0.0)
    room(BRIM_BYTES).require_since(0.0)


def test_a_write_on_a_full_disk_is_to_be_repeated() -> None:
    with pytest.raises(Busy, match="the disk is full"):
        room(FULL).require_since(0.0)


def test_a_disk_that_was_full_in_the_middle_of_a_write_counts() -> None:
    moments = iter([5.0, 9.0])
    disk = room(FULL, MUCH, clock=lambda: next(moments))
    disk.look()
    with pytest.raises(Busy):
        disk.require_since(4.0)
    disk.require_since(6.0)


def ended(disk: Room, looks: int) -> list[str]:
    """Why the process ended within so many pauses."""
    reasons, paused = list[str](), 0

    class Enough(Exception):
        pass

    async def sleep(seconds: float) -> None:
        nonlocal paused
        paused += 1
        if paused > looks:
            raise Enough

    async def over(reason: str) -> None:
        reasons.append(reason)

    try:
        asyncio.run(watch(disk, over, sleep=sleep, clock=lambda: float(paused)))
    except Enough:
        assert not reasons
    return reasons


def test_a_store_whose_disk_has_room_is_left_alone() -> None:
    assert ended(room(MUCH, BRIM_BYTES, MUCH), 50) == []


def test_a_store_whose_disk_was_full_is_opened_again_once_there_is_room() -> None:
    assert ended(room(MUCH, FULL, FULL, BRIM_BYTES), 50) == []
    assert len(ended(room(MUCH, FULL, FULL, BRIM_BYTES, MUCH), 4)) == 1


def test_it_is_opened_again_before_the_engine_forgets_what_was_merged() -> None:
    assert len(ended(room(FULL), int(PATIENCE_SECONDS))) == 1
    assert ended(room(FULL), int(PATIENCE_SECONDS) - 1) == []


def test_the_writer_repeats_what_a_full_disk_may_not_have_taken(store: Store) -> None:
    disk = room(FULL, MUCH, clock=iter([1.0, 2.0, 3.0, 4.0]).__next__)
    writer = Writer(store.client, lambda: NOW, disk)
    with pytest.raises(Busy, match="written again"):
        writer.write([page(mention())])
    writer.write([page(mention())])
    assert store.client.query("SELECT count() FROM mentions_public").result_rows == [(1,)]


def test_a_part_that_can_not_be_read_is_said_in_words(empty_store: Store) -> None:
    """As a merge on a full disk leaves it."""
    client = empty_store.client
    client.command("CREATE TABLE rollup_hours (at DateTime('UTC'), version UInt64) ENGINE = Memory")
    client.command(
        "CREATE TABLE touched (hour DateTime('UTC'), at DateTime64(3, 'UTC')) "
        "ENGINE = MergeTree ORDER BY hour"
    )
    client.command("INSERT INTO touched VALUES (0, 0)")
    path = client.query("SELECT path FROM system.parts WHERE table = 'touched' AND active AND "
                        f"database = '{empty_store.database}'").result_rows[0][0]  # fmt: skip
    for file in Path(path).glob("data.*"):
        file.write_bytes(b"")
    with pytest.raises(Broken, match="looking what rollups are behind"):
        Rollups(client).step()


def test_the_engine_is_told_to_look_seldom(store: Store) -> None:
    def value(table: str, name: str) -> str:
        return str(
            store.client.query(
                f"SELECT value FROM system.{table} WHERE name = '{name}'"
            ).result_rows[0][0]
        )

    assert value("server_settings", "memory_worker_period_ms") == "500"
    assert value("merge_tree_settings", "merge_tree_clear_old_parts_interval_seconds") == "10"


def test_the_engine_leaves_room(store: Store) -> None:
    kept = store.client.query("SELECT keep_free_space FROM system.disks").result_rows
    assert kept == [(KEEP_BYTES,)]


def test_only_what_this_opening_has_set_aside_is_told(tmp_path: Path) -> None:
    detached = tmp_path / "store" / "abc" / "abcdef" / "detached"
    (detached / "broken-on-start_all_1_1_0").mkdir(parents=True)
    (detached / "ignored_all_2_2_0").mkdir()
    opening = Opening(tmp_path)
    assert opening.again() is None
    (detached / "broken-on-start_all_3_3_1").mkdir()
    assert opening.again() is not None
    assert len(set_aside(tmp_path)) == 2


def told(action: str, folder: Path) -> list[str]:
    command = [sys.executable, "-m", "tests.sinks.clickhouse.filling", action, str(folder)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.splitlines()


@pytest.mark.integration
def test_what_was_taken_on_a_disk_at_its_brim_is_there_once(tmp_path: Path) -> None:
    """Merges are broken by it, inserts too; none that was acknowledged is lost, and the boards
    count what is there."""
    with small_disk(tmp_path / "store") as small:
        if not small:
            pytest.skip("a disk of its own needs root")
        *taken, _ = told("write", tmp_path / "store")
        found = json.loads(told("count", tmp_path / "store")[-1])
    items = found["items"]
    assert len(items) == len(set(items))
    missing = {
        f"a:{number}_{one}" for number in map(int, taken) for one in range(PER_PAGE)
    }.difference(items)
    assert taken
    assert not missing
    assert found["counted"] == [len(items)] * 2
