"""The hour that is loud all through: its bins are cut, and so are the days that it teaches."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from streams.resonance import rarity
from streams.resonance.bank import Bank
from streams.resonance.judge import Window, judge
from streams.resonance.rows import HOUR_SURPRISE, HOUR_VAR, TOP, TOP_MEAN
from streams.resonance.settings import ResonanceSettings
from streams.resonance.surprise import Floats, Scales, steady

STEP = 300
DAY, HOUR = 86400 // STEP, 3600 // STEP
FIRST = 20_000 * DAY
THRESHOLD = ResonanceSettings().threshold
RATES = np.repeat([0.1, 10.0], 60)
BUSY = np.arange(60, 120)


@pytest.fixture(scope="module")
def fortnight() -> Bank:
    """A bank that has learned fourteen days of steady lanes."""
    chance, bank = np.random.default_rng(1), Bank(STEP)
    for _ in RATES:
        bank.add(None)
    for number in range(FIRST, FIRST + 14 * DAY):
        bank.learn(chance.poisson(RATES).astype(np.float32), number)
    return bank


def copy(bank: Bank) -> Bank:
    other = Bank(STEP)
    other.restore(bank.dump())
    return other


def hour(counts: NDArray[np.float64], looked: int = HOUR) -> Window:
    """The hour after the fortnight; of it the last bins were looked at."""
    start = FIRST + 14 * DAY
    return Window(
        lanes=np.arange(counts.shape[1]),
        bins=range(start, start + HOUR),
        counts=counts.astype(np.float32),
        history=np.zeros(HOUR, np.bool_),
        looked=np.arange(HOUR) >= HOUR - looked,
        elapsed=1.0,
        report=HOUR,
    )


def told_by_the_hour(bank: Bank, window: Window) -> Floats:
    """Its score, whatever the averages say."""
    other = copy(bank)
    other[TOP_MEAN][:] = 1e3  # days of bursts that nothing surpasses
    return judge(other, window).burst


def cut(count: float, mu: float) -> float:
    """Surprise of one bin of a lane as scattered as chance."""
    one = np.ones(1, np.float32)
    return float(steady(count * one, mu * one, one, 0.33, np.empty((2, 1), np.float32))[0])


def test_a_bin_counts_up_to_three_times_its_expectation_and_two_deviations() -> None:
    assert cut(20, 10) == pytest.approx(10 / np.sqrt(10.33), rel=1e-4)
    assert cut(1000, 10) == cut(40, 10) == pytest.approx((20 + 2 * np.sqrt(11)) / np.sqrt(10.33))
    assert cut(2, 0.01) > cut(1, 0.01), "a post is never too many"


def test_what_comes_in_a_moment_makes_no_hour(fortnight: Bank) -> None:
    steadily = np.tile(RATES * 2.2, (HOUR, 1))
    moment = np.tile(RATES, (HOUR, 1))
    moment[-3] += (steadily - RATES).sum(axis=0)
    loud = told_by_the_hour(fortnight, hour(steadily))[BUSY]
    assert (loud > THRESHOLD).all()
    assert (told_by_the_hour(fortnight, hour(moment))[BUSY] < loud - 1).all()


def test_the_hour_is_silent_at_low_counts(fortnight: Bank) -> None:
    """Where a post an hour is usual, three in an hour are no news."""
    few = np.zeros((HOUR, len(RATES)))
    few[[1, 5, 9]] = 1
    assert (told_by_the_hour(fortnight, hour(few))[:60] < THRESHOLD).all()


def test_what_nobody_looked_at_is_as_usual(fortnight: Bank) -> None:
    loud = np.tile(RATES * 1.6, (HOUR, 1))
    whole = told_by_the_hour(fortnight, hour(loud))[BUSY]
    half = told_by_the_hour(fortnight, hour(loud, looked=HOUR // 2))[BUSY]
    none = told_by_the_hour(fortnight, hour(loud, looked=0))[BUSY]
    assert (whole > half).all()
    assert (half > none).all()


def test_an_hour_that_ends_in_a_gap_teaches_nothing(fortnight: Bank) -> None:
    bank, start = copy(fortnight), FIRST + 14 * DAY + HOUR
    before = [bank[row].copy() for row in (HOUR_VAR, TOP + 2)]
    bank[TOP + 2][:] = before[1]
    for number in range(start, start + HOUR - 1):
        bank.learn((RATES * 50).astype(np.float32), number)
    bank.skip(start + HOUR - 1)
    assert (bank[HOUR_SURPRISE] == 0).all()
    assert (bank[HOUR_VAR] == before[0]).all()


def test_in_the_first_week_it_says_nothing(fortnight: Bank) -> None:
    bank, loud = copy(fortnight), np.full(60, 50, np.float32)
    bank.days = rarity.HOUR.late + rarity.HOUR.least
    assert (bank.score(2, BUSY, loud) > THRESHOLD).all()
    bank.days -= 1
    assert (bank.score(2, BUSY, loud) < 0).all()


def days(incident: int | None, lanes: int = 300) -> tuple[float, float]:
    """Location and scale after forty days of Gumbel's law, every so manieth with an incident."""
    chance, tail = np.random.default_rng(2), rarity.HOUR
    mean = np.full(lanes, tail.mean, np.float32)
    variance = np.full(lanes, tail.variance, np.float32)
    for day in range(1, 41):
        top = chance.gumbel(0.5, 0.4, lanes).astype(np.float32)
        if incident is not None and day % incident == 0:
            top[:] = 30
        rarity.teach(top, mean, variance, day, tail)
    location, scale = rarity.law(mean, variance, 40, tail)
    return float(np.median(location)), float(np.median(scale))


def test_days_that_are_cut_still_tell_their_law() -> None:
    location, scale = days(None)
    assert location == pytest.approx(0.5, abs=0.05)
    assert scale == pytest.approx(0.4, abs=0.05)


def test_an_incident_a_week_is_no_habit_one_every_other_day_is() -> None:
    quiet, weekly, often = (sum(days(every)) for every in (None, 7, 2))
    assert weekly < 1.6 * quiet
    assert often > 2 * quiet


def test_minutes_slide_more_than_five_minutes_do() -> None:
    """The clock's hours are learned alike, any sixty minutes are more of them in short bins."""
    wide, live, hours = (Scales(seconds).sliding for seconds in (300, 60, 3600))
    assert (wide, hours) == (0, 0)
    assert 0.1 < live < 0.25
