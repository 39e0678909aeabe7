"""The door as its clients meet it: clickhouse-connect, curl, the desk; and those it turns away."""

from __future__ import annotations

import asyncio
import gzip
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import clickhouse_connect
import httpx
import pytest
from clickhouse_connect.driver.exceptions import DatabaseError

from sinks.clickhouse.door import door
from sinks.clickhouse.engine import Limits
from sinks.clickhouse.reader import Cursor, QueryError, Unavailable
from sinks.clickhouse.reader import Store as Reader
from sinks.clickhouse.summary import summary, summary_from
from sinks.clickhouse.writer import Writer
from tests.sinks.clickhouse.samples import NOW, TEXTS, fact, mention, page, spike
from tests.sinks.clickhouse.serving import serving
from tests.sinks.conftest import Store

TOKEN = "a-token-of-the-tests"
LIMITS = Limits(seconds=2.0, result_rows=4000, concurrent=4)


@pytest.fixture(scope="module")
def address(migrated_store: Store) -> Iterator[str]:
    """Where the door of the tests answers."""
    app = door(migrated_store.engine(LIMITS), TOKEN, hosts=("store.centre",), limits=LIMITS)
    with serving(app) as address:
        yield address


@pytest.fixture
def curl(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(
        base_url=address, headers={"X-ClickHouse-Key": TOKEN}, trust_env=False
    ) as client:
        yield client


@pytest.fixture
def reader(address: str, store: Store) -> Iterator[Reader]:
    reader = Reader(address, TOKEN, database=store.database)
    yield reader
    reader.close()


@pytest.fixture
def connect(address: str, store: Store) -> Iterator[Any]:
    host, port = address.removeprefix("http://").split(":")
    client = clickhouse_connect.get_client(
        host=host, port=int(port), username="default", password=TOKEN, database=store.database
    )
    yield client
    client.close()


def test_clickhouse_connect_reads_as_from_a_server(connect: Any, store: Store) -> None:
    Writer(store.client, lambda: NOW).write([page(mention(), mention("vk:-1_2"))])
    assert connect.server_version.startswith("26.")
    found = connect.query("SELECT * FROM mentions_public ORDER BY item")
    row = next(iter(found.named_results()))
    assert (row["text"], row["topics"][0][0], row["simulation"]) == (TEXTS[0], "heating", 1)
    assert "author" not in found.column_names
    asked = (
        "SELECT item FROM mentions_public WHERE item = {item:String} AND topic IN {t:Array(String)}"
    )
    rows = connect.query(asked, {"item": "vk:-1_2", "t": ["heating", "gas"]}).result_rows
    assert rows == [("vk:-1_2",)]
    for nothing in ("LIMIT 0", "WHERE item = ''"):
        empty = connect.query(f"SELECT item, url FROM mentions_public {nothing}")
        assert (empty.column_names, empty.result_rows) == (("item", "url"), [])
    assert connect.query_np("SELECT number FROM numbers(3)").tolist() == [[0], [1], [2]]
    assert connect.query_arrow("SELECT number FROM numbers(3)").num_rows == 3
    assert connect.command("SELECT count() FROM mentions_public") == 2


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("SELECT file('/etc/passwd')", 497),
        ("SELECT * FROM mentions", 497),
        ("SELECT nosuch FROM sources", 47),
        ("SELECT * FROM numbers(5000)", 396),
        ("SELECT count() FROM numbers(1000000000000)", 159),
    ],
)
def test_exceptions_keep_their_codes(connect: Any, sql: str, code: int) -> None:
    with pytest.raises(DatabaseError) as raised:
        connect.query(sql)
    assert raised.value.code == code


def test_writing_is_refused_and_reading_goes_on(connect: Any, store: Store) -> None:
    with pytest.raises(DatabaseError):
        connect.command("INSERT INTO arrivals (rows) VALUES (1)")
    with pytest.raises(DatabaseError):
        connect.insert("arrivals", [[1]], column_names=["rows"], column_type_names=["UInt32"])
    Writer(store.client, lambda: NOW).write([page(mention())])
    assert connect.command("SELECT count() FROM mentions_public") == 1


