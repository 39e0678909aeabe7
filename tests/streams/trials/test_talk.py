"""Conversations where nothing happens open no districts; incidents among them do."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from rezonans.records import Spike
from streams.backtest.cells import Cell
from streams.backtest.run import spikes
from streams.resonance.settings import ResonanceSettings
from streams.trials import talk
from streams.trials.talk import Event, Region

COARSE = ResonanceSettings(bin_seconds=300, tick_seconds=300)
"""The shipped setting in bins of five minutes: the same rule, worked out faster."""
DAYS = 12
WEEKS = (DAYS - 1) / 7
"""Without the day that only teaches."""


@pytest.fixture(scope="module")
def said() -> list[Cell]:
    return talk.quiet(Region(days=DAYS, conversations=150), np.random.default_rng(2))


def told(cells: list[Cell]) -> list[Spike]:
    return spikes(cells, COARSE, lambda now: None)


def test_conversations_are_no_incidents(said: list[Cell]) -> None:
    """A conversation counts once; counted post by post the same days would be a flood."""
    a_week = COARSE.all_district_false_alarms
    opened = talk.openings(told(said), districts=True)
    flood = talk.openings(told(talk.strangers(said)), districts=True)
    assert len(opened) / WEEKS <= 0.5 * a_week
    assert len(flood) / WEEKS > 2 * a_week


def test_incidents_among_conversations_are_found(said: list[Cell]) -> None:
    chance = np.random.default_rng(3)
    events = [
        Event(
            talk.START + timedelta(days=day, hours=hour),
            talk.TOPICS[(day + hour) % len(talk.TOPICS)],
            talk.DISTRICTS[(day * hour) % len(talk.DISTRICTS)],
            12,
        )
        for day in range(DAYS - 4, DAYS)
        for hour in (3, 9, 15)
    ]
    opened = told(talk.with_events(said, events, chance))
    delays = [talk.found(event, opened) for event in events]
    assert sum(delay is not None for delay in delays) >= 0.75 * len(events)


def test_a_conversation_is_told_by_its_number(said: list[Cell]) -> None:
    sizes: dict[int, set[tuple[str, str]]] = {}
    for cell in said:
        sizes.setdefault(cell.thread, set()).add((cell.topic, cell.district))
    assert all(len(lanes) == 1 for lanes in sizes.values())
    assert len(said) > 1.5 * len(sizes), "people answer"
    assert {cell.thread for cell in talk.strangers(said)} == {0}
