"""What a person may do about alerts, checked: from the desk's page and from the command.

Pure. A mistake is `Invalid` with a message of the catalogue, so that both can say it.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Container
from datetime import datetime, timedelta

from models import appeal, regions, sentiment, taxonomy, urgent
from rezonans.handling import Action, Verb
from rezonans.i18n import mark as _
from rezonans.troubles import Invalid

LONGEST_MUTE = timedelta(days=30)
LONGEST_CRISIS = timedelta(days=7)
NAME_LENGTH = 60
OFF = "off"
_NO_LABEL = _("Name a stored mention and its right label.")
UNKNOWN = _("Name a known topic, a known region or district, or a spike.")
MARKS = ("useful", "useless")

_SPIKE = re.compile(r"spike:[A-Za-z0-9_.:-]{1,64}")
_DESK = re.compile(r"desk:(\*|[A-Za-z0-9_-]{1,60})")
_DISTRICT = re.compile(r"[0-9]{4}00000")
_ITEM = re.compile(r"item:\S{1,200}")
_CODE = re.compile(r"topic=[a-z][a-z0-9_]{0,39}")
"""A topic; that the taxonomy has it is looked at in `act`."""
_LABELS = {"appeal": appeal.CLASSES, "sentiment": sentiment.CLASSES, "urgent": urgent.CLASSES}
_NAME = re.compile(r"[^\W\d_](?:[^\W_]|[ .'’\-])*")


def act(
    order: str,
    by: str,
    now: datetime,
    topics: Container[str] | None = None,
    new_id: Callable[[], str] = lambda: secrets.token_hex(8),
) -> Action:
    """The action of an order in words: `acknowledge spike:ID`, `mark spike:ID useless`,
    `mute topic:water 240` (minutes, or `off`), `crisis desk:* 240`, `relabel item:vk:1
    topic=water`. `Invalid` says why not. `topics`: the codes there are, by default those of the
    packaged taxonomy."""
    verb, subject, value = (*order.split(), "", "", "")[:3]
    if len(order.split()) > 3 or verb not in _CHECKS:
        raise Invalid(_("That can not be done here."))
    codes = topics or taxonomy.packaged().topics
    if subject.startswith("topic:") and subject[6:] not in codes:
        raise Invalid(UNKNOWN)
    if verb == "relabel" and value.startswith("topic=") and value[6:] not in codes:
        raise Invalid(_NO_LABEL)
    kind, check = _CHECKS[verb]
    return Action(
        action=new_id(), at=now, subject=subject, verb=kind, by=name(by),
        value=check(subject, value, now),
    )  # fmt: skip


def name(text: str) -> str:
    """The name of a person, as it will be shown to others."""
    plain = " ".join(text.split())
    if not 2 <= len(plain) <= NAME_LENGTH or not _NAME.fullmatch(plain):
        raise Invalid(_("Write your name: letters, 2 to 60 of them."))
    return plain


def _acknowledge(subject: str, value: str, now: datetime) -> None:
    _require_spike(subject)
    if value:
        raise Invalid(_("That can not be done here."))


def _mark(subject: str, value: str, now: datetime) -> str:
    _require_spike(subject)
    if value not in MARKS:
        raise Invalid(_("Say useful or useless."))
    return value


def _mute(subject: str, value: str, now: datetime) -> str:
    kind, _colon, code = subject.partition(":")
    known = (
        kind == "topic"
        or (kind == "region" and code in regions.regions())
        or (kind == "district" and _is_district(code))
        or _SPIKE.fullmatch(subject) is not None
        or (kind == "story" and _SPIKE.fullmatch(f"spike:{code}") is not None)
    )
    if not known:
        raise Invalid(UNKNOWN)
    return _until(value, now, LONGEST_MUTE)


def _is_district(code: str) -> bool:
    return _DISTRICT.fullmatch(code) is not None and code[:2] in regions.regions()


def _crisis(subject: str, value: str, now: datetime) -> str:
    if not _DESK.fullmatch(subject):
        raise Invalid(_("Name a desk, or all of them."))
    return _until(value, now, LONGEST_CRISIS)


def _relabel(subject: str, value: str, now: datetime) -> str:
    question, _equals, label = value.partition("=")
    known = label in _LABELS.get(question, ()) or _CODE.fullmatch(value)
    if not _ITEM.fullmatch(subject) or not known:
        raise Invalid(_NO_LABEL)
    return value


_CHECKS: dict[str, tuple[Verb, Callable[[str, str, datetime], str | None]]] = {
    "acknowledge": ("acknowledge", _acknowledge),
    "mark": ("mark", _mark),
    "mute": ("mute", _mute),
    "crisis": ("crisis", _crisis),
    "relabel": ("relabel", _relabel),
}


def _require_spike(subject: str) -> None:
    if not _SPIKE.fullmatch(subject):
        raise Invalid(_("There is no such spike."))


def _until(value: str, now: datetime, longest: timedelta) -> str:
    """The end as it travels: nothing lasts for ever, and nothing ends before it begins."""
    if value == OFF:
        return OFF
    if not (value.isdecimal() and len(value) < 7 and int(value) > 0):
        raise Invalid(_("Say for how many minutes, or off."))
    if timedelta(minutes=int(value)) > longest:
        raise Invalid(_("That is too long: a mute ends after 30 days, crisis mode after 7."))
    return (now + timedelta(minutes=int(value))).isoformat(timespec="seconds")
