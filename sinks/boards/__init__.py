"""The boards: each panel's SQL lives here once; Grafana's files are written from it, and the
desk, tests and reports run the same text through `macros.expand`.

The SQL is what Grafana's ClickHouse data source understands, with a few words of our own in
braces that stand for what most panels repeat (`WORDS`).
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from pathlib import Path

from sinks.boards import drill, spans
from sinks.boards.macros import DRILLS, VARIABLES, expand

__all__ = [
    "DRILLS",
    "FOLDER",
    "VARIABLES",
    "WORDS",
    "chosen",
    "expand",
    "names",
    "narrowed_by",
    "sql",
    "values",
]

FOLDER = Path(__file__).resolve().parents[2] / "deploy" / "grafana"

_SQL = resources.files("sinks.boards") / "sql"

# rows of five minutes are kept for a quarter of a year; a day of last year is read by hours
_SHORT = (
    "(dateDiff('hour', $__fromTime, $__toTime) <= 48 AND $__fromTime >= now() - INTERVAL 90 DAY)"
)
_MIDDLE = "dateDiff('day', $__fromTime, $__toTime) <= 62"


def _with_chosen(variable: str, text: str) -> str:
    """`text`; a comment where nothing is chosen. The engine analyses also what adds nothing, and
    plans what can have no rows: a view of four tables takes it longer than its cells."""
    return f"/*$__conditionalAll(*/{text}/*, ${variable})*/"


def _cells_of(variable: str, view: str, condition: str) -> str:
    """The cells of the view that alone knows a name, where one is chosen, and those that follow."""
    return _with_chosen(variable, f"{_cells(view, condition, variable)} UNION ALL")


def _cells(view: str, condition: str, *names: str) -> str:
    """The cells of a view by time, narrowed by topic, region and these names."""
    narrowed = " AND ".join(f"{{only {name}}}" for name in ("topic", "region", *names))
    return (
        "(SELECT at, {felt} AS n, f.urgent AS danger, f.negative AS bad, "
        "f.negative + f.neutral + f.positive AS moody\n"
        f"FROM {view} AS f WHERE {condition} AND {{inside}} AND {narrowed})"
    )


def _towns(view: str, *others: str) -> str:
    """What is counted of settlements, in the cells of a view."""
    narrowed = " AND ".join(("{only region}", "{only district}", *others))
    return (
        "(SELECT f.settlement AS settlement, f.district AS district, f.posts AS posts, "
        "f.negative AS negative, f.negative + f.neutral + f.positive AS felt, f.urgent AS urgent\n"
        f"FROM {view} AS f WHERE {{inside}} AND {narrowed})"
    )


WORDS = {
    # the rollup that a range reads: five minutes up to two days, hours up to two months, days
    "grain": f"multiIf({_SHORT}, 300, {_MIDDLE}, 3600, 86400)",
    "hours": f"if({_MIDDLE}, 3600, 86400)",
    # the beginning of the first span that the range touches
    "start": (
        f"multiIf({_SHORT}, toStartOfInterval($__fromTime, toIntervalSecond(300), 'UTC'), "
        f"{_MIDDLE}, toStartOfInterval($__fromTime, toIntervalSecond(3600), 'UTC'), "
        "toDateTime(toStartOfDay($__fromTime, 'Asia/Almaty'), 'UTC'))"
    ),
    "start_of_hours": (
        f"if({_MIDDLE}, toStartOfInterval($__fromTime, toIntervalSecond(3600), 'UTC'), "
        "toDateTime(toStartOfDay($__fromTime, 'Asia/Almaty'), 'UTC'))"
    ),
    "span": "grain = {grain} AND at >= {start} AND at <= $__toTime",
    "span_of_hours": "grain = {hours} AND at >= {start_of_hours} AND at <= $__toTime",
    # one point of a course: days begin in Almaty, so they are taken as they are
    "step": (
        "if({grain} = 86400, at, toStartOfInterval(at, "
        "toIntervalSecond(greatest($__interval_s, {grain})), 'UTC'))"
    ),
    # posts themselves: day is the key, 1970-01-01 where the platform gave no date
    "range": (
        "(day BETWEEN toDate($__fromTime) AND toDate($__toTime) OR day = toDate('1970-01-01')) "
        "AND $__timeFilter(published_at)"
    ),
    # mentions of a cell with the chosen sentiment: all less those of the others
    "felt": (
        "(f.posts"
        + _with_chosen(
            "sentiment",
            " - f.negative * (NOT {has sentiment negative}) - f.neutral * (NOT {has sentiment "
            "neutral}) - f.positive * (NOT {has sentiment positive}) - (f.posts - f.negative "
            "- f.neutral - f.positive) * (NOT {has sentiment -})",
        )
        + ")"
    ),
    # The cells behind a choice: of the one rollup that knows the names that are chosen. Where a
    # district or an appeal is, platforms and languages are not known, and count all.
    "cells": (
        f"({_cells_of('district', 'flow_districts', '{all appeal}')}\n"
        f"{_cells_of('appeal', 'flow_types', '1=1')}\n"
        f"{_cells('flow', '{all district} AND {all appeal}', 'platform', 'language')})"
    ),
    # settlements, by topic where one is chosen: without it there are a sixth of the cells
    "towns": (
        f"({_with_chosen('topic', _towns('flow_places', '{only topic}') + ' UNION ALL')}\n"
        f"{_towns('flow_towns', '{all topic}')})"
    ),
    # seconds of a part of the range in which a source was looked at, or not
    "look_span": "if(dateDiff('hour', $__fromTime, $__toTime) <= 48, 300, 3600)",
    # the rows of a range that a table sums up, and of the range of the same length before it
    "from": spans.first("$__fromTime"),
    "inside": spans.between("{from}", "$__toTime"),
    "before": spans.between("{from} - length", "{from}", "before"),
    "inside_by_hours": spans.with_last_hours("$__fromTime", "$__toTime"),
    "inside_by_day": spans.by_day("$__fromTime", "$__toTime"),
    # the same with the moments of eleven days, for what has waited for ten
    "inside_by_age": spans.by_day("$__fromTime", "$__toTime", days=11),
    # What people asked on pages where an authority speaks: whether it was answered, and how soon.
    "asked": "flow_questions AS f WHERE {inside_by_hours} AND {of_questions}",
    "asked_by_day": "flow_questions AS f WHERE {inside_by_day} AND {of_questions}",
    "of_questions": (
        "(grain >= 86400 OR (asked_at >= $__fromTime AND asked_at <= $__toTime)) "
        "AND {only f.topic} AND {only f.region} AND {only f.platform}"
    ),
    "answered": "sumIf(f.asked, is_answered)",
    # answered within a day, of what is answered and of what has been open for longer than a day
    "on_time": (
        "sumIf(f.asked, is_answered AND tenths <= 240) / nullIf(sumIf(f.asked, is_answered "
        "OR grain >= 86400 OR asked_at <= $__toTime - INTERVAL 1 DAY), 0)"
    ),
    # what a link has narrowed the posts by, beyond what a reader chooses
    "drilled": drill.is_any(),
    "behind": drill.condition(),
    "median_hours": ("quantileExactWeightedIfOrNull(0.5)(tenths, f.asked, is_answered) / 10"),
}
"""What `{name}` in the file of a panel stands for."""

_WORD = re.compile(r"\{(?:(only|all|has) )?(\w+\.)?(\w+)(?: ([\w-]+))?\}")


def names() -> list[str]:
    """All panels that have SQL."""
    found = (entry.name for entry in _SQL.iterdir())
    return sorted(name.removesuffix(".sql") for name in found if name.endswith(".sql"))


@cache
def sql(name: str) -> str:
    """The SQL of one panel as Grafana gets it. `ValueError`: it uses a word that is not there."""
    text = (_SQL / f"{name}.sql").read_text(encoding="utf-8")
    while _WORD.search(text):
        text = _WORD.sub(_meaning, text)
    return text


@cache
def narrowed_by(panel: str) -> frozenset[str]:
    """The choices that narrow a panel."""
    return frozenset(re.findall(r"\$\{(\w+):percentencode\}", sql(panel)))


def _meaning(match: re.Match[str]) -> str:
    kind, table, name, value = match.groups()
    if kind == "only" and name in VARIABLES:
        return chosen(name, table or "")
    if kind == "all" and name in VARIABLES:
        return f"($__conditionalAll(1=0, ${name}))"
    if kind == "has" and name in VARIABLES and value:
        return f"has({values(name)}, '{value}')"
    if kind or table or value or name not in WORDS:
        raise ValueError(f"{match.group()}: not a word that the boards know")
    return WORDS[name]


def chosen(variable: str, table: str = "") -> str:
    """The condition that a column is among what a reader has chosen, all of it by default.

    `-` chooses what has none: the model abstained, or nothing was found.

    The values come percent-encoded, by Grafana's own formatter: letters, digits and `%-_.~`
    are all that can stand between the quotes, whatever an address says. The formatters that
    quote for SQL leave the backslash alone, which ClickHouse reads as an escape.
    """
    column = f"ifNull(nullIf({table}{variable}, ''), '-')"
    return f"$__conditionalAll(has({values(variable)}, {column}), ${variable})"


def values(variable: str) -> str:
    """What is chosen in a variable, as an array of the engine."""
    return f"extractAll(decodeURLComponent('${{{variable}:percentencode}}'), '[^{{}},]+')"