def test_curl_reads_by_get_and_post(curl: httpx.Client) -> None:
    assert curl.get("/", params={"query": "SELECT 1"}).text == "1\n"
    assert curl.post("/", content="SELECT 1 AS x FORMAT CSVWithNames").text == '"x"\n1\n'
    assert curl.post("/", params={"query": "SELECT 1"}, content="+ 1").text == "2\n"
    answer = curl.post("/", params={"default_format": "JSON"}, content="SELECT 1 AS x").json()
    assert answer["data"] == [{"x": 1}]
    assert curl.get("/").text == "Ok.\n"
    for path in ("/ping", "/replicas_status"):
        assert curl.get(path).text == "Ok.\n"
        assert curl.head(path).status_code == 200
    for path in ("/play", "/x?query=SELECT+1"):
        nothing = curl.get(path)
        assert (nothing.status_code, "send queries to /" in nothing.text) == (404, True)
    assert curl.head("/", params={"query": "SELECT 1"}).status_code == 200
    assert curl.put("/", content="SELECT 1").status_code == 405


def test_headers_are_those_of_clickhouse(curl: httpx.Client) -> None:
    found = curl.post("/", params={"query_id": "q-1"}, content="SELECT 1 FORMAT JSONCompact")
    assert found.headers["x-clickhouse-format"] == "JSONCompact"
    assert found.headers["x-clickhouse-query-id"] == "q-1"
    assert found.headers["x-clickhouse-timezone"] == "UTC"
    assert '"read_rows"' in found.headers["x-clickhouse-summary"]
    assert found.headers["content-type"].startswith("application/json")
    refused = curl.post("/", content="DROP TABLE spikes")
    assert refused.status_code == 403
    assert refused.headers["x-clickhouse-exception-code"] == "497"
    assert refused.text.startswith("Code: 497. DB::Exception: ")


def test_a_failed_query_leaves_nothing_in_the_next_answer(curl: httpx.Client) -> None:
    for _ in range(5):
        assert curl.post("/", content="SELECT number FROM numbers(5000)").status_code == 500
        assert curl.post("/", content="SELECT 'clean' FORMAT TSVWithNames").text.endswith("clean\n")


@pytest.mark.parametrize(
    "value", ["it's", "a\\tb", "x' OR 1=1 --", "{y:String}", "'); DROP TABLE spikes; --", "%(x)s"]
)
def test_a_parameter_is_a_value_whatever_it_says(curl: httpx.Client, value: str) -> None:
    escaped = value.replace("\\", "\\\\")
    params = {"param_x": escaped, "param_y": "injected"}
    found = curl.post("/", params=params, content="SELECT {x:String} AS x FORMAT JSONEachRow")
    assert found.json() == {"x": value}


def test_parameters_that_do_not_fit_are_refused(curl: httpx.Client) -> None:
    wrong = curl.post("/", params={"param_x": "1 OR 1"}, content="SELECT {x:UInt8}")
    assert (wrong.status_code, wrong.headers["x-clickhouse-exception-code"]) == (400, "457")
    missing = curl.post("/", content="SELECT {x:UInt8}")
    assert (missing.status_code, "add param_x" in missing.text) == (400, True)
    name = curl.post("/", params={"param_t": "mentions"}, content="SELECT * FROM {t:Identifier}")
    assert name.status_code == 403
    twice = curl.get("/?query=SELECT+1&query=SELECT+2")
    assert twice.status_code == 400


def test_settings_and_databases_are_checked_too(curl: httpx.Client) -> None:
    quoted = {"output_format_json_quote_64bit_integers": "0", "default_format": "JSONEachRow"}
    found = curl.post("/", params=quoted, content="SELECT toUInt64(5) AS x")
    assert found.text == '{"x":5}\n'
    assert curl.get("/", params={"query": "SELECT 1", "allow_ddl": "1"}).status_code == 400
    assert curl.get("/", params={"query": "SELECT 1", "database": "system"}).status_code == 404
    assert curl.get("/", params={"query": "SELECT 1", "default_format": "X"}).status_code == 400
    assert curl.get("/", params={"query": "SELECT 1", "compress": "1"}).status_code == 400


@pytest.mark.parametrize(
    ("limit", "sql", "code"),
    [
        ({"max_result_rows": "10"}, "SELECT number FROM numbers(11)", "396"),
        ({"max_execution_time": "0.2"}, "SELECT count() FROM numbers(1000000000000)", "159"),
        ({"max_memory_usage": "1000000"}, "SELECT uniqExact(number) FROM numbers(9000000)", "241"),
        ({"max_result_bytes": "100"}, "SELECT number FROM numbers(100)", "396"),
        ({"max_result_rows": "many"}, "SELECT 1", "62"),
    ],
)
def test_who_asks_may_lower_the_limits(
    curl: httpx.Client, limit: dict[str, str], sql: str, code: str
) -> None:
    assert curl.post("/", params=limit, content=sql).headers["x-clickhouse-exception-code"] == code


