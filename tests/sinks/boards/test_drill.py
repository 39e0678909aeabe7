"""A number leads to its posts: as many as it says, by the link that a click on it opens."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from sinks import boards
from sinks.boards import links
from sinks.boards.dashboards import BOARDS
from sinks.boards.drill import EXACT, WHICH
from sinks.boards.panel import Board, Panel
from tests.sinks.boards.conftest import Asked, Told
from tests.sinks.boards.slowly import PANELS
from tests.sinks.boards.story import UNTIL

SPAN = (UNTIL - timedelta(days=30), UNTIL)
CHOSEN: Mapping[str, Sequence[str]] = {"topic": ("water", "heating", "roads", "-")}
NO_POSTS = {
    # numbers that are none of posts, or of those of another range than the board's
    *("regions", "voices", "silent_for", "usual", "times", "stated"),
    *("median_hours", "change", "share", "share_before", "moved", "all_moved", "generation"),
}
ELSEWHERE = {"loud_topics", "topic_drift", "unanswered", "mentions_list", "mentions_total"}
"""Of the last hour; of the time before; the posts themselves."""
VOICES = {"topic_voices", "region_voices", "platform_voices"}
"""Authors are counted, and what they said without the choice of a topic."""
_CASES = [
    (board, panel)
    for board in BOARDS
    for panel in board.panels
    if panel.sql and set(panel.sql) <= PANELS.keys() - ELSEWHERE - VOICES and panel.kind != "map"
]


@pytest.mark.parametrize(
    ("board", "panel"), _CASES, ids=[f"{board.name}-{panel.sql[0]}" for board, panel in _CASES]
)
def test_a_number_has_as_many_posts_as_it_says(story: Told, board: Board, panel: Panel) -> None:
    chosen = {name: some for name, some in CHOSEN.items() if name in board.variables}
    rows = story.asked(panel.sql[0], *SPAN, chosen, 86400).rows
    some = 0
    for said, url in numbers(panel, board, rows):
        [total] = story.asked("mentions_total", *SPAN, followed(url, chosen)).rows
        assert total["posts"] == said, url
        some += 1
    assert some or panel.sql == ("model_course",)


def numbers(panel: Panel, board: Board, rows: list[dict[str, Any]]) -> Iterator[tuple[int, str]]:
    """Numbers of a panel with the address that each opens: those of a few rows; of a course, all
    its points together."""
    if panel.kind == "series":
        yield from _series(panel, board, rows)
    for name, column in panel.columns.items():
        if column.unit != "locale" or name in NO_POSTS or column.look == "hidden":
            continue
        found = links.of(panel, "ru", board.variables, column.sets)[-1]["url"]
        if panel.kind in ("course", "bars"):
            yield sum(row[name] for row in rows), found
            continue
        for row in rows[::7]:
            yield row[name], filled(found, row)


def _series(panel: Panel, board: Board, rows: list[dict[str, Any]]) -> Iterator[tuple[int, str]]:
    label = panel.codes
    found: dict[str, int] = defaultdict(int)
    for row in rows:
        found[row[label]] += row["posts"]
    url = links.of(panel, "ru", board.variables)[-1]["url"]
    for code, posts in found.items():
        yield posts, re.sub(r"\$\{__field\.labels\.\w+\}", code, url)


def filled(url: str, row: Mapping[str, Any]) -> str:
    """The address with the codes of a row."""
    return re.sub(
        r"\$\{__data\.fields\.(\w+):percentencode\}", lambda found: str(row[found[1]]), url
    )


def followed(url: str, chosen: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """What is chosen on the board that an address opens."""
    found: dict[str, Sequence[str]] = {}
    for part in urlsplit(url).query.split("&"):
        kept = re.fullmatch(r"\$\{(\w+):queryparam\}", part)
        if kept:
            found[kept[1]] = chosen.get(kept[1], ())
        elif part.startswith("var-"):
            name, _, value = part.removeprefix("var-").partition("=")
            found[name] = (unquote(value),) if value else ()
    return {name: values for name, values in found.items() if values}


def test_a_spike_leads_to_the_posts_of_its_window(asked_of_a_year: Asked) -> None:
    [panel] = [one for board in BOARDS[:1] for one in board.panels if one.sql == ("spikes",)]
    topic, posts = links.of(panel, "ru", ("topic", "region"))
    assert "${__url_time_range}" in topic["url"]
    assert "from=${__data.fields.window_from}&to=${__data.fields.window_to}&" in posts["url"]
    span = (UNTIL.replace(year=2026, month=11, day=21), UNTIL.replace(year=2026, month=11, day=23))
    for row in asked_of_a_year("spikes", *span).rows:
        assert int(row["window_from"]) < int(row["window_to"])


def test_a_value_that_wants_to_be_sql_finds_nothing(story: Told) -> None:
    for evil in ("x') OR 1=1 --", "\\') OR (1=1", "${topic}", "{a,b}", "'"):
        for name in ("which", *EXACT):
            chosen = {name: (evil,)}
            if name == "which":  # an unknown sort is none
                continue
            [row] = story.asked("mentions_total", *SPAN, chosen).rows
            assert row["posts"] == 0, (name, evil)


def test_every_drill_is_a_variable_with_a_name_in_both_languages() -> None:
    assert set(boards.DRILLS) == {"which", *EXACT}
    assert "author" not in " ".join((*boards.DRILLS, *WHICH))
