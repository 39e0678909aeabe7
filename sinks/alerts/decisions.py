"""What a desk decided about one occasion, and the letter that its channels get. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

import msgspec

from rezonans.handling import Alert, Outcome, Told
from rezonans.records import Spike
from sinks.alerts.events import Event
from sinks.alerts.orders import Standing
from sinks.alerts.rules import ALARMS
from sinks.alerts.situation import Situation

Sent: TypeAlias = Literal[
    "opened", "level", "updated", "closed", "escalated", "digest", "crisis-on", "crisis-off"
]
Held: TypeAlias = Literal["quiet-hours", "budget", "waits"]
Suppressed: TypeAlias = Literal[
    "muted", "below-level", "hourly", "calm", "joined", "part-over", "unheard", "history"
]
Reason: TypeAlias = Sent | Held | Suppressed
"""Why; `sinks/alerts/why.py` has the words."""

_OUTCOMES: dict[str, Outcome] = {
    "quiet-hours": "held",
    "budget": "held",
    "waits": "held",
    **dict.fromkeys(
        ("muted", "below-level", "hourly", "calm", "joined", "part-over", "unheard", "history"),
        "suppressed",
    ),
}


class Letter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a channel is told; rendered when it goes out."""

    alert: str
    desk: str
    told: Told
    event: str = ""
    spikes: tuple[Spike, ...] = ()
    """The lead, then what else is loud of the event; in a digest one of each event."""
    by: str = ""
    """Who acknowledged, or who switched crisis mode on."""
    duty: str = ""
    """Who is on duty, where the rota names somebody."""
    until: datetime | None = None
    on: bool = False
    """Crisis mode is on now."""

    @property
    def simulation(self) -> bool:
        return any(spike.simulation for spike in self.spikes)


@dataclass(frozen=True)
class Decision:
    """One occasion at one desk: told, held or not told, and why."""

    alert: str
    desk: str
    told: Told
    reason: Reason
    event: str = ""
    spikes: tuple[Spike, ...] = ()
    channels: tuple[str, ...] = ()
    by: str = ""
    until: datetime | None = None
    duty: str = ""

    @property
    def outcome(self) -> Outcome:
        return _OUTCOMES.get(self.reason, "sent")

    @classmethod
    def of(cls, told: Told, event: Event, spike: Spike, reason: Reason, at: Situation) -> Decision:
        """About an event to which `spike` happened: its lead speaks, with the event's level."""
        mute = at.mute(event) if reason == "muted" else None
        sent = reason not in _OUTCOMES
        key = identity(at.name, told, reason, event.event, f"{spike.spike}/{spike.revision}")
        return cls(
            key, at.name, told, reason, event.event, (spoken(event, told), *event.others),
            at.channels(event) if sent else (),
            mute.by if mute else event.by, mute.until if mute else None, at.duty,
        )  # fmt: skip

    @classmethod
    def no(cls, desk: str, spike: Spike, reason: Reason, event: str) -> Decision:
        """About a change that is no occasion."""
        key = identity(desk, spike.change, reason, event, f"{spike.spike}/{spike.revision}")
        return cls(key, desk, spike.change, reason, event or spike.spike, (spike,))

    @classmethod
    def escalation(cls, event: Event, at: Situation) -> Decision:
        """To the channel of the event's step, nobody having acknowledged."""
        channels = (at.desk.escalate[event.step - 1],)
        detail = f"{event.told}/{event.step}"
        return cls(
            identity(at.name, "escalated", "", event.event, detail), at.name, "escalated",
            "escalated", event.event, (spoken(event, "escalated"), *event.others), channels,
            duty=at.duty,
        )  # fmt: skip

    @classmethod
    def digest(cls, desk: str, events: Sequence[Event], channels: tuple[str, ...]) -> Decision:
        """Of what waited, one spike of each event, the loudest first."""
        ranked = sorted(events, key=lambda one: (-one.rank, one.event))
        spikes = tuple(spoken(one, "updated" if one.open else "closed") for one in ranked)
        names = ",".join(f"{spike.spike}/{spike.revision}" for spike in spikes)
        key = identity(desk, "digest", "", "", names)
        return cls(key, desk, "digest", "digest", "", spikes, channels)

    @classmethod
    def crisis(
        cls, desk: str, order: Standing | None, end: str, channels: tuple[str, ...]
    ) -> Decision:
        """Crisis mode went on, or is over."""
        reason: Reason = "crisis-on" if order else "crisis-off"
        key = identity(desk, "crisis", reason, "", end)
        by, until = (order.by, order.until) if order else ("", None)
        return cls(key, desk, "crisis", reason, channels=channels, by=by, until=until)

    def letter(self) -> Letter:
        return Letter(
            alert=self.alert, desk=self.desk, told=self.told, event=self.event,
            spikes=self.spikes, by=self.by, until=self.until, duty=self.duty,
            on=self.reason == "crisis-on",
        )  # fmt: skip

    def record(self, at: datetime) -> Alert:
        """As it is stored where no channel was to hear."""
        return stored(self.letter(), at, self.outcome, self.reason)


def stored(
    letter: Letter, at: datetime, outcome: Outcome, reason: str, *,
    channel: str | None = None, attempts: int = 0,
) -> Alert:  # fmt: skip
    """What became of a letter."""
    lead = letter.spikes[0] if letter.event and letter.spikes else None
    return Alert(
        alert=letter.alert, at=at, desk=letter.desk, told=letter.told, outcome=outcome,
        reason=reason, event=letter.event, channel=channel, by=letter.by or None,
        until=letter.until, lane=lead.lane if lead else None,
        spike=lead.spike if lead else None, revision=lead.revision if lead else None,
        alarm=lead.alarm if lead else None, attempts=attempts, simulation=letter.simulation,
    )  # fmt: skip


def spoken(event: Event, told: Told) -> Spike:
    """The record of the lead as it is spoken of: the event's level, this occasion."""
    lead = event.lead
    change = told if told in ("opened", "level", "updated", "closed") else lead.change
    alarm = ALARMS[event.rank] if event.rank else lead.alarm
    return msgspec.structs.replace(lead, alarm=alarm, change=change)


def identity(*parts: str) -> str:
    """The same decision has the same: the key of its row, and of what a webhook gets."""
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=12).hexdigest()
