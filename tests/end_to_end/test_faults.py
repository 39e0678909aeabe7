"""A round of `make faults`: every part dies once, at random moments under load."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.end_to_end.faults import PARTS, faults


@pytest.mark.integration
@pytest.mark.timeout(600)
def test_parts_that_die_at_random_lose_and_double_nothing(tmp_path: Path) -> None:
    report = faults(tmp_path / "state", rounds=5, seed=7)
    assert report.kills == dict.fromkeys(PARTS, 1)
    assert report.shown > 300
    assert (report.lost, report.doubled, report.dead_letters) == (0, 0, 0)
