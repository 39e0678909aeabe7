"""Whether a post goes viral: an estimate with a record of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.resonance.cascade import DAY, LEAST_REACTIONS, Cascades, estimate, remembered
from streams.resonance.entries import Entry
from streams.steps.resonate import Resonance
from streams.trials.cascades import auc, simulated
from tests.streams.resonance.test_voices import NOON, entry
from tests.streams.resonance.world import live_pages, mention

Region = Callable[..., Resonance]
START = NOON.timestamp()


def followed(cascades: Cascades, name: str, times: list[float], begin: float = 0.0) -> Entry:
    root = entry(name, begin)
    cascades.see(root, None, START + begin)
    for number, time in enumerate(times):
        reply = entry(f"{name}-{number}", begin + time, root=root.item)
        cascades.see(reply, root, START + begin + time)
    return root


@given(st.floats(0, 2 * DAY), st.floats(0, 2 * DAY))
def test_what_is_remembered_only_grows(early: float, late: float) -> None:
    early, late = sorted((early, late))
    assert 0 <= remembered(early) <= remembered(late) < 1


@given(st.lists(st.floats(0, 3600), min_size=1, max_size=50))
def test_never_fewer_than_there_are(times: list[float]) -> None:
    assert estimate(times, 3600) >= len(times)


def test_what_comes_late_promises_more() -> None:
    assert estimate([800.0] * 20, 900) > estimate([10.0] * 20, 900)


def test_a_post_is_judged_by_its_largest_age() -> None:
    cascades = Cascades()
    root = followed(cascades, "r", [60.0 * i for i in range(40)])
    ages = {
        minutes: cascades.outlook(root.item, START + 60 * minutes) for minutes in (14, 15, 31, 90)
    }
    assert ages.pop(14) is None
    told = {minutes: (one.minutes, one.reactions) for minutes, one in ages.items() if one}
    assert told == {15: (15, 16), 31: (30, 31), 90: (60, 40)}
    one = ages[90]
    assert one is not None
    assert one.reactions <= one.low <= one.expected <= one.high
    assert 0 < one.probability < 1
    assert (one.judged, one.brier) == (0, None)


def test_few_reactions_say_nothing() -> None:
    cascades = Cascades()
    root = followed(cascades, "r", [10.0] * (LEAST_REACTIONS - 1))
    assert cascades.outlook(root.item, START + 3600) is None
    assert cascades.outlook("unknown", START + 3600) is None


def test_it_learns_from_the_own_posts_and_keeps_a_record() -> None:
    cascades = Cascades()
    for number, times in enumerate(simulated(seed=5, count=120)):
        followed(cascades, f"r{number}", times, begin=number * 2000.0)
    later = 120 * 2000.0 + 3 * DAY
    root = followed(cascades, "last", [30.0 * i for i in range(30)], begin=later)
    told = cascades.outlook(root.item, START + later + 3600)
    assert told is not None
    assert told.judged > 60
    assert told.brier is not None
    assert told.base is not None
    assert told.brier < 0.25 * max(told.base, 0.3)
    again = Cascades()
    again.restore(
        msgspec.msgpack.decode(msgspec.msgpack.encode(cascades.dump()), type=type(cascades.dump()))
    )
    assert again.outlook(root.item, START + later + 3600) == told


def test_large_simulated_cascades_are_told_from_small_ones() -> None:
    found = [one for one in simulated(seed=9, count=150) if len(one) >= LEAST_REACTIONS]
    scores = [estimate(one, 1800.0) for one in found]
    assert auc(scores, [len(one) >= 60 for one in found]) > 0.9


def test_a_top_post_says_whether_it_goes_viral(region: Region, live: datetime) -> None:
    at = live + timedelta(seconds=20)
    lead = mention("lead", at, counters={"likes": 900})
    answers = [
        mention(f"a{i}", at + timedelta(seconds=15 * i), root="simulation:lead")
        for i in range(1, 160)
    ]
    spikes = region(update_minutes=5).apply(list(live_pages([lead, *answers], live, 2400, every=5)))
    (top,) = [post for post in spikes[-1].top if post.item == "simulation:lead"]
    assert top.outlook is not None
    assert top.outlook.minutes in (15, 30)
    assert top.outlook.reactions >= 59
    assert spikes[0].top[0].outlook is None


@pytest.mark.parametrize("seconds", [-5.0, 2 * DAY])
def test_times_out_of_order_do_no_harm(seconds: float) -> None:
    cascades = Cascades()
    root = followed(cascades, "r", [seconds, *[60.0] * 6])
    assert cascades.outlook(root.item, START + 3600) is not None
