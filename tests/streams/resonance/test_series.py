"""Files of counts: read as people write them, refused with the line where they are wrong."""

from __future__ import annotations

import pytest

from streams.resonance.series import Malformed, numbered, read, step_of


def lines(*rows: str) -> list[str]:
    return ["timestamp,value", *rows]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2026-03-02 14:05:00", 1772460300),
        ("2026-03-02T14:05:00Z", 1772460300),
        ("2026-03-02T19:05:00+05:00", 1772460300),
        ("2026-03-02 14:05:00.000000", 1772460300),
    ],
)
def test_times_with_and_without_zone(text: str, seconds: int) -> None:
    points = read(lines(f"{text},3", "2026-03-02T20:05:00+05:00,4"))
    assert points[0].time == seconds
    assert points[0].timestamp == text


def test_columns_are_found_by_name() -> None:
    points = read(["\ufeffvalue, Timestamp,more", "3,2026-03-02 14:05:00,x", ",2026-03-02 14:10,y"])
    assert [point.value for point in points] == [3, None]
    assert step_of(points) == 300


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (["time,count", "1,2"], "line 1: no column timestamp and value"),
        ([], "line 1: no column"),
        (lines("2026-03-02 14:05:00,3"), "fewer than two rows"),
        (lines("2026-03-02 14:05:00,3", "yesterday,4"), "line 3: 'yesterday' is no time"),
        (lines("2026-03-02 14:05:00,many"), "line 2: 'many' is no number"),
        (lines("2026-03-02 14:05:00,-1"), "line 2: a count is a number from 0"),
        (lines("2026-03-02 14:05:00,inf"), "line 2: a count is a number from 0"),
        (lines("2026-03-02 14:05:00"), "line 2: 1 fields"),
        (
            lines("2026-03-02 14:05:00,1", "2026-03-02 14:05:00,1"),
            "line 3: 2026-03-02 14:05:00 comes a second time",
        ),
        (
            lines("2026-03-02 14:05:00,1", "2026-03-02 14:00:00,1"),
            "line 3: 2026-03-02 14:00:00 is not later than 2026-03-02 14:05:00: sort the rows",
        ),
        (
            lines("2026-03-02 14:05:00,1", "2026-03-02 14:10:00+05:00,1"),
            "line 3: some times have a zone and others not",
        ),
        (lines("2026-03-02 14:05:00,2", '"2026-03-02 14:10:00,1', "x,2"), "line 3: .* quotation"),
        (lines("2026-03-02 14:05:00,3,5"), "line 2: 3 fields, more .* with a point"),
        (lines('2026-03-02 14:05:00,"3,5"'), "line 2: '3,5' is no number; write 1234.5"),
        (lines("2026-03-02 14:05:00,1 234"), "line 2: '1 234' is no number"),
        (lines("2026-03-02 14:05:00,1e30"), "line 2: a count is a number from 0 to"),
        (lines("0001-01-01 00:00:00+05:00,1"), "line 2: 0001-01-01 .* is no time of posts"),
        (lines("1970-01-01 01:00:00+05:00,1"), "line 2: 1970-01-01 .* is no time of posts"),
        (["timestamp;value", "2026-03-02 14:05:00;3"], "line 1: .* parted by semicolons"),
        (["timestamp\tvalue", "2026-03-02 14:05:00\t3"], "line 1: .* parted by tabs"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(rows: list[str], says: str) -> None:
    with pytest.raises(Malformed, match=says):
        read(rows)


def test_lines_without_anything_and_words_for_nothing_are_no_counts() -> None:
    points = read(lines("2026-03-02 14:05:00,1,", "  ", "", "2026-03-02 14:10:00,N/A", ","))
    assert [point.value for point in points] == [1, None]


def test_a_step_that_is_asked_for_has_to_be_that_of_the_rows() -> None:
    points = read(lines(*(f"2026-03-02 14:{minute:02}:00,1" for minute in range(0, 60, 5))))
    assert step_of(points) == 300
    assert step_of(points, 280) == 280
    with pytest.raises(Malformed, match="rows are 300 s apart, not 60: leave --step out"):
        step_of(points, 60)


def test_a_step_that_the_bank_does_not_know() -> None:
    days = read(lines("2026-03-02,3", "2026-03-03,3"))
    with pytest.raises(Malformed, match="86400 s apart"):
        step_of(days)


def test_gaps_leave_out_numbers_and_jitter_does_not() -> None:
    times = ["14:05:07", "14:10:02", "14:15:30", "14:40:00", "14:45:01"]
    points = read(lines(*(f"2026-03-02 {time},1" for time in times)))
    found = [number for number, _ in numbered(points, 300)]
    assert [number - found[0] for number in found] == [0, 1, 2, 7, 8]


def test_rows_that_come_too_often_for_the_step() -> None:
    points = read(lines(*(f"2026-03-02 14:{minute:02}:00,1" for minute in range(20))))
    with pytest.raises(Malformed, match=r"at 2026-03-02 14:\d\d:00: rows come more often"):
        list(numbered(points, 300))
