"""Which change of a spike a channel hears. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from rezonans.records import Alarm, Spike
from rezonans.settings import Channel

RANK: dict[Alarm, int] = {"yellow": 1, "orange": 2, "red": 3}
UPDATES_APART = timedelta(hours=1)


@dataclass(frozen=True)
class Told:
    """What a channel has heard of a spike so far (or is about to, from the outbox)."""

    revision: int
    alarm: Alarm
    """The highest level it heard of."""
    at: datetime
    """Time of the posts of the last message."""


def concerns(spike: Spike, channel: Channel) -> bool:
    """Whether the channel asked for this lane, or for everything.

    A channel of some topics (regions) hears the lanes of these, not those without a topic
    (region): they would repeat what their parts have said.
    """
    return (
        (not channel.topics or spike.lane.topic in channel.topics)
        and (not channel.regions or spike.lane.region in channel.regions)
        and (channel.simulation or not spike.simulation)
    )


def worth_telling(spike: Spike, channel: Channel, told: Told | None) -> bool:
    """Opened, risen and over are told; what goes on at most once an hour; a fall never."""
    if told is not None and spike.revision <= told.revision:
        return False
    if spike.change == "closed":
        return told is not None
    if RANK[spike.alarm] < RANK[channel.alarm]:
        return False
    if told is None or RANK[spike.alarm] > RANK[told.alarm]:
        return True
    return spike.change == "updated" and spike.at - told.at >= UPDATES_APART
