"""What the desk, commands and collectors read the store through: its HTTP interface.

It is the same for the embedded store's door and for a ClickHouse server. Guarantee: an answer
is whole or there is none; `Unavailable` when nobody answers, `QueryError` with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import httpx
import msgspec

from sinks.clickhouse.address import address
from sinks.clickhouse.client import DATABASE, place

Params = Mapping[str, Any]
Row = dict[str, Any]

_CURSOR = "SELECT cursor, sequence FROM cursors_latest WHERE target = {target:String}"
MOST_IN_ADDRESS = 4096
"""Characters of parameters; one may take nine in an address, and proxies take 64 KiB at most."""
_WIDE = re.compile(r"U?Int(64|128|256)")
_MOMENT = re.compile(r"(Nullable\()?DateTime(64)?\b")


class Unavailable(Exception):
    """The store does not answer, or not now; the message says where and what to do."""


class QueryError(Exception):
    """The store refused or failed a query; the message is the store's own."""


class Cursor(NamedTuple):
    cursor: str | None
    sequence: int
    """The greatest sequence that was stored for the target, with or without a cursor."""


class _Answer(msgspec.Struct):
    meta: list[dict[str, str]]
    data: list[list[Any]]


class Store:
    """Reads; owns its HTTP connections. Times come back aware, whole numbers as numbers."""

    def __init__(
        self,
        url: str,
        token: str,
        database: str = DATABASE,
        *,
        timeout: float = 30.0,
        transport: httpx.BaseTransport | None = None,
        async_transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._place = place(url)
        there = address(url, token)
        options: dict[str, Any] = {
            # who asks is said in headers alone: a server refuses to be told twice
            "base_url": there.url,
            "verify": there.context(),
            "timeout": httpx.Timeout(timeout, connect=2.0),
            "headers": {
                "X-ClickHouse-User": there.user,
                "X-ClickHouse-Key": there.password,
            },
            "params": {
                "database": database,
                "default_format": "JSONCompact",
                "output_format_json_quote_64bit_integers": "1",
            },
            "trust_env": False,  # a proxy of the environment has no business on the loopback
        }
        self._client = httpx.Client(**options, transport=transport)
        self._async_client = httpx.AsyncClient(**options, transport=async_transport)

    async def query(self, sql: str, params: Params | None = None) -> list[Row]:
        """Rows as dictionaries; `params` are the values of `{name:Type}` in the query."""
        try:
            response = await self._async_client.post("/", **_sent(sql, params))
        except httpx.TransportError as error:
            raise self._unavailable(error) from None
        return _rows(response, self._place)

    def query_sync(self, sql: str, params: Params | None = None) -> list[Row]:
        """The same for code that does not run in an event loop."""
        try:
            response = self._client.post("/", **_sent(sql, params))
        except httpx.TransportError as error:
            raise self._unavailable(error) from None
        return _rows(response, self._place)

    def read_cursor(self, target: str) -> Cursor | None:
        """Where a target goes on; `None` for a target that the store does not know."""
        rows = self.query_sync(_CURSOR, {"target": target})
        return Cursor(rows[0]["cursor"], rows[0]["sequence"]) if rows else None

    def ready(self) -> bool:
        """Whether the store answers."""
        try:
            return self._client.get("/ping", timeout=2.0).status_code == 200
        except httpx.TransportError:
            return False

    def close(self) -> None:
        self._client.close()

    async def aclose(self) -> None:
        self._client.close()
        await self._async_client.aclose()

    def _unavailable(self, error: httpx.TransportError) -> Unavailable:
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            return Unavailable(
                f"the store at {self._place} shows a certificate that nobody we trust has signed; "
                "name its authority: store.url = 'https://...?ca_cert=FILE'"
            )
        what = "answers too slowly" if isinstance(error, httpx.TimeoutException) else "is silent"
        return Unavailable(
            f"the store at {self._place} {what}; is `rezonans run` or `rezonans store` running?"
        )


def _rows(response: httpx.Response, where: str) -> list[Row]:
    if response.status_code == 503:
        raise Unavailable(f"the store at {where} is busy: {_reason(response)}")
    if response.status_code != 200 or "x-clickhouse-exception-code" in response.headers:
        raise QueryError(f"the store at {where}: {_reason(response)}")
    try:
        answer = msgspec.json.decode(response.content, type=_Answer)
    except msgspec.DecodeError:
        # an exception in mid-answer, or something else answers on that port
        raise QueryError(f"the store at {where}: {_reason(response)}") from None
    names = [column["name"] for column in answer.meta]
    readers = [_reader(column["type"]) for column in answer.meta]
    return [
        {
            name: read(value) if read and value is not None else value
            for name, read, value in zip(names, readers, row, strict=True)
        }
        for row in answer.data
    ]


def _reason(response: httpx.Response) -> str:
    text = response.text.strip().splitlines() or ["an empty answer"]
    return text[-1][:500]


def _reader(kind: str) -> Any:
    """How values of a type are read from JSON; `None`: as they are."""
    bare = kind.removeprefix("LowCardinality(").removeprefix("Nullable(")
    if bare.startswith(("Array", "Map", "Tuple")):
        return _numbers if _WIDE.search(bare) else None
    if _WIDE.match(bare):
        return int
    if _MOMENT.match(bare):
        return _moment
    return date.fromisoformat if bare.startswith("Date") else None


def _numbers(value: Any) -> Any:
    """Whole numbers inside of arrays and maps, which come quoted."""
    if isinstance(value, list):
        return [_numbers(one) for one in value]
    if isinstance(value, dict):
        return {name: _numbers(one) for name, one in value.items()}
    return int(value) if isinstance(value, str) and value.lstrip("-").isdigit() else value


def _moment(value: str) -> datetime:
    return datetime.fromisoformat(f"{value}+00:00")


def _sent(sql: str, params: Params | None) -> dict[str, Any]:
    """A query as a request: long values travel as a form, for no address holds them."""
    values = _params(params)
    if sum(map(len, values.values())) <= MOST_IN_ADDRESS:
        return {"content": sql, "params": values}
    return {"files": {name: (None, value) for name, value in {"query": sql, **values}.items()}}


def _params(params: Params | None) -> dict[str, str]:
    return {f"param_{name}": _literal(value) for name, value in (params or {}).items()}


def _literal(value: Any) -> str:
    """A value as ClickHouse reads one from a parameter."""
    if isinstance(value, str):
        return _escaped(value)
    if value is None:
        return "\\N"
    return _inside(value)


def _inside(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return f"{value.timestamp():.3f}"
    if isinstance(value, str):
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    if isinstance(value, Sequence):
        return "[" + ",".join(_inside(one) for one in value) + "]"
    return str(value)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
