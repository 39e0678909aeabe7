"""The topics that posts are sorted by: two levels, with names in Kazakh, Russian and English."""

from __future__ import annotations

from pathlib import Path

import msgspec

from rezonans.records import Invalid

PACKAGED = Path(__file__).parent / "taxonomy.toml"


class Names(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a group is shown."""

    ru: str
    kk: str
    en: str


class Topic(Names, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a code is shown, and the group it belongs to."""

    group: str


class Taxonomy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Groups and topics by code, in the order in which they are shown."""

    groups: dict[str, Names]
    topics: dict[str, Topic]

    def name(self, code: str, language: str) -> str:
        """The name of a topic in `ru`, `kk` or `en`; the code itself where it is not known."""
        topic = self.topics.get(code)
        if topic is None:
            return code
        return {"ru": topic.ru, "kk": topic.kk, "en": topic.en}.get(language, topic.en)


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
    for code, topic in found.topics.items():
        if topic.group not in found.groups:
            known = ", ".join(found.groups)
            text = f"taxonomy: {path}: topics.{code}: group {topic.group!r} is not one of: {known}"
            raise Invalid(text)
    return found
