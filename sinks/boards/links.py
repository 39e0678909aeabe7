"""Where a click on a number leads: to the posts behind it, with the same range and choice."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from rezonans.i18n import Language, mark, translator
from sinks.boards import DRILLS, VARIABLES, narrowed_by
from sinks.boards.panel import Panel

_TITLES = {
    "mentions": mark("Show the posts"),
    "topic": mark("Open the topic"),
    "place": mark("Open the place"),
    "sources": mark("Open the sources"),
    "situation": mark("Open the situation"),
}


def uid(board: str, language: Language) -> str:
    return f"rezonans-{board}-{language}"


_RANGE = "${__url_time_range}"


def address(
    board: str,
    language: Language,
    sets: Mapping[str, str],
    keeps: Collection[str],
    range_: str = _RANGE,
) -> str:
    """The address of a board: `sets` are variables with their values, `keeps` those that go on
    as they are chosen. What a board does not offer is not set."""
    known = (*VARIABLES, *DRILLS) if board == "mentions" else VARIABLES
    chosen = [f"var-{name}={sets[name]}" for name in known if name in sets]
    kept = [f"${{{name}:queryparam}}" for name in VARIABLES if name in keeps and name not in sets]
    return f"/d/{uid(board, language)}/_?" + "&".join((range_, *chosen, *kept))


def of(
    panel: Panel, language: Language, keeps: Collection[str], sets: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """Links of the numbers of a panel: the row or series gives the codes, `sets` what a column
    itself stands for. The first leads where the panel says and keeps every choice; the last leads
    to the posts, and keeps those that narrow the number."""
    if panel.leads is None:
        return []
    board, codes = panel.leads
    where = (
        "${__data.fields.%s:percentencode}" if panel.kind != "series" else "${__field.labels.%s}"
    )
    filled = {variable: where % column for variable, column in codes.items()} | dict(sets or {})
    words = translator(language)
    return [
        {
            "title": words.gettext(_TITLES[target]),
            "url": address(
                target, language, filled, _kept(panel, target, keeps), _range_of(panel, target)
            ),
            "targetBlank": False,
        }
        for target in dict.fromkeys((board, "mentions"))
    ]


def _kept(panel: Panel, target: str, keeps: Collection[str]) -> Collection[str]:
    if target != "mentions":
        return keeps
    narrowing = frozenset[str]().union(*(narrowed_by(name) for name in panel.sql))
    return [name for name in keeps if name in narrowing]


def _range_of(panel: Panel, target: str) -> str:
    """The range of the board, or of the posts of a row, where it has one of its own."""
    if panel.window is None or target != "mentions":
        return _RANGE
    since, until = (f"${{__data.fields.{column}}}" for column in panel.window)
    return f"from={since}&to={until}"


def web(language: Language) -> dict[str, Any]:
    """The post itself, where it was published."""
    title = translator(language).gettext(mark("Open the post"))
    return {"title": title, "url": "${__value.raw}", "targetBlank": True}
