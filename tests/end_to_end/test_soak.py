"""What the soak makes of what it saw; the soak itself is `make soak`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.end_to_end.soak import PARTS, SEEN_BYTES, SEEN_POSTS, WEEK_POSTS, Memory, _report


@given(st.floats(0, 500), st.floats(-20, 200), st.integers(8, 50))
def test_growth_is_the_slope_of_the_second_half(level: float, slope: float, count: int) -> None:
    start = [(n * 1000, 9000.0 - n) for n in range(count)]  # what is not yet warm says nothing
    later = [(p, level + slope * p / 1e6) for p in range(count * 1000, 2 * count * 1000, 1000)]
    assert Memory(start + later).growth == pytest.approx(slope, abs=0.01)


def test_a_week_is_what_was_most_and_what_it_would_grow_by_and_the_limit_of_the_log() -> None:
    flat = {part: Memory([(n * 1000, 100.0) for n in range(10)]) for part in PARTS}
    ring = SEEN_BYTES * (SEEN_POSTS - 1) / 2**20
    assert _report(flat, 20, 1, (1, 0, 0))["week_mb"] == round(4 * 100 + ring + 1024)
    assert _report(flat, 20, 1, (SEEN_POSTS, 0, 0))["week_mb"] == 4 * 100 + 1024
    flat["store"] = Memory([(n * 1_000_000, 100.0 + 10 * n) for n in range(10)])
    grown = _report(flat, 20, 1, (1, 0, 0))
    assert grown["week_mb"] == round(3 * 100 + 190 + 10 * WEEK_POSTS / 1e6 + ring + 1024)
    lives = _report(flat, 20, 2, (1, 0, 0))
    assert lives["week_mb"] == round(3 * 100 + 190 + ring + 1024), "each life begins anew"
