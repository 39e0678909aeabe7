"""A small measurement of the detector on series whose truth is known, always the same ones."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from streams.resonance import rarity
from streams.resonance.detect import detect
from streams.resonance.series import Point
from streams.resonance.settings import ResonanceSettings
from streams.trials import power
from streams.trials.against import Pair, against_ears, around_the_clock, through_the_day
from streams.trials.made import (
    CLOCK,
    FIRST,
    SHAPES,
    TRIPLINGS,
    WEEK,
    WIDTH,
    Counts,
    Kind,
    Weeks,
    inject,
    rhythm,
    weeks,
)
from streams.trials.rivals import ears, openings, shipped
from streams.trials.spread import spread, stories

SETTING = ResonanceSettings().false_alarms
KINDS = [kind for kind in power.KINDS for _ in range(4)]


@pytest.fixture(scope="module")
def quiet() -> Weeks:
    return weeks(KINDS, 4, np.random.default_rng(3))


@pytest.fixture(scope="module")
def scores(quiet: Weeks) -> Counts:
    return shipped(quiet.counts)


def test_made_weeks_have_the_rates_they_say(quiet: Weeks) -> None:
    means = quiet.counts.mean(axis=0)
    for mean, kind in zip(means, quiet.kinds, strict=True):
        assert mean == pytest.approx(kind.rate, rel=0.25)
    assert rhythm(WEEK).mean() == pytest.approx(1)


def test_false_openings_are_what_was_set(scores: Counts) -> None:
    """Over all laws and rates; 144 lane-weeks hold too few openings for each of them alone."""
    rate = power.shipped_rate(scores, SETTING).mean() / SETTING
    assert 0.5 <= rate <= 1.5


def test_false_openings_are_what_was_set_in_bins_of_the_live_system_too() -> None:
    step = ResonanceSettings().bin_seconds
    made = weeks(KINDS, 2, np.random.default_rng(5), step)
    assert len(made.counts) == 2 * 7 * 86400 // step
    assert made.counts[:, 8].sum() == pytest.approx(2 * WEEK * made.kinds[8].rate, rel=0.1)
    rate = power.shipped_rate(shipped(made.counts, step), SETTING, step=step).mean() / SETTING
    assert 0.5 <= rate <= 1.5


def test_lanes_that_wander_keep_a_rare_setting_too(quiet: Weeks, scores: Counts) -> None:
    """Two moments of the days do not say how heavy the tail is; how a lane wanders does."""
    wander = [at for at, kind in enumerate(quiet.kinds) if kind.law == "log-AR" and kind.rate > 1]
    assert power.shipped_rate(scores[:, wander], 0.1).mean() <= 2.5 * 0.1


def test_tails_are_heavier_the_more_a_lane_wanders() -> None:
    wander = np.array([0.0, 0.03, 0.14], np.float32)
    tilts = rarity.tilt(wander, rarity.BURST)
    assert tilts.tolist() == sorted(tilts.tolist(), reverse=True)
    told = rarity.calibrated(
        np.full(3, 2.0, np.float32), wander, rarity.SWELL, np.full(3, 9.0, np.float32)
    )
    assert told[0] > 2 > told[2]


def test_a_bar_for_each_kind_opens_as_often(quiet: Weeks, scores: Counts) -> None:
    rival = ears(quiet.counts)
    rates = power.shipped_rate(scores, SETTING)
    bars = power.bars_alike(rival, rates, quiet.kinds)
    assert len(set(bars.tolist())) == len(power.KINDS)
    own = [at for at, kind in enumerate(quiet.kinds) if kind == Kind("log-AR", 100.0)]
    bar = float(bars[own[0]])
    again = power.false_rate(rival[:, own], bar, power.RIVAL_DROP * bar).mean()
    assert again == pytest.approx(rates[own].mean(), abs=0.2)


def test_more_is_counted_on_the_same_spikes() -> None:
    mine, theirs = (
        power.Found(SHAPES[0], delays) for delays in ([5.0, None, 5.0], [5.0, None, None])
    )
    low, high = mine.more_than(theirs)
    assert low < 1 / 3 < high
    assert mine.more_than(mine) == (0, 0)
    assert mine.sooner_than(power.Found(SHAPES[0], [30.0, 5.0, None])) == 25
    assert mine.sooner_than(power.Found(SHAPES[0], [None, 5.0, None])) is None


def test_openings_of_the_day_and_of_the_night_are_all_of_them(scores: Counts) -> None:
    day, night = (power.part_of_day(len(scores), day) for day in (True, False))
    assert (day != night).all()
    assert day.mean() == pytest.approx(0.5)
    whole = power.shipped_rate(scores, SETTING)
    parts = [power.shipped_rate(scores, SETTING, rows) for rows in (day, night)]
    assert parts[0] + parts[1] == pytest.approx(whole)
    assert parts[0].sum() > parts[1].sum() > 0


def test_a_rival_is_told_its_bars_and_what_it_finds(quiet: Weeks, scores: Counts) -> None:
    """The detector against itself: nothing is found more, later or sooner."""
    _, put = inject(quiet, 2, np.random.default_rng(9))
    own = Pair(scores, scores)
    first, second, heads, *rows = against_ears(quiet, own, own, put, SETTING)
    assert "by day (8 to 20) and by night" in first
    assert second.startswith("C1: at ")
    assert heads.startswith("hour times rise spikes  found")
    assert len(rows) == len(SHAPES)
    assert sum(int(row.split()[3]) for row in rows) == len(put)


def test_spikes_of_any_hour_are_told_by_day_and_by_night(quiet: Weeks, scores: Counts) -> None:
    _, put = inject(quiet, 2, np.random.default_rng(9), CLOCK)
    own = Pair(scores, scores)
    title, heads, *rows = around_the_clock(quiet, own, own, put, SETTING)
    assert "any hour" in title
    assert heads.startswith("part  times rise spikes  found")
    assert [row.split()[:3] for row in rows[:2]] == [["day", "3", "5"], ["day", "3", "30"]]
    assert [row.split()[0] for row in rows] == ["day"] * 12 + ["night"] * 12
    assert sum(int(row.split()[3]) for row in rows) == len(put)


def test_each_kind_of_lane_meets_the_shapes_equally_often(quiet: Weeks) -> None:
    _, put = inject(quiet, 1, np.random.default_rng(9), TRIPLINGS)
    for kind in power.KINDS:
        met = Counter(spike.shape for spike in put if quiet.kinds[spike.lane] == kind)
        assert max(met.values()) - min(met[shape] for shape in TRIPLINGS) <= 1


def test_triplings_are_told_by_the_hour_they_begin_in(quiet: Weeks, scores: Counts) -> None:
    loud, put = inject(quiet, 2, np.random.default_rng(9), TRIPLINGS)
    told = shipped(loud.counts)
    title, hours, *rows = through_the_day(
        quiet, Pair(scores, told), Pair(scores, told - 99), put, SETTING
    )
    assert "three by the hour" in title
    assert hours.split() == ["rise", "8", "11", "14", "17", "20", "all"]
    ours, nobody = [row.split() for row in rows[:2]]
    found = power.search(told, put, -float(np.log10(SETTING)), TRIPLINGS)
    assert ours[:2] == ["5", "ours"]
    assert [float(share) for share in ours[2:7]] == pytest.approx(
        [one.recall for one in found[:5]], abs=0.01
    )
    assert nobody[1:] == ["C1", *["0.00"] * 6]


def test_a_lower_setting_opens_less(scores: Counts) -> None:
    often, seldom = (power.shipped_rate(scores, setting).mean() for setting in (SETTING, 0.05))
    assert seldom < often / 4


def test_loud_spikes_are_found_by_day_and_by_night(quiet: Weeks) -> None:
    busy = [at for at, kind in enumerate(quiet.kinds) if kind.rate >= 10]
    some = Weeks([quiet.kinds[at] for at in busy], quiet.counts[:, busy])
    loud, spikes = inject(some, 2, np.random.default_rng(4))
    found = power.search(shipped(loud.counts), spikes, -np.log10(SETTING))
    tenfold = [one for one in found if one.shape.times == 10]
    assert sum(one.found for one in tenfold) / sum(one.put for one in tenfold) > 0.8
    rival = power.search(ears(loud.counts), spikes, 4.2)
    assert sum(one.found for one in found) > sum(one.found for one in rival)


def test_spikes_go_where_they_are_said_to_be() -> None:
    flat = Weeks([Kind("poisson", 50.0)], np.zeros((3 * WEEK, 1), np.float32))
    loud, spikes = inject(flat, 2, np.random.default_rng(5))
    (spike,) = spikes
    assert spike.shape in SHAPES
    assert loud.counts[: spike.start].sum() == 0
    assert loud.counts[spike.start : spike.start + 100].sum() > 0


def test_the_rival_counts_deviations_of_an_hour() -> None:
    counts = np.tile(np.array([[4.0], [6.0]], np.float32), (WEEK, 1))
    counts[-12:] = 30
    assert ears(counts)[-1, 0] == pytest.approx(300, abs=1)  # 360 against 60, deviation 1


def test_openings_close_after_the_quiet() -> None:
    score = np.zeros(300)
    score[[10, 50, 140, 145, 290]] = [2, 1.6, 1.6, 2, 2]
    assert openings(score, bar=1.8, drop=0.5, close_bins=96) == [10, 290]
    assert openings(score, bar=1.8, drop=0.5, close_bins=30) == [10, 145, 290]


def test_many_lanes_are_judged_as_one_is() -> None:
    """The measurement is of the detector that people run."""
    made = weeks([Kind("poisson", 5.0)], 2, np.random.default_rng(6))
    loud, _ = inject(made, 1, np.random.default_rng(7))
    points = [
        Point("", float((FIRST + at) * WIDTH), float(count))
        for at, count in enumerate(loud.counts[:, 0])
    ]
    rows = list(detect(points, ResonanceSettings(bin_seconds=WIDTH)))
    first = next(at for at, row in enumerate(rows) if row.state == "opened")
    many = shipped(loud.counts)
    assert first == openings(many[:, 0], -float(np.log10(SETTING)), 0.5, 96)[0]


def test_emergences_where_nothing_happens_are_about_as_many_as_set() -> None:
    title, heads, *rows = spread(6, 1)
    assert "20 regions, 6 weeks" in title
    assert heads.split() == ["0.5", "0.05"]
    rates = [float(row.split()[-2]) for row in rows]
    assert len(rates) == 5
    assert 0.1 <= sum(rates) / len(rates) <= 2


def test_stories_that_spread_as_usual_are_told_about_as_often_as_set() -> None:
    title, heads, *rows = stories(60, 1)
    assert "20 regions, 60 weeks" in title
    assert heads.split() == ["0.5", "0.05"]
    rates = [float(row.split()[-2]) for row in rows]
    assert len(rates) == 4
    assert 0.2 <= sum(rates) / len(rates) <= 2.5
