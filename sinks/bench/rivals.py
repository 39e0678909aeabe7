"""PostgreSQL and DuckDB on the rows of the store: a fair table, the usual indexes, warm caches."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from sinks.bench.questions import COLUMNS

Ask = Callable[[str], list[Any]]
_NOBODY = "nobody"
_SETTINGS = (
    *("shared_buffers=2GB", "work_mem=128MB", "maintenance_work_mem=1GB", "max_wal_size=8GB"),
    *("fsync=off", "synchronous_commit=off", "full_page_writes=off", "jit=off"),
    *("max_parallel_workers_per_gather=2", "effective_cache_size=6GB"),
    *("listen_addresses=127.0.0.1", "unix_socket_directories="),
)
_INDEXES = (
    "CREATE INDEX ON m (published_at)",
    "CREATE INDEX ON m (topic, published_at)",
    "CREATE INDEX ON m (parent) WHERE author_kind = 'official'",
    "CREATE INDEX ON m (container, published_at)",
    "CREATE INDEX ON m USING gin (to_tsvector('simple', text))",
    "VACUUM ANALYZE m",
)


class Missing(Exception):
    """It is not installed; the message says what is."""


def absent() -> list[str]:
    """What is missing to compare with, in words: to be said before the store is filled."""
    found = []
    for look in (lambda: _module("duckdb"), lambda: _module("psycopg"), _programs):
        try:
            look()
        except Missing as error:
            found.append(str(error))
    return found


def _programs() -> tuple[str, str]:
    """initdb and pg_ctl; `Missing` where PostgreSQL is not there."""
    initdb, control, server = (shutil.which(name) for name in ("initdb", "pg_ctl", "postgres"))
    if not (initdb and control and server):
        raise Missing("no PostgreSQL: initdb, pg_ctl and postgres are looked for in PATH")
    return initdb, control


def _module(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        raise Missing(f"no Python package {name}: pip install 'rezonans[bench]'") from None


@contextmanager
def duckdb(csv: Path, folder: Path) -> Iterator[Ask]:
    """A database file with a table `m` sorted by time, two threads."""
    engine = _module("duckdb").connect(str(folder / "duck.db"), config={"threads": 2})
    columns = ", ".join(f"'{name}': '{_duck(kind)}'" for name, kind in COLUMNS.items())
    engine.execute(
        f"CREATE TABLE m AS SELECT * FROM read_csv('{csv}', header = false, nullstr = '\\N', "  # noqa: S608
        f"columns = {{{columns}}}) ORDER BY published_at"
    )
    try:
        yield lambda sql: list(engine.execute(sql).fetchall())
    finally:
        engine.close()


def _duck(kind: str) -> str:
    return {"text": "VARCHAR", "timestamp": "TIMESTAMP"}[kind]


@contextmanager
def postgres(csv: Path, folder: Path) -> Iterator[Ask]:
    """A cluster of its own on the loopback, tuned for a bench: nothing is written safely."""
    psycopg = _module("psycopg")
    programs = _programs()
    data, port = folder / "postgres", _free_port()
    options = " ".join(f"-c {one}" for one in (*_SETTINGS, f"port={port}"))
    data.mkdir()
    as_user = _unprivileged(data)
    _run([programs[0], "-D", data, "-U", "bench", "-A", "trust", "-E", "UTF8"], as_user)
    _run([programs[1], "-D", data, "-w", "-l", data / "log", "-o", options, "start"], as_user)
    try:
        where = f"host=127.0.0.1 port={port} user=bench dbname=postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            _load(connection, csv)
            yield lambda sql: list(connection.execute(sql).fetchall())
    finally:
        _run([programs[1], "-D", data, "-m", "immediate", "stop"], as_user)


def _load(connection: Any, csv: Path) -> None:
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    connection.execute(f"CREATE UNLOGGED TABLE m ({columns})")
    with (
        csv.open("rb") as file,
        connection.cursor() as cursor,
        cursor.copy("COPY m FROM STDIN (FORMAT csv, NULL '\\N')") as copy,
    ):
        while part := file.read(1 << 20):
            copy.write(part)
    for statement in _INDEXES:
        connection.execute(statement)


def _unprivileged(data: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then it is nobody's."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam(_NOBODY)
    for path in (data, *data.parents):
        if path.owner() == "root" and path == data:
            os.chown(path, user.pw_uid, user.pw_gid)
        elif path.stat().st_mode & 0o001 == 0:
            path.chmod(path.stat().st_mode | 0o011)
    return {"user": user.pw_uid, "group": user.pw_gid, "cwd": str(data)}


def _run(command: list[Any], as_user: dict[str, Any]) -> None:
    done = subprocess.run(
        list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, check=False, **as_user,
    )  # fmt: skip
    if done.returncode:
        raise Missing(f"PostgreSQL does not start: {done.stdout.strip()[-300:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
