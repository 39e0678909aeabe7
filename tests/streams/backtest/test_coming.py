"""The next hours of a stored lane: as good as its record says, refused where little is known."""

from __future__ import annotations

import numpy as np
import pytest

from streams.backtest.coming import HOUR_BINS, forecast
from streams.trials.forecast import made_up

FIRST = 24 * 20_000
"""A midnight, in hours since 1970."""
STEADY = next(one for one in made_up(days=28, seed=3) if one.name == "poisson 10")


def hours(count: int) -> list[list[float] | None]:
    bins = STEADY.counts[: count * HOUR_BINS].reshape(count, HOUR_BINS)
    return [[float(value) for value in hour] for hour in bins]


def test_six_hours_with_an_interval_and_a_better_record_than_yesterday() -> None:
    told = forecast(hours(24 * 21), FIRST)
    assert told.refused is None
    assert [one.start.hour for one in told.hours] == [0, 1, 2, 3, 4, 5]
    assert all(one.low < one.expected < one.high for one in told.hours)
    assert told.error is not None
    assert told.naive_error is not None
    assert told.covered is not None
    assert told.error < 0.9 * told.naive_error
    assert 0.75 <= told.covered <= 0.9
    came = STEADY.hours[24 * 21 : 24 * 21 + 6]
    inside = [one.low <= posts <= one.high for one, posts in zip(told.hours, came, strict=True)]
    assert sum(inside) >= 4


@pytest.mark.parametrize(
    ("course", "why"),
    [
        (hours(40), "young"),
        ([*hours(200), None], "gap"),
        ([[0.0] * HOUR_BINS for _ in range(200)], "thin"),
    ],
)
def test_it_refuses_and_says_why(course: list[list[float] | None], why: str) -> None:
    told = forecast(course, FIRST)
    assert (told.refused, told.hours) == (why, ())


def test_an_hour_that_nobody_watched_teaches_nothing() -> None:
    whole = hours(24 * 14)
    holes: list[list[float] | None] = [
        None if 100 <= n < 130 else one for n, one in enumerate(whole)
    ]
    zeros = [[0.0] * HOUR_BINS if one is None else one for one in holes]
    told, plain, empty = (forecast(one, FIRST) for one in (holes, whole, zeros))
    middle = [np.array([one.expected for one in f.hours]).sum() for f in (told, plain, empty)]
    assert abs(middle[0] - middle[1]) < abs(middle[2] - middle[1])
    assert told.judged < plain.judged
