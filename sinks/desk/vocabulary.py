"""What topics and regions are called on the desk, in one language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.taxonomy import Taxonomy
from rezonans.i18n import Language
from sinks.names import names, regions_of, topics
from sinks.sentence import Names


@dataclass(frozen=True)
class Vocabulary:
    """Names of one language, and what a reader may filter by: (code, name) in order."""

    names: Names
    topics: Sequence[tuple[str, str]] = ()
    regions: Sequence[tuple[str, str]] = ()

    @classmethod
    def of_models(cls, language: Language, known: Taxonomy | None = None) -> Vocabulary:
        """The taxonomy (the packaged one by default) and the regions that the models speak of."""
        topic_names, region_names = topics(language, known).items(), regions_of(language).items()
        return cls(names(language, known), tuple(topic_names), tuple(region_names))
