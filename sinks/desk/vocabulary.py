"""What topics and regions are called on the desk, in one language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from models import taxonomy
from models.taxonomy import Taxonomy
from rezonans.i18n import Language
from sinks.names import Group, groups, names, regions_of
from sinks.sentence import Names


@dataclass(frozen=True)
class Vocabulary:
    """Names of one language, and what a reader may filter by, in order."""

    names: Names
    groups: Sequence[Group] = ()
    """Of topics, with their topics."""
    regions: Sequence[tuple[str, str]] = ()
    """(code, name)."""
    examples: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """What people write, by the code of the topic."""

    @property
    def topics(self) -> Sequence[tuple[str, str]]:
        """(code, name) of every topic, group by group."""
        return [topic for group in self.groups for topic in group.topics]

    @classmethod
    def of_models(cls, language: Language, known: Taxonomy | None = None) -> Vocabulary:
        """The taxonomy (the packaged one by default) and the regions that the models speak of."""
        known = known or taxonomy.packaged()
        return cls(
            names(language, known),
            groups(language, known),
            tuple(regions_of(language).items()),
            {code: topic.examples for code, topic in known.topics.items()},
        )
