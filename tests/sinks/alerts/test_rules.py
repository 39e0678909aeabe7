"""Who hears what: levels, topics, regions, drills, and how often."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from rezonans.records import Alarm, Change, Lane, Spike
from rezonans.settings import Channel
from sinks.alerts.rules import Told, concerns, worth_telling

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def channel(**values: Any) -> Channel:
    return Channel(url=SecretStr("json://localhost"), **values)


def spike(change: Change = "opened", alarm: Alarm = "yellow", **values: Any) -> Spike:
    record: dict[str, Any] = {
        "spike": "a1",
        "revision": 0,
        "lane": Lane("water", "11"),
        "at": AT,
        "since": AT,
        "score": 4.0,
        "threshold": 3.5,
        "observed": 40.0,
        "expected": 10.0,
        "low": 5.0,
        "high": 15.0,
        "window_seconds": 3600,
        "posts": 44,
        "voices": 30,
    }
    return Spike(change=change, alarm=alarm, **(record | values))


@pytest.mark.parametrize(
    ("settings", "lane", "heard"),
    [
        ({}, Lane(), True),
        ({"topics": ("water",)}, Lane("water", "11"), True),
        ({"topics": ("water",)}, Lane("gas", "11"), False),
        ({"topics": ("water",)}, Lane(None, "11"), False),
        ({"regions": ("11",)}, Lane("gas", "11"), True),
        ({"regions": ("11",)}, Lane("gas", "75"), False),
        ({"regions": ("11",)}, Lane("gas"), False),
        ({"topics": ("gas",), "regions": ("11", "75")}, Lane("gas", "75"), True),
    ],
)
def test_a_channel_hears_of_the_lanes_it_asked_for(
    settings: dict[str, Any], lane: Lane, heard: bool
) -> None:
    assert concerns(spike(lane=lane), channel(**settings)) is heard


@pytest.mark.parametrize("wants", [True, False])
def test_drills_are_heard_unless_the_channel_says_no(wants: bool) -> None:
    assert concerns(spike(simulation=True), channel(simulation=wants)) is wants
    assert concerns(spike(simulation=False), channel(simulation=wants))


TOLD = Told(revision=1, alarm="orange", at=AT)


@pytest.mark.parametrize(
    ("record", "told", "sent"),
    [
        (spike("opened", "yellow"), None, False),  # below the channel's level
        (spike("opened", "orange"), None, True),
        (spike("updated", "red", revision=4), None, True),  # the first it hears of it
        (spike("closed", "red", revision=4), None, False),  # the end of what it never heard of
        (spike("closed", "yellow", revision=4), TOLD, True),
        (spike("level", "red", revision=2), TOLD, True),
        (spike("updated", "red", revision=2), TOLD, True),
        (spike("level", "orange", revision=2), TOLD, False),
        (spike("level", "yellow", revision=2), TOLD, False),
        (spike("level", "red", revision=1), TOLD, False),  # delivered again
        (spike("opened", "red", revision=0), TOLD, False),
        (spike("updated", "orange", revision=2, at=AT + timedelta(minutes=59)), TOLD, False),
        (spike("updated", "orange", revision=2, at=AT + timedelta(minutes=60)), TOLD, True),
        (spike("updated", "yellow", revision=2, at=AT + timedelta(hours=9)), TOLD, False),
    ],
)
def test_worth_telling(record: Spike, told: Told | None, sent: bool) -> None:
    assert worth_telling(record, channel(alarm="orange"), told) is sent
