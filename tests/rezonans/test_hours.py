"""Hours of the week in words."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rezonans.hours import DAYS, latest, moment, span

MONDAY = datetime(2026, 11, 23, tzinfo=ZoneInfo("Asia/Almaty"))


def covered(text: str) -> set[str]:
    """Half hours of a week that a span covers, as `mon 22:30`."""
    found = span(text)
    slots = [MONDAY + timedelta(minutes=30 * n) for n in range(7 * 48)]
    return {f"{DAYS[s.weekday()]} {s:%H:%M}" for s in slots if found.covers(s)}


def test_a_night_goes_on_into_the_next_morning() -> None:
    night = covered("fri 22:00-01:00")
    assert night == {"fri 22:00", "fri 22:30", "fri 23:00", "fri 23:30", "sat 00:00", "sat 00:30"}
    assert covered("sun 23:30-00:30") == {"sun 23:30", "mon 00:00"}


def test_days_alone_are_whole_and_ranges_go_around() -> None:
    assert covered("sat-mon") == covered("sat,sun,mon 0:00-24:00") == covered("Sat-Mon")
    assert len(covered("sat-mon")) == 3 * 48
    assert len(covered("00:00-24:00")) == 7 * 48


@pytest.mark.parametrize(
    "text",
    ["", " ", "22-8", "25:00-08:00", "24:30-08:00", "mon-xyz 08:00-09:00", "8:00", "8:60-9:00",
     "mo 08:00-09:00", "22:00—08:00"],
)  # fmt: skip
def test_what_is_no_hours_says_so(text: str) -> None:
    with pytest.raises(ValueError, match=r"hours are written|no day|no time of day|time of day is"):
        span(text)


@given(st.integers(0, 47), st.integers(0, 47), st.integers(0, 6))
def test_a_span_and_the_one_the_other_way_round_share_no_moment(a: int, b: int, day: int) -> None:
    first, last = (f"{n // 2:02}:{n % 2 * 30:02}" for n in (a, b))
    if a < b:
        assert len(covered(f"{DAYS[day]} {first}-{last}")) == b - a
    else:
        assert len(covered(f"{DAYS[day]} {first}-{last}")) == 48 - a + b


@given(st.integers(0, 10**8), st.times())
def test_the_latest_moment_is_within_a_day(seconds: int, at: time) -> None:
    now = MONDAY + timedelta(seconds=seconds)
    last = latest(at, now)
    assert last <= now < last + timedelta(days=1)


def test_moments() -> None:
    assert (moment("8:05"), moment("24:00")) == (time(8, 5), time(0, 0))
