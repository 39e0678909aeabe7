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
        self._limits = {
            "max_execution_time": limits.seconds,
            "max_memory_usage": float(limits.memory_bytes),
            "max_result_rows": float(limits.result_rows),
            "max_result_bytes": float(limits.result_bytes),
        }

    def run(
        self,
        sql: str,
        format_name: str,
        params: Mapping[str, str],
        lower: Mapping[str, float] | None = None,
    ) -> Answer:
        """The answer of one checked query. `lower`: limits of its own, by the engine's names;
        they hold where they are lower. `EngineError` with the engine's words."""
        try:
            connection: Any = _connect(self._path)
        except (chdb.ChdbError, RuntimeError) as error:
            raise EngineError(f"Code: 210. DB::Exception: {error}", 210) from None
        try:
            connection.query(f"USE {self.database}")
            connection.query(f"SET {self._settings(lower or {})}")
            found = connection.query(sql, format_name, params=dict(params))
            return Answer(
                bytes(found.bytes() or b""), found.rows_read(), found.bytes_read(), found.elapsed()
            )
        except (chdb.ChdbError, RuntimeError) as error:
            raise _error(error) from None
        finally:
            connection.close()

    def _settings(self, lower: Mapping[str, float]) -> str:
        least = {name: min(most, lower.get(name) or most) for name, most in self._limits.items()}
        chosen = ", ".join(
            f"{name} = {value if name == 'max_execution_time' else int(value)}"
            for name, value in least.items()
        )
        return (
            f"{chosen}, result_overflow_mode = 'throw', session_timezone = 'UTC', allow_ddl = 0, "
            "readonly = 2"
        )

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
