"""A short `make faults`: every part dies once under load, then each other trouble comes once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.end_to_end.faults import PARTS, Order, faults


@pytest.mark.integration
@pytest.mark.timeout(1200)
def test_troubles_under_load_lose_and_double_nothing(tmp_path: Path) -> None:
    report = faults(tmp_path / "state", Order(rounds=5, seconds=4, hour_seconds=400, seed=7))
    assert report.kills == dict.fromkeys(PARTS, 1)
    assert len(report.troubles) + len(report.left_out) == 10
    assert report.shown > 300
    assert (report.lost, report.doubled, report.late) == (0, 0, [])
    assert report.dead_letters == report.expected_letters > 0
    assert report.well, "its memory is bounded too"
