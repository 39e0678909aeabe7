"""The bank against counts whose truth is known."""

from __future__ import annotations

import gc
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from streams.resonance import rows
from streams.resonance.bank import PIECE, Bank
from streams.resonance.bench import bench
from streams.resonance.judge import Window, judge
from streams.resonance.rows import FLOW, LANE_BYTES, LEVEL, SWELL, TOP
from streams.resonance.settings import ResonanceSettings
from streams.resonance.surprise import LN10, Floats

STEP = 300
DAY = 86400 // STEP
HOUR = 3600 // STEP
FIRST = 20_000 * DAY
THRESHOLD = ResonanceSettings().threshold
RATES = np.repeat([0.2, 2.0, 20.0], 60)


def rhythm(number: int) -> float:
    """A day with a factor of four between night and evening."""
    return 1 + 0.6 * float(np.sin((number * STEP / 3600 % 24 - 9) / 24 * 2 * np.pi))


@pytest.fixture(scope="module")
def fortnight() -> Bank:
    """A bank that has learned fourteen days of Poisson lanes."""
    chance, bank = np.random.default_rng(1), Bank(STEP)
    for _ in RATES:
        bank.add(None)
    for number in range(FIRST, FIRST + 14 * DAY):
        bank.learn(chance.poisson(RATES * rhythm(number)).astype(np.float32), number)
    return bank


def copy(bank: Bank) -> Bank:
    other = Bank(STEP)
    other.restore(bank.dump())
    return other


def window(lanes: NDArray[np.intp], start: int, counts: Floats) -> Window:
    bins = len(counts)
    return Window(
        lanes=lanes,
        bins=range(start, start + bins),
        counts=counts,
        history=np.zeros(bins, np.bool_),
        looked=np.ones(bins, np.bool_),
        elapsed=1.0,
        report=HOUR,
    )


def test_it_learns_level_and_rhythm(fortnight: Bank) -> None:
    lanes = np.arange(120, 180)
    bins = range(FIRST + 14 * DAY, FIRST + 15 * DAY)
    mu = fortnight.expected(lanes, bins).mean(axis=1)
    truth = np.array([20 * rhythm(number) for number in bins])
    assert np.abs(mu / truth - 1).max() < 0.12


@pytest.mark.parametrize(("times", "minutes"), [(5, 30), (10, 15)])
def test_a_burst_by_day_is_seen(fortnight: Bank, times: int, minutes: int) -> None:
    chance = np.random.default_rng(3)
    lanes, start = np.arange(60, 180), FIRST + 14 * DAY + 14 * HOUR
    loud = minutes * 60 // STEP
    counts = np.array(
        [
            chance.poisson(RATES[60:] * rhythm(start + k) * (times if k >= HOUR - loud else 1))
            for k in range(HOUR)
        ]
    )
    verdict = judge(fortnight, window(lanes, start, counts.astype(np.float32)))
    assert (verdict.burst >= THRESHOLD).mean() > 0.9
    assert (verdict.observed > verdict.high).mean() > 0.9


def test_an_hour_of_as_many_roots_more_is_as_surprising_by_night(fortnight: Bank) -> None:
    """One bar for night and day: the excess is weighed by the root of what is expected."""
    bank, lanes, bursts = copy(fortnight), np.arange(120, 180), []
    for hour in (3, 15):
        bank.forget_surprises()
        start = FIRST + 14 * DAY + hour * HOUR
        usual = bank.expected(lanes, range(start, start + HOUR))
        counts = usual + 2.5 * np.sqrt(usual + bank.scales.soft)
        bursts.append(judge(bank, window(lanes, start, counts.astype(np.float32))).burst)
    assert bursts[0] == pytest.approx(bursts[1], abs=0.05)
    assert (bursts[0] > THRESHOLD).all()


def test_the_interval_holds_four_hours_of_five(fortnight: Bank) -> None:
    chance = np.random.default_rng(4)
    lanes, start = np.arange(120, 180), FIRST + 14 * DAY + 10 * HOUR
    rates = np.array([[20 * rhythm(start + k)] * 60 for k in range(HOUR)])
    verdict = judge(fortnight, window(lanes, start, chance.poisson(rates).astype(np.float32)))
    inside = (verdict.low <= verdict.observed) & (verdict.observed <= verdict.high)
    assert 0.7 <= inside.mean() <= 1.0


