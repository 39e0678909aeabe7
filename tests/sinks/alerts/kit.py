"""A desk to tell things to, and spikes to tell it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import SecretStr

from rezonans.desks import Channel, DeskSettings
from rezonans.handling import Action, Verb
from rezonans.reasons import Lane
from rezonans.records import Alarm, Change, Spike
from sinks.alerts.decisions import Decision
from sinks.alerts.life import DeskState, acknowledged, heard, marked
from sinks.alerts.orders import Orders, applied
from sinks.alerts.passing import passed
from sinks.alerts.situation import Situation

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
"""Sunday, 14:00 in Almaty."""
EVENING = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
"""23:00 in Almaty."""
MINUTE, HOUR = 60.0, 3600.0


def spike(change: Change = "opened", alarm: Alarm = "yellow", **values: Any) -> Spike:
    record: dict[str, Any] = {
        "spike": "a1",
        "revision": 0,
        "lane": Lane("water", "11"),
        "at": AT,
        "since": AT,
        "score": 4.0,
        "threshold": 3.5,
        "observed": 40.0,
        "expected": 10.0,
        "low": 5.0,
        "high": 15.0,
        "window_seconds": 3600,
        "posts": 44,
        "voices": 30,
    }
    return Spike(change=change, alarm=alarm, **(record | values))


def channel(url: str = "json://localhost", **values: Any) -> Channel:
    return Channel(url=SecretStr(url), **values)


def desk(**values: Any) -> DeskSettings:
    return DeskSettings(**({"channels": ("press",)} | values))


def action(verb: Verb, subject: str, value: str | None = None, **values: Any) -> Action:
    given: dict[str, Any] = {"action": "x1", "at": AT, "by": "Айгүл"}
    return Action(verb=verb, subject=subject, value=value, **(given | values))


class Bench:
    """One desk under a clock that is set by hand; keeps all that it decided."""

    def __init__(self, settings: DeskSettings | None = None, at: datetime = AT) -> None:
        self.settings = settings or desk()
        self.now = at.timestamp()
        self.state = DeskState()
        self.orders = Orders()
        self.all: list[Decision] = []

    @property
    def situation(self) -> Situation:
        return Situation("press", self.settings, self.orders, self.now)

    def hears(self, record: Spike, minutes: float = 0) -> list[Decision]:
        """One record some minutes later."""
        self.now += minutes * 60
        return self._do(lambda: heard(self.state, record, self.situation))

    def waits(self, minutes: float) -> list[Decision]:
        """So many minutes pass, looked at once a minute."""
        found = []
        for _ in range(max(1, round(minutes))):
            self.now += 60
            found += self._do(lambda: passed(self.state, self.situation))
        return found

    def ordered(self, given: Action) -> None:
        self.orders = applied(self.orders, given)
        if given.verb == "acknowledge":
            self.state = acknowledged(self.state, given)
        if given.verb == "mark":
            self.state = marked(self.state, given)

    def moment(self, minutes: float = 0) -> datetime:
        return datetime.fromtimestamp(self.now, UTC) + timedelta(minutes=minutes)

    def _do(self, step: Callable[[], tuple[DeskState, list[Decision]]]) -> list[Decision]:
        self.state, decisions = step()
        self.all += decisions
        return decisions


def why(decisions: list[Decision]) -> list[str]:
    """`opened`, or `held: budget`: what each is, and why where it was not told."""
    return [
        one.reason if one.outcome == "sent" else f"{one.outcome}: {one.reason}" for one in decisions
    ]
