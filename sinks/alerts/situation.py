"""What holds at a desk at one moment: its rules, what people ordered, the hour. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from rezonans.desks import DeskSettings
from rezonans.handling import Told
from rezonans.records import Spike
from sinks.alerts import budget as budgets
from sinks.alerts import orders as standing
from sinks.alerts import rules
from sinks.alerts.budget import Budget
from sinks.alerts.events import Event
from sinks.alerts.orders import Orders, Standing
from sinks.alerts.rules import RED

UPDATES_APART = timedelta(hours=1)


@dataclass(frozen=True)
class Situation:
    """A desk at a moment; `now` is our clock, unix seconds."""

    name: str
    desk: DeskSettings
    orders: Orders
    now: float

    @cached_property
    def crisis(self) -> Standing | None:
        return standing.crisis(self.orders, self.name, self.now)

    @cached_property
    def quiet(self) -> bool:
        return rules.quiet(self.desk, self.now)

    @property
    def duty(self) -> str:
        """Who is on duty by name, where the rota says so."""
        shift = rules.on_shift(self.desk, self.now)
        return shift.who if shift else ""

    @property
    def updates_apart(self) -> timedelta:
        if self.crisis:
            return timedelta(minutes=self.desk.crisis.update_minutes)
        return UPDATES_APART

    def mute(self, event: Event) -> Standing | None:
        lanes = [spike.lane for spike in event.members.values()]
        red = event.rank >= RED
        found = standing.mute(self.orders, event.members, lanes, self.now, red=red)
        if found is None and not red:
            found = standing.mute_of_story(self.orders, event.members.values(), self.now)
        return found

    def channels(self, event: Event) -> tuple[str, ...]:
        """Who hears of it: whoever is on duty, and whom the escalation has reached."""
        if self.crisis:
            return rules.in_crisis(self.desk)
        asked = self.desk.escalate[: event.step]
        return tuple(dict.fromkeys([*rules.on_duty(self.desk, self.now), *asked]))

    def everybody(self) -> tuple[str, ...]:
        """Who hears what is about no event."""
        return rules.in_crisis(self.desk) if self.crisis else rules.on_duty(self.desk, self.now)

    def occasion(self, event: Event, told: Told) -> Told | None:
        """What a change is to this desk: opened, risen and over are told; what goes on loudly at
        most once an hour of the posts; a fall never, nor what was kept back until it was calm."""
        if not event.open:
            return "closed"
        if event.rank > event.told:
            if event.told:
                return "level"
            return None if told == "updated" and calm(event) else "opened"
        if told == "closed":
            return None
        at = max(spike.at for spike in event.open)
        due = event.told_at is None or at - event.told_at >= self.updates_apart
        return "updated" if due and not calm(event) else None

    def holds(self, budget: Budget, event: Event) -> bool:
        """Whether the budget keeps an event that was not told yet for the digest."""
        limit = self.desk.false_alerts_a_week
        if limit is None or event.told or event.simulation or event.technical:
            return False
        over = max(map(_over, event.open))
        return budgets.holds(budget, limit, over, self.now)


def _over(spike: Spike) -> float:
    """Decades of rarity above the threshold. A campaign has none: copies are counted, not held
    against days without any, so that only a spent budget keeps it."""
    return budgets.HIGHEST if spike.kind == "campaign" else spike.score - spike.threshold


def calm(event: Event) -> bool:
    """Whether all that is open of it has fallen back to the usual and only waits to be over."""
    return not any(
        spike.kind in ("campaign", "data-quality") or spike.fired or spike.observed > spike.high
        for spike in event.open
    )
