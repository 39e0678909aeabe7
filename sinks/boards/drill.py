"""How *Mentions* is narrowed to the posts behind one number: what a link sets, a reader may clear.

The rollups know none of these names together, so the posts themselves are counted and listed where
one is set. A page and a source are those of institutions and of collectors; there is no author.
"""

from __future__ import annotations

from collections.abc import Mapping

from rezonans.i18n import mark

_QUESTIONS = (
    "SELECT day, item FROM questions WHERE at >= toStartOfHour($__fromTime) AND at <= $__toTime"
)
WHICH: Mapping[str, tuple[str, str]] = {
    # value -> what a reader sees, and the posts that it means
    "danger": (mark("of danger"), "ifNull(urgent, 0) >= 0.5"),
    "reposts": (mark("reposts"), "isNotNull(repost_of)"),
    "own": (mark("no reposts"), "isNull(repost_of)"),
    "appeals": (mark("appeals of services"), "kind = 'appeal'"),
    "asked": (mark("asked of an authority"), f"(day, item) IN ({_QUESTIONS})"),
    "answered": (
        mark("asked and answered"),
        f"(day, item) IN ({_QUESTIONS} AND is_answered)",
    ),
    "spoke": (
        mark("posts of an authority"),
        "author_kind = 'official' AND isNull(parent)",
    ),
    "replied": (
        mark("answers of an authority"),
        "author_kind = 'official' AND isNotNull(parent)",
    ),
    "people": (mark("of others than the authority"), "author_kind != 'official'"),
}
"""Sorts of posts; several hold together."""

EXACT: Mapping[str, tuple[str, str]] = {
    # variable -> its label, and the column as text
    "settlement": (mark("Settlement"), "ifNull(place, '')"),
    "channel": (mark("Channel"), "ifNull(channel, '')"),
    "page": (mark("Page"), "container"),
    "target": (mark("Source"), "target"),
    "generation": (mark("Generation"), "toString(generation)"),
}
"""One value each, as it stands in a row of a panel."""


def is_any() -> str:
    """Whether anything is set."""
    unset = [f"($__conditionalAll(1=0, ${name}))" for name in ("which", *EXACT)]
    return f"NOT ({' AND '.join(unset)})"


def condition() -> str:
    """The posts that pass what is set. Values come percent-encoded, as `boards.chosen` says."""
    picked = "extractAll(decodeURLComponent('${which:percentencode}'), '[^{},]+')"
    sorts = " AND ".join(
        f"(NOT has({picked}, '{value}') OR ({posts}))" for value, (_, posts) in WHICH.items()
    )
    exact = [
        f"$__conditionalAll({column} = decodeURLComponent('${{{name}:percentencode}}'), ${name})"
        for name, (_, column) in EXACT.items()
    ]
    return " AND ".join((f"$__conditionalAll({sorts}, $which)", *exact))
