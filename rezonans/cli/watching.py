"""What desks watch, by the taxonomy: groups and authorities become topics."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from rezonans.desks import DeskSettings
from rezonans.refused import SettingsError
from rezonans.settings import Settings

if TYPE_CHECKING:
    from models.taxonomy import Taxonomy


def watching(settings: Settings) -> dict[str, DeskSettings]:
    """All desks of the settings, each with every topic that it watches; `SettingsError` names the
    first code that is not known."""
    from rezonans.cli.understanding import taxonomy_of

    known = taxonomy_of(settings)
    if problem := next(unknown(settings.watchers, known), None):
        raise SettingsError(problem)
    return {name: with_topics(desk, known) for name, desk in settings.watchers.items()}


def with_topics(desk: DeskSettings, known: Taxonomy) -> DeskSettings:
    """The desk with the topics of its groups and authorities behind those that it names."""
    topics = dict.fromkeys([*desk.topics, *known.of(desk.groups, desk.authorities)])
    return desk.model_copy(update={"topics": tuple(topics), "groups": (), "authorities": ()})


def unknown(desks: Mapping[str, DeskSettings], known: Taxonomy) -> Iterator[str]:
    """What no model or taxonomy speaks of, one sentence each: such a desk would wait for ever."""
    from models import regions

    tables: dict[str, Collection[str]] = {
        "topics": known.topics,
        "groups": known.groups,
        "authorities": known.authorities,
        "regions": regions.regions(),
    }
    for name, desk in desks.items():
        for key, table in tables.items():
            for code in getattr(desk, key):
                if code not in table:
                    listed = ", ".join(sorted(table)) or "none"
                    yield f"desks.{name}.{key}: '{code}' is not known; known are {listed}"
                elif key in ("groups", "authorities") and not known.of(**{key: (code,)}):
                    yield (
                        f"desks.{name}.{key}: '{code}' has no topic in the taxonomy, so the desk"
                        " would hear nothing of it; give it one there or take it out"
                    )
