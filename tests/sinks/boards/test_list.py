"""The list of the latest posts is what a slow sort of the newest versions says, whatever came
twice, was edited, moved, labelled anew or deleted; and texts are read for its rows alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

from sinks import boards
from tests.sinks.boards.conftest import Asked, Told
from tests.sinks.boards.slowly.question import FLOW, Question, Row
from tests.sinks.boards.story import UNTIL

SHOWN = ("topic", "appeal", "sentiment", "region", "place", "platform", "language", "kind")
CHOICES: tuple[Mapping[str, Sequence[str]], ...] = (
    {},
    {"topic": ("water", "roads", "-")},
    {"sentiment": ("negative", "-"), "language": ("ru",)},
    {"district": ("314000000", "-")},
    {"appeal": ("complaint", "incident"), "platform": ("vk", "rss")},
    {"sentiment": ("positive",), "appeal": ("complaint", "none")},
)


@pytest.mark.parametrize("chosen", CHOICES, ids=str)
@pytest.mark.parametrize("days", [1, 3, 30, 200])
def test_the_latest_hundred_are_those_of_a_slow_sort(
    story: Told, days: int, chosen: Mapping[str, Sequence[str]]
) -> None:
    since = UNTIL - timedelta(days=days)
    said = [shown(row) for row in story.asked("mentions_list", since, UNTIL, chosen).rows]
    expected = newest(story.of(days, 0, chosen))
    moments = [row[0] for row in said]
    assert moments == [row[0] for row in expected[: len(said)]]
    assert len(said) == min(100, len(expected)) > 0
    # which of one millisecond are the last of the hundred is open, all others are not
    last = moments[-1]
    assert Counter(row for row in said if row[0] > last) == Counter(
        row for row in expected if row[0] > last
    )
    assert not Counter(said) - Counter(expected)


def newest(question: Question) -> list[tuple[Any, ...]]:
    felt = question.chosen.get("sentiment")
    rows = [
        of_store(row)
        for row in question.narrowed(*FLOW, "district", "appeal")
        if felt is None or (row["sentiment"] or "-") in felt
    ]
    return sorted(rows, key=lambda row: row[0], reverse=True)


def of_store(row: Row) -> tuple[Any, ...]:
    """What the list shows of a mention, counted out by hand."""
    felt = [row["negative"], row["neutral"], row["positive"]]
    surest = None if None in felt else round(max(felt), 2)
    url = row["url"] or ""
    return (
        f"{row['published_at']:%Y-%m-%d %H:%M:%S.%f}"[:23],
        (row["text"] or row["title"] or "")[:400],
        *(row[name] for name in SHOWN),
        None if row["topic_probability"] is None else round(row["topic_probability"], 2),
        surest,
        url if url.startswith(("http://", "https://")) else None,
    )


def shown(row: Mapping[str, Any]) -> tuple[Any, ...]:
    names = (*SHOWN, "topic_probability", "sentiment_probability", "link")
    return (row["published_at"], row["said"], *(row[name] for name in names))


def test_texts_are_read_for_the_rows_that_are_shown(asked_of_a_year: Asked) -> None:
    """An engine that drags every text of the days through FINAL takes ten times as long; it is
    the form of the query that decides."""
    sql = boards.expand(boards.sql("mentions_list"), UNTIL - timedelta(days=3), UNTIL)
    plan = asked_of_a_year.engine.run(f"EXPLAIN {sql}", "TSVRaw", {}).body.decode()
    late = plan[plan.index("LazilyReadFromMergeTree") :]
    early = plan[: plan.index("LazilyReadFromMergeTree")]
    for name in ("text", "title", "url", *SHOWN):
        assert f"{name}," in late or f"{name}\n" in late
        assert name not in early[early.index("ReadFromMergeTree") :]
