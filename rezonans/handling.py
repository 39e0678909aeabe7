"""What people did about spikes, and what became of each message about one: records of two topics.

Rules of all records: `rezonans.records`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias

import msgspec

from rezonans.reasons import Lane
from rezonans.records import Alarm, Small

Verb: TypeAlias = Literal[
    "acknowledge", "mute", "mark", "crisis", "relabel", "answered", "replayed"
]


class Action(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    tag_field="schema",
    tag="action.v1",
):
    """What a person did on the desk, or by command."""

    action: str
    at: datetime
    subject: str
    """`spike:ID`, `story:ID` (of the spike that told it), `topic:CODE`, `region:CODE`,
    `district:CODE`, `desk:NAME` (`desk:*`: all of them), `item:ID`, `letter:ID`."""
    verb: Verb
    by: str
    value: str | None = None
    """mute, crisis: the end as ISO 8601, or `off`; mark: `useful` or `useless`; relabel:
    `topic=water` and the like; replayed: digests of what was sent, a space between them."""
    note: str | None = None


Told: TypeAlias = Literal["opened", "level", "updated", "closed", "escalated", "digest", "crisis"]


Outcome: TypeAlias = Literal["sent", "held", "suppressed", "failed", "replaced"]


class Alert(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    tag_field="schema",
    tag="alert.v1",
):
    """What became of one message that a desk was, or was not, to have; and why."""

    alert: str
    """Hash of desk, event and occasion: the same decision has the same."""
    at: datetime
    """Our clock."""
    desk: str
    told: Told
    """The occasion."""
    outcome: Outcome
    reason: str
    """A code: what let it pass, or what kept it (`sinks/alerts/why.py`)."""
    event: str = ""
    """The first spike of the event; empty for what is about none."""
    spike: str | None = None
    revision: Small | None = None
    alarm: Alarm | None = None
    lane: Lane | None = None
    channel: str | None = None
    """`None` where no channel was to hear."""
    by: str | None = None
    """The person whose action is the reason."""
    until: datetime | None = None
    """When the reason ends, where it does."""
    attempts: Small = 0
    simulation: bool = False
