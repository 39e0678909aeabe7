"""Whether accounts of the public register started it, and how many followed. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from math import fsum

from rezonans.reasons import Leader
from streams.resonance.entries import Entry

HOUR = 3600.0
BEFORE_SECONDS = 3600.0
"""So long before the rise a post may have started it."""
AFTER_SECONDS = 600.0
"""And so long after: the rise is known to the bin, and a first echo may be faster."""
LEAST_FOLLOWED = 3
"""Posts; an account that nobody answered started nothing."""
MOST_LEADERS = 5


def leaders(
    entries: Sequence[Entry], organic: Mapping[str, float], since: float
) -> tuple[Leader, ...]:
    """The opinion leaders that spoke around the beginning, most followed first.

    `organic`: what each post weighs; `since`: when the lane began to rise, unix seconds.
    """
    spoke = [
        entry
        for entry in entries
        if entry.speaker is not None
        and since - BEFORE_SECONDS <= entry.published <= since + AFTER_SECONDS
    ]
    found = [_leader(entry, entries, organic) for entry in spoke]
    found = [leader for leader in found if leader.followed >= LEAST_FOLLOWED]
    found.sort(key=lambda leader: (-leader.followed, leader.at, leader.item))
    return tuple(found[:MOST_LEADERS])


def _leader(entry: Entry, entries: Sequence[Entry], organic: Mapping[str, float]) -> Leader:
    assert entry.speaker is not None
    after = followers(entry, entries)
    return Leader(
        name=entry.speaker.name,
        standing=entry.speaker.standing,
        reason=entry.speaker.reason,
        item=entry.item,
        at=datetime.fromtimestamp(entry.published, UTC),
        followed=round(fsum(organic[other.item] for other in after)),
        text=entry.text,
        url=entry.url,
    )


def followers(leader: Entry, entries: Sequence[Entry]) -> list[Entry]:
    """What answers or repeats the leader's post within the hour after it, by other voices."""
    return [
        other
        for other in entries
        if 0 <= other.published - leader.published <= HOUR
        and other.item != leader.item
        and other.voice != leader.voice
        and other.story == leader.item
    ]


def started(entries: Sequence[Entry], least: int) -> bool:
    """Whether some opinion leader was followed by at least so many unique voices."""
    return any(
        len({other.voice for other in followers(entry, entries)}) >= least
        for entry in entries
        if entry.speaker is not None
    )
