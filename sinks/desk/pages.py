"""Templates and what they are filled with."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from models import regions
from rezonans.i18n import Language, Translator, mark, translator
from sinks.desk import atlas, columns, labels, pulse
from sinks.desk.acts import Clerk
from sinks.desk.board import Snapshot
from sinks.desk.filters import GROUP, Filter
from sinks.desk.query import MentionRow
from sinks.desk.views import Speaker, key
from sinks.desk.vocabulary import Vocabulary
from sinks.desk.where import NARROWS, RANGES, WhereView
from sinks.desk.why import WhyView
from sinks.names import Group
from sinks.sentence import LEVELS, headline

STATIC = Path(__file__).parent / "static"
THEMES = ("auto", "light", "dark")


@dataclass(frozen=True)
class Preferences:
    language: Language
    theme: str = "auto"
    token: str = ""
    """Of the form of actions; empty: nothing can be done here."""
    who: str = ""


class Pages:
    """The page and its fragments. `home`: KATO code of the centre; `missing`: what a collector
    does not offer, by the collector's name; `explains`: mentions lead to why they have labels."""

    def __init__(
        self,
        vocabulary: Callable[[Language], Vocabulary],
        home: str,
        missing: Mapping[str, Sequence[str]],
        *,
        explains: bool = False,
    ) -> None:
        self._explains = explains
        self._vocabulary = cache(vocabulary)
        self._home = home
        self._missing = missing

    def page(
        self,
        snapshot: Snapshot,
        mentions: Sequence[MentionRow],
        wanted: Filter,
        preferences: Preferences,
        address: str,
    ) -> str:
        words = translator(preferences.language)
        vocabulary = self._vocabulary(preferences.language)
        return self._render(
            "page.html",
            preferences.language,
            snapshot=snapshot,
            fragments=self.fragments(snapshot, preferences.language),
            mentions=self.mentions(mentions, snapshot, preferences.language),
            after_ms=max((row.stored_ms for row in mentions), default=0),
            wanted=wanted,
            choices=_choices(vocabulary, words),
            preferences=preferences,
            themes=THEMES,
            home=vocabulary.names.place(self._home),
            address=address,
        )

    def fragments(self, snapshot: Snapshot, language: Language) -> dict[str, str]:
        """The parts of the page that follow the store, by the name of their event."""
        words, speaker = translator(language), self._speaker(language)
        now = snapshot.at
        clerk = Clerk(words, self._vocabulary(language).names)
        done, alerts = snapshot.hands, snapshot.alerts
        sources = [pulse.source(row, now, words, self._missing) for row in snapshot.sources]
        values: dict[str, dict[str, Any]] = {
            "status": {},
            "pulse": {"tiles": pulse.tiles(snapshot, words)},
            "spikes": {
                "spikes": [speaker.spike(spike, snapshot) for spike in snapshot.spikes],
                "closed": [speaker.closed(spike, now) for spike in snapshot.closed[:6]],
                "acts": {
                    key(spike.spike): clerk.spike(spike, done, alerts, now)
                    for spike in snapshot.spikes
                },
            },
            "alerts": {"desk": clerk.desk(done, alerts, now)},
            "sources": {"sources": sources},
        }
        return {
            name: self._render(f"_{name}.html", language, snapshot=snapshot, **given)
            for name, given in values.items()
        }

    def mentions(self, rows: Sequence[MentionRow], snapshot: Snapshot, language: Language) -> str:
        speaker = self._speaker(language)
        posts = [speaker.mention(row, snapshot.at) for row in rows]
        return self._render("_mentions.html", language, posts=posts)

    def announcement(self, snapshot: Snapshot, known: set[str], language: Language) -> str:
        """What a screen reader says when a spike opens; `""` when none did."""
        names = self._vocabulary(language).names
        new = [spike for spike in snapshot.spikes if spike.spike not in known]
        lines = [headline(spike, translator(language), names) for spike in new]
        return self._render("_news.html", language, lines=lines) if lines else ""

    def why(self, found: WhyView, preferences: Preferences) -> str:
        return self._render("why.html", preferences.language, why=found, preferences=preferences)

    def topics(self, preferences: Preferences) -> str:
        """The page of the taxonomy."""
        return self._render(
            "topics.html",
            preferences.language,
            spoken=self._vocabulary(preferences.language),
            group=GROUP,
            preferences=preferences,
            address="/topics?",
        )

    def where(self, found: WhereView, length: str, wanted: Filter, preferences: Preferences) -> str:
        """The page of the map."""
        language = preferences.language
        words = translator(language)
        moods = {**labels.SENTIMENTS, "unlabelled": mark("without a label")}
        return self._render(
            "where.html",
            language,
            view=found,
            length=length,
            wanted=wanted,
            preferences=preferences,
            address=f"/where?range={length}" + (f"&{wanted.query}" if wanted.query else ""),
            atlas=atlas,
            shapes=atlas.shapes(),
            ranges=[(code, words.gettext(given[0])) for code, given in RANGES.items()],
            choices=[
                choice
                for choice in _choices(self._vocabulary(language), words)
                if choice[0] in NARROWS
            ],
            moods=columns.MOODS,
            mood_names=[(mood, words.gettext(moods[mood])) for mood in columns.MOODS],
            levels={level: words.gettext(name) for level, name in LEVELS.items()},
            short={code: regions.short(code, language) for code in regions.regions()},
        )

    def speech(self, language: Language) -> tuple[Translator, Vocabulary]:
        """Words and names of a language."""
        return translator(language), self._vocabulary(language)

    def error(self, message: str, preferences: Preferences) -> str:
        """A page of one sentence: a message of the catalogue."""
        text = translator(preferences.language).gettext(message)
        return self._render("error.html", preferences.language, text=text, preferences=preferences)

    def _speaker(self, language: Language) -> Speaker:
        return Speaker(translator(language), self._vocabulary(language).names)

    def _render(self, template: str, language: Language, **values: Any) -> str:
        words = translator(language)
        return (
            _environment()
            .get_template(template)
            .render(
                _=words.gettext,
                ngettext=words.ngettext,
                words=words,
                language=language,
                explains=self._explains,
                **values,
            )
        )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("sinks.desk", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["static"] = static_address
    return environment


@cache
def static_address(name: str) -> str:
    """The address of a static file, new whenever its content is."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


Options = Sequence[tuple[str, str]]
"""(code, name) of each."""


def _choices(
    vocabulary: Vocabulary, words: Translator
) -> list[tuple[str, str, Sequence[tuple[str, Options]]]]:
    """(field, label, parts) of the filters; a part is a heading, empty where there is none, with
    the options under it."""
    _ = words.gettext
    moods = [(code, _(name)) for code, name in labels.SENTIMENTS.items()]
    languages = [(code, _(name)) for code, name in labels.LANGUAGES.items()]
    return [
        (
            "topic",
            _("Topic"),
            [(g.name, _of_group(g, words)) for g in vocabulary.groups if g.shown],
        ),
        ("region", _("Region"), [("", vocabulary.regions)]),
        ("sentiment", _("Sentiment"), [("", moods)]),
        ("language", _("Language"), [("", languages)]),
    ]


def _of_group(group: Group, words: Translator) -> Options:
    """The group as a whole, where it has several topics, and each of them."""
    whole = (f"{GROUP}{group.code}", words.gettext("{group}: all topics", group=group.name))
    return [*([whole] if len(group.shown) > 1 else []), *group.shown]
