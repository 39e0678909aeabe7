"""What is usual, and the columns of the picture."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinks.alerts.chart import SLOT
from sinks.desk.plot import DAY, HOUR, plot, usual_hours, window

START = 1_772_431_200 // DAY * DAY + 12 * HOUR

counts = st.dictionaries(
    st.integers(START - 7 * DAY, START - 1).map(lambda at: at - at % SLOT), st.integers(1, 500)
)


def test_usual_is_that_of_the_clock_hour_over_a_week() -> None:
    rush = {START - day * DAY + HOUR + n * SLOT: 6 for day in range(1, 8) for n in range(12)}
    usual = usual_hours(rush, START)
    assert usual[13].mean == usual[13].low == usual[13].high == 6
    assert usual[12].mean == 0


def test_two_days_are_needed() -> None:
    assert usual_hours({}, START) == {}
    assert usual_hours({START - DAY: 5}, START) == {}
    assert usual_hours({START - DAY - SLOT: 5}, START)


def test_a_young_store_is_not_thinned_by_days_before_it() -> None:
    two_days = {START - 2 * DAY + n * SLOT: 3 for n in range(2 * DAY // SLOT)}
    assert usual_hours(two_days, START)[12].mean == 3


@given(counts)
def test_the_band_holds_the_mean_of_what_varies_little(found: dict[int, int]) -> None:
    for usual in usual_hours(found, START).values():
        assert 0 <= usual.low <= usual.high
        assert usual.mean >= 0


@given(counts, st.integers(0, 3 * DAY), st.integers(0, SLOT))
def test_columns_are_of_one_length_and_without_holes(
    found: dict[int, int], age: int, odd: int
) -> None:
    now = START + odd
    start, until = window(now - age, now)
    drawn = plot(found, usual_hours(found, start), start, until)
    assert 6 * HOUR <= until - start <= 24 * HOUR
    assert all(b - a == SLOT for a, b in zip(drawn.times, drawn.times[1:], strict=False))
    assert len(drawn.observed) == len(drawn.times)
    assert len(drawn.usual) == len(drawn.low) == len(drawn.high)
    assert len(drawn.usual) in (0, len(drawn.times))


@pytest.mark.parametrize(("age", "hours"), [(HOUR, 6), (10 * HOUR, 12), (40 * HOUR, 24)])
def test_the_window_begins_two_hours_before_the_spike_within_a_day(age: int, hours: int) -> None:
    start, until = window(START - age, START)
    assert hours * HOUR <= until - start <= hours * HOUR + SLOT
    assert until > START, "the slot under way is drawn too"
