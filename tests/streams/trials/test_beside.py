"""Attitude and resonance open as rarely as they may, and find what was put in."""

from __future__ import annotations

import numpy as np
import pytest

from streams.resonance.settings import ResonanceSettings
from streams.trials import beside, power
from streams.trials.beside import Told
from streams.trials.made import LAWS, Kind, Weeks, weeks
from streams.trials.rivals import shipped

SETTING = ResonanceSettings().false_alarms
BAR = -float(np.log10(SETTING))


@pytest.fixture(scope="module")
def made() -> Weeks:
    kinds = [Kind(law, rate) for law in LAWS for rate in (10.0, 100.0)]
    return weeks(kinds, 4, np.random.default_rng(11))


def test_all_three_together_keep_the_setting(made: Weeks) -> None:
    posts = shipped(made.counts)
    quiet = beside.scores(beside.quiet(made, np.random.default_rng(12)))
    together = power.shipped_rate(np.maximum.reduce([posts, *quiet.values()]), SETTING).mean()
    alone = power.shipped_rate(posts, SETTING).mean()
    assert 0.5 * SETTING <= alone <= together <= 1.5 * SETTING
    assert together - alone <= 0.3 * SETTING


@pytest.mark.parametrize(("worse", "axis"), [(True, "negatives"), (False, "resonance")])
def test_what_was_put_in_is_found(made: Weeks, worse: bool, axis: str) -> None:
    busy = [at for at, kind in enumerate(made.kinds) if kind.rate >= 10 and kind.law == "poisson"]
    some = Weeks([made.kinds[at] for at in busy], made.counts[:, busy])
    told: Told = beside.turned(some, 2, np.random.default_rng(13), worse)
    seen = beside.found(beside.scores(told)[axis], told, BAR)
    assert sum(minutes is not None for minutes in seen) >= 0.75 * len(seen)
