"""What a reader wants to see of the stream, from the address of the page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from sinks.desk.query import MentionRow

_CODE = re.compile(r"[a-z0-9_-]{1,40}")
FIELDS = ("topic", "region", "sentiment", "language")


@dataclass(frozen=True)
class Filter:
    """Codes; `""` lets everything pass. There is none by author, and there will be none."""

    topic: str = ""
    region: str = ""
    sentiment: str = ""
    language: str = ""

    def passes(self, row: MentionRow) -> bool:
        return all(
            wanted in ("", getattr(row, field))
            for field, wanted in ((field, getattr(self, field)) for field in FIELDS)
        )

    @property
    def params(self) -> dict[str, str]:
        return {field: getattr(self, field) for field in FIELDS}

    @property
    def query(self) -> str:
        """As it stands in an address, `""` for no filter."""
        return urlencode({name: value for name, value in self.params.items() if value})


NO_FILTER = Filter()


def parse(params: Mapping[str, str]) -> Filter:
    """The filter of an address; a value that can not be a code counts as absent."""
    return Filter(
        **{
            field: params[field]
            for field in FIELDS
            if field in params and _CODE.fullmatch(params[field])
        }
    )
