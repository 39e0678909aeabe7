"""A query is read by sqlglot once for each shape, and nothing passes by the shape of another."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinks.clickhouse.guard import Guard
from sinks.clickhouse.second import second_reading, shape
from sinks.clickhouse.tokens import Refused, tokens

GUARD = Guard("rezonans", frozenset({"sum", "count", "file"}))
ASKED = (
    "SELECT topic, sum(posts) FROM flow WHERE grain = {} AND at >= toDateTime({}) GROUP BY topic"
)


def test_the_same_of_another_minute_is_not_read_again() -> None:
    GUARD.check(ASKED.format(300, 1793487600))
    read = second_reading.cache_info().misses
    for grain, moment in ((300, 1793487660), (3600, 0), (86400, 99999999999999999999)):
        assert f"toDateTime({moment})" in GUARD.check(ASKED.format(grain, moment)).text
    assert second_reading.cache_info().misses == read
    GUARD.check(ASKED.replace("topic", "region").format(300, 1793487600))
    assert second_reading.cache_info().misses == read + 1


@pytest.mark.parametrize(
    "changed",
    [
        ASKED.replace("flow", "rollup_fives"),
        ASKED.replace("flow", "flow1"),
        ASKED.replace("flow", "system.processes"),
        ASKED.replace("sum(posts)", "file('/etc/passwd')"),
        ASKED + "; SELECT 1",
        ASKED + " UNION ALL SELECT item, 1 FROM other.flow",
        ASKED.replace("topic,", "topic FROM flow FORMAT JSON SELECT"),
    ],
)
def test_what_is_like_what_was_let_through_is_refused_each_time(changed: str) -> None:
    GUARD.check(ASKED.format(300, 1))
    for number in (300, 301):
        with pytest.raises(Refused):
            GUARD.check(changed.format(number, number))


def test_a_shape_of_another_database_is_read_again() -> None:
    sql = "SELECT 1 FROM rezonans.flow LIMIT 5"
    GUARD.check(sql)
    with pytest.raises(Refused, match=r"rezonans\.flow"):
        replace(GUARD, database="other").check(sql)


def test_only_whole_numbers_are_left_out_of_a_shape() -> None:
    sql = "SELECT t.12, 1.5, 0x1F, 1e5, '12', \"12\", a12, {n12:UInt8} LIMIT 300"
    assert shape(tokens(sql)) == sql.replace("t.12", "t.0").replace("300", "0")


@given(st.integers(0, 10**40), st.integers(0, 10**40))
def test_queries_that_differ_in_whole_numbers_have_one_shape(first: int, second: int) -> None:
    assert shape(tokens(ASKED.format(first, second))) == shape(tokens(ASKED.format(300, 0)))
