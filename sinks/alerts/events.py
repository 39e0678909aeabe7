"""Spikes that are one event: a lane and the lanes around it, or the same posts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from rezonans.reasons import Lane
from rezonans.records import Spike
from sinks.alerts.rules import RANK
from sinks.alerts.stories import marks, same

CHILD_SHARE = 0.5
"""A child that brings so much of its parent's excess is what the parent is about."""
SAME_POSTS = 0.5


class Event(msgspec.Struct, frozen=True):
    """One event as one desk has seen it. Times without a zone are our clock, unix seconds."""

    event: str
    """The first spike of it."""
    members: dict[str, Spike] = {}
    """The last record of each spike."""
    seen: float = 0.0
    told: int = 0
    """The highest level that was told, 0 for none."""
    told_at: datetime | None = None
    """Time of the posts of the last message."""
    asked: float | None = None
    """Since when somebody is to acknowledge; `None`: nobody has to."""
    step: int = 0
    """How many channels of the escalation were told."""
    acknowledged: int = 0
    """The level that somebody has acknowledged."""
    by: str = ""
    """Who has."""
    held: str = ""
    """Why it waits for the digest; empty: it does not."""
    held_since: float = 0.0

    @property
    def open(self) -> list[Spike]:
        return [spike for spike in self.members.values() if spike.change != "closed"]

    @property
    def rank(self) -> int:
        """The level now: the highest of what is open, 0 when it is over."""
        return max((RANK[spike.alarm] for spike in self.open), default=0)

    @property
    def lead(self) -> Spike:
        """An emergence, which names its regions; else the narrowest lane, which says most exactly
        what it is; of those the loudest."""
        return max(self.open or list(self.members.values()), key=_telling)

    @property
    def others(self) -> list[Spike]:
        """What else is loud of it, the loudest first."""
        lead = self.lead
        rest = [spike for spike in self.open if spike.spike != lead.spike]
        return sorted(rest, key=_telling, reverse=True)

    @property
    def simulation(self) -> bool:
        return any(spike.simulation for spike in self.members.values())

    @property
    def technical(self) -> bool:
        """Whether it is about our sources: the budget is for what is said of people."""
        return self.lead.kind == "data-quality"

    def with_member(self, spike: Spike, now: float) -> Event:
        members = {**self.members, spike.spike: spike}
        return msgspec.structs.replace(self, members=members, seen=now)


def home_of(spike: Spike, events: Mapping[str, Event]) -> Event | None:
    """The event that a spike belongs to, if it is under way."""
    for event in events.values():
        if spike.spike in event.members:
            return event
    return next((event for event in events.values() if _belongs(spike, event)), None)


def _belongs(spike: Spike, event: Event) -> bool:
    """By the lane of the event's lead alone: a wide member does not draw in all there is."""
    if not event.open or _family(spike) != _family(event.lead):
        return False  # a campaign and what people say of the same are two things
    if _same_posts(spike, event.open):
        return True
    lead = event.lead
    if lead.story is not None or spike.story is not None:  # few posts: its lane says little
        return any(same(marks(spike), marks(other)) for other in event.open)
    if _part(lead, spike) or _part(spike, lead):
        return True
    if _covers(spike.lane, lead.lane):
        return _excess(lead) >= CHILD_SHARE * _excess(spike)
    return _covers(lead.lane, spike.lane) and _excess(spike) >= CHILD_SHARE * _excess(lead)


def _family(spike: Spike) -> str:
    return "spike" if spike.kind == "emergence" else spike.kind


def _part(emergence: Spike, spike: Spike) -> bool:
    """Whether a spike is what happens in one region of an emergence."""
    risen = {one.region for one in emergence.risen}
    return spike.lane.topic == emergence.lane.topic and spike.lane.region in risen


def _covers(wide: Lane, narrow: Lane) -> bool:
    return (
        wide.topic in (None, narrow.topic)
        and wide.region in (None, narrow.region)
        and wide.district in (None, narrow.district)
    )


def _same_posts(spike: Spike, members: Iterable[Spike]) -> bool:
    mine = {post.item for post in spike.top}
    for other in members:
        theirs = {post.item for post in other.top}
        fewest = min(len(mine), len(theirs))
        if fewest > 1 and len(mine & theirs) >= SAME_POSTS * fewest:
            return True
    return False


def _excess(spike: Spike) -> float:
    return max(0.0, spike.observed - spike.expected)


def _telling(spike: Spike) -> tuple[bool, int, int, float, str]:
    lane = spike.lane
    exact = (lane.topic is not None) + (lane.region is not None)
    return spike.kind == "emergence", exact, RANK[spike.alarm], _excess(spike), spike.spike
