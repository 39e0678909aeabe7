"""Migrations that must not meet a writer: on a cluster others write while one process migrates."""

from __future__ import annotations

from sinks.clickhouse.client import Client
from sinks.clickhouse.layout import Layout

SECONDS = 60
"""A store that took nothing for so long has no writer: the country brings ten posts a second."""

ALONE = {"0021_fine_granules": "mentions"}
"""Files that put a new table in the place of this one: what comes in between would be lost."""

_LAST = "SELECT dateDiff('second', max(stored_at), now64(3, 'UTC')), count() FROM {}"


def written_lately(client: Client, migration: str, layout: Layout) -> int | None:
    """How many seconds ago a row came into a table that this file swaps, where that is too few;
    `None`: it may run. The embedded store migrates before it writes and is not asked."""
    table = ALONE.get(migration)
    if table is None or layout.cluster is None:
        return None
    [(ago, rows)] = client.query(_LAST.format(table)).result_rows
    return max(0, ago) if rows and ago < SECONDS else None
