"""What topics and places are called: the bridge from the models' tables to words."""

from __future__ import annotations

from functools import cache, partial
from typing import NamedTuple

from models import regions, taxonomy
from models.taxonomy import OTHER, Taxonomy
from rezonans.i18n import Language
from sinks.sentence import Names


class Group(NamedTuple):
    """A group of topics: (code, name) of each, in the order of the taxonomy."""

    code: str
    name: str
    topics: tuple[tuple[str, str], ...]

    @property
    def shown(self) -> tuple[tuple[str, str], ...]:
        """Those that posts are shown with: what is about nothing public has no topic."""
        return tuple(topic for topic in self.topics if topic[0] != OTHER)


def names(language: Language, known: Taxonomy | None = None) -> Names:
    """Names in one language; a code that is not known has none."""
    known = known or taxonomy.packaged()
    return Names(
        topic=topics(language, known).get,
        place=lambda code: regions.name(code, language) if regions.unit(code) else None,
        authority=partial(known.authority, language=language),
    )


def topics(language: Language, known: Taxonomy | None = None) -> dict[str, str]:
    """Names of the topics by code, in the order of the taxonomy (the packaged one by default)."""
    known = known or taxonomy.packaged()
    return {code: known.name(code, language) for code in known.topics}


def groups(language: Language, known: Taxonomy | None = None) -> tuple[Group, ...]:
    """The groups that have topics, in the order of the taxonomy (the packaged one by default)."""
    known = known or taxonomy.packaged()
    found = (
        Group(
            code, names.name(language),
            tuple((topic, known.name(topic, language)) for topic in known.of((code,))),
        )
        for code, names in known.groups.items()
    )  # fmt: skip
    return tuple(group for group in found if group.topics)


@cache
def regions_of(language: Language) -> dict[str, str]:
    """Names of the regions by two-digit code, in the order of their names."""
    found = {code: regions.name(code, language) for code in regions.regions()}
    return dict(sorted(found.items(), key=lambda pair: _alphabetical(pair[1])))


_ALPHABET = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"


def _alphabetical(name: str) -> list[int]:
    """Kazakh letters stand among the others, not behind them as their code points do."""
    return [_ALPHABET.find(letter) for letter in name.lower()]
