"""The budget: at most N useless alerts a week, whatever is loud and however much is marked."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rezonans.reasons import Lane
from sinks.alerts import budget as budgets
from sinks.alerts.budget import HIGHEST, STEP, WEEK, Budget
from tests.sinks.alerts.kit import AT, Bench, action, desk, spike, why

DAY = 86400.0


def test_a_useless_alert_raises_the_bar_and_a_week_of_the_budget_lowers_it() -> None:
    budget = budgets.marked(budgets.told(Budget(at=1.0), "a", 1.0), "a", "useless")
    assert budget.bar == STEP
    assert budgets.holds(budget, 5, 0.1, 1.0)
    assert not budgets.holds(budget, 5, 0.3, 1.0)
    assert budgets.relaxed(budget, 5, 1.0 + WEEK / 5).bar == pytest.approx(0)


def test_without_marks_nothing_is_held() -> None:
    budget = Budget()
    for number in range(50):
        budget = budgets.told(budget, str(number), number)
    assert (budget.bar, budgets.spent(budget, 50)) == (0, 0)


def test_the_last_mark_stands() -> None:
    budget = budgets.told(Budget(), "a", 1.0)
    for mark in ("useless", "useful", "useless", "useless"):
        budget = budgets.marked(budget, "a", mark)
    assert budget.bar == STEP
    assert budgets.marked(budget, "a", "useful").bar == 0
    assert budgets.marked(budget, "unknown", "useless") == budget


def test_n_useless_ones_of_a_week_end_it_until_they_are_a_week_old() -> None:
    budget = Budget()
    for number in range(3):
        budget = budgets.marked(
            budgets.told(budget, str(number), number * DAY), str(number), "useless"
        )
    assert budgets.holds(budget, 3, HIGHEST + 1, 3 * DAY)
    assert not budgets.holds(budget, 3, HIGHEST + 1, WEEK + 1)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 10), st.floats(0.2, 1.0), st.integers(1, 60))
def test_at_most_n_useless_alerts_in_any_week(
    seed: int, limit: int, useless: float, a_day: int
) -> None:
    """Marked at once, whatever the stream: scores as the bank's, one decade nine times rarer."""
    rng = random.Random(seed)
    budget, now, false = Budget(), 0.0, []
    for number in range(a_day * 28):
        now += rng.expovariate(a_day / DAY)
        budget = budgets.relaxed(budget, limit, now)
        if budgets.holds(budget, limit, rng.expovariate(2.2), now):
            continue
        budget = budgets.told(budget, str(number), now)
        if rng.random() < useless:
            false.append(now)
            budget = budgets.marked(budget, str(number), "useless")
        else:
            budget = budgets.marked(budget, str(number), "useful")
    for start in false:
        assert sum(start <= at < start + WEEK for at in false) <= limit


def test_the_controller_leaves_what_is_useful_room() -> None:
    """Ten a day, of which the loud are useful: they get through, far more than the limit."""
    rng = random.Random(7)
    budget, now, useful, false, missed = Budget(), 0.0, 0, 0, 0
    for number in range(10 * 56):
        now += DAY / 10
        budget = budgets.relaxed(budget, 5, now)
        over = rng.expovariate(2.2)
        good = over > 0.8
        if budgets.holds(budget, 5, over, now):
            missed += good
            continue
        budget = budgets.marked(
            budgets.told(budget, str(number), now), str(number), "useful" if good else "useless"
        )
        useful, false = useful + good, false + (not good)
    assert false <= 5 * 8
    assert useful >= 1.5 * missed


def test_a_clock_that_jumps_costs_no_more_than_a_week() -> None:
    budget = Budget(bar=1.5, at=100.0)
    assert budgets.relaxed(budget, 2, 1e10).bar == pytest.approx(1.0)
    back = budgets.relaxed(Budget(bar=1.5, at=1e10), 2, 100.0)
    assert (back.bar, back.at) == (1.5, 100.0)


def test_a_desk_whose_budget_is_spent_hears_of_red_at_once_and_of_the_rest_in_the_morning() -> None:
    bench = Bench(desk(false_alerts_a_week=1))
    bench.hears(spike())
    bench.ordered(action("mark", "spike:a1", "useless"))
    bench.hears(spike("closed", revision=1, at=bench.moment()), 5)
    assert why(bench.hears(spike(spike="b2", at=bench.moment()), 5)) == ["held: budget"]
    red = spike("level", "red", spike="b2", revision=1, at=bench.moment())
    assert why(bench.hears(red, 5)) == ["opened"]
    assert why(bench.hears(spike(spike="c3", at=bench.moment(), alarm="orange"), 5)) == [
        "suppressed: joined"
    ]


def test_a_campaign_has_no_rarity_and_only_a_spent_budget_keeps_it() -> None:
    """Its score is nothing: one useless alert of anything would keep each of them till morning."""
    bench = Bench(desk(false_alerts_a_week=2))
    copies: dict[str, Any] = {
        "kind": "campaign",
        "score": 0.0,
        "threshold": 0.0,
        "lane": Lane("prices", "71"),
    }
    bench.hears(spike())
    bench.ordered(action("mark", "spike:a1", "useless"))
    assert bench.state.budget.bar > 0
    assert why(bench.hears(spike(spike="c1", **copies))) == ["opened"]
    bench.ordered(action("mark", "spike:c1", "useless"))
    bench.hears(spike("closed", spike="c1", revision=1, **copies))
    assert why(bench.hears(spike(spike="c2", **copies))) == ["held: budget"]


def test_drills_cost_nothing_and_are_never_held() -> None:
    bench = Bench(desk(false_alerts_a_week=1))
    for number in range(4):
        name = f"d{number}"
        assert why(bench.hears(spike(spike=name, simulation=True))) == ["opened"]
        bench.ordered(action("mark", f"spike:{name}", "useless"))
        bench.hears(spike("closed", spike=name, revision=1, simulation=True))
    assert bench.state.budget.charges == {}


def test_a_mark_on_the_child_of_an_event_that_is_over_still_teaches() -> None:
    bench = Bench(desk(false_alerts_a_week=1))
    bench.hears(spike())
    for number, name in enumerate(("b2", "a1")):
        if number == 0:
            bench.hears(spike(spike="b2", revision=0))
        bench.hears(spike("closed", spike=name, revision=5, at=AT))
    bench.ordered(action("mark", "spike:b2", "useless"))
    assert bench.state.budget.charges["a1"].mark == "useless"
