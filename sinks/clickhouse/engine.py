"""Runs checked queries on chDB, each on a connection of its own, read-only and limited.

A connection costs a millisecond. It is thrown away after one query because chDB keeps state
between them: a failed query leaves half of its answer in front of the next one, and a refused
write leaves the client read-only for good.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import chdb

_connect: Any = chdb.connect


@dataclass(frozen=True)
class Limits:
    """What one query, and all of them together, may take."""

    seconds: float = 20.0
    memory_bytes: int = 1_000_000_000
    result_rows: int = 200_000
    result_bytes: int = 200_000_000
    concurrent: int = 4
    waiting_seconds: float = 10.0
    """How long a query waits for its turn before it is told to come again."""


@dataclass(frozen=True)
class Answer:
    body: bytes
    rows_read: int
    bytes_read: int
    seconds: float


class EngineError(Exception):
    """The engine's own refusal, with its code."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


class Engine:
    """Reads one database of the folder that this process owns. Safe from many threads."""

    def __init__(self, path: Path, database: str, limits: Limits) -> None:
        self._path = str(path.resolve())
        self.database = database
        self._opening = (
            f"USE {database}",
            f"SET max_execution_time = {limits.seconds}, "
            f"max_memory_usage = {limits.memory_bytes}, "
            f"max_result_rows = {limits.result_rows}, "
            f"max_result_bytes = {limits.result_bytes}, "
            "result_overflow_mode = 'throw', session_timezone = 'UTC', allow_ddl = 0, readonly = 2",
        )

    def run(self, sql: str, format_name: str, params: Mapping[str, str]) -> Answer:
        """The answer of one checked query. `EngineError` with the engine's words."""
        try:
            connection: Any = _connect(self._path)
        except (chdb.ChdbError, RuntimeError) as error:
            raise EngineError(f"Code: 210. DB::Exception: {error}", 210) from None
        try:
            for statement in self._opening:
                connection.query(statement)
            found = connection.query(sql, format_name, params=dict(params))
            return Answer(
                bytes(found.bytes() or b""), found.rows_read(), found.bytes_read(), found.elapsed()
            )
        except (chdb.ChdbError, RuntimeError) as error:
            raise _error(error) from None
        finally:
            connection.close()

    def columns(self, sql: str, params: Mapping[str, str]) -> list[tuple[str, str]]:
        """Names and types that a checked SELECT answers with."""
        answer = self.run(f"DESCRIBE TABLE ({sql})", "JSONCompact", params)
        return [(row[0], row[1]) for row in json.loads(answer.body)["data"]]

    def functions(self) -> frozenset[str]:
        """Names of all functions of the engine, lower case."""
        answer = self.run("SELECT lower(name) FROM system.functions", "TabSeparated", {})
        return frozenset(answer.body.decode().split())


def _error(error: Exception) -> EngineError:
    message = str(error)
    message = message[max(0, message.find("Code: ")) :].strip()
    code = re.match(r"Code: (\d+)", message)
    return EngineError(message, int(code[1]) if code else 1002)
