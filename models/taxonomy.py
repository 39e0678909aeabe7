"""The topics that posts are sorted by: two levels, with names in Kazakh, Russian and English."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from functools import cache
from pathlib import Path

import msgspec

from rezonans.troubles import Invalid

PACKAGED = Path(__file__).parent / "taxonomy.toml"

_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")


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
    try:
        found = msgspec.toml.decode(path.read_bytes(), type=Taxonomy)
    except OSError as error:
        raise Invalid(
            f"taxonomy: {path}: {error.strerror}; give the path of a TOML file"
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"taxonomy: {path}: {error}") from error
    for problem in _problems(found):
        raise Invalid(f"taxonomy: {path}: {problem}")
    return found


@cache
def packaged() -> Taxonomy:
    """The taxonomy that comes with the package."""
    return load()


def _problems(found: Taxonomy) -> Iterable[str]:
    sections: Mapping[str, Mapping[str, Names]] = {
        "groups": found.groups,
        "authorities": found.authorities,
        "topics": found.topics,
    }
    for section, entries in sections.items():
        for code, names in entries.items():
            if not _CODE.fullmatch(code):
                yield f"{section}.{code}: write the code in small Latin letters, like water_supply"
            if not all(name.strip() for name in (names.ru, names.kk, names.en)):
                yield f"{section}.{code}: a name is empty; fill in ru, kk and en"
    for code, topic in found.topics.items():
        if topic.group not in found.groups:
            yield f"topics.{code}: group {topic.group!r} is not one of: {', '.join(found.groups)}"
        if topic.authority is not None and topic.authority not in found.authorities:
            known = ", ".join(found.authorities) or "none is defined"
            yield f"topics.{code}: authority {topic.authority!r} is not one of: {known}"


def differences(found: Taxonomy, trained: Iterable[str]) -> list[str]:
    """One sentence a code that a taxonomy and the weights of the topic head do not share."""
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
    ]