def test_a_doubling_of_half_a_day_is_a_swell(fortnight: Bank) -> None:
    bank, chance, start = copy(fortnight), np.random.default_rng(5), FIRST + 14 * DAY
    lanes, bars = np.arange(120, 180), np.zeros(60, np.bool_)
    for number in range(start, start + DAY // 2):
        counts = chance.poisson(2 * RATES * rhythm(number)).astype(np.float32)
        bank.learn(counts, number)
        bars |= bank.score(1, lanes, bank[SWELL][120:] / np.float32(LN10)) >= THRESHOLD
    assert bars.mean() > 0.9


def test_a_swell_is_capped_and_its_evidence_can_be_told(fortnight: Bank) -> None:
    bank = copy(fortnight)
    for number in range(FIRST + 14 * DAY, FIRST + 15 * DAY):
        bank.learn(np.full(len(RATES), 1e4, np.float32), number)
    assert (bank[SWELL] <= rows.MOST_SWELL).all()
    bank.reset(7)
    assert bank[SWELL][7] == 0


def test_a_spike_teaches_little(fortnight: Bank) -> None:
    bank = copy(fortnight)
    before = bank[LEVEL].copy()
    for number in range(FIRST + 14 * DAY, FIRST + 14 * DAY + HOUR):
        bank.learn(np.full(len(RATES), 2500, np.float32), number)
    assert (bank[LEVEL][120:] < 1.2 * before[120:]).all()


def test_a_day_of_spikes_is_no_habit_of_their_size(fortnight: Bank) -> None:
    """The largest surprise of a day is cut before it teaches how rare such days are."""
    bank, start = copy(fortnight), FIRST + 14 * DAY
    quiet = bank.score(0, np.arange(180), np.full(180, 6, np.float32))
    for number in range(start, start + DAY + 1):
        counts = RATES * rhythm(number) * (50 if number - start < HOUR else 1)
        bank.learn(counts.astype(np.float32), number)
    after = bank.score(0, np.arange(180), np.full(180, 6, np.float32))
    assert (after > 0.5 * quiet).all()


def test_a_gap_teaches_nothing(fortnight: Bank) -> None:
    bank = copy(fortnight)
    before = [bank[row].copy() for row in (FLOW, SWELL, TOP)]
    start = FIRST + 14 * DAY - 1
    for number in range(start, start + HOUR):
        bank.skip(number)
    assert bank.age == fortnight.age
    after = [bank[row] for row in (FLOW, SWELL, TOP)]
    assert all((one == other).all() for one, other in zip(before[:2], after[:2], strict=True))


def test_the_turn_of_a_day_comes_once_even_in_a_gap(fortnight: Bank) -> None:
    left, right, at = copy(fortnight), copy(fortnight), FIRST + 15 * DAY
    for number in range(at - 3, at + 3):
        left.skip(number)
    right.skip(at + 2)
    assert left.days == right.days == fortnight.days + 1
    for row in (rows.LEVEL, rows.PROFILE, rows.TOP_MEAN, rows.TOP_VAR, rows.TOP):
        assert np.allclose(left[row], right[row], rtol=1e-5)


def test_new_lanes_start_from_their_parent(fortnight: Bank) -> None:
    bank = copy(fortnight)
    child = bank.add(150)
    ratio = bank.expected(np.array([child, 150]), range(FIRST, FIRST + DAY))
    assert np.ptp(ratio[:, 0] / ratio[:, 1]) < 1e-4
    assert bank[LEVEL][child] < 1e-3


def test_quiet_lanes_go_to_the_rhythm_of_their_parent() -> None:
    """The hours of a lane with a post a day are those of the lane around it."""
    bank, chance = Bank(STEP), np.random.default_rng(8)
    wide = bank.add(None)
    narrow = bank.add(wide)
    for number in range(FIRST, FIRST + 12 * DAY):
        rates = np.array([20.0, 0.004]) * rhythm(number)
        bank.learn(chance.poisson(rates).astype(np.float32), number)
    profiles = bank.rows(rows.PROFILE, 24, np.array([wide, narrow]))
    assert np.ptp(profiles[:, 0]) > 1
    assert np.abs(profiles[:, 0] - profiles[:, 1]).max() < 0.45
    assert float(np.corrcoef(profiles[:, 0], profiles[:, 1]).min()) > 0.95


def test_it_is_causal(fortnight: Bank) -> None:
    """What is said of an hour does not depend on what comes after it."""
    lanes, start = np.arange(180), FIRST + 14 * DAY
    counts = np.random.default_rng(6).poisson(np.tile(RATES, (2 * HOUR, 1))).astype(np.float32)
    hour = judge(fortnight, window(lanes, start, counts[:HOUR]))
    other = np.concatenate([counts[:HOUR], 9 * counts[HOUR:]])
    judge(copy(fortnight), window(lanes, start, other))
    again = judge(fortnight, window(lanes, start, other[:HOUR]))
    assert (hour.burst == again.burst).all()
    assert (hour.swell == again.swell).all()


@given(st.lists(st.floats(0, 1e6, width=32), min_size=3, max_size=3), st.integers(0, DAY))
def test_any_counts_leave_numbers(counts: list[float], offset: int) -> None:
    bank = Bank(STEP)
    for _ in range(3):
        bank.add(None)
    bank.age = 5 * DAY
    for number in range(FIRST + offset, FIRST + offset + 30):
        bank.learn(np.array(counts, np.float32), number)
    verdict = judge(bank, window(np.arange(3), FIRST, np.array([counts] * HOUR, np.float32)))
    assert np.isfinite(bank.rows(0, rows.ROWS, np.arange(3))).all()
    assert np.isfinite([verdict.burst, verdict.swell, verdict.low, verdict.high]).all()


def test_lanes_are_judged_alike_in_any_piece() -> None:
    """Lanes far apart in the array learn the same from the same counts."""
    bank = Bank(STEP)
    for _ in range(PIECE + 2):
        bank.add(None)
    chance = np.random.default_rng(7)
    for number in range(FIRST, FIRST + 20):
        bank.learn(np.full(bank.size, chance.poisson(3), np.float32), number)
    values = bank.rows(0, rows.ROWS, np.array([0, PIECE - 1, PIECE, PIECE + 1]))
    assert (values == values[:, :1]).all()


def test_a_bin_allocates_nothing_that_grows_with_lanes() -> None:
    bank = Bank(STEP)
    for _ in range(20_000):
        bank.add(None)
    bank.age = 3 * DAY
    counts = np.ones(20_000, np.float32)
    bank.learn(counts, FIRST)
    gc.collect()
    tracemalloc.start()
    for number in range(FIRST + 1, FIRST + 1 + HOUR):
        bank.learn(counts, number)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000, "less than a byte a lane"


def test_a_lane_is_small() -> None:
    assert LANE_BYTES < 256


def test_a_tick_is_measured() -> None:
    figures = bench(100)
    assert figures["lanes"] == 100
    assert figures["close_ms"] > 0
