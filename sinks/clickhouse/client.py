"""The few calls we use of clickhouse-connect, typed, and the way a client is opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, cast
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

import clickhouse_connect
from clickhouse_connect.driver.exceptions import (
    ClickHouseError,
    DatabaseError,
    OperationalError,
    ProgrammingError,
)

from rezonans.troubles import Busy
from sinks.clickhouse.address import address
from sinks.clickhouse.room import KEEP_BYTES, Broken

DATABASE = "rezonans"

RETRY_SECONDS = 5.0
PATIENCE_SECONDS = 300

_PASSING = frozenset(
    {
        # The server is full, slow, starting or losing its disk: the same insert may do later.
        *(159, 160, 164, 198, 202, 209, 210, 225, 236, 241, 242, 243, 252, 279, 285, 286),
        *(319, 394, 425, 439, 473, 499, 516, 519, 574, 600, 603, 630, 999),
    }
)
"""Codes of ClickHouse errors that pass by themselves."""

_BROKEN = frozenset({32, 33, 40, 226, 246, 271, 432})
"""Codes of those that say that the files of a part are not as they were written."""


_SPREAD = {
    # where a table is spread over shards: an insert returns when the shards have the rows, and
    # what a JOIN reads is read once
    "distributed_foreground_insert": 1,
    "distributed_product_mode": "global",
}


class Result(Protocol):
    result_rows: Sequence[Sequence[Any]]
    column_names: Sequence[str]


class Client(Protocol):
    """What the store needs of a client; chDB and HTTP clients both are one."""

    database: str | None

    def command(
        self,
        cmd: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        settings: Mapping[str, Any] | None = None,
    ) -> Any: ...

    def query(self, query: str, parameters: Mapping[str, Any] | None = None) -> Result: ...

    def raw_insert(
        self,
        table: str,
        column_names: Sequence[str] | None = None,
        insert_block: bytes | None = None,
        settings: Mapping[str, Any] | None = None,
        fmt: str | None = None,
    ) -> Any: ...

    def close(self) -> None: ...


def open_client(
    where: str,
    token: str = "",
    database: str = DATABASE,
    *,
    patience_seconds: int = PATIENCE_SECONDS,
) -> Client:
    """A client of its own session: `where` is `chdb:///folder` or `http(s)://host:port`.

    `patience_seconds`: how long an answer of a server may take before it is `Busy`.
    A chDB path belongs to one process, which may open many clients on it. `Busy` when a
    server does not answer; `RuntimeError` in words when the folder can not be used.
    """
    if where.startswith("chdb:"):
        return _open_folder(Path(urlsplit(where).path), database)
    there = address(where, token)
    there.context()  # a file that is none is said in words
    try:
        return cast(
            Client,
            clickhouse_connect.get_client(
                dsn=there.url,
                interface=urlsplit(there.url).scheme,  # not guessed from the port
                username=there.user,
                password=there.password,
                ca_cert=there.ca_cert,
                database=database,
                autogenerate_session_id=False,
                settings=_SPREAD,
                send_receive_timeout=patience_seconds,
            ),
        )
    except OperationalError as error:
        raise Busy(f"store at {place(where)}: {first_line(error)}", RETRY_SECONDS) from None


def _open_folder(path: Path, database: str) -> Client:
    try:
        path.mkdir(parents=True, exist_ok=True)
        client = clickhouse_connect.get_client(
            interface="chdb", path=str(path), chdb_options={"config-file": str(_configured(path))}
        )
    except (OSError, ProgrammingError) as error:
        raise RuntimeError(
            f"{path}: the store can not be opened there ({first_line(error)}); another process "
            "may own it: stop that one, or choose another folder with state_dir"
        ) from None
    client.command(f"CREATE DATABASE IF NOT EXISTS {database}")
    client.database = database
    return cast(Client, client)


def backups_of(path: Path) -> Path:
    """The only folder that the engine of a store may write backups to and restore them from."""
    return path.resolve().with_name(f"{path.name}-backups")


_SELDOM = (
    # the engine looks after its memory twenty times a second, and each table after its old parts
    # once: of an engine that does nothing that is most of what it takes
    "<memory_worker_period_ms>500</memory_worker_period_ms>"
    "<merge_tree><merge_tree_clear_old_parts_interval_seconds>10"
    "</merge_tree_clear_old_parts_interval_seconds></merge_tree>"
)


def _configured(path: Path) -> Path:
    """The engine's own settings, which can not be made in SQL. Written once: a full disk that has
    them is opened all the same."""
    file = path / "engine.xml"
    allowed = escape(str(backups_of(path)))
    chosen = (
        f"<clickhouse><backups><allowed_path>{allowed}/</allowed_path></backups>"
        "<storage_configuration><disks><default>"
        f"<keep_free_space_bytes>{KEEP_BYTES}</keep_free_space_bytes>"
        f"</default></disks></storage_configuration>{_SELDOM}</clickhouse>\n"
    )
    if not file.exists() or file.read_text(encoding="utf-8") != chosen:
        file.write_text(chosen, encoding="utf-8")
    return file


def place(where: str) -> str:
    """An address that may be shown: without user and password."""
    parts = urlsplit(where)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}"


def first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:300]


def busy(error: ClickHouseError, doing: str) -> Busy | Broken | None:
    """The error as `Busy` when it passes by itself, as `Broken` when a part can not be read, `None`
    when it is ours to correct."""
    code = getattr(error, "code", None) if isinstance(error, DatabaseError) else None
    said = f"store, {doing}: {first_line(error)}"
    if code in _BROKEN:
        return Broken(said)
    passing = isinstance(error, OperationalError) or code in _PASSING
    return Busy(said, RETRY_SECONDS) if passing else None
