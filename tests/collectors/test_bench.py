"""The measurement itself, small: what it prints is what happened."""

from __future__ import annotations

import pytest

from tests.collectors.bench import Run, freshness, memory, speed
from tests.collectors.crowd import DAY, PROFILE, Crowd, zipf


def test_a_small_crowd_is_as_fresh_as_was_promised() -> None:
    lines = freshness(Run("small", 400, 1.0, 1.3, 600.0), 60)
    assert lines[0].startswith("small: 60 pages, ")
    for line in lines[1:]:
        ratio = float(line.partition("promised ")[2].partition("(")[2].partition(")")[0])
        assert 0.6 < ratio < 1.6, line


def test_a_crowd_publishes_at_its_rates_by_day_and_little_by_night() -> None:
    crowd = Crowd(zipf(50, 5_000.0), 4.0)
    assert len(crowd.published) == pytest.approx(20_000, rel=0.03)
    assert len(crowd.times[0]) / len(crowd.times[3]) == pytest.approx(4.0, rel=0.1)
    hours = [0] * 24
    for time in crowd.published:
        hours[int(time % DAY // 3600)] += 1
    assert hours[7] / hours[21] == pytest.approx(PROFILE[7] / PROFILE[21], rel=0.3)


def test_speed_and_memory_are_measured_over_items() -> None:
    rate, each = speed("rss", 0.05)
    assert rate > 0
    assert each > 0
    found = list(memory(5_000))
    assert [count for count, _ in found] == [500 * n for n in range(1, 11)]
    assert all(mb > 0 for _, mb in found)
