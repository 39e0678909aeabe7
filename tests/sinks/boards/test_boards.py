"""The boards: every panel's SQL runs on the engine, through the door's check, on real rows."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from rezonans.reasons import Share
from rezonans.records import Mention, Sentiment
from sinks import boards
from sinks.boards.__main__ import text_of
from sinks.boards.situation import situation
from sinks.clickhouse.engine import Limits
from sinks.clickhouse.guard import Guard
from sinks.clickhouse.writer import Writer
from tests.sinks.clickhouse.samples import NOW, mention, page, spike
from tests.sinks.conftest import Store

Rows = list[dict[str, Any]]


class Board:
    """Panels of the boards over a store, as Grafana reads them through the door."""

    def __init__(self, store: Store) -> None:
        self._engine = store.engine(Limits())
        self._guard = Guard(store.database, self._engine.functions())

    def rows(self, name: str, since: datetime, until: datetime) -> Rows:
        checked = self._guard.check(boards.expand(boards.sql(name), since, until))
        answer = self._engine.run(checked.text, "JSON", {})
        found: Rows = json.loads(answer.body)["data"]
        self.columns = [column["name"] for column in json.loads(answer.body)["meta"]]
        return found


def said(number: int, minutes: float, **changes: Any) -> Mention:
    at = NOW - timedelta(minutes=minutes)
    return mention(f"a:{number}", published_at=at, **changes)


def glad(found: Mention) -> Mention:
    return msgspec.structs.replace(found, sentiment=Sentiment(0.1, 0.2, 0.7))


@pytest.fixture
def board(store: Store) -> Board:
    found = [
        *[said(n, 10 + n / 10) for n in range(12)],
        glad(said(20, 12)),
        said(21, 12, repost_of="a:1"),
        *[said(30 + n, 60 * n + 90) for n in range(20)],
        said(60, 20, topics=(("water", 0.9),), places=()),
        said(61, 20, topics=()),
        said(62, 60 * 24 * 9),
    ]
    shares = (
        Share(key="316200000", observed=9.0, expected=1.0),
        Share(key="311000000", observed=40.0, expected=4.0),
    )
    Writer(store.client, lambda: NOW).write([page(*found)], [spike(places=shares)])
    return Board(store)


def ask(board: Board, name: str) -> Rows:
    return board.rows(name, NOW - timedelta(hours=24), NOW + timedelta(minutes=1))


@pytest.mark.parametrize("name", boards.names())
def test_every_panel_answers_with_the_columns_it_is_drawn_from(board: Board, name: str) -> None:
    ask(board, name)
    for panel in situation()["panels"]:
        if panel["targets"][0]["refId"] == name:
            drawn = [one["matcher"]["options"] for one in panel["fieldConfig"]["overrides"]]
            assert set(drawn) <= set(board.columns)
            assert set(board.columns) - set(drawn) <= {"time"}


def test_what_is_loud(board: Board) -> None:
    loud = board.rows("loud_topics", NOW - timedelta(hours=24), NOW)
    assert [(row["topic"], row["posts"]) for row in loud] == [("heating", 13), ("water", 1)]
    assert loud[0]["usual"] == 0.8
    assert loud[0]["times"] == round(13 / (20 / 24), 1)
    assert loud[0]["negative_share"] == round(12 / 13, 3)
    assert loud[1]["times"] is None


def test_the_course_sums_to_all_mentions_of_the_range(board: Board) -> None:
    rows = ask(board, "mentions_by_sentiment")
    classes = ("negative", "neutral", "positive", "unlabelled")
    sums = {name: sum(int(row[name]) for row in rows) for name in classes}
    assert sums == {"negative": 35, "neutral": 0, "positive": 1, "unlabelled": 0}
    assert [row["time"] for row in rows] == sorted(row["time"] for row in rows)


def test_the_places(board: Board) -> None:
    [row] = ask(board, "places")
    assert (row["region"], row["posts"], row["loudest_topic"]) == ("31", 35, "heating")


def test_a_spike_with_what_explains_it(board: Board) -> None:
    [row] = ask(board, "spikes")
    assert (row["state"], row["observed"], row["times"]) == ("orange", 48, 7.4)
    assert row["from_places"] == "311000000 +36, 316200000 +8"
    assert board.rows("spikes", NOW - timedelta(days=9), NOW - timedelta(days=8)) == []


TABLE_2 = {
    "question": 64_337,
    "incident": 14_411,
    "complaint": 1_202,
    "suggestion": 701,
    "gratitude": 107,
}
CHANNELS = {"109": 80_731, "Мобильное приложение": 27}


_COPIES = """
INSERT INTO mentions
SELECT m.* REPLACE(concat(m.item, ':', toString(n.number)) AS item)
FROM (SELECT * FROM mentions FINAL WHERE item = {item:String}) AS m
CROSS JOIN numbers({more:UInt64}) AS n
"""


def test_type_and_channel_of_appeals_are_counted_apart(store: Store) -> None:
    """Table 2 of the service 109 for 2020: five types make the total; 27 came by the app."""
    template = mention(kind="appeal", channel="109", author=None, published_precision="day").post
    seeds = [
        msgspec.structs.replace(template, item=f"109:{stated}", stated_appeal=stated)
        for stated in TABLE_2
    ]
    app = msgspec.structs.replace(
        seeds[1], item="app:incident", channel="Мобильное приложение", context=None
    )
    seeded = [Mention(post=post, appeal="complaint") for post in (*seeds, app)]
    Writer(store.client, lambda: NOW).write([page(*seeded, history=True)])
    more = {f"109:{stated}": total for stated, total in TABLE_2.items()}
    more |= {"app:incident": 27, "109:incident": TABLE_2["incident"] - 27}
    for item, total in [*more.items(), *list(more.items())[2:4]]:  # some are delivered twice
        store.client.command(_COPIES, {"item": item, "more": total - 1})
    board = Board(store)
    by_type = {row["appeal"]: row["appeals"] for row in ask(board, "appeals_by_type")}
    by_channel = {row["channel"]: row["appeals"] for row in ask(board, "appeals_by_channel")}
    assert by_type == TABLE_2
    assert sum(by_type.values()) == 80_758
    assert by_channel == CHANNELS


def test_the_file_holds_exactly_the_sql_of_the_panels() -> None:
    written = (boards.FOLDER / "situation.json").read_text(encoding="utf-8")
    assert written == text_of(situation()), "run `python -m sinks.boards`"
    targets = [target for panel in json.loads(written)["panels"] for target in panel["targets"]]
    assert len(targets) == 4
    for target in targets:
        assert target["rawSql"] == boards.sql(target["refId"])


def test_panels_do_not_overlap_and_have_their_own_numbers() -> None:
    panels = situation()["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    cells = [
        (x, y)
        for panel in panels
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24


def test_macros_are_expanded_as_in_grafana() -> None:
    since, until = NOW, NOW + timedelta(hours=1)
    text = "$__timeFilter(published_at) AND at < $__toTime AND $__interval_s"
    a, b = int(since.timestamp()), int(until.timestamp())
    assert boards.expand(text, since, until, 15) == (
        f"published_at >= toDateTime({a}) AND published_at <= toDateTime({b}) "
        f"AND at < toDateTime({b}) AND 15"
    )
    with pytest.raises(ValueError, match=r"\$__nonsense"):
        boards.expand("$__nonsense(x)", since, until)
