"""What codes are called: topics by the taxonomy, places by KATO, in the reader's language."""

from __future__ import annotations

from functools import cache
from typing import Any

from rezonans.settings import Language


@cache
def names(language: Language) -> Any:
    """Names of topics and places; a code that has none is `None`."""
    from models import regions, taxonomy
    from sinks.sentence import Names

    known = taxonomy.load()

    def place(kato: str) -> str | None:
        return regions.name(kato, language) if regions.unit(kato) else None

    def topic(code: str) -> str | None:
        return known.name(code, language) if code in known.topics else None

    return Names(topic=topic, place=place)


@cache
def vocabulary(language: Language) -> Any:
    """The names, and what a reader of the desk may filter by."""
    from models import regions, taxonomy
    from sinks.desk.pages import Vocabulary

    known = taxonomy.load()
    return Vocabulary(
        names=names(language),
        topics=[(code, known.name(code, language)) for code in known.topics],
        regions=[(code, regions.name(code, language)) for code in regions.regions()],
    )
