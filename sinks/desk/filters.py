"""What a reader wants to see of the stream, from the address of the page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from sinks.desk.query import MentionRow

GROUP = "group-"
"""Before the code of a group, where a whole group of topics is chosen: no topic begins so."""
_CODE = re.compile(rf"(?:{GROUP})?[a-z0-9_-]{{1,40}}")
FIELDS = ("topic", "region", "sentiment", "language")


@dataclass(frozen=True)
class Filter:
    """Codes; `""` lets everything pass. There is none by author, and there will be none."""

    topic: str = ""
    region: str = ""
    sentiment: str = ""
    language: str = ""
    group: tuple[str, ...] = ()
    """Codes of the topics, where `topic` names a whole group."""

    @property
    def topics(self) -> tuple[str, ...]:
        """Codes of the topics that pass; empty where all do."""
        return self.group or ((self.topic,) if self.topic else ())

    def passes(self, row: MentionRow) -> bool:
        others = (f for f in FIELDS if f != "topic")
        return (not self.topics or row.topic in self.topics) and all(
            wanted in ("", getattr(row, field))
            for field, wanted in ((field, getattr(self, field)) for field in others)
        )

    @property
    def params(self) -> dict[str, str]:
        """As the address has it."""
        return {field: getattr(self, field) for field in FIELDS}

    @property
    def asked(self) -> dict[str, str]:
        """As the store is asked: topics as a list divided by line feeds."""
        others = {field: value for field, value in self.params.items() if field != "topic"}
        return {"topics": "\n".join(self.topics), **others}

    @property
    def query(self) -> str:
        """As it stands in an address, `""` for no filter."""
        return urlencode({name: value for name, value in self.params.items() if value})


NO_FILTER = Filter()


def parse(params: Mapping[str, str], groups: Mapping[str, Sequence[str]] | None = None) -> Filter:
    """The filter of an address; a value that can not be a code counts as absent. `groups`: codes
    of the topics of each group; one that there is not is like a topic that there is not."""
    given = {
        field: params[field]
        for field in FIELDS
        if field in params and _CODE.fullmatch(params[field])
    }
    chosen = given.get("topic", "")
    group = (groups or {}).get(chosen.removeprefix(GROUP), ()) if chosen.startswith(GROUP) else ()
    return Filter(**given, group=tuple(group))
