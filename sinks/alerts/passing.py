"""What time alone brings a desk: crisis mode, the morning, escalation, the end. Pure."""

from __future__ import annotations

import msgspec

from sinks.alerts import budget as budgets
from sinks.alerts import rules
from sinks.alerts.decisions import Decision
from sinks.alerts.events import Event
from sinks.alerts.life import DeskState, asking, over, with_event
from sinks.alerts.rules import RED
from sinks.alerts.situation import Situation

LOST_SECONDS = 3 * 86400.0
"""An event of which nothing was heard for so long is over, whatever became of its end."""
SKEW_SECONDS = 60.0

_replace = msgspec.structs.replace


def passed(state: DeskState, at: Situation) -> tuple[DeskState, list[Decision]]:
    """The desk a moment later. Called again at the same moment, it changes nothing."""
    state = _not_ahead(state, at.now)
    limit = at.desk.false_alerts_a_week
    if limit is not None:
        state = _replace(state, budget=budgets.relaxed(state.budget, limit, at.now))
    state, decisions = _crisis(state, at)
    state, digest = _morning(state, at)
    decisions += digest
    for event in list(state.events.values()):
        state, asked = _escalation(state, event, at)
        decisions += asked
    return _tidy(state, at.now), decisions


def _not_ahead(state: DeskState, now: float) -> DeskState:
    """Our clock was set back: what began later than now begins now, and waits no longer."""
    for event in list(state.events.values()):
        if max(event.seen, event.held_since, event.asked or 0.0) > now + SKEW_SECONDS:
            asked = None if event.asked is None else min(event.asked, now)
            seen, held = min(event.seen, now), min(event.held_since, now)
            moved = _replace(event, seen=seen, held_since=held, asked=asked)
            state = with_event(state, moved)
    return state


def _crisis(state: DeskState, at: Situation) -> tuple[DeskState, list[Decision]]:
    """Say that crisis mode went on, has another end, or is over."""
    wanted = at.crisis.until.isoformat() if at.crisis else ""
    if wanted == state.crisis:
        return state, []
    channels = rules.in_crisis(at.desk)
    sent = Decision.crisis(at.name, at.crisis, wanted or state.crisis, channels)
    return _replace(state, crisis=wanted), [sent]


def _morning(state: DeskState, at: Situation) -> tuple[DeskState, list[Decision]]:
    """The digest of what waited: in the morning, or at once when a crisis begins."""
    held = [event for event in state.events.values() if event.held]
    since = min((event.held_since for event in held), default=at.now)
    due = not at.quiet and rules.morning_passed(at.desk, since, at.now)
    if not held or not (due or at.crisis):
        return state, []
    told = [event for event in held if at.mute(event) is None]
    for event in held:
        if not event.open:
            state = over(state, event, at.now)
        elif event in told:
            heard = _replace(event, told_at=max(spike.at for spike in event.open))
            state = with_event(state, asking(heard, at))
        else:
            state = with_event(state, _replace(event, held=""))
    return state, [Decision.digest(at.name, told, at.everybody())] if told else []


def _escalation(state: DeskState, event: Event, at: Situation) -> tuple[DeskState, list[Decision]]:
    """On to the next channel when nobody has acknowledged in time."""
    if event.asked is None or not event.open:
        return state, []
    waits = event.rank < RED and at.quiet and not at.crisis
    if waits or at.now - event.asked < at.desk.escalate_minutes * 60 or at.mute(event):
        return state, []
    steps = _steps(event, at)
    if not steps:
        return with_event(state, _replace(event, asked=None)), []
    event = _replace(event, step=steps[0], asked=at.now if len(steps) > 1 else None)
    return with_event(state, event), [Decision.escalation(event, at)]


def _steps(event: Event, at: Situation) -> list[int]:
    """The steps that are left: of the escalation, who does not hear of it anyway."""
    heard = at.everybody()
    names = enumerate(at.desk.escalate, 1)
    return [n for n, name in names if n > event.step and name not in heard]


def _tidy(state: DeskState, now: float) -> DeskState:
    for event in list(state.events.values()):
        if now - event.seen > LOST_SECONDS:
            state = over(state, event, now)
    if any(now - one.at > LOST_SECONDS for one in state.done.values()):
        done = {spike: one for spike, one in state.done.items() if now - one.at <= LOST_SECONDS}
        state = _replace(state, done=done)
    return state
