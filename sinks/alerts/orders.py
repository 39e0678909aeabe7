"""What people have ordered: mutes, crisis mode, who has acknowledged. Pure.

The last order on a subject stands, in the order of the log, not of the clocks it was given by:
a clock that was wrong for a minute must not outlast the order that takes it back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from rezonans.handling import Action
from rezonans.reasons import Lane
from rezonans.records import Spike
from sinks.alerts.stories import Marks, marks, same

OFF = "off"
EVERYBODY = "desk:*"


class Orders(msgspec.Struct, frozen=True):
    """The last action by what it is about."""

    latest: dict[str, Action] = {}
    stories: dict[str, Marks] = {}
    """Of muted stories: what they are known by, by subject."""


@dataclass(frozen=True)
class Standing:
    """An order that stands now."""

    subject: str
    by: str
    until: datetime


def applied(orders: Orders, action: Action) -> Orders:
    """The orders after one more."""
    if action.verb not in ("mute", "crisis", "acknowledge", "mark"):
        return orders
    latest = orders.latest
    if action.verb == "crisis" and action.subject == EVERYBODY:  # a word to all ends all others
        latest = {key: one for key, one in latest.items() if one.verb != "crisis"}
    return Orders({**latest, f"{action.verb} {action.subject}": action}, orders.stories)


def pruned(orders: Orders, now: float, kept_seconds: float = 30 * 86400.0) -> Orders:
    """Without what has ended: expired mutes, and what is older than a month."""
    kept = {key: one for key, one in orders.latest.items() if _lasts(one, now, kept_seconds)}
    if len(kept) == len(orders.latest):
        return orders
    return Orders(kept, {key: one for key, one in orders.stories.items() if f"mute {key}" in kept})


def told(orders: Orders, spike: str, story: Marks) -> Orders:
    """What the story of a spike is known by, where it is muted and that is not known yet."""
    subject = f"story:{spike}"
    if f"mute {subject}" not in orders.latest or subject in orders.stories:
        return orders
    return Orders(orders.latest, {**orders.stories, subject: story})


def mute(
    orders: Orders, spikes: Iterable[str], lanes: Iterable[Lane], now: float, *, red: bool
) -> Standing | None:
    """The mute that an event of these spikes and lanes falls under.

    A mute of the event itself silences all of it. One of a topic or place holds yellow and
    orange: what becomes red there is something else than what somebody wanted quiet.
    """
    subjects = [f"spike:{spike}" for spike in spikes]
    if not red:
        for lane in lanes:
            subjects += [f"topic:{lane.topic}"] if lane.topic else []
            subjects += [f"region:{lane.region}"] if lane.region else []
            subjects += [f"district:{lane.district}"] if lane.district else []
    for subject in dict.fromkeys(subjects):
        if (standing := _standing(orders, "mute", subject, now)) is not None:
            return standing
    return None


def mute_of_story(orders: Orders, spikes: Iterable[Spike], now: float) -> Standing | None:
    """The mute of a story that one of these spikes tells, whatever event it belongs to."""
    told_now = [(spike.spike, marks(spike)) for spike in spikes]
    for standing in mutes(orders, now):
        kind, _colon, first = standing.subject.partition(":")
        story = orders.stories.get(standing.subject, Marks())
        if kind == "story" and any(
            spike == first or same(story, told_one) for spike, told_one in told_now
        ):
            return standing
    return None


def crisis(orders: Orders, desk: str, now: float) -> Standing | None:
    """The crisis mode of a desk: its own, or the one for everybody."""
    own = _standing(orders, "crisis", f"desk:{desk}", now)
    return own or _standing(orders, "crisis", EVERYBODY, now)


def mutes(orders: Orders, now: float) -> list[Standing]:
    """All mutes that stand, the first to end first."""
    found = [
        _standing(orders, "mute", one.subject, now)
        for one in orders.latest.values()
        if one.verb == "mute"
    ]
    return sorted((one for one in found if one), key=lambda one: (one.until, one.subject))


def end_of(action: Action) -> datetime | None:
    """When a mute or crisis ends; `None`: at once."""
    if action.value is None or action.value == OFF:
        return None
    try:
        until = datetime.fromisoformat(action.value)
    except ValueError:
        return None
    return until if until.tzinfo else until.replace(tzinfo=UTC)


def _standing(orders: Orders, verb: str, subject: str, now: float) -> Standing | None:
    action = orders.latest.get(f"{verb} {subject}")
    until = end_of(action) if action else None
    if action is None or until is None or until.timestamp() <= now:
        return None
    return Standing(subject, action.by, until)


def _lasts(action: Action, now: float, kept_seconds: float) -> bool:
    if action.verb in ("mute", "crisis"):
        until = end_of(action)
        return until is not None and until.timestamp() > now
    return now - action.at.timestamp() < kept_seconds
