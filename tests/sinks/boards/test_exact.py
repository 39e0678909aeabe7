"""Every number of every panel that counts mentions is that of a slow recount, whatever came twice,
was edited, moved, labelled anew or deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

from sinks import boards
from tests.sinks.boards.conftest import Told
from tests.sinks.boards.slowly import PANELS
from tests.sinks.boards.slowly.question import Said
from tests.sinks.boards.story import UNTIL

RANGES = {"three days": (3, 3600), "a month": (30, 7200), "a season": (100, 86400)}
CHOICES: dict[str, Mapping[str, Sequence[str]]] = {
    "all": {},
    "some": {
        "topic": ("water", "roads", "-"),
        "region": ("31", "71", "-"),
        "language": ("ru", "kk"),
    },
    "one": {"topic": ("heating",), "platform": ("vk", "rss")},
    "a district": {"district": ("314000000", "-"), "topic": ("water", "heating", "roads")},
}
OF_SOMETHING_ELSE = {
    # spikes and what people do with them
    *("spikes", "forecasts", "spike_marks", "spike_handling", "alert_red_spikes"),
    # looks of the collectors, what could not be read, the state of the rollups
    *("sources", "source_totals", "source_course", "arrival_course", "dead_letters"),
    *("rollup_totals", "alert_counts_behind", "alert_silent_sources"),
    # a list of names
    "platforms_known",
    # thresholds of alert rules, which have tests of their own
    *("alert_abstention", "alert_unanswered"),
}


def test_no_panel_that_counts_mentions_is_left_out() -> None:
    assert set(PANELS) | OF_SOMETHING_ELSE == set(boards.names())
    assert not set(PANELS) & OF_SOMETHING_ELSE


ASKED = (
    *(("three days", "all"), ("three days", "some"), ("a month", "one")),
    *(("a month", "a district"), ("a season", "all"), ("a season", "some")),
)


@pytest.mark.parametrize(("length", "choice"), ASKED)
def test_every_panel_says_what_a_recount_says(story: Told, length: str, choice: str) -> None:
    days, step = RANGES[length]
    question = story.of(days, step, CHOICES[choice])
    some = 0
    for name, (keys, recounted_by) in PANELS.items():
        since = UNTIL - timedelta(days=days)
        rows = story.asked(name, since, UNTIL, question.chosen, step).rows
        expected = {key: row for key, row in recounted_by(question).items() if any(row.values())}
        compared(name, keyed(rows, keys), expected)
        some += len(expected)
    assert some > 50


def keyed(rows: list[dict[str, Any]], keys: tuple[str, ...]) -> Said:
    found = {
        tuple(number if key == "#" else row[key] for key in keys): row
        for number, row in enumerate(rows)
    }
    assert len(found) == len(rows), "a row stands twice"
    return found


def compared(panel: str, said: Said, expected: Said) -> None:
    """What is said is what is expected: no row more, none less, each number the same."""
    keys = PANELS[panel][0]
    more = {key for key, row in said.items() if any(row[name] for name in row.keys() - keys)}
    assert more <= expected.keys(), f"{panel} says more than a recount: {more - expected.keys()}"
    for key, row in expected.items():
        assert key in said, f"{panel} leaves out {key}: {row}"
        for name, value in row.items():
            nearly = 0.0501 if name in TO_A_TENTH else 0.000501
            same = like(said[key][name], value, nearly)
            assert same, f"{panel} {key} {name}: {said[key][name]}, not {value}"


TO_A_TENTH = {"usual", "times", "median_hours"}


def like(said: Any, expected: Any, nearly: float) -> bool:
    """Counts exactly, shares as they are rounded; of names that are equally loud any."""
    if isinstance(expected, set):
        return said in expected
    if isinstance(expected, float):
        return said is not None and abs(said - expected) <= nearly
    return bool(said == expected)


def test_a_wrong_number_would_be_seen() -> None:
    row = {"topic": "water", "posts": 3, "share": 0.25}
    expected: Said = {("water",): {"posts": 3, "share": 0.2504}}
    compared("topics", {("water",): row}, expected)
    for wrong in ({"posts": 4}, {"share": 0.26}, {"share": None}):
        with pytest.raises(AssertionError, match="not"):
            compared("topics", {("water",): row | wrong}, expected)
    with pytest.raises(AssertionError, match="leaves out"):
        compared("topics", {}, expected)
    with pytest.raises(AssertionError, match="says more"):
        compared("topics", {("water",): row, ("gas",): row}, expected)
