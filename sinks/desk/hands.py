"""What people have done about alerts, as the desk shows it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from rezonans.handling import Action
from rezonans.persons import person
from sinks.alerts import orders
from sinks.alerts.orders import EVERYBODY, Orders, Standing
from sinks.desk.query import ActionRow

KNOWN_SECONDS = 30 * 86400
FRESH_SECONDS = 300.0
"""How long what was done here is shown before the store has it."""


@dataclass(frozen=True)
class Hands:
    """Who has what in hand, who marked what, and what stands."""

    acknowledged: dict[str, Action] = field(default_factory=dict)
    """By spike."""
    marks: dict[str, dict[str, str]] = field(default_factory=dict)
    """By spike and `person`: useful or useless."""
    mutes: Sequence[Standing] = ()
    crises: Sequence[Standing] = ()


def hands(actions: Iterable[Action], now: datetime) -> Hands:
    """The state after these, in their order."""
    known, acknowledged = Orders(), {}
    marks: dict[str, dict[str, str]] = {}
    for action in actions:
        known = orders.applied(known, action)
        spike = action.subject.removeprefix("spike:")
        if action.verb == "acknowledge":
            acknowledged[spike] = action
        if action.verb == "mark" and action.value:
            marks.setdefault(spike, {})[person(action.by)] = action.value
    at = now.timestamp()
    return Hands(acknowledged, marks, orders.mutes(known, at), _crises(known, at))


def action(row: ActionRow) -> Action:
    """An action as the store gives it back."""
    return Action(
        action=row.action,
        at=datetime.fromtimestamp(row.at_ms / 1000, UTC),
        subject=row.subject,
        verb=row.verb,
        by=row.by,
        value=row.value,
    )


def together(stored: Sequence[Action], here: Iterable[Action], now: datetime) -> list[Action]:
    """What is stored, and after it what was done here that the store does not have yet."""
    known = {one.action for one in stored}
    fresh = [
        one
        for one in here
        if one.action not in known and abs((now - one.at).total_seconds()) < FRESH_SECONDS
    ]
    return [*stored, *fresh]


def _crises(known: Orders, now: float) -> list[Standing]:
    desks = {one.subject for one in known.latest.values() if one.verb == "crisis"} | {EVERYBODY}
    found = {orders.crisis(known, desk.removeprefix("desk:"), now) for desk in desks}
    return sorted((one for one in found if one), key=lambda one: one.subject)
