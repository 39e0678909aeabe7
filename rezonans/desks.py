"""Who watches what and how they are reached: the tables `[alerts.NAME]` and `[desks.NAME]`.

A channel is a way out; a desk is people with topics, places, hours and channels. A channel that
no desk names is a desk of its own, so that one address is all a small centre has to write.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import tzinfo
from functools import cached_property
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, SecretStr

from rezonans.environment import Names
from rezonans.hours import Span, moment, span
from rezonans.sections import Language, Section

LEAST_SECRET = 16
"""Characters of a webhook's secret: a shorter one can be guessed."""


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("no such time zone; write it like Asia/Almaty") from None
    return name


def _spans(texts: tuple[str, ...]) -> tuple[str, ...]:
    for text in texts:
        span(text)
    return texts


def _time(text: str) -> str:
    moment(text)
    return text


Spans = Annotated[Names, AfterValidator(_spans)]
Time = Annotated[str, AfterValidator(_time)]
Zone = Annotated[str, AfterValidator(_zone)]
Level = Literal["yellow", "orange", "red"]


class Channel(Section):
    """One way alerts leave: an Apprise URL, or hook(s)://host/path for a signed webhook."""

    url: SecretStr
    secret: SecretStr | None = None
    """Key of the signature of a webhook."""
    picture: bool = True
    """Send the course as a picture where the service takes one."""
    buttons: bool = False
    """Telegram: take in hand, mark and mute under each message; the bot is this channel's alone."""
    language: Language | None = None
    """Default: that of the desk."""
    alarm: Level | None = None
    topics: Names = ()
    groups: Names = ()
    authorities: Names = ()
    regions: Names = ()
    simulation: bool | None = None
    """These six make a desk of a channel that no desk names."""


class Shift(Section):
    """Whom the rota puts on duty at some hours of the week; the first that fits is asked."""

    when: Spans
    channels: Names
    who: str = Field(default="", max_length=80)

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        return tuple(map(span, self.when))


class Crisis(Section):
    """What a desk does while crisis mode is on: no quiet hours, no budget, all levels."""

    channels: Names = ()
    """Who hears then; default: everybody the desk has, its escalation included."""
    update_minutes: int = Field(default=15, ge=5, le=60)


class DeskSettings(Section):
    """People who watch topics and places."""

    channels: Names = ()
    """Told at once, where no shift of the rota fits."""
    escalate: Names = ()
    """Told one after the other as long as nobody acknowledges."""
    escalate_minutes: int = Field(default=15, ge=1, le=1440)
    escalate_alarm: Level = "orange"
    """The least level that somebody has to acknowledge."""
    language: Language = "ru"
    topics: Names = ()
    groups: Names = ()
    """All topics of these groups of the taxonomy, beside those that are named."""
    authorities: Names = ()
    """All topics for which these authorities of the taxonomy answer, beside the others."""
    regions: Names = ()
    alarm: Level = "yellow"
    """The least level that is told."""
    simulation: bool = True
    """Also what the simulation raises, marked so: drills."""
    time_zone: Zone = "Asia/Almaty"
    quiet: Spans = ()
    """Yellow and orange wait for the morning then; red goes out."""
    morning: Time = "08:00"
    """When the digest of what waited goes out."""
    false_alerts_a_week: int | None = Field(default=5, ge=1, le=100)
    """The budget; without one every alert is told."""
    rota: tuple[Shift, ...] = ()
    crisis: Crisis = Crisis()

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        return tuple(map(span, self.quiet))

    @cached_property
    def zone(self) -> tzinfo:
        return ZoneInfo(self.time_zone)

    @property
    def reached(self) -> tuple[str, ...]:
        """Every channel that the desk may ever use, each once, in the order they are asked."""
        named = [*self.channels, *(name for shift in self.rota for name in shift.channels)]
        return tuple(dict.fromkeys([*named, *self.escalate, *self.crisis.channels]))


def all_desks(
    channels: Mapping[str, Channel], named: Mapping[str, DeskSettings]
) -> dict[str, DeskSettings]:
    """All desks by name: those of the settings, and one for each channel that none names."""
    used = {name for desk in named.values() for name in desk.reached}
    own = {name: _of_channel(name, one) for name, one in channels.items() if name not in used}
    return {**own, **named}


def mistakes(
    channels: Mapping[str, Channel], named: Mapping[str, DeskSettings]
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each place where channels and desks do not fit, and the remedy."""
    used: set[str] = set()
    for name, desk in named.items():
        used.update(desk.reached)
        yield from _of_desk(name, desk, channels)
    for name, channel in channels.items():
        scheme = channel.url.get_secret_value().partition("://")[0].lower()
        yield from _of_webhook(name, channel, scheme in ("hook", "hooks"))
        if channel.buttons and scheme != "tgram":
            yield ("alerts", name, "buttons"), "only Telegram (tgram://) has them; take it out"
        own = [key for key in _OWN if key in channel.model_fields_set]
        if name in used and own:
            yield (
                ("alerts", name, own[0]),
                "a desk uses this channel; say what it watches there, under [desks]",
            )


_OWN = ("alarm", "topics", "groups", "authorities", "regions", "simulation")


def _of_desk(
    name: str, desk: DeskSettings, channels: Mapping[str, Channel]
) -> Iterator[tuple[tuple[str, ...], str]]:
    if name in channels and name not in desk.reached:
        yield ("desks", name), "a channel has this name; name the desk otherwise"
    if not desk.channels:
        yield ("desks", name, "channels"), "nobody is told; name at least one of [alerts]"
    for unknown in [one for one in desk.reached if one not in channels]:
        yield ("desks", name), f"there is no channel [alerts.{unknown}]; add it or correct the name"
    if desk.escalate and not set(desk.escalate) - set(desk.channels):
        yield ("desks", name, "escalate"), "tells nobody new; name other channels than `channels`"


def _of_webhook(name: str, channel: Channel, hook: bool) -> Iterator[tuple[tuple[str, ...], str]]:
    secret = channel.secret.get_secret_value() if channel.secret else ""
    if hook and len(secret) < LEAST_SECRET:
        yield (
            ("alerts", name, "secret"),
            f"a webhook is signed: set REZONANS_ALERTS__{name.upper()}__SECRET to at least "
            f"{LEAST_SECRET} characters",
        )
    if secret and not hook:
        yield ("alerts", name, "secret"), "only webhooks (hook://, hooks://) are signed"


def _of_channel(name: str, channel: Channel) -> DeskSettings:
    return DeskSettings(
        channels=(name,),
        language=channel.language or "ru",
        topics=channel.topics,
        groups=channel.groups,
        authorities=channel.authorities,
        regions=channel.regions,
        alarm=channel.alarm or "yellow",
        simulation=channel.simulation is not False,
    )
