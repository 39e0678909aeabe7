"""Backup and restore of the embedded store: a folder of two archives and a note.

The cursors go first: what is stored while a backup is made is in it or is read again from its
source after a restore, and a restored cursor never stands ahead of its rows. The store goes on
writing and answering meanwhile.

Both may be killed. A backup has its name only when it is whole; what a killed one has left is
cleared away by the next. A store that is being restored is marked, is not opened by anything else
while it is, and the next restore begins it anew.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from clickhouse_connect.driver.exceptions import ClickHouseError

from sinks.clickhouse.client import DATABASE, Client, backups_of, busy, first_line

NOTE = "backup.json"
_FIRST = ("cursors", "looks")


class BackupError(Exception):
    """It can not be made or restored; the message says what to do."""


def back_up(client: Client, store: Path, target: Path, now: datetime) -> Mapping[str, Any]:
    """Write the backup of a store that this process owns to a new folder; what is noted of it.

    `BackupError` when the folder is there already or can not be written.
    """
    if target.exists():
        raise BackupError(f"{target}: is there already; name a new folder")
    making = backups_of(store) / f"{now:%Y%m%dT%H%M%S%f}"
    arriving = target.with_name(f"{target.name}.part")  # it may be another disk
    shutil.rmtree(backups_of(store), ignore_errors=True)
    try:
        making.mkdir(parents=True)
        _engine(client, f"BACKUP {_tables(client)} TO {_file(making / 'cursors.tar')}")
        kept = ", ".join(f"{client.database}.{name}" for name in _FIRST)
        rows = f"BACKUP DATABASE {client.database} EXCEPT TABLES {kept}"
        _engine(client, f"{rows} TO {_file(making / 'rows.tar')}")
        note = _note(client, now)
        (making / NOTE).write_text(json.dumps(note, indent=2) + "\n", encoding="utf-8")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(arriving, ignore_errors=True)
        shutil.move(making, arriving)
        arriving.rename(target)
    except OSError as error:
        raise BackupError(f"{target}: can not be written ({error.strerror})") from None
    finally:
        for left in (making, arriving):
            shutil.rmtree(left, ignore_errors=True)
    return note


def unfinished(store: Path) -> Path:
    """The mark in a store that is being restored; its words are for who finds it."""
    return store / "restoring"


@contextmanager
def restoring(store: Path) -> Iterator[None]:
    """Marks a store until it is whole; what a killed restore has left of it is taken away first.
    `BackupError` when there is a store that is whole."""
    mark = unfinished(store)
    if not mark.exists() and store.exists() and any(store.iterdir()):
        raise BackupError(
            f"{store}: holds a store already; move it away, or choose another folder with state_dir"
        )
    store.mkdir(parents=True, exist_ok=True)
    mark.write_text(
        "this store is not whole; `rezonans restore` begins it anew\n", encoding="utf-8"
    )
    for left in store.iterdir():
        if left.is_dir():
            shutil.rmtree(left)
        elif left != mark:
            left.unlink()
    yield
    mark.unlink()


def restore(client: Client, store: Path, source: Path) -> Mapping[str, Any]:
    """Fill an empty store from a backup; what was noted of it. `BackupError` says why not."""
    note = read_note(source)
    if note["database"] != client.database:
        raise BackupError(f"{source}: is of database {note['database']}, not {client.database}")
    taking = backups_of(store) / "restoring"
    shutil.rmtree(taking, ignore_errors=True)
    try:
        taking.mkdir(parents=True)
        for name in ("cursors.tar", "rows.tar"):
            (taking / name).symlink_to((source / name).resolve(strict=True))
        _engine(client, f"RESTORE {_tables(client)} FROM {_file(taking / 'cursors.tar')}")
        _engine(client, f"RESTORE DATABASE {client.database} FROM {_file(taking / 'rows.tar')}")
    except OSError as error:
        raise BackupError(f"{source}: can not be read ({error.strerror})") from None
    finally:
        shutil.rmtree(taking, ignore_errors=True)
    return note


def read_note(source: Path) -> Mapping[str, Any]:
    """What was noted of a backup; `BackupError` when the folder holds none."""
    try:
        note = json.loads((source / NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise BackupError(
            f"{source}: is no backup, it has no {NOTE}; name a folder of `rezonans backup`"
        ) from None
    if not isinstance(note, dict) or note.get("format") != 1:
        raise BackupError(f"{source}: is of another version; restore it with that version")
    return note


def _note(client: Client, now: datetime) -> dict[str, Any]:
    newest = "SELECT max(number) FROM migrations"
    return {
        "format": 1,
        "made_at": now.isoformat(),
        "database": client.database or DATABASE,
        "migration": client.query(newest).result_rows[0][0],
        "mentions": client.query("SELECT count() FROM mentions FINAL").result_rows[0][0],
        "targets": client.query("SELECT count() FROM cursors_latest").result_rows[0][0],
    }


def _tables(client: Client) -> str:
    return ", ".join(f"TABLE {client.database}.{name}" for name in _FIRST)


def _file(path: Path) -> str:
    """A file as SQL names it; a folder of O'Neil's has an apostrophe."""
    quoted = str(path).replace("\\", "\\\\").replace("'", "\\'")
    return f"File('{quoted}')"


def _engine(client: Client, sql: str) -> None:
    try:
        client.command(sql)
    except ClickHouseError as error:
        raise (
            busy(error, "backing up") or BackupError(f"the store says: {first_line(error)}")
        ) from None
