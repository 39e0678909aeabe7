"""The bank against counts whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from streams.resonance.bank import Bank, Floats
from streams.resonance.bench import bench
from streams.resonance.judge import Window, judge
from streams.resonance.rows import FLOW, LANE_BYTES, LEVEL

DAY = 1440
FIRST = 20_000 * DAY


def rhythm(number: int) -> float:
    """A day with a factor of four between night and evening."""
    return 1 + 0.6 * float(np.sin((number / 60 % 24 - 9) / 24 * 2 * np.pi))


def learned(rates: NDArray[np.float64], days: int, seed: int = 1) -> tuple[Bank, float]:
    """A bank over Poisson lanes, and its false openings a lane-week at the shipped threshold."""
    chance, bank = np.random.default_rng(seed), Bank(60)
    for _ in rates:
        bank.add(None)
    lanes = np.arange(len(rates))
    loud, openings = np.zeros(len(rates), np.bool_), 0
    for number in range(FIRST, FIRST + days * DAY):
        bank.learn(chance.poisson(rates * rhythm(number)).astype(np.float32), number)
        if bank.age < DAY or number % 5:
            continue
        score = bank.rarity(lanes, np.stack([bank[FLOW], bank[FLOW + 1]]))[1].mean(axis=0)
        openings += int(((score >= 3.5) & ~loud).sum())
        loud = score >= 2.8
    return bank, openings / len(rates) / ((days - 1) / 7)


@pytest.fixture(scope="module")
def poisson() -> tuple[Bank, float]:
    return learned(np.repeat([0.05, 0.5, 5.0], 60), days=14)


def test_quiet_lanes_stay_quiet(poisson: tuple[Bank, float]) -> None:
    assert poisson[1] < 0.06


def test_it_learns_level_and_rhythm(poisson: tuple[Bank, float]) -> None:
    bank, lanes = poisson[0], np.arange(120, 180)
    bins = range(FIRST + 14 * DAY, FIRST + 15 * DAY)
    mu = bank.expected(lanes, bins).mean(axis=1)
    truth = np.array([5 * rhythm(number) for number in bins])
    assert np.abs(mu / truth - 1).max() < 0.12


@pytest.mark.parametrize(("times", "minutes"), [(5, 30), (10, 15)])
def test_a_burst_by_day_is_seen(poisson: tuple[Bank, float], times: int, minutes: int) -> None:
    bank, chance = poisson[0], np.random.default_rng(3)
    lanes = np.arange(60, 180)
    start = FIRST + 14 * DAY + 14 * 60
    counts = np.array(
        [
            chance.poisson(np.repeat([0.5, 5.0], 60) * rhythm(start + k))
            * (times if k >= 60 - minutes else 1)
            for k in range(60)
        ]
    )
    verdict = judge(bank, window(lanes, start, counts.astype(np.float32)))
    assert (verdict.score >= 3.5).mean() > 0.9
    assert (verdict.observed > verdict.high).mean() > 0.9


def test_the_interval_holds_four_hours_of_five(poisson: tuple[Bank, float]) -> None:
    bank, chance = poisson[0], np.random.default_rng(4)
    lanes, start = np.arange(120, 180), FIRST + 14 * DAY + 10 * 60
    rates = np.array([[5 * rhythm(start + k)] * 60 for k in range(60)])
    verdict = judge(bank, window(lanes, start, chance.poisson(rates).astype(np.float32)))
    inside = (verdict.low <= verdict.observed) & (verdict.observed <= verdict.high)
    assert 0.7 <= inside.mean() <= 1.0


def test_a_spike_teaches_little(poisson: tuple[Bank, float]) -> None:
    size, age, values = poisson[0].dump()
    bank = Bank(60)
    bank.restore((size, age, values))
    before = bank[LEVEL].copy()
    for number in range(FIRST + 14 * DAY, FIRST + 14 * DAY + 60):
        bank.learn(np.full(size, 500, np.float32), number)
    assert (bank[LEVEL][120:] < 1.2 * before[120:]).all()


def test_a_gap_teaches_nothing(poisson: tuple[Bank, float]) -> None:
    bank = poisson[0]
    before = bank[LEVEL].copy()
    for number in range(FIRST, FIRST + 600):
        bank.skip(number)
    assert (bank[LEVEL] == before).all()


def test_new_lanes_start_from_their_parent(poisson: tuple[Bank, float]) -> None:
    size, age, values = poisson[0].dump()
    bank = Bank(60)
    bank.restore((size, age, values))
    child = bank.add(150)
    ratio = bank.expected(np.array([child, 150]), range(FIRST, FIRST + DAY))
    assert np.ptp(ratio[:, 0] / ratio[:, 1]) < 1e-6
    assert bank[LEVEL][child] < 1e-4


def test_a_lane_is_small() -> None:
    assert LANE_BYTES <= 256


def test_a_tick_is_measured() -> None:
    figures = bench(100)
    assert figures["lanes"] == 100
    assert figures["close_ms"] > 0


def window(lanes: NDArray[np.intp], start: int, counts: Floats) -> Window:
    bins = len(counts)
    return Window(
        lanes=lanes,
        bins=range(start, start + bins),
        counts=counts,
        history=np.zeros(bins, np.bool_),
        looked=np.ones(bins, np.bool_),
        elapsed=1.0,
        report=60,
    )
