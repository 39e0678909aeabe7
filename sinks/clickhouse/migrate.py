"""Brings a store to the newest schema: numbered SQL files, forward only, resumable.

The same files serve chDB and a cluster (layout.py). Every statement can be repeated, and a file
is recorded with its checksum after its last statement: a migration that was cut off goes on where
it stood. A file that was changed after it was applied is an error.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sinks.clickhouse import quiet
from sinks.clickhouse.client import DATABASE, Client
from sinks.clickhouse.layout import HERE, Layout, rendered

FOLDER = Path(__file__).resolve().parents[2] / "deploy" / "clickhouse"

_RECORD = """
CREATE TABLE IF NOT EXISTS migrations ${on_cluster}
(
    number UInt32,
    name String,
    checksum String,
    applied_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
)
ENGINE = ${replicated}ReplacingMergeTree
ORDER BY number
"""

_DONE = """
INSERT INTO migrations (number, name, checksum)
SELECT {number:UInt32}, {name:String}, {checksum:String}
"""

_LARGE = {"max_table_size_to_drop": 0}
"""A table that another one has taken the place of may be larger than a server drops by mistake."""

_KEPT_BY = {
    # table -> the time that ages its rows: ours, so that an import of old data stays
    "mentions": "observed_at",
    "counters": "observed_at",
    "looks": "observed_at",
    "spikes": "at",
    "dead_letters": "at",
    "arrivals": "at",
    "alerts": "at",
    "actions": "at",
    "deletions": "observed_at",
    "lane_hours": "hour",
    "rollup_fives": "at",
    "rollup_hours": "at",
    "rollup_days": "at",
    "rollup_months": "at",
}


class MigrationError(Exception):
    """The schema can not be brought forward; the message names the file and the remedy."""


@dataclass(frozen=True)
class Migration:
    number: int
    name: str
    text: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def migrate(client: Client, folder: Path = FOLDER, layout: Layout = HERE) -> list[str]:
    """Apply what is missing; the names of the files that were applied, in order.
    `MigrationError`, with all before it applied: a file was changed, or must not meet a writer."""
    if layout.cluster:
        client.command(f"CREATE DATABASE IF NOT EXISTS {DATABASE} {layout.on_cluster}")
    for statement in rendered(_RECORD, layout):
        client.command(statement)
    done = {
        number: (name, checksum)
        for number, name, checksum in client.query(
            "SELECT number, name, checksum FROM migrations FINAL ORDER BY number"
        ).result_rows
    }
    known = read(folder)
    if done and max(done) > len(known):
        name, _ = done[max(done)]
        raise MigrationError(
            f"the store was written by a newer version, which has {name}: start that version, "
            "or choose another folder with state_dir"
        )
    waiting = [found for found in known if not _is_done(found, done)]
    for migration in waiting:
        _refuse_beside_writers(client, migration, layout)
        for statement in rendered(migration.text, layout):
            client.command(statement, settings=_LARGE)
        client.command(
            _DONE,
            {
                "number": migration.number,
                "name": migration.name,
                "checksum": migration.checksum,
            },
        )
    return [migration.name for migration in waiting]


def _refuse_beside_writers(client: Client, migration: Migration, layout: Layout) -> None:
    ago = quiet.written_lately(client, migration.name, layout)
    if ago is not None:
        raise MigrationError(
            f"{migration.name}.sql: a post was stored {ago} seconds ago, and what is stored while "
            "this file runs would be lost: stop every worker that writes to the cluster, wait "
            f"{quiet.SECONDS} seconds and repeat the command; the log keeps what comes meanwhile"
        )


def read(folder: Path) -> list[Migration]:
    """The migrations of a folder in order; a gap or a double number is an error."""
    if not folder.is_dir():
        raise MigrationError(f"{folder}: no such folder of migrations; install the whole project")
    found = []
    for path in sorted(folder.glob("*.sql")):
        match = re.fullmatch(r"(\d{4})_([a-z0-9_]+)", path.stem)
        if not match:
            raise MigrationError(f"{path.name}: name it like 0001_mentions.sql")
        found.append(Migration(int(match[1]), path.stem, path.read_text(encoding="utf-8")))
    for expected, migration in enumerate(found, start=1):
        if migration.number != expected:
            raise MigrationError(f"{migration.name}.sql: number {expected:04} is expected here")
    return found


def _is_done(migration: Migration, done: Mapping[int, tuple[str, str]]) -> bool:
    if migration.number not in done:
        if done and migration.number < max(done):
            raise MigrationError(
                f"{migration.name}.sql: the store already has migration {max(done):04}; "
                "give the new file the next number"
            )
        return False
    name, checksum = done[migration.number]
    if checksum != migration.checksum:
        raise MigrationError(
            f"{migration.name}.sql: changed after it was applied as {name}; "
            "restore the file and put the change into a new one"
        )
    return True


def retain(client: Client, days: Mapping[str, int], layout: Layout = HERE) -> list[str]:
    """Keep the rows of each table for so many days, 0: for ever; the tables that changed."""
    engines: dict[str, str] = {
        name: engine
        for name, engine in client.query(
            "SELECT name, engine_full FROM system.tables WHERE database = currentDatabase()"
        ).result_rows
    }
    changed = []
    for table, kept in days.items():
        stored = layout.stored_in(table)
        clause = f"TTL toDateTime({_KEPT_BY[table]}) + toIntervalDay({kept})"
        if (clause in engines[stored]) if kept else ("TTL " not in engines[stored]):
            continue
        where = f"ALTER TABLE {stored} {layout.on_cluster}"
        client.command(
            f"{where} MODIFY {clause}" if kept else f"{where} REMOVE TTL",
            # old rows go with the next merges, not in one rewrite of everything
            settings={"materialize_ttl_after_modify": 0},
        )
        changed.append(table)
    return changed
