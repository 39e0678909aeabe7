"""Native blocks for clients that state a revision: read back by a client's own reader."""

from __future__ import annotations

from typing import Any

import pytest
from clickhouse_connect.driver.ctypes import RespBuffCls
from clickhouse_connect.driver.query import QueryContext
from clickhouse_connect.driver.transform import NativeTransform

from sinks.clickhouse import allowed
from sinks.clickhouse.native import header, with_revision
from sinks.clickhouse.tokens import Refused
from sinks.clickhouse.writer import Writer
from tests.sinks.clickhouse.samples import NOW, mention, page, spike
from tests.sinks.conftest import Store

COLUMNS = """
SELECT
    number AS n, toString(number) AS s, if(number % 2, NULL, number) AS maybe,
    toLowCardinality(toString(number % 3)) AS low, range(number % 4) AS list,
    map('a', number) AS pairs, tuple(number, 'x') AS two, toDateTime64(number, 3, 'UTC') AS at,
    [tuple('k', toFloat32(1))] AS nested, toUInt128(number) AS wide, number % 2 = 0 AS flag,
    toLowCardinality(toNullable(toString(number))) AS low_maybe, toFixedString('ab', 4) AS fixed,
    [toLowCardinality('q')] AS lows, map(toLowCardinality('k'), [number]) AS deep,
    toDecimal64(number, 2) AS money, repeat('ы', number % 90) AS long,
    CAST(tuple(1, 'y') AS Tuple(kato UInt8, `two words` String)) AS named,
    emptyArrayString() AS nothing, toIntervalDay(1) AS step
FROM numbers({rows})
"""


class _Source:
    exception_tag = None
    last_message = None

    def __init__(self, body: bytes) -> None:
        self.gen = iter((body,))

    def close(self) -> None:
        pass


def read(body: bytes, block_info: bool) -> Any:
    context = QueryContext()
    context.block_info = block_info
    buffer: Any = RespBuffCls
    return NativeTransform.parse_response(buffer(_Source(body)), context)


SEVERAL_BLOCKS = """
SELECT number, toString(number) AS s, toLowCardinality(toString(number % 300)) AS low
FROM numbers({rows})
"""


@pytest.mark.parametrize(("sql", "rows"), [(COLUMNS, 1), (COLUMNS, 300), (SEVERAL_BLOCKS, 70_000)])
def test_a_header_before_each_block_changes_no_value(store: Store, sql: str, rows: int) -> None:
    body = store.engine().run(sql.format(rows=rows), "Native", {}).body
    plain = read(body, block_info=False)
    revised = read(with_revision(body, 54405), block_info=True)
    assert revised.column_names == plain.column_names
    assert revised.result_set == plain.result_set
    assert len(plain.result_set) == rows


def test_newer_clients_get_a_flag_in_each_column(store: Store) -> None:
    body = store.engine().run("SELECT 1 AS x, 'y' AS y", "Native", {}).body
    assert with_revision(body, 0) == body
    assert with_revision(body, 54454) == (
        b"\x01\x00\x02\xff\xff\xff\xff\x00\x02\x01\x01x\x05UInt8\x00\x01\x01y\x06String\x00\x01y"
    )


def test_the_rows_of_the_views_are_walked_over(store: Store) -> None:
    Writer(store.client, lambda: NOW).write([page(mention(), mention("a:2", places=()))], [spike()])
    for view in sorted(allowed.TABLES):
        body = store.engine().run(f"SELECT * FROM {view}", "Native", {}).body
        revised = read(with_revision(body, 54405), block_info=True)
        assert revised.result_set == read(body, block_info=False).result_set


def test_a_type_that_is_not_walked_over_is_refused_in_words(store: Store) -> None:
    body = store.engine().run("SELECT uniqState(1) AS x", "Native", {}).body
    with pytest.raises(Refused, match="AggregateFunction"):
        with_revision(body, 54405)


def test_an_answer_without_rows_has_columns(store: Store) -> None:
    columns = store.engine().columns("SELECT 1 AS x, 'y' AS y WHERE 0", {})
    found = read(header(columns), block_info=False)
    assert (found.column_names, found.result_set) == (("x", "y"), [])
    assert read(with_revision(header(columns), 54405), block_info=True).column_names == ("x", "y")
