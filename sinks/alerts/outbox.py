"""Alerts that are to be sent, on disk until they are. One row a (channel, spike, revision)."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec

from rezonans.records import Busy, Spike, encode
from rezonans.settings import Channel
from sinks.alerts import rules

STALE_SECONDS = 6 * 3600.0
"""A spike older than that is history: a reader of today's alerts is not told of it."""
KEPT_SECONDS = 30 * 86400.0
"""How long a finished row still keeps a redelivered spike from being sent again."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS alerts (
    id INTEGER PRIMARY KEY,
    channel TEXT NOT NULL,
    spike TEXT NOT NULL,
    revision INTEGER NOT NULL,
    change TEXT NOT NULL,
    alarm TEXT NOT NULL,
    rank INTEGER NOT NULL,
    at REAL NOT NULL,
    record BLOB NOT NULL,
    created REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'waiting',
    finished REAL,
    UNIQUE (channel, spike, revision)
);
CREATE INDEX IF NOT EXISTS alerts_waiting ON alerts (channel, state, attempts, id);
"""

_TOLD = """
SELECT max(revision) AS revision, max(rank) AS rank, max(at) AS at FROM alerts
WHERE channel = ? AND spike = ?
"""

_REPLACE = """
UPDATE alerts SET state = 'replaced', finished = ?
WHERE channel = ? AND spike = ? AND state = 'waiting' AND change = 'updated'
"""

_INSERT = """
INSERT OR IGNORE INTO alerts (channel, spike, revision, change, alarm, rank, at, record, created)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

# The row that was refused least, so that one the service never takes does not block the rest;
# of one spike always the oldest, so that nobody hears the end before the beginning.
_NEXT = """
SELECT id, record, created, attempts FROM alerts AS row
WHERE channel = ? AND state = 'waiting' AND NOT EXISTS (
    SELECT 1 FROM alerts AS before
    WHERE before.channel = row.channel AND before.spike = row.spike
      AND before.state = 'waiting' AND before.id < row.id
)
ORDER BY attempts, id LIMIT 1
"""

_ALARMS = {rank: alarm for alarm, rank in rules.RANK.items()}


@dataclass(frozen=True)
class Task:
    """One alert that waits to be sent."""

    id: int
    spike: Spike
    created: float
    attempts: int


class Outbox:
    """Guarantee: what `enqueue` returned from is on disk, and no (spike, revision) is twice."""

    def __init__(
        self,
        path: Path,
        channels: Mapping[str, Channel],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._path = path
        self._channels = channels
        self._clock = clock
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._database() as database:
            database.executescript(_SCHEMA)

    def enqueue(self, spikes: Iterable[Spike]) -> int:
        """Keep what the channels are to hear; how many alerts that is. `Busy`: the disk is."""
        now = self._clock()
        fresh = [spike for spike in spikes if now - spike.at.timestamp() <= STALE_SECONDS]
        with self._database() as database:
            database.execute("BEGIN IMMEDIATE")
            return sum(
                self._keep(database, name, channel, spike, now)
                for spike in fresh
                for name, channel in self._channels.items()
                if rules.concerns(spike, channel)
            )

    def next(self, channel: str) -> Task | None:
        """What the channel is to hear next, if anything."""
        with self._database() as database:
            row = database.execute(_NEXT, (channel,)).fetchone()
        if row is None:
            return None
        return Task(row["id"], _spike(row["record"]), row["created"], row["attempts"])

    def refused(self, task: Task) -> None:
        with self._database() as database:
            database.execute("UPDATE alerts SET attempts = attempts + 1 WHERE id = ?", (task.id,))

    def finish(self, task: Task, state: Literal["sent", "failed"]) -> None:
        now = self._clock()
        with self._database() as database:
            database.execute(
                "UPDATE alerts SET state = ?, finished = ?, attempts = attempts + 1 WHERE id = ?",
                (state, now, task.id),
            )
            database.execute("DELETE FROM alerts WHERE finished < ?", (now - KEPT_SECONDS,))

    def counts(self) -> dict[tuple[str, str], int]:
        """Alerts by channel and state, for the health page."""
        query = "SELECT channel, state, count(*) AS n FROM alerts GROUP BY channel, state"
        with self._database() as database:
            return {(r["channel"], r["state"]): r["n"] for r in database.execute(query)}

    def _keep(
        self, database: sqlite3.Connection, name: str, channel: Channel, spike: Spike, now: float
    ) -> int:
        told = _told(database.execute(_TOLD, (name, spike.spike)).fetchone())
        if not rules.worth_telling(spike, channel, told):
            return 0
        database.execute(_REPLACE, (now, name, spike.spike))
        rank = rules.RANK[spike.alarm]
        at = spike.at.timestamp()
        row = (name, spike.spike, spike.revision, spike.change, spike.alarm, rank, at)
        return database.execute(_INSERT, (*row, encode(spike), now)).rowcount

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        """A connection of its own each time: threads and processes may share the file."""
        try:
            database = sqlite3.connect(self._path, timeout=5, isolation_level=None)
        except sqlite3.OperationalError as error:
            raise Busy(f"outbox of the alerts: {error}", 5.0) from error
        try:
            database.row_factory = sqlite3.Row
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = FULL")
            with database:
                yield database
        except sqlite3.OperationalError as error:
            raise Busy(f"outbox of the alerts: {error}", 5.0) from error
        finally:
            database.close()


def _told(row: sqlite3.Row) -> rules.Told | None:
    if row["revision"] is None:
        return None
    at = datetime.fromtimestamp(row["at"], UTC)
    return rules.Told(row["revision"], _ALARMS[row["rank"]], at)


def _spike(record: bytes) -> Spike:
    return msgspec.json.decode(record, type=Spike)
