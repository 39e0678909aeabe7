"""Letters as they arrive, for the documentation: made up, rendered as the real ones are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec

from rezonans.desks import DeskSettings
from rezonans.i18n import LANGUAGES, Language, translator
from rezonans.reasons import Lane
from rezonans.records import Spike
from sinks.alerts import invented
from sinks.alerts.decisions import Letter
from sinks.alerts.invented import AT
from sinks.alerts.words import Words
from sinks.names import names
from sinks.sentence import Message

TITLES = {"kk": "Қазақша", "ru": "По-русски"}
KINDS = (
    invented.emergence, invented.story, invented.led, invented.disliked, invented.heard,
    invented.narrow, invented.campaign, invented.faulty, invented.silent,
)  # fmt: skip
_DESK = "https://desk.example.kz"


def samples() -> str:
    """All of them as Markdown, language by language."""
    return "\n".join(line for language in LANGUAGES for line in _of(language)) + "\n"


def _of(language: Language) -> Iterator[str]:
    yield f"### {TITLES[language]}\n"
    for letter in letters():
        title, body = spoken(letter, language)
        yield f"```text\n{title}\n\n{body}\n```\n"


def spoken(letter: Letter, language: Language) -> Message:
    """Title and text."""
    words = Words(_DESK, {"press": DeskSettings(channels=("press",))})
    return words.said(letter, translator(language), names(language)).plain


def letters() -> list[Letter]:
    """Each kind of alert, an event to its end, a digest of the night, a switch."""
    water = invented.spike()
    other = invented.spike(spike="b2", lane=Lane("transport", "31"), alarm="yellow")
    country = invented.spike(spike="c3", lane=Lane("water"))
    later = AT + timedelta(hours=6)
    faulty = invented.faulty(2, 12)
    over = msgspec.structs.replace(
        water, change="closed", at=AT + timedelta(hours=9), observed=11.0, posts=12, voices=10,
        peak=13.8, loud_until=AT + timedelta(hours=1),
    )  # fmt: skip
    calm = msgspec.structs.replace(faulty, change="closed", at=later, loud_until=later)
    return [
        _letter("opened", (water, country)),
        *(_letter("opened", (one(),)) for one in KINDS),
        _letter("closed", (calm,)),
        _letter("escalated", (water,)),
        _letter("closed", (over,), by="Айгүл"),
        _letter("digest", (msgspec.structs.replace(other, change="updated"), over), event=""),
        _letter("crisis", (), event="", by="Айгүл", until=later, on=True),
    ]


def _letter(told: Any, spikes: tuple[Spike, ...], **values: Any) -> Letter:
    return Letter(**({"alert": "k", "desk": "press", "event": "a1", "told": told} | values),
                  spikes=spikes)  # fmt: skip
