"""Ages measured, waits foretold, budgets that less would need."""

from __future__ import annotations

import math
import random
from bisect import bisect_right
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.runner.freshness import DAY, Ages, Day, intervals, needed, wait
from collectors.runner.paid import Hours
from collectors.runner.rhythm import Book, Rhythm

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@given(st.lists(st.floats(1.0, 1e6), min_size=1, max_size=300), st.sampled_from([0.1, 0.5, 0.95]))
def test_quantiles_are_right_within_a_tenth(ages: list[float], share: float) -> None:
    held = Ages()
    held.add(ages)
    exact = sorted(ages)[max(math.ceil(share * len(ages)) - 1, 0)]
    found = held.quantile(share)
    assert found is not None
    assert found == pytest.approx(exact, rel=0.101)
    assert Ages().quantile(share) is None


def test_old_ages_fade() -> None:
    held = Ages()
    held.add([1000.0] * 20_000)
    held.add([10.0] * 20_000)
    assert held.quantile(0.5) == pytest.approx(10.0, rel=0.15)
    assert held.posts == 40_000


def test_a_wait_is_what_a_simulation_says() -> None:
    rng = random.Random(7)
    rates = np.array([1 / rank for rank in range(1, 101)])
    looked = intervals(rates, 1.0, 1.0)
    waits = sorted(
        rng.uniform(0, looked[page])
        for page in rng.choices(range(100), weights=list(rates), k=40_000)
    )
    for share in (0.5, 0.95):
        simulated = waits[int(share * len(waits))]
        assert wait(share, Day(rates, looked)) == pytest.approx(simulated, rel=0.04)


@pytest.mark.parametrize("share", [0.5, 0.95])
def test_the_budget_that_is_needed_gives_what_was_wished(share: float) -> None:
    rates = np.array([5.0 / rank / DAY for rank in range(1, 501)])
    looks = needed(share, 900.0, rates)
    assert wait(share, Day(rates, intervals(rates, looks / DAY, 1.0))) <= 900.0
    assert wait(share, Day(rates, intervals(rates, 0.97 * looks / DAY, 1.0))) > 900.0


def test_a_schedule_foretells_its_day() -> None:
    loose = Rhythm(300.0, None)
    loose.add("one")
    assert wait(0.5, loose.day(NOW)) == pytest.approx(150.0, rel=0.01)
    book = Book(hours=[1000.0 if 3 <= hour < 17 else 100.0 for hour in range(24)])
    tight = Rhythm(300.0, 1000.0, book)
    for page in range(500):
        tight.add(str(page))
    day = tight.day(NOW)
    assert sum(DAY / day.looked) == pytest.approx(900.0, rel=0.02), "what may be spent is spent"
    assert wait(0.95, day) > wait(0.5, day) > 3600


@pytest.mark.parametrize("slow", [0.2, 1.0])
def test_a_wait_over_nights_is_what_a_simulation_says(slow: float) -> None:
    """One page in turns of thirty paid hours, looked at by the clock."""
    busy = [2.0 if 3 <= hour < 17 else slow for hour in range(24)]
    hours = Hours([math.sqrt(share) for share in busy])
    rng, start, at = random.Random(5), datetime(2026, 11, 20, tzinfo=UTC), 0.0
    looks = []
    while at < 400 * DAY:
        at += hours.until(start + timedelta(seconds=at), 30 * 3600.0)
        looks.append(at)
    assert len(looks) == pytest.approx(400 * DAY / (30 * 3600.0), abs=2), "no more than is paid"
    waits = []
    for _ in range(20_000):
        hour = rng.choices(range(24), weights=busy)[0]
        published = (rng.randrange(350) * 24 + hour + rng.random()) * 3600.0
        waits.append(looks[bisect_right(looks, published)] - published)
    day = Day(np.array([1.0]), np.array([30 * 3600.0]), hours, busy)
    for share in (0.5, 0.95):
        assert wait(share, day) == pytest.approx(sorted(waits)[int(share * 20_000)], rel=0.04)


@given(st.floats(0, 2 * DAY), st.floats(1.0, 10 * DAY))
def test_paid_time_is_counted_both_ways(start: float, paid: float) -> None:
    hours = Hours([0.2 + hour % 5 for hour in range(24)])
    at = datetime(2026, 11, 20, tzinfo=UTC) + timedelta(seconds=start)
    real = hours.until(at, paid)
    of_day = (at - datetime(2026, 11, 20, tzinfo=UTC)).total_seconds() % DAY
    assert hours.passed(of_day, real) == pytest.approx(paid, rel=1e-6, abs=1e-3)
