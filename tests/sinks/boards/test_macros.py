"""Macros and variables become what Grafana and its ClickHouse data source make of them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinks import boards
from sinks.boards import drill
from sinks.boards.macros import expand

SINCE = datetime(2026, 11, 21, 10, 30, 15, tzinfo=UTC)
UNTIL = SINCE + timedelta(hours=25)
A, B = int(SINCE.timestamp()), int(UNTIL.timestamp())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # as pkg/macros of the data source writes them
        ("$__fromTime", f"toDateTime({A})"),
        ("$__toTime", f"toDateTime({B})"),
        ("$__timeFilter(at)", f"at >= toDateTime({A}) AND at <= toDateTime({B})"),
        ("$__timeFilter(looks.at)", f"looks.at >= toDateTime({A}) AND looks.at <= toDateTime({B})"),
        ("$__dateFilter(day)", "day >= toDate('2026-11-21') AND day <= toDate('2026-11-22')"),
        ("$__timeInterval(at)", "toStartOfInterval(toDateTime(at), INTERVAL 15 second)"),
        ("greatest(300, $__interval_s)", "greatest(300, 15)"),
        # as its page does: the condition where something is chosen, a truth where all is
        ("$__conditionalAll(f(a, b), $topic)", "1=1"),
        ("$__conditionalAll(f(a, b), $region)", "f(a, b)"),
        ("$__conditionalAll(a, $topic) AND $__conditionalAll(b, ${region})", "1=1 AND b"),
        ("'${region:percentencode}'", "'%7B31%2C71%7D'"),
    ],
)
def test_a_macro(text: str, expected: str) -> None:
    chosen = {"region": ("31", "71"), "topic": ()}
    assert expand(text, SINCE, UNTIL, 15, chosen) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("$__nonsense(x)", r"\$__nonsense"),
        ("$__timeFilter(a, b)", "one column"),
        ("$__timeFilter", "not a macro"),
        ("$__timeFilter(a", "not closed"),
        ("$__conditionalAll(a)", "a condition and a variable"),
        ("$__conditionalAll(a, b)", "not a variable"),
        ("$nobody", "no such variable"),
        ("'${region}'", "percentencode only"),
        ("${region:sqlstring}", "percentencode only"),
    ],
)
def test_what_grafana_would_not_understand_is_an_error(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        expand(text, SINCE, UNTIL, 15, {"region": ("31",)})


def test_an_interval_is_never_shorter_than_a_second() -> None:
    assert expand("$__interval_s", SINCE, UNTIL, 0) == "1"


@given(st.lists(st.text(max_size=30), min_size=1, max_size=3))
def test_no_value_leaves_its_quotes(values: list[str]) -> None:
    """Whatever is chosen, the text between the quotes has no quote, no backslash, no bracket."""
    text = expand(boards.chosen("topic"), SINCE, UNTIL, 60, {"topic": values})
    shape = re.fullmatch(
        r"has\(extractAll\(decodeURLComponent\('([A-Za-z0-9%._~-]*)'\), '\[\^\{\},\]\+'\), "
        r"ifNull\(nullIf\(topic, ''\), '-'\)\)",
        text,
    )
    assert shape is not None
    assert unquote(shape[1]) == "{" + ",".join(values) + "}"


@given(st.text(max_size=40))
def test_no_value_of_a_link_leaves_its_quotes(value: str) -> None:
    text = expand(drill.condition(), SINCE, UNTIL, 60, dict.fromkeys(boards.DRILLS, (value,)))
    quoted = re.findall(r"decodeURLComponent\('([A-Za-z0-9%._~-]*)'\)", text)
    assert text.count("decodeURLComponent(") == len(quoted)
    assert {unquote(one) for one in quoted} <= {value, "{" + value + "}"}


@pytest.mark.parametrize("name", boards.names())
def test_no_panel_takes_a_variable_in_another_way(name: str) -> None:
    text = boards.sql(name).replace(drill.condition(), "").replace(drill.is_any(), "")
    for variable in boards.VARIABLES:
        for table in ("", "f.", "q.", "looks."):
            text = text.replace(boards.chosen(variable, table), "")
        text = text.replace(f"$__conditionalAll(1=0, ${variable})", "")
        text = text.replace(f"/*, ${variable})*/", "")  # what is only there where it is
        text = re.sub(rf"has\({re.escape(boards.values(variable))}, '[a-z-]+'\)", "", text)
    assert not re.search(r"\$(?!__)|\$\{|\[\[", text)


@pytest.mark.parametrize("name", boards.names())
def test_no_panel_knows_authors(name: str) -> None:
    """An author is neither shown, sought nor grouped by; names are those of institutions."""
    words = set(re.findall(r"\w+", boards.sql(name))) - {"author_kind"}
    assert not words & {"author", "author_followers"}
    if "author_name" in words:
        assert "author_kind = 'official'" in boards.sql(name)
    assert "author" not in boards.VARIABLES


def test_cells_that_nobody_chose_are_a_comment() -> None:
    since, until = UNTIL - timedelta(days=1), UNTIL
    text = boards.sql("mentions_list")
    read = {
        choice: re.sub(r"/\*.*?\*/", "", boards.expand(text, since, until, 60, {choice: ("x",)}))
        for choice in ("topic", "district", "appeal")
    }
    views = ("FROM flow ", "FROM flow_districts ", "FROM flow_types ")
    assert {choice: [view in sql for view in views] for choice, sql in read.items()} == {
        "topic": [True, False, False],
        "district": [True, True, False],
        "appeal": [True, False, True],
    }
