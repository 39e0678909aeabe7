"""Ages measured, waits foretold, budgets that less would need."""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.runner.freshness import DAY, Ages, needed, wait
from collectors.runner.rhythm import Book, Rhythm, intervals

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
        assert wait(share, rates, looked) == pytest.approx(simulated, rel=0.04)


@pytest.mark.parametrize("share", [0.5, 0.95])
def test_the_budget_that_is_needed_gives_what_was_wished(share: float) -> None:
    rates = np.array([5.0 / rank / DAY for rank in range(1, 501)])
    looks = needed(share, 900.0, rates)
    assert wait(share, rates, intervals(rates, looks / DAY, 1.0)) <= 900.0
    assert wait(share, rates, intervals(rates, 0.97 * looks / DAY, 1.0)) > 900.0


def test_a_schedule_foretells_its_day() -> None:
    loose = Rhythm(300.0, None)
    loose.add("one")
    assert wait(0.5, *loose.day(NOW)) == pytest.approx(150.0, rel=0.01)
    tight = Rhythm(300.0, 1000.0, Book())
    for page in range(500):
        tight.add(str(page))
    rates, looked = tight.day(NOW)
    assert rates.shape == looked.shape == (24 * 500,)
    assert sum(DAY / 24 / looked) == pytest.approx(900.0, rel=0.02), "what may be spent is spent"
    assert wait(0.95, rates, looked) > wait(0.5, rates, looked) > 3600
    assert NOW + timedelta(seconds=tight.interval("7", NOW)) > NOW
