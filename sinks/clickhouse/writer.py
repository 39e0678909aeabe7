"""The writer: rows into the store, mentions first, then where each target stands.

Guarantee: when `write` returns, everything it was given is stored; when it raises, the same
call may be repeated and changes nothing twice. `Busy`: the store can not take it now, or its disk
was full while it was written. `Broken`: a part of it can not be read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

import msgspec
from clickhouse_connect.driver.exceptions import ClickHouseError

from rezonans.handling import Action, Alert
from rezonans.metrics import VISIBLE
from rezonans.records import DeadLetter, Mentions, Spike
from rezonans.remade import Remade
from sinks.clickhouse import journal, rows
from sinks.clickhouse.blocks import block
from sinks.clickhouse.client import Client, busy
from sinks.clickhouse.columns import ArrivalRow
from sinks.clickhouse.events import action_row, alert_row, dead_letter_row, spike_row
from sinks.clickhouse.remade import replace
from sinks.clickhouse.room import Boundless, Room

SETTINGS = {
    # one thread takes a block of some hundred rows with less time than several
    "max_threads": 1,
    # an import of many years touches many months at once
    "max_partitions_per_insert_block": 0,
}

_TYPES = "SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = '{}'"

# A deletion may come without the platform's date: then it names no key. This finds the rows
# of the item under whatever day they are and puts an empty row that wins over each.
BURY = """
INSERT INTO mentions
    (item, day, version, revision, generation, deleted, platform, container, target, collector,
     kind, author_kind, text, published_at, published_precision, published_origin, observed_at,
     stored_at, history, flags, legal_basis, topics, places, model)
SELECT
    item, day, bitOr(version, bitShiftLeft(toUInt128(1), 127)), revision, generation, 1,
    platform, container, target, collector, kind, 'unknown', '', published_at,
    published_precision, published_origin, observed_at, {stored_at:DateTime64(3)}, history,
    [], legal_basis, [], [], map()
FROM mentions FINAL
WHERE item IN {items:Array(String)} AND deleted = 0
"""


class Writer:
    """Owns its client; to be called from one thread at a time."""

    def __init__(
        self,
        client: Client,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        room: Room | None = None,
    ) -> None:
        self._client = client
        self._now = now
        self._room = room or Boundless()
        self._types: dict[str, Mapping[str, str]] = {}
        """Columns of the tables that were written to, as the store has them."""

    def write(
        self,
        mentions: Sequence[Mentions] = (),
        spikes: Sequence[Spike] = (),
        dead_letters: Sequence[DeadLetter] = (),
        actions: Sequence[Action] = (),
        alerts: Sequence[Alert] = (),
        *,
        remade: Sequence[Remade] = (),
    ) -> None:
        """Store all of it. Mentions before cursors: a cursor never runs ahead of its rows."""
        stored_at, began = self._now(), self._room.now()
        found = rows.batch(mentions, stored_at)
        left = journal.left(self._client, found.mentions)
        journal.touch(self._client, left, stored_at)
        self._insert("mentions", found.mentions)
        visible_at = self._now()
        self._insert("deletions", found.deletions)
        self._bury([row.item for row in found.deletions], stored_at)
        left.update(journal.hour_of(row.published_at) for row in found.mentions)
        journal.touch(self._client, left, self._now())
        self._insert("counters", found.counters)
        self._insert("spikes", [spike_row(spike, stored_at) for spike in spikes])
        self._insert("actions", [action_row(action, stored_at) for action in actions])
        journal.touch(self._client, journal.answered(self._client, actions), self._now())
        self._insert("alerts", [alert_row(alert, stored_at) for alert in alerts])
        letters = (*dead_letters, *found.rejected)
        self._insert("dead_letters", [dead_letter_row(one, stored_at) for one in letters])
        self._insert("looks", found.looks)
        self._insert("cursors", found.cursors)
        self._insert("arrivals", [_arrival(found, visible_at)] if found.mentions else [])
        for one in remade:
            replace(self._client, one, stored_at)
            hours = {journal.hour_of(said.published_at) for said in one.labels}
            journal.touch(self._client, hours, self._now())
        self._room.require_since(began)

    def close(self) -> None:
        self._client.close()

    def _insert(self, table: str, found: Sequence[msgspec.Struct]) -> None:
        if not found:
            return
        try:
            if table not in self._types:
                described = self._client.query(_TYPES.format(table)).result_rows
                self._types[table] = {name: kind for name, kind in described}
            columns, written = block(found, self._types[table])
            self._client.raw_insert(table, columns, written, SETTINGS, "Native")
        except ClickHouseError as error:
            raise busy(error, f"inserting into {table}") or error from None

    def _bury(self, items: Sequence[str], stored_at: datetime) -> None:
        if not items:
            return
        try:
            self._client.command(BURY, {"items": list(items), "stored_at": stored_at})
        except ClickHouseError as error:
            raise busy(error, "deleting") or error from None


def _arrival(found: rows.Batch, visible_at: datetime) -> ArrivalRow:
    """How long the live posts took from publication to a row that a query sees."""
    seconds = [max(0.0, (visible_at - at).total_seconds()) for _, at in found.live]
    gauges = {name: VISIBLE.labels(name) for name in {platform for platform, _ in found.live}}
    for (platform, _), delay in zip(found.live, seconds, strict=True):
        gauges[platform].observe(delay)
    return ArrivalRow(
        at=visible_at,
        rows=len(found.mentions),
        live=len(found.live),
        targets=sorted({row.target for row in found.mentions}),
        seconds=seconds,
    )
