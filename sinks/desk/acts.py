"""What can be done about alerts and what became of them, as the templates print it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from rezonans.i18n import Translator, mark
from rezonans.reasons import Lane
from rezonans.records import Spike
from sinks import sentence as say
from sinks.alerts import why
from sinks.alerts.orders import EVERYBODY, Standing
from sinks.desk.hands import Hands
from sinks.desk.query import AlertRow
from sinks.sentence import Names

MUTES = (240, 1440, 10080)
CRISES = (240, 720, 1440)
SHOWN = 25
TOLD = 4
_WHOLE = {"digest": mark("Morning digest"), "crisis": mark("Crisis mode")}
"""Messages that are about no single event."""
_PLAIN = re.compile(r"[A-Za-z0-9_.:-]{1,64}")


@dataclass(frozen=True)
class Button:
    """`do`: the order as the form sends it."""

    do: str
    text: str
    label: str = ""
    """What it does in full, for those who do not see what it stands beside."""
    pressed: bool = False


@dataclass(frozen=True)
class Menu:
    title: str
    buttons: Sequence[Button]


@dataclass(frozen=True)
class Acts:
    """What stands under a spike."""

    in_hand: str
    lines: Sequence[str]
    """What was told, to whom, and why not."""
    buttons: Sequence[Button]
    mutes: Sequence[Menu]


@dataclass(frozen=True)
class Line:
    """One message of the list."""

    time: str
    who: str
    what: str
    outcome: str
    reason: str
    tone: str
    simulated: bool


@dataclass(frozen=True)
class Order:
    """A mute or a crisis mode that stands, with the way to end it."""

    text: str
    end: Button


@dataclass(frozen=True)
class Desk:
    """Beside the spikes: crisis mode, mutes, messages."""

    crises: Sequence[Order]
    crisis: Menu
    mutes: Sequence[Order]
    lines: Sequence[Line]


class Clerk:
    """Words and names of one language, for what people do."""

    def __init__(self, words: Translator, names: Names) -> None:
        self._words = words
        self._names = names

    def spike(self, spike: Spike, done: Hands, alerts: Sequence[AlertRow], now: datetime) -> Acts:
        subject = f"spike:{spike.spike}"
        taken = done.acknowledged.get(spike.spike)
        in_hand = ""
        if taken is not None:
            at = self._words.moment(taken.at, now)
            in_hand = self._words.gettext("In hand: {name}, {time}", name=taken.by, time=at)
        mine = [one for one in alerts if spike.spike in (one.event, one.spike)]
        if not _PLAIN.fullmatch(spike.spike):
            return Acts(in_hand, self._told(mine, now), (), ())
        return Acts(
            in_hand,
            self._told(mine, now),
            self._buttons(subject, taken is not None, done.marks.get(spike.spike, {})),
            self._mutes(subject, spike.lane),
        )

    def desk(self, done: Hands, alerts: Sequence[AlertRow], now: datetime) -> Desk:
        _ = self._words.gettext
        off = _("Switch off")
        crises = [
            Order(self._standing(self._of_desk(one.subject), one, now),
                  Button(f"crisis {one.subject} off", off, _("Switch crisis mode off")))
            for one in done.crises
        ]  # fmt: skip
        mutes = [
            Order(
                self._standing(text := self._of_mute(one.subject), one, now),
                Button(f"mute {one.subject} off", _("Hear again"), f"{_('Hear again')}: {text}"),
            )
            for one in done.mutes
        ]
        title = _("Crisis mode")
        switch = Menu(title, [self._timed(f"crisis {EVERYBODY}", n, title) for n in CRISES])
        return Desk(crises, switch, mutes, [self._line(one, now) for one in alerts[:SHOWN]])

    def _buttons(self, subject: str, taken: bool, marks: dict[str, str]) -> list[Button]:
        _ = self._words.gettext
        given = list(marks.values())
        found = [] if taken else [Button(f"acknowledge {subject}", _("Take in hand"))]
        for code, text in (("useful", _("Useful")), ("useless", _("Useless"))):
            n = given.count(code)
            shown = f"{text} · {self._words.number(n)}" if n else text
            found.append(Button(f"mark {subject} {code}", shown, pressed=n > 0))
        return found

    def _mutes(self, subject: str, lane: Lane) -> list[Menu]:
        _ = self._words.gettext
        parts = [(subject, _("This event"))]
        if lane != Lane():
            parts.append(
                (subject.replace("spike:", "story:", 1), _("This story, in new events too"))
            )
        if lane.topic and (called := self._names.topic(lane.topic)):
            parts.append((f"topic:{lane.topic}", _("Topic") + f": {called}"))
        if lane.region and (called := self._names.place(lane.region)):
            parts.append((f"region:{lane.region}", _("Region") + f": {called}"))
        if lane.district and (called := self._names.place(lane.district)):
            parts.append((f"district:{lane.district}", _("District") + f": {called}"))
        return [
            Menu(title, [self._timed(f"mute {what}", n, title) for n in MUTES])
            for what, title in parts
        ]

    def _timed(self, order: str, minutes: int, title: str) -> Button:
        hours, days = minutes // 60, minutes // 1440
        if days:
            text = self._words.ngettext("for {n} day", "for {n} days", days)
        else:
            text = self._words.ngettext("for {n} hour", "for {n} hours", hours)
        return Button(f"{order} {minutes}", text, f"{title}: {text}")

    def _told(self, alerts: Sequence[AlertRow], now: datetime) -> list[str]:
        return [
            f"{line.time} · {line.who} · {line.outcome}: {line.reason}"
            for line in (self._line(one, now) for one in alerts[:TOLD])
        ]

    def _line(self, row: AlertRow, now: datetime) -> Line:
        at = datetime.fromtimestamp(row.at_ms / 1000, UTC)
        until = datetime.fromtimestamp(row.until_ms / 1000, UTC) if row.until_ms else None
        return Line(
            time=self._words.moment(at, now),
            who=f"{row.desk} → {row.channel}" if row.channel else row.desk,
            what=self._what(row),
            outcome=why.outcome(row.outcome, self._words),
            reason=why.reason(row.reason, row.by, until, now, self._words),
            tone=row.outcome,
            simulated=row.simulation,
        )

    def _what(self, row: AlertRow) -> str:
        if row.alarm is None:
            return self._words.gettext(_WHOLE.get(row.told, ""))
        subject = say.subject(Lane(row.topic, row.region, row.district), self._words, self._names)
        return f"{subject} ({say.level_name(row.alarm, self._words)})"

    def _standing(self, text: str, order: Standing, now: datetime) -> str:
        end = self._words.gettext("until {time}", time=self._words.moment(order.until, now))
        return f"{text}, {end} ({order.by})"

    def _of_mute(self, subject: str) -> str:
        kind, _colon, code = subject.partition(":")
        called = {
            "topic": self._names.topic,
            "region": self._names.place,
            "district": self._names.place,
        }.get(kind)
        if kind == "story":
            return self._words.gettext("Story {code}", code=code[:12])
        return say.capital((called(code) if called else None) or self._event(code))

    def _event(self, code: str) -> str:
        return self._words.gettext("event {code}", code=code[:12])

    def _of_desk(self, subject: str) -> str:
        _ = self._words.gettext
        title = _("Crisis mode")
        name = subject.removeprefix("desk:")
        return title if subject == EVERYBODY else f"{title}: {name}"
