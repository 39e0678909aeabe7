"""A region that the bank has watched for a week: learned once, loaded by every test."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from streams.steps.resonate import Resonance, ResonanceSettings
from tests.streams.resonance.world import START, history_pages, ordinary

LIVE = START + timedelta(days=7)


@pytest.fixture(scope="session")
def week() -> bytes:
    """The state after seven days of history at 4,000 posts a day."""
    state = Resonance(ResonanceSettings())
    posts = ordinary(random.Random(1), START, 7 * 86400, 4000)
    assert state.apply(list(history_pages(posts))) == []
    assert state.tallies.late == 0
    return state.dump()


@pytest.fixture
def region(week: bytes) -> Callable[..., Resonance]:
    """A fresh copy of that state; keywords are settings."""

    def load(**settings: object) -> Resonance:
        return Resonance.load(week, ResonanceSettings.model_validate(settings))

    return load


@pytest.fixture
def live() -> datetime:
    """When history ends."""
    return LIVE
