"""Where a click on a number leads: to the posts behind it, with the same range and choice."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from rezonans.i18n import Language, mark, translator
from sinks.boards import VARIABLES
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


def address(board: str, language: Language, sets: Mapping[str, str], keeps: Collection[str]) -> str:
    """The address of a board: `sets` are variables with their values, `keeps` those that go on
    as they are chosen."""
    chosen = [f"var-{name}={sets[name]}" for name in VARIABLES if name in sets]
    kept = [f"${{{name}:queryparam}}" for name in VARIABLES if name in keeps and name not in sets]
    return f"/d/{uid(board, language)}/_?" + "&".join(("${__url_time_range}", *chosen, *kept))


def of(
    panel: Panel, language: Language, keeps: Collection[str], sets: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """Links of the numbers of a panel: the row or series gives the codes, `sets` what a column
    itself stands for. The first leads where the panel says, the last to the posts."""
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
            "url": address(target, language, filled, keeps),
            "targetBlank": False,
        }
        for target in dict.fromkeys((board, "mentions"))
    ]


def web(language: Language) -> dict[str, Any]:
    """The post itself, where it was published."""
    title = translator(language).gettext(mark("Open the post"))
    return {"title": title, "url": "${__value.raw}", "targetBlank": True}
