"""The door as Grafana's data source meets it: its driver, clickhouse-go, request by request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from sinks.clickhouse.door import door
from sinks.clickhouse.writer import Writer
from tests.sinks.clickhouse.samples import mention, page
from tests.sinks.clickhouse.serving import serving
from tests.sinks.conftest import Store

TOKEN = "a-token-of-the-tests"
MANY = "SELECT number, toString(number) AS text FROM numbers(900)"
GO_REVISIONS = (54459, 54485)
"""Of clickhouse-go 2 and of a server of this year."""


@pytest.fixture(scope="module")
def address(migrated_store: Store) -> Iterator[str]:
    with serving(door(migrated_store.engine(), TOKEN)) as found:
        yield found


class Blocks:
    """Native blocks as `Block.Decode` of clickhouse-go reads them, for the types used here."""

    def __init__(self, body: bytes) -> None:
        self._body, self._at = body, 0
        self.names, self.rows = list[str](), list[list[Any]]()
        while self._at < len(body):
            self._block()

    def _block(self) -> None:
        info = (self._number(), self._fixed(1), self._number(), self._fixed(4), self._number())
        assert info == (1, 0, 2, 2**32 - 1, 0)
        width, rows = self._number(), self._number()
        columns = [self._column(rows) for _ in range(width)]
        self.names = [name for name, _ in columns]
        self.rows += [list(row) for row in zip(*(values for _, values in columns), strict=True)]

    def _column(self, rows: int) -> tuple[str, list[Any]]:
        name, kind = self._text(), self._text()
        assert self._fixed(1) == 0, "custom serialization"
        widths = {"UInt8": 1, "UInt32": 4, "UInt64": 8}
        if kind == "String":
            return name, [self._text() for _ in range(rows)]
        return name, [self._fixed(widths[kind]) for _ in range(rows)]

    def _number(self) -> int:
        value = shift = 0
        while True:
            part = self._fixed(1)
            value |= (part & 127) << shift
            shift += 7
            if part < 128:
                return value

    def _text(self) -> str:
        size = self._number()
        self._at += size
        return self._body[self._at - size : self._at].decode()

    def _fixed(self, width: int) -> int:
        self._at += width
        return int.from_bytes(self._body[self._at - width : self._at], "little")


@pytest.mark.parametrize("revision", GO_REVISIONS)
def test_the_data_source_says_hello_and_asks(address: str, store: Store, revision: int) -> None:
    """What its driver sends over HTTP, request by request: gzip by Accept-Encoding, never blocks
    of ClickHouse's own compression."""
    Writer(store.client).write([page(mention("a:1"), mention("a:2"))])
    params = {
        "database": store.database, "default_format": "Native", "limit": "1000",
        "client_protocol_version": str(revision), "enable_http_compression": "1",
    }  # fmt: skip
    headers = {"Accept-Encoding": "gzip", "User-Agent": "grafana/13.2.3 clickhouse-go/2.46.0"}
    with httpx.Client(
        base_url=address, auth=("any", TOKEN), params=params, headers=headers, trust_env=False
    ) as driver:

        def ask(sql: str) -> Blocks:
            return Blocks(driver.post("/", content=sql).raise_for_status().content)

        [hello] = ask("SELECT displayName(), version(), revision(), timezone()").rows
        assert (hello[1].split(".")[0], hello[2] > 54_454, hello[3]) == ("26", True, "UTC")
        ping = ask("SELECT 1")
        assert (ping.names, ping.rows) == (["1"], [[1]])
        found = ask("SELECT item, toUInt64(1) AS n FROM mentions_public ORDER BY item")
        assert found.rows == [["a:1", 1], ["a:2", 1]]
        nothing = ask("SELECT item FROM mentions_public WHERE item = ''")
        assert (nothing.names, nothing.rows) == (["item"], [])
        assert ask(MANY).rows == [[n, str(n)] for n in range(900)]
        packed = driver.post("/", content=MANY)
        assert packed.headers["content-encoding"] == "gzip"
        wrong = driver.post("/", content="SELECT * FROM nosuch")
        assert (wrong.status_code, wrong.headers["x-clickhouse-exception-code"]) == (404, "60")
