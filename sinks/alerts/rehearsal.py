"""What a desk would have had of past spikes, by the rules that run live. Pure.

The clock is that of the posts. Nobody acknowledged, muted or marked in the past, so escalation
is left out and the budget has nothing to learn from.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from rezonans.desks import DeskSettings
from rezonans.outcome import Messages
from rezonans.records import Spike
from sinks.alerts.decisions import Decision
from sinks.alerts.life import DeskState, heard
from sinks.alerts.orders import Orders
from sinks.alerts.passing import passed
from sinks.alerts.situation import Situation

LOOK_SECONDS = 1800.0
"""Between two looks at the clock; mornings are at most so late."""


def rehearsed(
    name: str, desk: DeskSettings, spikes: Iterable[Spike], since: datetime, until: datetime
) -> Messages:
    """Counts of what was decided from `since` on; what waited at the end has its morning yet."""
    desk = desk.model_copy(update={"escalate": ()})
    state, found = DeskState(), Messages()
    now = since.timestamp()
    for spike in sorted(spikes, key=lambda one: one.at):
        at = spike.at.timestamp()
        state, decisions = _waited(state, name, desk, min(now, at), at)
        now = at
        situation = Situation(name, desk, Orders(), at)
        state, more = heard(state, spike, situation)
        if spike.at >= since:
            found = _counted(found, [*decisions, *more])
    end = (until + timedelta(days=1)).timestamp()
    _, decisions = _waited(state, name, desk, now, end)
    return _counted(found, decisions)


def _waited(
    state: DeskState, name: str, desk: DeskSettings, start: float, end: float
) -> tuple[DeskState, list[Decision]]:
    """Time passes, looked at now and then."""
    decisions: list[Decision] = []
    now = start
    while now < end:
        now = min(now + LOOK_SECONDS, end)
        state, found = passed(state, Situation(name, desk, Orders(), now))
        decisions += found
    return state, decisions


def _counted(found: Messages, decisions: Iterable[Decision]) -> Messages:
    sent = [one for one in decisions if one.outcome == "sent"]
    digests = sum(one.told == "digest" for one in sent)
    held = sum(one.reason in ("quiet-hours", "budget") for one in decisions)
    return msgspec.structs.replace(
        found,
        at_once=found.at_once + len(sent) - digests,
        digests=found.digests + digests,
        waited=found.waited + held,
    )
