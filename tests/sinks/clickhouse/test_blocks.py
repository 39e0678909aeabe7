"""Blocks of columns on the real engine: what is read back is what was written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sinks.clickhouse.blocks import block
from sinks.clickhouse.writer import SETTINGS
from tests.sinks.conftest import Store

TYPES = {
    "number": "UInt32",
    "text": "String",
    "wide": "UInt128",
    "flag": "Bool",
    "share": "Float32",
    "day": "Date",
    "at": "DateTime64(3, 'UTC')",
    "maybe": "Nullable(String)",
    "maybe_at": "Nullable(DateTime64(3, 'UTC'))",
    "maybe_number": "Nullable(UInt64)",
    "code": "LowCardinality(String)",
    "maybe_code": "LowCardinality(Nullable(String))",
    "codes": "Array(LowCardinality(String))",
    "pairs": "Array(Tuple(\n    key String,\n    value Float32))",
    "shares": "Map(LowCardinality(String), Float32)",
    "lists": "Array(Array(UInt8))",
}


class Row(msgspec.Struct):
    number: int
    text: str = ""
    wide: int = 0
    flag: bool = False
    share: float = 0.0
    day: date = date(1970, 1, 1)
    at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    maybe: str | None = None
    maybe_at: datetime | None = None
    maybe_number: int | None = None
    code: str = ""
    maybe_code: str | None = None
    codes: tuple[str, ...] = ()
    pairs: tuple[tuple[str, float], ...] = ()
    shares: dict[str, float] = {}
    lists: tuple[tuple[int, ...], ...] = ()


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
CODE = st.sampled_from(["", "a", "ә", "длинный код"]) | TEXT
SHARE = st.floats(0, 1, width=32)
MOMENT = st.datetimes(datetime(1970, 1, 1), datetime(2105, 12, 31)).map(  # noqa: DTZ001
    lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000, tzinfo=UTC)
)
ROW: st.SearchStrategy[Row] = st.builds(
    Row,
    number=st.just(0),
    text=TEXT,
    wide=st.integers(0, 2**128 - 1),
    flag=st.booleans(),
    share=SHARE,
    day=st.dates(date(1970, 1, 1), date(2105, 12, 31)),
    at=MOMENT,
    maybe=st.none() | TEXT,
    maybe_at=st.none() | MOMENT,
    maybe_number=st.none() | st.integers(0, 2**64 - 1),
    code=CODE,
    maybe_code=st.none() | CODE,
    codes=st.lists(CODE, max_size=3).map(tuple),
    pairs=st.lists(st.tuples(TEXT, SHARE), max_size=3).map(tuple),
    shares=st.dictionaries(TEXT, SHARE, max_size=3),
    lists=st.lists(st.lists(st.integers(0, 255), max_size=2).map(tuple), max_size=2).map(tuple),
)


@pytest.fixture
def table(empty_store: Store) -> Store:
    columns = ", ".join(f"{name} {kind}" for name, kind in TYPES.items())
    empty_store.client.command(f"CREATE TABLE rows ({columns}) ENGINE = Memory")
    return empty_store


def insert(store: Store, rows: Sequence[Row]) -> tuple[str, ...]:
    columns, written = block(rows, TYPES)
    store.client.raw_insert("rows", columns, written, SETTINGS, "Native")
    return columns


def read(store: Store) -> list[Row]:
    found = store.client.query("SELECT * FROM rows ORDER BY number").result_rows
    return [_row(*one) for one in found]


def _row(*values: Any) -> Row:
    row = Row(*values)
    row.at = row.at.replace(tzinfo=UTC)
    row.maybe_at = row.maybe_at and row.maybe_at.replace(tzinfo=UTC)
    row.codes = tuple(row.codes)
    row.pairs = tuple((pair["key"], pair["value"]) for pair in values[13])
    row.lists = tuple(map(tuple, row.lists))
    return row


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(ROW, min_size=1, max_size=8))
def test_whatever_is_written_comes_back(table: Store, rows: list[Row]) -> None:
    table.client.command("TRUNCATE TABLE rows")
    for number, row in enumerate(rows):
        row.number = number
    insert(table, rows)
    assert read(table) == rows


@pytest.mark.parametrize("codes", [1, 254, 255, 256, 70_000])
def test_more_codes_need_wider_numbers(table: Store, codes: int) -> None:
    rows = [Row(number, code=f"c{number}", maybe_code=f"c{number}") for number in range(codes)]
    rows.append(Row(codes))
    insert(table, rows)
    same = "SELECT countIf(code = concat('c', number) AND code = maybe_code) FROM rows"
    assert table.client.query(same).result_rows == [(codes,)]
    assert table.client.query("SELECT countIf(maybe_code IS NULL) FROM rows").result_rows == [(1,)]


def test_columns_without_a_value_are_left_out(table: Store) -> None:
    columns = insert(table, [Row(0), Row(1)])
    assert set(TYPES) - set(columns) == {"maybe", "maybe_at", "maybe_number", "maybe_code"}
    assert read(table) == [Row(0), Row(1)]


def test_a_type_that_is_not_written_is_said() -> None:
    with pytest.raises(ValueError, match="values of UUID are not written"):
        block([Row(1)], {**TYPES, "text": "UUID"})
