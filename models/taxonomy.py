"""The topics that posts are sorted by: two levels, with names in Kazakh, Russian and English."""

from __future__ import annotations

from collections.abc import Container, Iterable
from functools import cache
from pathlib import Path

import msgspec

from models import taxonomy_file

PACKAGED = Path(__file__).parent / "taxonomy.toml"
OTHER = "other"
"""What is about no public matter: a class of the head that no post is shown with."""


class Names(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a group or an authority is shown."""

    ru: str
    kk: str
    en: str

    def name(self, language: str) -> str:
        """The name in `ru`, `kk` or `en`; in English for another language."""
        return {"ru": self.ru, "kk": self.kk}.get(language, self.en)


class Topic(Names, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a code is shown, and the group it belongs to."""

    group: str
    examples: tuple[str, ...] = ()
    """What people write of it."""
    authority: str | None = None
    """Who answers: a key of `Taxonomy.authorities`."""


class Taxonomy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Groups, authorities and topics by code, in the order in which they are shown."""

    groups: dict[str, Names]
    topics: dict[str, Topic]
    authorities: dict[str, Names] = {}

    def name(self, code: str, language: str) -> str:
        """The name of a topic in `ru`, `kk` or `en`; the code itself where it is not known."""
        topic = self.topics.get(code)
        return code if topic is None else topic.name(language)

    def of(self, groups: Container[str] = (), authorities: Container[str | None] = ()) -> list[str]:
        """Codes of the topics of these groups, and of those for which these authorities answer."""
        return [
            code
            for code, topic in self.topics.items()
            if topic.group in groups or (topic.authority and topic.authority in authorities)
        ]

    def authority(self, code: str, language: str) -> str | None:
        """Who answers for a topic; `None` where nobody is named."""
        topic = self.topics.get(code)
        if topic is None or topic.authority is None:
            return None
        return self.authorities[topic.authority].name(language)


def load(path: Path = PACKAGED) -> Taxonomy:
    """The taxonomy of a file; `Invalid` says what is wrong in it and where."""
    return msgspec.convert(taxonomy_file.read(path), Taxonomy)


@cache
def packaged() -> Taxonomy:
    """The taxonomy that comes with the package."""
    return load()


def differences(found: Taxonomy, trained: Iterable[str]) -> list[str]:
    """One sentence a code that a taxonomy and the weights of the topic head do not share, and one
    a group without topics."""
    classes = list(trained)
    unheard = [code for code in found.topics if code not in classes]
    nameless = [code for code in classes if code not in found.topics]
    return [
        *(
            f"topics.{code}: the weights do not know it, so it is never guessed; train the topic"
            " head with rows of it"
            for code in unheard
        ),
        *(
            f"topics.{code}: the weights may say it and it has no name here, so it is not shown"
            for code in nameless
        ),
        *taxonomy_file.unused(found.groups, {topic.group for topic in found.topics.values()}),
    ]
