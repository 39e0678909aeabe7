"""Forecasts: calibrated, refused where nothing can be said, exact over a snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rezonans.records import Spike
from streams.resonance.ahead import HORIZONS, LEVELS, Ahead, Array
from streams.resonance.forecast import peak_passed
from streams.steps.resonate import Resonance
from streams.trials import forecast as trial
from tests.streams.resonance.world import burst, live_pages

Region = Callable[..., Resonance]


def hours(count: int, rate: float = 30.0, seed: int = 1) -> Iterator[tuple[int, float]]:
    chance = np.random.default_rng(seed)
    for hour in range(count):
        yield hour, float(chance.poisson(rate))


def floats(*values: float) -> Array:
    return np.array(values, np.float32)


def learned(count: int, gap: range = range(0)) -> Ahead:
    ahead = Ahead()
    ahead.add()
    for hour, posts in hours(count):
        seen = np.array([np.nan if hour in gap else posts], np.float32)
        ahead.learn(hour, seen, floats(30), np.full((1, HORIZONS), 30, np.float32))
    return ahead


def test_intervals_hold_four_hours_of_five_and_are_ordered() -> None:
    ahead = learned(900)
    judged, (error, naive, covered) = float(ahead["judged"][0]), ahead["record"][0]
    assert judged > 4000
    assert 0.75 <= covered <= 0.88  # whole posts: rounded outward
    assert error < 0.8 * naive
    levels = ahead.quantiles(0, 30, 30, np.full(HORIZONS, 30, np.float32))
    assert levels.shape == (HORIZONS, len(LEVELS))
    assert (np.diff(levels, axis=1) >= 0).all()


def test_an_excess_decays_towards_the_usual() -> None:
    ahead = learned(200)
    levels = ahead.quantiles(0, 300, 30, np.full(HORIZONS, 30, np.float32))[:, 3]
    assert levels[0] > 100
    assert (np.diff(levels) < 0).all()
    assert levels[-1] > 30


def test_hours_that_nobody_watched_teach_nothing() -> None:
    with_gap, without = learned(300, range(290, 300)), learned(290)
    assert with_gap["judged"][0] == without["judged"][0]
    assert np.array_equal(with_gap["quantiles"], without["quantiles"])


@settings(max_examples=10)
@given(st.integers(1, 60))
def test_a_snapshot_in_between_changes_nothing(cut: int) -> None:
    whole, first = learned(80), learned(cut)
    again = Ahead()
    again.restore(first.dump())
    for hour, posts in list(hours(80))[cut:]:
        base = np.full((1, HORIZONS), 30, np.float32)
        again.learn(hour, floats(posts), floats(30), base)
    assert again.dump() == whole.dump()


@pytest.mark.parametrize(
    ("posts", "passed"),
    [
        ([1.0] * 19, None),
        ([5.0] * 40, False),
        ([9.0] * 20 + [1.0] * 20, True),
        ([1.0] * 20 + [9.0] * 20, False),
        ([9.0] * 20 + [1.0] * 3, False),
    ],
)
def test_a_peak_passes_when_it_is_clearly_over(posts: list[float], passed: bool | None) -> None:
    assert peak_passed(posts) is passed


def incident(region: Region, live: datetime) -> list[Spike]:
    posts = burst(live + timedelta(minutes=10), 900, per_second=0.5)
    return region(update_minutes=10).apply(list(live_pages(posts, live, 3 * 3600, every=20)))


def test_an_alert_carries_its_forecast_and_the_record(region: Region, live: datetime) -> None:
    spikes = incident(region, live)
    first, last = spikes[0].forecast, spikes[-1].forecast
    hour_old = next(one for one in spikes if one.at - one.since >= timedelta(hours=1))
    assert first is not None
    assert last is not None
    assert hour_old.forecast is not None
    assert (first.hours, first.refused) == ((), "rising")
    assert len(hour_old.forecast.hours) == HORIZONS
    assert all(hour.low <= hour.expected <= hour.high for hour in hour_old.forecast.hours)
    assert hour_old.forecast.hours[0].start > hour_old.at
    assert first.judged > 500
    assert first.covered is not None
    assert 0.6 < first.covered <= 1
    assert (first.peak_passed, last.peak_passed) == (None, True)
    assert last.half_life_minutes is not None


def test_a_young_lane_says_why_it_says_nothing(region: Region, live: datetime) -> None:
    posts = [found for found in burst(live + timedelta(minutes=10), 300, per_second=2)]
    renamed = [
        type(found)(post=found.post, topics=(("culture", 0.9),), places=found.places)
        for found in posts
    ]
    spikes = region().apply(list(live_pages(renamed, live, 1200, every=10)))
    assert spikes[0].lane.topic == "culture"
    forecast = spikes[0].forecast
    assert forecast is not None
    assert (forecast.hours, forecast.refused, forecast.judged) == ((), "young", 0)


def test_the_trial_prefers_what_knows_the_day() -> None:
    """A small twin of `make bench-forecast` on a series of our own."""
    (series,) = list(trial.made_up(days=30))[1:2]
    ours, naive = (trial.score([series], 37, name) for name in ("ours", "seasonal naive"))
    assert ours is not None
    assert naive is not None
    assert ours.mase < naive.mase
    assert 0.6 < ours.cover <= 1
