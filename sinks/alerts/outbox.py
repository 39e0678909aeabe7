"""Letters until they are sent, what the desks remember, and what became of it all; on disk.

One transaction holds what a desk decided, the letters that follow and what it remembers of
them, so that no kill leaves one without the others.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec

from rezonans.handling import Outcome
from rezonans.records import encode
from rezonans.troubles import Busy
from sinks.alerts.decisions import Decision, Letter, stored

KEPT_SECONDS = 30 * 86400.0
"""How long a finished letter keeps the same decision from being sent again."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS memory (one INTEGER PRIMARY KEY CHECK (one = 1), record BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS letters (
    id INTEGER PRIMARY KEY,
    channel TEXT NOT NULL,
    alert TEXT NOT NULL,
    event TEXT NOT NULL,
    told TEXT NOT NULL,
    record BLOB NOT NULL,
    created REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'waiting',
    finished REAL,
    UNIQUE (channel, alert)
);
CREATE INDEX IF NOT EXISTS letters_waiting ON letters (channel, state, attempts, id);
CREATE TABLE IF NOT EXISTS outcomes (id INTEGER PRIMARY KEY, desk TEXT NOT NULL, record BLOB);
DROP TABLE IF EXISTS alerts;
"""

_NEWER = """
SELECT id, channel, record, attempts FROM letters
WHERE channel = ? AND event = ? AND state = 'waiting' AND told = 'updated' AND event != ''
"""

_GONE = "SELECT id, channel, record, attempts FROM letters WHERE state = 'waiting'"

_INSERT = """
INSERT OR IGNORE INTO letters (channel, alert, event, told, record, created)
VALUES (?, ?, ?, ?, ?, ?)
"""

# The letter that was refused least, so that one the service never takes does not block the
# rest; of one event always the oldest, so that nobody hears the end before the beginning.
_NEXT = """
SELECT id, channel, record, created, attempts FROM letters AS row
WHERE channel = ? AND state = 'waiting' AND (event = '' OR NOT EXISTS (
    SELECT 1 FROM letters AS before
    WHERE before.channel = row.channel AND before.event = row.event
      AND before.state = 'waiting' AND before.id < row.id
))
ORDER BY attempts, id LIMIT 1
"""


@dataclass(frozen=True)
class Task:
    """One letter that waits to be sent."""

    id: int
    channel: str
    letter: Letter
    created: float
    attempts: int


@dataclass(frozen=True)
class Said:
    """An outcome that the log is to have."""

    id: int
    desk: str
    record: bytes


class Outbox:
    """Guarantee: what `commit` returned from is on disk, whole, and no letter is there twice."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self._path = path
        self._clock = clock
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._database() as database:
            database.executescript(_SCHEMA)

    def memory(self) -> bytes | None:
        """What `commit` kept last."""
        with self._database() as database:
            row = database.execute("SELECT record FROM memory").fetchone()
        return None if row is None else bytes(row["record"])

    def commit(self, memory: bytes, decisions: Iterable[Decision]) -> None:
        """Keep the decisions, their letters and the memory, all or nothing. `Busy`: the disk."""
        now = self._clock()
        with self._database() as database:
            database.execute("BEGIN IMMEDIATE")
            for decision in decisions:
                if decision.outcome == "sent":
                    self._post(database, decision, now)
                else:
                    record = decision.record(datetime.fromtimestamp(now, UTC))
                    _say(database, decision.desk, encode(record))
            database.execute("INSERT OR REPLACE INTO memory VALUES (1, ?)", (memory,))

    def next(self, channel: str) -> Task | None:
        """What the channel is to be told next, if anything."""
        with self._database() as database:
            row = database.execute(_NEXT, (channel,)).fetchone()
        if row is None:
            return None
        letter = _letter(row["record"])
        return Task(row["id"], row["channel"], letter, row["created"], row["attempts"])

    def refused(self, task: Task) -> None:
        with self._database() as database:
            database.execute("UPDATE letters SET attempts = attempts + 1 WHERE id = ?", (task.id,))

    def finish(self, task: Task, outcome: Literal["sent", "failed"], reason: str) -> None:
        """Note what became of a letter."""
        now = self._clock()
        with self._database() as database:
            database.execute("BEGIN IMMEDIATE")
            self._end(database, task, outcome, reason)
            database.execute("DELETE FROM letters WHERE finished < ?", (now - KEPT_SECONDS,))

    def close(self, channels: Sequence[str]) -> int:
        """Give up the letters to channels that are not among these; how many they were."""
        with self._database() as database:
            database.execute("BEGIN IMMEDIATE")
            gone = [row for row in database.execute(_GONE) if row["channel"] not in channels]
            for row in gone:
                self._end(database, _task(row), "failed", "gone")
        return len(gone)

    def outcomes(self, most: int = 100) -> list[Said]:
        """What the log does not have yet, the oldest first."""
        query = "SELECT id, desk, record FROM outcomes ORDER BY id LIMIT ?"
        with self._database() as database:
            rows = database.execute(query, (most,)).fetchall()
        return [Said(row["id"], row["desk"], bytes(row["record"])) for row in rows]

    def said(self, last: int) -> None:
        """The log has the outcomes up to this one."""
        with self._database() as database:
            database.execute("DELETE FROM outcomes WHERE id <= ?", (last,))

    def counts(self) -> dict[tuple[str, str], int]:
        """Letters by channel and state, for the health page."""
        query = "SELECT channel, state, count(*) AS n FROM letters GROUP BY channel, state"
        with self._database() as database:
            return {(r["channel"], r["state"]): r["n"] for r in database.execute(query)}

    def _post(self, database: sqlite3.Connection, decision: Decision, now: float) -> None:
        letter = decision.letter()
        record = msgspec.json.encode(letter)
        for channel in decision.channels:
            for row in database.execute(_NEWER, (channel, letter.event)).fetchall():
                self._end(database, _task(row), "replaced", "newer")
            row = (channel, letter.alert, letter.event, letter.told, record, now)
            database.execute(_INSERT, row)

    def _end(self, database: sqlite3.Connection, task: Task, outcome: Outcome, reason: str) -> None:
        now = self._clock()
        attempts = task.attempts + (reason not in ("newer", "gone"))
        database.execute(
            "UPDATE letters SET state = ?, finished = ?, attempts = ? WHERE id = ?",
            (outcome, now, attempts, task.id),
        )
        at = datetime.fromtimestamp(now, UTC)
        record = stored(task.letter, at, outcome, reason, channel=task.channel, attempts=attempts)
        _say(database, task.letter.desk, encode(record))

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


def _say(database: sqlite3.Connection, desk: str, record: bytes) -> None:
    database.execute("INSERT INTO outcomes (desk, record) VALUES (?, ?)", (desk, record))


def _task(row: sqlite3.Row) -> Task:
    return Task(row["id"], row["channel"], _letter(row["record"]), 0.0, row["attempts"])


def _letter(record: bytes) -> Letter:
    return msgspec.json.decode(record, type=Letter)