def test_the_limits_are_not_the_askers_to_lift(curl: httpx.Client) -> None:
    params = {"max_result_rows": "0", "max_execution_time": "60", "readonly": "0"}
    found = curl.post("/", params=params, content="SELECT number FROM numbers(5000)")
    assert found.headers["x-clickhouse-exception-code"] == "396"


def test_the_catalogue_shows_what_is_public(curl: httpx.Client) -> None:
    tables = curl.get("/", params={"query": "SHOW TABLES"}).text.split()
    assert {"mentions_public", "topic_hours", "spikes_latest"} <= set(tables)
    assert not {"mentions", "dead_letters", "deletions", "migrations"} & set(tables)
    columns = curl.post("/", content="SELECT table, name FROM system.columns").text
    assert "author_kind" in columns
    assert "\tauthor\n" not in columns
    described = curl.post("/", content="DESCRIBE TABLE mentions_public").text
    assert "\nauthor\t" not in described
    assert curl.get("/", params={"query": "EXISTS TABLE mentions"}).text == "0\n"


def test_answers_are_compressed_where_asked(curl: httpx.Client) -> None:
    params = {"enable_http_compression": "1"}
    asked = "SELECT number FROM numbers(900)"
    found = curl.post("/", params=params, headers={"Accept-Encoding": "gzip"}, content=asked)
    assert found.headers["content-encoding"] == "gzip"
    assert found.text.split()[-1] == "899"
    plain = curl.post("/", headers={"Accept-Encoding": "gzip"}, content=asked)
    assert "content-encoding" not in plain.headers
    packed = {"Content-Encoding": "gzip"}
    assert curl.post("/", headers=packed, content=gzip.compress(b"SELECT 5")).text == "5\n"
    bomb = gzip.compress(b"SELECT 1 " + b" " * 50_000_000)
    assert curl.post("/", headers=packed, content=bomb).status_code == 400
    assert curl.post("/", headers=packed, content=b"no gzip").status_code == 400
    assert curl.post("/", headers={"Content-Encoding": "br"}, content=b"x").status_code == 400
    assert curl.post("/", headers={"Content-Encoding": "xz"}, content=b"x").status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-ClickHouse-Key": "wrong"},
        {"X-ClickHouse-Key": ""},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Basic !!!"},
        {"Authorization": "Basic"},
        {"Authorization": TOKEN},
    ],
)
def test_nobody_reads_without_the_token(address: str, headers: dict[str, str]) -> None:
    for path in ("/?query=SELECT+1", "/status"):
        found = httpx.get(address + path, headers=headers, trust_env=False)
        assert found.status_code == 401
        assert found.headers["x-clickhouse-exception-code"] == "516"


def test_the_token_comes_in_any_way_that_clients_have(address: str) -> None:
    url = f"{address}/?query=SELECT+1"
    for headers in ({"X-ClickHouse-Key": TOKEN}, {"Authorization": f"Bearer {TOKEN}"}):
        assert httpx.get(url, headers=headers, trust_env=False).text == "1\n"
    assert httpx.get(url, auth=("grafana", TOKEN), trust_env=False).text == "1\n"
    assert httpx.get(f"{url}&password={TOKEN}", trust_env=False).text == "1\n"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "localhost.", "x"])
def test_a_foreign_host_name_is_turned_away(curl: httpx.Client, host: str) -> None:
    for path in ("/?query=SELECT+1", "/ping", "/metrics", "/status"):
        assert curl.get(path, headers={"Host": host}).status_code in (400, 421)


@pytest.mark.parametrize("host", ["localhost", "localhost:9", "[::1]:8124", "Store.Centre:8124"])
def test_our_own_names_are_answered(curl: httpx.Client, host: str) -> None:
    assert curl.get("/ping", headers={"Host": host}).status_code == 200


def test_metrics_and_status(curl: httpx.Client) -> None:
    curl.post("/", content="SELECT 1")
    assert 'rezonans_store_queries_total{outcome="answered"}' in curl.get("/metrics").text
    assert "mentions_public" in curl.get("/status").json()["tables"]


