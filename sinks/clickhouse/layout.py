"""The two sizes of a store: what the same SQL is on one machine and on a cluster. Pure.

A file says `${replicated}` before an engine and `${on_cluster}` after a name; everything else
follows from the settings. On a cluster with shards each table of a file is a local one, called
`<table>_local`, and its own name is that of a Distributed table over all of them: readers and
the writer name the same tables everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from string import Template

from sinks.clickhouse.client import DATABASE

_TABLE = re.compile(
    r"(CREATE TABLE IF NOT EXISTS|CREATE OR REPLACE TABLE|DROP TABLE IF EXISTS|ALTER TABLE) (\w+)"
)
_MODEL = re.compile(r"\b(AS|ATTACH PARTITION ALL FROM) (\w+)$", re.MULTILINE)
"""The table that another one is made like, or takes parts from."""
_SYNC = re.compile(r"(SYSTEM SYNC REPLICA .*?)(\w+)$")
_ORDER = re.compile(r"^ORDER BY \(?`?(\w+)", re.MULTILINE)
_COLUMNS = ("ADD COLUMN", "DROP COLUMN", "RENAME COLUMN", "MODIFY COLUMN", "COMMENT COLUMN")

SHARDED_BY = {"mentions": "item", "dead_letters": "place"}
"""Where it is not the first column of the key: all rows that may replace each other must meet
in one shard, and an item may be known under another day."""


@dataclass(frozen=True)
class Layout:
    """One machine unless a cluster is named; `sharded`: each shard holds a part of the rows."""

    cluster: str | None = None
    sharded: bool = False

    @property
    def on_cluster(self) -> str:
        return f"ON CLUSTER '{self.cluster}'" if self.cluster else ""

    def stored_in(self, table: str) -> str:
        """The name of the table that holds the rows: what ALTER, TTL and mutations are for."""
        return f"{table}_local" if self.sharded else table

    def __str__(self) -> str:
        if self.cluster is None:
            return "one machine"
        return f"cluster {self.cluster}, replicated{' and sharded' if self.sharded else ''}"


HERE = Layout()


def rendered(text: str, layout: Layout) -> list[str]:
    """The statements of a file as they run on this size."""
    filled = Template(text).substitute(
        on_cluster=layout.on_cluster, replicated="Replicated" if layout.cluster else ""
    )
    return [one for statement in statements(filled) for one in _spread(statement, layout)]


def statements(text: str) -> list[str]:
    """The statements of a file; each ends with a semicolon at the end of a line."""
    without_comments = re.sub(r"^\s*--.*$", "", text, flags=re.MULTILINE)
    return [part.strip() for part in re.split(r";\s*(?:\n|$)", without_comments) if part.strip()]


def _spread(statement: str, layout: Layout) -> Iterator[str]:
    """The statement, or what it comes to on replicas and where rows are spread over shards."""
    synced, table = _SYNC.match(statement), _TABLE.match(statement)
    if synced:
        if layout.cluster:
            yield f"{synced[1]}{layout.stored_in(synced[2])}"
        return
    if not layout.sharded or not table:
        yield statement
        return
    verb, name = table.groups()
    local = _TABLE.sub(f"{verb} {layout.stored_in(name)}", statement, count=1)
    yield _MODEL.sub(lambda found: f"{found[1]} {layout.stored_in(found[2])}", local)
    if verb == "CREATE TABLE IF NOT EXISTS":
        yield _distributed(name, statement, layout)
    elif verb == "DROP TABLE IF EXISTS" or any(change in statement for change in _COLUMNS):
        yield statement


def _distributed(table: str, statement: str, layout: Layout) -> str:
    order = _ORDER.search(statement)
    if order is None:
        raise ValueError(f"{table}: a table that may be sharded has ORDER BY on a line of its own")
    key = SHARDED_BY.get(table, order[1])
    local = layout.stored_in(table)
    where = layout.on_cluster
    return (
        f"CREATE TABLE IF NOT EXISTS {table} {where} AS {local}\n"
        f"ENGINE = Distributed('{layout.cluster}', '{DATABASE}', '{local}', cityHash64({key}))"
    )
