"""A letter as HTML for mail programs: tables and inline styles, nothing that loads. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from rezonans.i18n import Translator
from rezonans.reasons import TopPost
from sinks import outlook
from sinks.alerts.decisions import Letter
from sinks.alerts.mail import PICTURE
from sinks.alerts.notifier import Button
from sinks.sentence import (
    Message,
    Names,
    capital,
    distinct,
    headline,
    level_name,
    one_line,
    platform_name,
    safe_link,
    sentence,
)

_TONES = {"yellow": "#ffe08a", "orange": "#ffc48f", "red": "#c22f2b"}
_INKS = {"yellow": "#4a3600", "orange": "#552600", "red": "#ffffff"}
_PLAIN = "#d8e0e6"
POSTS = 3


@dataclass(frozen=True)
class Said:
    """A letter in words: the same as text, and the lines around what is said of the spike."""

    plain: Message
    before: Sequence[str]
    buttons: Sequence[Button] = ()
    after: Sequence[str] = ()


def html(letter: Letter, said: Said, words: Translator, names: Names, *, pictured: bool) -> str:
    """The letter for a mail program. `pictured`: the course comes with it."""
    plain = said.plain
    values: dict[str, Any] = {
        "marks": "", "heading": plain.title, "posts": [], "tone": _PLAIN, "on_tone": "#14202b",
        "lines": plain.body.split("\n"),
    }  # fmt: skip
    if letter.event:
        spike = letter.spikes[0]
        level = words.gettext("{level} level", level=level_name(spike.alarm, words))
        drill = [words.gettext("SIMULATION")] if letter.simulation else []
        top = [] if spike.quality is not None else distinct(spike.top)[:POSTS]
        values = {
            "marks": " · ".join([*drill, capital(level)]),
            "heading": headline(spike, words, names),
            "lines": [*said.before, *sentence(spike, words, names).split("\n"), *said.after],
            "posts": [_post(post, words) for post in top],
            "tone": _TONES[spike.alarm],
            "on_tone": _INKS[spike.alarm],
        }
    filled: str = _template().render(
        language=words.language, title=plain.title, buttons=said.buttons,
        open=words.gettext("Open the post"), picture=PICTURE if pictured else "", **values,
    )  # fmt: skip
    return filled


def _post(post: TopPost, words: Translator) -> dict[str, Any]:
    about = [platform_name(post.platform, words), words.clock(post.published_at)]
    if post.copies > 1:
        about.append(words.ngettext("{n} copy", "{n} copies", post.copies))
    about += outlook.aside(post.outlook, words)
    text, link = one_line(post.text, 240), safe_link(post.url)
    return {"text": text, "about": ", ".join(about), "link": link}


@cache
def _template() -> Any:
    environment = Environment(
        loader=PackageLoader("sinks.alerts", "templates"), autoescape=True,
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template("letter.html")