def test_ten_readers_while_the_writer_inserts(reader: Reader, store: Store, address: str) -> None:
    writer = Writer(store.another_client(), lambda: NOW)

    def write(times: int) -> None:
        for number in range(times):
            found = [mention(f"a:{number}_{n}") for n in range(20)]
            writer.write([page(*found, sequence=number)])

    def read(_: int) -> int:
        one = Reader(address, TOKEN, database=store.database)
        counts = [
            one.query_sync("SELECT count() AS n, uniqExact(item) AS u FROM mentions_public")[0]
            for _ in range(5)
        ]
        one.close()
        assert all(row["n"] == row["u"] and row["n"] % 20 == 0 for row in counts)
        assert [row["n"] for row in counts] == sorted(row["n"] for row in counts)
        return len(counts)

    with ThreadPoolExecutor(11) as pool:
        written = pool.submit(write, 15)
        assert sum(pool.map(read, range(10))) == 50
        written.result()
    writer.close()
    assert reader.query_sync("SELECT count() AS n FROM mentions_public") == [{"n": 300}]


def test_the_reader_gives_rows_with_types(reader: Reader, store: Store) -> None:
    found = [mention(), fact("vk:-1_1", "counters", counters={"likes": 2**60})]
    Writer(store.client, lambda: NOW).write([page(*found)], [spike()])
    [row] = reader.query_sync(
        "SELECT day, published_at, fingerprint, topics, appeal, edited_at, version "
        "FROM mentions_public WHERE published_at < {until:DateTime64(3)} "
        "AND topic IN {topics:Array(String)} AND text = {text:String}",
        {"until": NOW, "topics": ["heating", "it's"], "text": TEXTS[0]},
    )
    assert row["day"] == NOW.date()
    assert (NOW - row["published_at"]).total_seconds() == 90
    assert (row["fingerprint"], row["edited_at"]) == (2**64 - 1, None)
    assert isinstance(row["version"], int)
    assert reader.query_sync("SELECT counters FROM counters_latest") == [
        {"counters": {"likes": 2**60}}
    ]


async def _ask(reader: Reader) -> Any:
    try:
        return await reader.query("SELECT {x:Nullable(String)} AS x", {"x": None})
    finally:
        await reader.aclose()


def test_the_reader_waits_without_blocking(reader: Reader) -> None:
    assert asyncio.run(_ask(reader)) == [{"x": None}]


def test_where_a_target_goes_on(reader: Reader, store: Store) -> None:
    assert reader.read_cursor("vk/1") is None
    Writer(store.client, lambda: NOW).write([page(sequence=4), page(sequence=5, cursor=None)])
    assert reader.read_cursor("vk/1") == Cursor("c4", 5)
    first = page(sequence=2, cursor=None, target="vk/2")
    Writer(store.client, lambda: NOW).write([first])
    assert reader.read_cursor("vk/2") == Cursor(None, 2)


def test_errors_are_sentences(reader: Reader) -> None:
    with pytest.raises(QueryError, match="no table nosuch here"):
        reader.query_sync("SELECT * FROM nosuch")
    assert reader.ready()
    closed = socket.socket()
    closed.bind(("127.0.0.1", 0))
    silent = Reader(f"http://127.0.0.1:{closed.getsockname()[1]}", TOKEN)
    with pytest.raises(Unavailable, match="is silent; is `rezonans run`"):
        silent.query_sync("SELECT 1")
    assert not silent.ready()
    silent.close()
    closed.close()


def test_the_summary_of_a_run(reader: Reader, store: Store) -> None:
    assert summary(store.client)["p99_seconds"] is None
    repeated = page(mention(), mention("vk:-1_2"))
    Writer(store.client, lambda: NOW).write([repeated, repeated], [spike(), spike(revision=1)])
    found = summary_from(reader)
    assert found == summary(store.client)
    assert (found["stored"], found["distinct_stored"], found["spikes"]) == (2, 2, 1)
    assert (found["p50_seconds"], found["p99_seconds"], found["live"]) == (90.0, 90.0, 4)


def test_a_door_without_a_token_is_never_opened(migrated_store: Store) -> None:
    with pytest.raises(ValueError, match="REZONANS_STORE__TOKEN"):
        door(migrated_store.engine(), "")
