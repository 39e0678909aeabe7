"""A topic that rises in several regions at once is one alert that names them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import nbinom, poisson

from rezonans.reasons import Lane
from rezonans.records import Mention, Spike
from streams.resonance.axes import NEVER
from streams.resonance.emergence import BREADTH, Breadth, Hour, Up, breadth, emerges, rise
from streams.steps.resonate import Resonance, ResonanceSettings
from tests.streams.resonance.conftest import LIVE
from tests.streams.resonance.world import (
    SMALL,
    country,
    history_pages,
    live_pages,
    mention,
    rises,
    same_when_dumped,
)

HISTORY_DAYS = 3


@pytest.fixture(scope="module")
def learned() -> bytes:
    state = Resonance(ResonanceSettings())
    state.apply(list(history_pages(country(LIVE - timedelta(days=HISTORY_DAYS), HISTORY_DAYS, 1))))
    return state.dump()


def told(
    learned: bytes, more: Sequence[Mention], hours: float = 3, **settings: object
) -> list[Spike]:
    state = Resonance.load(learned, ResonanceSettings.model_validate(settings))
    posts = country(LIVE, hours / 24, 2) + list(more)
    return state.apply(list(live_pages(posts, LIVE, hours * 3600, every=30)))


def test_several_regions_at_once_are_one_emergence_that_names_them(learned: bytes) -> None:
    regions = SMALL[:8]
    spikes = told(learned, rises(LIVE, regions, 5))
    assert {(spike.kind, spike.lane) for spike in spikes} == {("emergence", Lane("water"))}
    assert {spike.spike for spike in spikes} == {spikes[0].spike}
    first, last = spikes[0], spikes[-1]
    assert "regions" in first.fired
    assert "posts" not in first.fired, "the sum alone is nothing: that is why it is needed"
    assert {one.region for one in last.risen} <= set(regions)
    assert len(last.risen) >= 6
    assert [one.since for one in last.risen] == sorted(one.since for one in last.risen)
    assert all(one.observed > 2 * one.expected for one in first.risen)
    assert all(1 <= one.voices <= one.observed for one in first.risen)
    assert {spike.alarm for spike in spikes} <= {"orange", "red"}


def test_three_regions_are_too_few(learned: bytes) -> None:
    assert [spike.kind for spike in told(learned, rises(LIVE, SMALL[:3], 6))] == []


def test_ordinary_hours_emerge_nowhere(learned: bytes) -> None:
    assert told(learned, [], hours=8) == []


def test_a_region_that_is_enough_alone_speaks_for_itself(learned: bytes) -> None:
    alone = rises(LIVE, SMALL[:1], 60)
    spikes = told(learned, [*alone, *rises(LIVE, SMALL[1:6], 4)], hours=2)
    assert {(spike.kind, spike.lane) for spike in spikes} == {("spike", Lane("water", SMALL[0]))}


def test_an_emergence_speaks_for_its_regions_and_its_topic(learned: bytes) -> None:
    """First eight regions a little, then one of them and the whole topic much."""
    later = [
        mention(f"l{i}", LIVE + timedelta(minutes=115, seconds=i * 10), "water", "103200000")
        for i in range(60)
    ]
    spikes = told(learned, [*rises(LIVE, SMALL[:8], 7), *later])
    assert {(spike.kind, spike.lane) for spike in spikes} == {("emergence", Lane("water"))}


def test_one_author_in_many_regions_is_no_emergence(learned: bytes) -> None:
    posts = [
        mention(
            f"one-{region}-{i}",
            LIVE + timedelta(minutes=70 + 5 * i),
            "water",
            f"{region}3200000",
            author=f"author of {region}",
        )
        for region in SMALL[:8]
        for i in range(6)
    ]
    assert "emergence" not in {spike.kind for spike in told(learned, posts)}


@given(
    count=st.integers(1, 200),
    mean=st.floats(0.01, 100),
    scatter=st.sampled_from([1.0, 1.5, 4.0]),
)
def test_a_rise_is_the_tail_of_the_count_model(count: int, mean: float, scatter: float) -> None:
    arrays = (np.array([value], np.float32) for value in (count, mean, scatter))
    found = float(rise(*arrays)[0])
    size = mean / max(scatter - 1, 1e-9)
    law = poisson(mean) if scatter == 1 else nbinom(size, 1 / scatter)
    assert found == pytest.approx(-np.log10(max(law.sf(count - 1), 1e-30)), rel=0.01, abs=0.01)


def up(region: str, excess: float, decades: float = 2.0) -> Up:
    return Up(region, excess + 1, 1.0, decades, 0.0)


def test_one_loud_region_weighs_no_more_than_a_raised_one() -> None:
    quiet = [up(code, 5, 1.5) for code in SMALL[:4]]
    assert breadth([*quiet[:3], up("75", 900, 30.0)]) == breadth(quiet)


def test_what_emerges_has_many_regions_that_bring_most_of_it_and_none_half() -> None:
    even = [up(code, 5) for code in SMALL[:4]]
    assert list(emerges(even, 20, 4)) == even
    assert not emerges(even, 20, 5)
    assert not emerges(even, 41, 4), "most of it comes from elsewhere"
    assert not emerges([*even, up("75", 21)], 41, 4), "one is enough alone"


def test_a_topic_learns_how_broad_its_days_are() -> None:
    """What is rare for a topic that never rises together is usual for one that does."""

    def hour(regions: int) -> Hour:
        lanes = [Lane("water", code) for code in SMALL[:regions]]
        ones = np.ones(regions, np.float32)
        return Hour(lanes, 6 * ones, ones, ones, lambda place: 6)

    restless, calm = Breadth(), Breadth()
    for day in range(1, 30):
        restless.tick(hour(8), day * 86400.0)
        calm.tick(hour(2), day * 86400.0)
    for one in (restless, calm):
        one.tick(hour(8), 30 * 86400.0)
    assert restless.score("water") < 0 < 2 < calm.score("water")
    assert calm.score("roads") == NEVER
    assert BREADTH.mean > 4


def test_an_emergence_that_was_dumped_in_between_is_the_same(learned: bytes) -> None:
    posts = country(LIVE, 2.5 / 24, 2) + rises(LIVE, SMALL[:8], 7)
    pages = list(live_pages(posts, LIVE, 2.5 * 3600, every=30))
    same_when_dumped(learned, pages, around=3)
