"""A letter in the language of its channel, with the way back to the desk."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from urllib.parse import quote

import msgspec

from rezonans.desks import Channel, DeskSettings
from rezonans.i18n import Language, Translator, translator
from rezonans.records import Spike
from sinks.alerts import channels
from sinks.alerts.decisions import Letter, identity
from sinks.alerts.html import Said, html
from sinks.alerts.notifier import Button, Notice
from sinks.amounts import in_course, until
from sinks.names import names
from sinks.sentence import Message, Names, about, capital, headline, level_name, message

MUTE_HOURS = 4

Draw = Callable[[Letter, Language], Awaitable[bytes | None]]
"""The picture of a letter, `None` where there is none to be had."""


async def no_picture(letter: Letter, language: Language) -> None:
    """Where nobody draws."""


class Words:
    """Renders for a `Sender`. `desk`: address of the desk as readers reach it, if they do."""

    def __init__(
        self,
        desk: str | None,
        desks: Mapping[str, DeskSettings],
        draw: Draw = no_picture,
        called: Callable[[Language], Names] = names,
    ) -> None:
        self._called = called
        self._desk = desk.rstrip("/") if desk else None
        self._desks = desks
        self._draw = draw

    async def __call__(self, letter: Letter, channel: str, settings: Channel) -> Notice:
        desk = self._desks.get(letter.desk, DeskSettings())
        language = settings.language or desk.language
        picture = None
        if _drawable(letter) and channels.pictured(settings):
            picture = await self._draw(letter, language)
        words, called = translator(language), self._called(language)
        said = self.said(letter, words, called)
        written = channels.written(settings)
        return Notice(
            key=identity(letter.alert, channel),
            title=said.plain.title,
            text=said.plain.body,
            html=html(letter, said, words, called, pictured=bool(picture)) if written else "",
            buttons=tuple(said.buttons),
            orders=orders(letter, words) if settings.buttons else (),
            picture=picture,
            data=msgspec.json.encode(letter),
        )

    def said(self, letter: Letter, words: Translator, called: Names) -> Said:
        """A letter in words: one sentence first, then the rest."""
        link = self._link(letter)
        buttons = (Button(words.gettext("Open on the desk"), link),) if link else ()
        if letter.told == "crisis":
            return Said(_crisis(letter, words), (), buttons)
        if letter.told == "digest":
            return Said(_digest(letter, words, called, link), (), buttons)
        before = _before(letter, words, self._desks.get(letter.desk, DeskSettings()))
        after = _after(letter, words, called)
        title, body = message(letter.spikes[0], words, called, link, after)
        return Said(Message(title, "\n".join([*before, body])), before, buttons, after)

    def _link(self, letter: Letter) -> str | None:
        if self._desk is None:
            return None
        spike = letter.spikes[0].spike if letter.event and letter.spikes else None
        return f"{self._desk}/" + (f"#spike-{quote(spike, safe='')}" if spike else "")


def _drawable(letter: Letter) -> bool:
    """Whether the course of its lane shows it."""
    return bool(letter.event) and in_course(letter.spikes[0])


def orders(letter: Letter, words: Translator) -> tuple[tuple[str, str], ...]:
    """What can be done about an event at a press: less once it is over."""
    if not letter.event or not letter.spikes:
        return ()
    subject = f"spike:{letter.spikes[0].spike}"
    marks = (
        (words.gettext("Useful"), f"mark {subject} useful"),
        (words.gettext("Useless"), f"mark {subject} useless"),
    )
    if letter.told == "closed":
        return marks
    hours = words.ngettext("for {n} hour", "for {n} hours", MUTE_HOURS)
    return (
        (words.gettext("Take in hand"), f"acknowledge {subject}"),
        *marks,
        (words.gettext("Mute {period}", period=hours), f"mute {subject} {MUTE_HOURS * 60}"),
    )


def _before(letter: Letter, words: Translator, desk: DeskSettings) -> list[str]:
    """What stands before the sentence: why it comes now, and who takes care."""
    lines = []
    if letter.told == "escalated":
        n = desk.escalate_minutes
        lines.append(
            words.ngettext(
                "Nobody has answered in {n} minute.", "Nobody has answered in {n} minutes.", n
            )
        )
    if letter.by:
        lines.append(words.gettext("In hand: {name}.", name=letter.by))
    return lines


def _after(letter: Letter, words: Translator, called: Names) -> list[str]:
    """What else is loud of the event, and whose watch it is."""
    lines = []
    if others := also(letter.spikes[1:], words, called):
        lines.append(words.gettext("Also loud: {names}.", names=others))
    if letter.duty and not letter.by:
        lines.append(words.gettext("On duty: {name}.", name=letter.duty))
    return lines


def also(spikes: tuple[Spike, ...], words: Translator, called: Names) -> str:
    """The other lanes of an event by name, three at most."""
    found = dict.fromkeys(about(spike, words, called) for spike in spikes)
    return "; ".join(list(found)[:3])


def _digest(letter: Letter, words: Translator, called: Names, link: str | None) -> Message:
    n = len(letter.spikes)
    title = words.ngettext("Morning digest: {n} event", "Morning digest: {n} events", n)
    lines = [words.gettext("They did not go out at once: quiet hours, or the weekly limit.")]
    open_ones = [spike for spike in letter.spikes if spike.change != "closed"]
    over = [spike for spike in letter.spikes if spike.change == "closed"]
    parts = (
        (words.gettext("Going on"), [_entry(spike, words, called) for spike in open_ones]),
        (words.gettext("Over"), [_entry(spike, words, called) for spike in over]),
        (words.gettext("Who answers"), list(_answering(open_ones, called))),
    )
    for label, entries in parts:
        if entries:
            lines += ["", f"{label}:", *entries]
    if letter.simulation:
        title = f"{words.gettext('SIMULATION')} · {title}"
        lines.insert(0, words.gettext("This is an exercise: the posts are invented."))
    if link:
        lines += ["", words.gettext("More: {link}", link=link)]
    return Message(title, "\n".join(lines))


def _entry(spike: Spike, words: Translator, called: Names) -> str:
    if spike.change != "closed":
        level = level_name(spike.alarm, words)
        voices = words.ngettext("{n} author", "{n} authors", spike.voices)
        told = f"{level}, {voices}" if spike.quality is None else level
        return f"• {headline(spike, words, called)} ({told})"
    when = words.gettext(
        "from {since} to {time}",
        since=words.moment(spike.since, spike.at),
        time=words.moment(until(spike), spike.at),
    )
    return f"• {about(spike, words, called)}: {when}"


def _answering(spikes: list[Spike], called: Names) -> Iterator[str]:
    """Each authority once, with its topics, in the order of the events; what is about no topic,
    or about one for which the taxonomy names nobody, is not among them."""
    asked: dict[str, dict[str, None]] = {}
    for spike in spikes:
        topic = None if spike.quality is not None else spike.lane.topic
        name, what = (called.authority(topic), called.topic(topic)) if topic else (None, None)
        if name and what:
            asked.setdefault(name, {})[capital(what)] = None
    for name, topics in asked.items():
        yield f"• {name}: {'; '.join(topics)}"


def _crisis(letter: Letter, words: Translator) -> Message:
    if letter.on and letter.until is not None:
        title = words.gettext("Crisis mode is on until {time}", time=words.day(letter.until))
        body = words.gettext(
            "Switched on by {name}. Everybody of the desk hears of every level; quiet hours and "
            "the weekly limit do not hold; updates come more often.",
            name=letter.by,
        )
        return Message(title, body)
    return Message(
        words.gettext("Crisis mode is over"),
        words.gettext("Quiet hours, the rota and the weekly limit hold again."),
    )
