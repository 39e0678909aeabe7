"""The door as clients of others use it: curl and clickhouse-connect, as they are."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import clickhouse_connect
import pytest
from clickhouse_connect.driver.exceptions import DatabaseError

from sinks.clickhouse import packing
from sinks.clickhouse.door import door
from sinks.clickhouse.engine import Limits
from sinks.clickhouse.reader import Store as Reader
from sinks.clickhouse.writer import Writer
from tests.sinks.clickhouse.samples import TEXTS, mention, page
from tests.sinks.clickhouse.serving import serving
from tests.sinks.conftest import Store

TOKEN = "a-token-of-the-tests"
MANY = "SELECT number, toString(number) AS text FROM numbers(3000)"


@pytest.fixture(scope="module")
def address(migrated_store: Store) -> Iterator[str]:
    limits = Limits(seconds=5.0)
    with serving(door(migrated_store.engine(limits), TOKEN, limits=limits)) as found:
        yield found


@pytest.fixture
def curl(address: str) -> Callable[..., str]:
    program = shutil.which("curl")
    if program is None:
        pytest.skip("no curl here")

    def ask(*arguments: str, query: str = "") -> str:
        command = [program, "--silent", "--user", f"reader:{TOKEN}", *arguments]
        where = f"{address}/{query}"
        done = subprocess.run([*command, where], capture_output=True, text=True, check=True)
        return done.stdout

    return ask


def test_curl_asks_by_get_by_post_and_by_file(curl: Callable[..., str], tmp_path: Path) -> None:
    assert curl(query="?query=SELECT%201%20FORMAT%20JSONEachRow") == '{"1":1}\n'
    assert curl("--data-binary", "SELECT 2") == "2\n"
    (tmp_path / "q.sql").write_text("SELECT {x:UInt8} + 1")
    assert curl("--data-binary", f"@{tmp_path}/q.sql", query="?param_x=2") == "3\n"
    asked = ("--get", "--data-urlencode", "query=SELECT 'көше'", "--compressed")
    assert curl(*asked, query="?enable_http_compression=1") == "көше\n"


def test_curl_sees_what_went_wrong(curl: Callable[..., str]) -> None:
    answer = curl("--include", "--data-binary", "SELECT * FROM nosuch")
    assert "HTTP/1.1 404" in answer
    assert "x-clickhouse-exception-code: 60" in answer
    assert "Code: 60. DB::Exception: no table nosuch here" in answer
    for closed in (
        "INSERT INTO spikes VALUES (1)",
        "BACKUP DATABASE rezonans TO File('x')",
        "SELECT * FROM url('http://127.0.0.1/x', CSV)",
        "SELECT * FROM remote('127.0.0.1', system.one)",
        "SELECT file('/etc/passwd')",
    ):
        assert curl("--data-binary", closed).startswith("Code: 497. DB::Exception: ")


def test_curl_unpacks_what_it_asked_for(curl: Callable[..., str]) -> None:
    for encoding in ("gzip", "deflate"):
        asked = ("--include", "--compressed", "--header", f"Accept-Encoding: {encoding}")
        packed = curl(*asked, "--data-binary", MANY, query="?enable_http_compression=1")
        assert f"content-encoding: {encoding}" in packed
        assert packed.splitlines()[-1] == "2999\t2999"
    plain = curl("--include", "--compressed", "--data-binary", MANY)
    assert "content-encoding" not in plain


@pytest.mark.parametrize("compress", [True, False, "lz4", "zstd", "gzip"])
def test_clickhouse_connect_reads_in_every_encoding(
    address: str, store: Store, compress: Any
) -> None:
    Writer(store.client).write([page(mention("a:1"), mention("a:2"))])
    client = clickhouse_connect.get_client(
        dsn=address, username="reader", password=TOKEN, database=store.database, compress=compress
    )
    assert client.query(MANY).result_rows[-1] == (2999, "2999")
    rows = client.query("SELECT text, topics FROM mentions_public ORDER BY item").result_rows
    assert [row[0] for row in rows] == [TEXTS[0]] * 2
    with pytest.raises(DatabaseError, match="no table nosuch here") as raised:
        client.query("SELECT * FROM nosuch")
    assert raised.value.code == 60
    client.close()


def test_clickhouse_connect_streams_and_lowers_limits(address: str, store: Store) -> None:
    client = clickhouse_connect.get_client(
        dsn=address, username="reader", password=TOKEN, database=store.database
    )
    with client.query_row_block_stream(MANY) as stream:
        assert sum(len(block) for block in stream) == 3000
    with pytest.raises(DatabaseError) as raised:
        client.query(MANY, settings={"max_result_rows": 5})
    assert raised.value.code == 396
    assert client.raw_query("SELECT 1 AS x", fmt="JSONEachRow") == b'{"x":1}\n'
    client.close()


LONG = "Көше шамдары 'жанбайды'\\ \r\n{y:String}\t--\u2028" * 300


@pytest.mark.parametrize("always", [True, False])
def test_clickhouse_connect_sends_long_parameters_as_a_form(
    address: str, store: Store, always: bool
) -> None:
    """By itself from 4 KB on, where an address would be too long for a proxy."""
    client = clickhouse_connect.get_client(
        dsn=address, username="reader", password=TOKEN, database=store.database,
        form_encode_query_params=always,
    )  # fmt: skip
    asked = "SELECT {x:String} AS x, {many:Array(UInt32)} AS many"
    [(text, many)] = client.query(asked, {"x": LONG, "many": list(range(2000))}).result_rows
    assert (text, many) == (LONG, list(range(2000)))
    with pytest.raises(DatabaseError) as raised:
        client.query("SELECT {x:UInt8}", {"x": LONG})
    assert raised.value.code == 457
    client.close()


def test_our_own_reader_sends_long_parameters_as_a_form(address: str, store: Store) -> None:
    reader = Reader(address, TOKEN, database=store.database)
    items = [f"simulation:28f673-i1a218576f3f-{n}" for n in range(3000)]
    asked = "SELECT {x:String} AS x, {items:Array(String)} AS items, {none:Nullable(UInt8)} AS none"
    row = {"x": LONG, "items": items, "none": None}
    assert reader.query_sync(asked, row) == [row]

    async def beside_others() -> list[dict[str, object]]:
        try:
            return await reader.query(asked, row)
        finally:
            await reader.aclose()

    assert asyncio.run(beside_others()) == [row]


def test_curl_fills_a_form(curl: Callable[..., str], tmp_path: Path) -> None:
    sent = ("--form", "query=SELECT {x:UInt8} + 1", "--form", "param_x=2")
    assert curl(*sent) == "3\n"
    assert "Code: 62. DB::Exception: query is given twice" in curl(*sent, query="?query=SELECT%201")
    (tmp_path / "rows.tsv").write_text("1\n")
    brought = ("--form", f"t=@{tmp_path}/rows.tsv", "--form", "t_structure=x UInt8")
    assert "Code: 497. DB::Exception: tables that are sent along" in curl(*sent, *brought)
    broken = ("--header", "Content-Type: multipart/form-data", "--data-binary", "SELECT 1")
    assert "Code: 62. DB::Exception: the form is not understood" in curl(*broken)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "zstd", "lz4", "br"])
def test_bodies_come_out_as_they_went_in(encoding: str) -> None:
    body = TEXTS[0].encode() * 50
    packed = packing.pack(body, encoding)
    assert len(packed) < len(body)
    assert packing.unpack(packed, encoding, 100_000) == body
    for broken in (packed[:-9], b"nothing", b""):
        with pytest.raises(packing.Broken):
            packing.unpack(broken, encoding, 100_000)
    with pytest.raises(packing.Broken):
        packing.unpack(packing.pack(b" " * 200_000, encoding), encoding, 100_000)


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("", ""), ("identity", ""), ("gzip, deflate, br, zstd", "zstd"), ("lz4,gzip", "lz4"),
        ("gzip;q=0, deflate;q=0.5", "deflate"), ("GZIP ; q=1", "gzip"), ("gzip;q=x", ""),
    ],
)  # fmt: skip
def test_the_best_encoding_that_is_accepted(accepted: str, encoding: str) -> None:
    assert packing.chosen(accepted) == encoding
