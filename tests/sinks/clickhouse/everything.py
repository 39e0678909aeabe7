"""All that a store holds on disk, as text: every row of every table, also those FINAL hides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sinks.clickhouse.client import Client

_TABLES = (
    "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'"
)


def everything(client: Client) -> Mapping[str, str]:
    """By table, rows as JSON lines in a fixed order."""
    names = sorted(row[0] for row in client.query(_TABLES).result_rows)
    return {name: _rows(client, name) for name in names}


def _rows(client: Any, table: str) -> str:
    lines = client.raw_query(f"SELECT * FROM {table}", fmt="JSONEachRow").decode().splitlines()
    return "\n".join(sorted(lines))


def holding(client: Client, words: str) -> set[str]:
    """Tables in which these words stand anywhere."""
    return {name for name, rows in everything(client).items() if words in rows}
