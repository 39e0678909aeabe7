"""A process that dies between two statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sinks.clickhouse.client import Client, Result


class Killed(Exception):
    """The process is gone."""


class Dying:
    """A client whose process dies before its statement number `after`, counted from 0."""

    def __init__(self, client: Client, after: int) -> None:
        self._client, self._left = client, after
        self.database = client.database

    def command(
        self,
        cmd: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        settings: Mapping[str, Any] | None = None,
    ) -> Any:
        self._left -= 1
        if self._left < 0:
            raise Killed
        return self._client.command(cmd, parameters, settings=settings)

    def query(self, query: str, parameters: Mapping[str, Any] | None = None) -> Result:
        return self._client.query(query, parameters)

    def raw_insert(
        self,
        table: str,
        column_names: Sequence[str] | None = None,
        insert_block: bytes | None = None,
        settings: Mapping[str, Any] | None = None,
        fmt: str | None = None,
    ) -> Any:
        return self._client.raw_insert(table, column_names, insert_block, settings, fmt)

    def close(self) -> None:
        self._client.close()
