"""How *Mentions* is narrowed to the posts behind one number: what a link sets, a reader may clear.

The rollups know none of these names together, so the posts themselves are counted and listed where
one is set. A page and a source are those of institutions and of collectors; there is no author.
"""

from __future__ import annotations

from collections.abc import Mapping

from rezonans.i18n import mark

_POSTS: Mapping[str, tuple[str, str]] = {
    # value -> what a reader sees, and the posts that it means
    "danger": (mark("of danger"), "ifNull(urgent, 0) >= 0.5"),
    "reposts": (mark("reposts"), "isNotNull(repost_of)"),
    "own": (mark("no reposts"), "isNull(repost_of)"),
    "appeals": (mark("appeals of services"), "kind = 'appeal'"),
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
_QUESTIONS: Mapping[str, tuple[str, str]] = {
    # the same of what an authority was asked: a condition on `questions`
    "asked": (mark("asked of an authority"), "1=1"),
    "answered": (mark("asked and answered"), "is_answered"),
    "waiting": (mark("asked and not answered"), "NOT is_answered"),
    "waits_hours": (
        mark("waits for less than a day"),
        "NOT is_answered AND asked_at > $__toTime - INTERVAL 1 DAY",
    ),
    "waits_days": (
        mark("waits for 1 to 3 days"),
        "NOT is_answered AND asked_at <= $__toTime - INTERVAL 1 DAY "
        "AND asked_at > $__toTime - INTERVAL 3 DAY",
    ),
    "waits_week": (
        mark("waits for 3 to 10 days"),
        "NOT is_answered AND asked_at <= $__toTime - INTERVAL 3 DAY "
        "AND asked_at > $__toTime - INTERVAL 10 DAY",
    ),
    "waits_longer": (
        mark("waits for more than 10 days"),
        "NOT is_answered AND asked_at <= $__toTime - INTERVAL 10 DAY",
    ),
}
WHICH: Mapping[str, tuple[str, str]] = {**_POSTS, **_QUESTIONS}
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


_OF_RANGE = (
    "SELECT day, item FROM questions WHERE at >= toStartOfHour($__fromTime) AND at <= $__toTime"
)
_PICKED = "extractAll(decodeURLComponent('${which:percentencode}'), '[^{},]+')"


def _each(sorts: Mapping[str, tuple[str, str]]) -> str:
    """The condition of each sort that is picked."""
    return " AND ".join(
        f"(NOT has({_PICKED}, '{value}') OR ({condition}))"
        for value, (_, condition) in sorts.items()
    )


def is_any() -> str:
    """Whether anything is set."""
    unset = [f"($__conditionalAll(1=0, ${name}))" for name in ("which", *EXACT)]
    return f"NOT ({' AND '.join(unset)})"


def condition() -> str:
    """The posts that pass what is set. Values come percent-encoded, as `boards.chosen` says."""
    asked = ", ".join(f"'{value}'" for value in _QUESTIONS)
    questions = " AND ".join((_OF_RANGE, _each(_QUESTIONS)))
    sorts = " AND ".join(
        (_each(_POSTS), f"(NOT hasAny({_PICKED}, [{asked}]) OR (day, item) IN ({questions}))")
    )
    exact = [
        f"$__conditionalAll({column} = decodeURLComponent('${{{name}:percentencode}}'), ${name})"
        for name, (_, column) in EXACT.items()
    ]
    return " AND ".join((f"$__conditionalAll({sorts}, $which)", *exact))
