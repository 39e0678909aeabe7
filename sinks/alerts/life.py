"""The life of an alert at one desk: (state, spike | action) -> (state, decisions). Pure.

At most one message a level and one update an hour of the posts (a quarter of an hour in crisis
mode), then a summary; children of one event in one message. Yellow and orange wait for the
morning in quiet hours and when the budget is spent; red goes out. Told again, a spike or an
action decides nothing: a redelivery is silent.

Two clocks: how often a desk is told follows the time of the posts, which no clock of ours can
disturb; hours of the day, escalation and what people ordered follow ours, and a clock that is
set back makes them start anew rather than wait.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from rezonans.handling import Action
from rezonans.records import Spike
from sinks.alerts import budget as budgets
from sinks.alerts import rules
from sinks.alerts.budget import Budget
from sinks.alerts.decisions import Decision, Reason
from sinks.alerts.events import Event, home_of
from sinks.alerts.rules import RANK, RED
from sinks.alerts.situation import Situation, calm

STALE_SECONDS = 6 * 3600.0
"""A spike older than that is history: a reader of today's alerts is not told of it."""

_replace = msgspec.structs.replace


class Done(msgspec.Struct, frozen=True):
    """A spike that is through: told again, it is not new."""

    at: float
    event: str


class DeskState(msgspec.Struct, frozen=True):
    """All that a desk remembers."""

    events: dict[str, Event] = {}
    done: dict[str, Done] = {}
    budget: Budget = Budget()
    crisis: str = ""
    """The end of crisis mode as it was announced; empty: it is off."""

    def event_of(self, spike: str) -> str:
        """The event of a spike; itself where it is not known."""
        if spike in self.done:
            return self.done[spike].event
        return next((e.event for e in self.events.values() if spike in e.members), spike)


def heard(state: DeskState, spike: Spike, at: Situation) -> tuple[DeskState, list[Decision]]:
    """What the desk hears of one change in the life of a spike."""
    if not rules.concerns(spike, at.desk) or spike.spike in state.done:
        return state, []
    home = home_of(spike, state.events)
    known = home.members.get(spike.spike) if home else None
    if known is not None and spike.revision <= known.revision:
        return state, []
    stale = at.now - spike.at.timestamp() > STALE_SECONDS
    if home is None and (stale or spike.change == "closed"):
        old = [_not(at, spike, "history")] if stale and spike.change != "closed" else []
        return _done(state, spike.spike, [spike.spike], at.now), old
    event = (home or Event(spike.spike)).with_member(spike, at.now)
    if stale and event.open:
        return with_event(state, event), [_not(at, spike, "history", event)]
    return _tell(state, event, spike, at, joined=known is None and home is not None)


def acknowledged(state: DeskState, action: Action) -> DeskState:
    """Somebody takes care: nobody else is asked until it gets worse."""
    spike = action.subject.removeprefix("spike:")
    event = state.events.get(state.event_of(spike))
    if event is None:
        return state
    rank = max(event.told, event.rank)
    return with_event(state, _replace(event, asked=None, acknowledged=rank, by=action.by))


def marked(state: DeskState, action: Action) -> DeskState:
    """Useful or useless: what the budget learns from."""
    event = state.event_of(action.subject.removeprefix("spike:"))
    return _replace(state, budget=budgets.marked(state.budget, event, action.value or ""))


def asking(event: Event, at: Situation) -> Event:
    """The event once its level is told: who has acknowledged less is asked again."""
    rank = event.rank
    risen = rank > event.told
    asks = rank >= RANK[at.desk.escalate_alarm] and rank > event.acknowledged
    if asks and risen and at.desk.escalate:
        event = _replace(event, asked=at.now)
    return _replace(event, told=max(rank, event.told), held="")


def with_event(state: DeskState, event: Event) -> DeskState:
    return _replace(state, events={**state.events, event.event: event})


def over(state: DeskState, event: Event, now: float) -> DeskState:
    """The event is through."""
    events = {key: one for key, one in state.events.items() if key != event.event}
    return _done(_replace(state, events=events), event.event, event.members, now)


def _tell(
    state: DeskState, event: Event, spike: Spike, at: Situation, *, joined: bool
) -> tuple[DeskState, list[Decision]]:
    told = at.occasion(event, spike.change)
    if told is None and joined and spike.kind == "emergence":
        told = "updated"  # what was told of one region is now about several
    if told is None:
        reason: Reason = "calm" if calm(event) else "hourly"
        if spike.change == "closed":
            reason = "part-over"
        return with_event(state, event), [_not(at, spike, "joined" if joined else reason, event)]
    refusal = _refusal(state, event, told == "closed", at)
    if refusal is not None:
        if refusal in ("quiet-hours", "budget") and event.held:
            refusal = "waits"  # said once; what goes on meanwhile waits with it
        return _refused(state, event, Decision.of(told, event, spike, refusal, at), at)
    decision = Decision.of(told, event, spike, _WHY[told], at)
    if told == "closed":
        return over(state, event, at.now), [decision]
    if at.desk.false_alerts_a_week is not None and not (event.simulation or event.technical):
        state = _replace(state, budget=budgets.told(state.budget, event.event, at.now))
    event = asking(_replace(event, told_at=spike.at), at)
    return with_event(state, event), [decision]


_WHY: dict[str, Reason] = {
    "opened": "opened",
    "level": "level",
    "updated": "updated",
    "closed": "closed",
}


def _refusal(state: DeskState, event: Event, closing: bool, at: Situation) -> Reason | None:
    """Why it is not told now; `None`: it is."""
    if at.mute(event) is not None:
        return "muted"
    if closing and not event.told:
        return "waits" if event.held else "unheard"
    if not at.crisis and not closing and event.rank < RANK[at.desk.alarm]:
        return "below-level"
    if at.crisis or event.rank >= RED:
        return None
    if at.quiet:
        return "quiet-hours"
    return "budget" if not closing and at.holds(state.budget, event) else None


def _refused(
    state: DeskState, event: Event, refusal: Decision, at: Situation
) -> tuple[DeskState, list[Decision]]:
    if refusal.outcome == "held":
        since = event.held_since if event.held else at.now
        waiting = _replace(event, held=event.held or refusal.reason, held_since=since)
        return with_event(state, waiting), [refusal]
    if not event.open:
        return over(state, event, at.now), [refusal]
    return with_event(state, event), [refusal]


def _not(at: Situation, spike: Spike, reason: Reason, event: Event | None = None) -> Decision:
    """A change that is not an occasion."""
    return Decision.no(at.name, spike, reason, event.event if event else "")


def _done(state: DeskState, event: str, spikes: Iterable[str], now: float) -> DeskState:
    return _replace(state, done={**state.done, **dict.fromkeys(spikes, Done(now, event))})
