"""Every panel's SQL runs on the engine, through the door's check, over a filled year."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from models.places.units import units
from rezonans.reasons import Forecast, Lane
from rezonans.records import Mention, Sentiment
from sinks import boards
from sinks.boards.dashboards import BOARDS
from sinks.boards.panel import Column, Panel
from sinks.boards.provision import _RULES as RULES
from sinks.boards.vocabulary import names
from sinks.clickhouse.writer import Writer
from tests.sinks.boards import year
from tests.sinks.boards.conftest import Answer, Asked, Rows, roll_up
from tests.sinks.clickhouse.samples import NOW, mention, page, spike
from tests.sinks.conftest import Store

PANELS = [panel for board in BOARDS for panel in board.panels]
BY_SQL = {name: panel for panel in PANELS for name in panel.sql}
RANGES = {
    "a day": (timedelta(days=1), {}),
    "a month": (timedelta(days=30), {}),
    "a year, narrowed": (timedelta(days=365), year.CHOSEN),
}
NEVER_EMPTY = set(boards.names()) - {f"alert_{rule.sql}" for rule in RULES}
_NUMBER = re.compile(r"(Nullable\()?(U?Int|Float)")
_TIME = re.compile(r"(Nullable\()?DateTime")
_TEXT = re.compile(r"(LowCardinality\()?(Nullable\()?String|(Nullable\()?(Bool|UInt8)")


def test_every_sql_file_is_of_a_panel_or_has_another_reader() -> None:
    others = {"spike_marks", "platforms_known", *(f"alert_{rule.sql}" for rule in RULES)}
    assert set(BY_SQL) | others == set(boards.names())


@pytest.mark.parametrize("length", RANGES)
@pytest.mark.parametrize("name", boards.names())
def test_a_panel_answers_for_any_range_and_choice(
    asked_of_a_year: Asked, name: str, length: str
) -> None:
    span, chosen = RANGES[length]
    step = int(span.total_seconds() / 500)
    answer = asked_of_a_year(name, year.UNTIL - span, year.UNTIL, chosen, step)
    assert answer.rows or name not in NEVER_EMPTY
    if name in BY_SQL:
        fits(BY_SQL[name], answer)


def fits(panel: Panel, answer: Answer) -> None:
    """What is drawn is what the store answers, by name, type and size."""
    drawn = dict(panel.columns)
    if panel.kind != "map":
        assert set(drawn) <= set(answer.types)
    undrawn = set(answer.types) - set(drawn)
    assert undrawn <= {"time"} or panel.kind == "series"
    for name, column in drawn.items():
        if name in answer.types:
            values = [row[name] for row in answer.rows if row[name] is not None]
            typed(name, column, answer.types[name])
            sized(name, column, values)
    if panel.leads and panel.kind in ("table", "map"):
        codes = {code for code in panel.leads[1].values() if panel.kind == "table"}
        assert codes <= set(answer.types)


def typed(name: str, column: Column, kind: str) -> None:
    if column.unit.startswith("dateTime"):
        assert _TIME.match(kind), f"{name} is {kind}"
    elif column.unit:
        assert _NUMBER.match(kind), f"{name} is {kind}"
    elif column.look != "hidden":
        assert _TEXT.match(kind), f"{name} is {kind}"


def sized(name: str, column: Column, values: list[Any]) -> None:
    if column.unit == "percentunit" and name != "change":
        assert all(0 <= value <= 1 for value in values), name
    elif column.unit in ("s", "locale", "x"):
        assert all(value >= 0 for value in values), name
    if column.codes and column.codes != "settlement":
        known = names(column.codes, "ru")
        unnamed = {str(value).lower() for value in values} - {code.lower() for code in known}
        assert not unnamed, f"{name}: no name for {unnamed}"


def test_a_day_of_last_year_is_read_by_hours(asked_of_a_year: Asked) -> None:
    """Rows of five minutes are kept for a quarter of a year."""
    past = year.UNTIL - timedelta(days=359)
    for name in ("totals", "mentions_total"):
        [total] = asked_of_a_year(name, past - timedelta(days=2), past).rows
        assert total["posts"] > 0
    course = asked_of_a_year("mentions_by_sentiment", past - timedelta(days=2), past).rows
    assert course
    assert all(row["time"].endswith(":00:00") for row in course)


def test_what_was_not_kept_is_not_held_against_a_source(asked_of_a_year: Asked) -> None:
    """Looks of the small year begin late in it: from then on counts."""
    first = year.UNTIL - timedelta(days=400)
    long = asked_of_a_year("sources", first, year.UNTIL).rows
    short = asked_of_a_year("sources", year.UNTIL - timedelta(days=365), year.UNTIL).rows
    assert [row["watched_share"] for row in long] == [row["watched_share"] for row in short]


def test_settlements_have_their_official_names(asked_of_a_year: Asked) -> None:
    rows = asked_of_a_year("settlements", year.UNTIL - timedelta(days=365), year.UNTIL).rows
    said = [(row["named"], row["named_in_kazakh"]) for row in rows]
    assert said == [tuple(_official(row["settlement"])) for row in rows]
    assert any(russian for russian, _ in said)


def _official(code: str) -> tuple[str, str]:
    unit = units().get(code)
    return (unit.russian, unit.kazakh) if unit else ("", "")


def test_a_choice_narrows(asked_of_a_year: Asked) -> None:
    span = (year.UNTIL - timedelta(days=365), year.UNTIL)
    found = {
        topic: asked_of_a_year("mentions_total", *span, {"topic": (topic,)}).rows[0]["posts"]
        for topic in (*year.TOPICS, "-")
    }
    [all_of_it] = asked_of_a_year("mentions_total", *span).rows
    assert sum(found.values()) == all_of_it["posts"]
    assert min(found.values()) > 0
    [two] = asked_of_a_year("mentions_total", *span, {"topic": ("water", "heating")}).rows
    assert two["posts"] == found["water"] + found["heating"]


COUNTED = """
SELECT count() AS posts, countIf(urgent >= 0.5) AS urgent_posts,
    round(countIf(sentiment = 'negative') / nullIf(countIf(isNotNull(sentiment)), 0), 3)
        AS negative_share
FROM mentions_public WHERE {where}
"""
CHOICES: tuple[dict[str, tuple[str, ...]], ...] = (
    {},
    {"topic": ("water", "-")},
    {"topic": ("water",), "region": ("31",), "language": ("ru",), "platform": ("vk", "rss")},
    {"sentiment": ("negative", "-")},
    {"district": ("314000000",), "topic": ("water", "roads")},
    {"appeal": ("complaint", "none"), "region": ("31", "-")},
    {"appeal": ("question",), "sentiment": ("neutral",)},
)


@pytest.mark.parametrize("chosen", CHOICES, ids=str)
@pytest.mark.parametrize("days", [1, 30, 365])
def test_a_number_is_that_of_the_posts_it_leads_to(
    asked_of_a_year: Asked, chosen: dict[str, tuple[str, ...]], days: int
) -> None:
    """By the rollups, by the posts themselves, and by the list where it holds all of them."""
    until = year.UNTIL + timedelta(minutes=1)
    since = (until - timedelta(days=days)).replace(hour=19, minute=0)  # midnight in Almaty
    conditions = [
        f"published_at >= {int(since.timestamp())}",
        f"published_at <= {int(until.timestamp())}",
        *(f"ifNull({name}, '-') IN {(*values, '')}" for name, values in chosen.items()),
    ]
    expected = asked_of_a_year.run(COUNTED.format(where=" AND ".join(conditions)))
    [total] = asked_of_a_year("mentions_total", since, until, chosen).rows
    assert total["posts"] == expected["posts"] > 0
    if "sentiment" not in chosen:
        assert total == expected
    listed = asked_of_a_year("mentions_list", since, until, chosen).rows
    assert len(listed) == min(100, expected["posts"])
    if not {"district", "appeal", "sentiment"} & set(chosen):
        [above] = asked_of_a_year("totals", since, until, chosen).rows
        assert {name: above[name] for name in expected} == expected


def test_a_value_that_wants_to_be_sql_finds_nothing(asked_of_a_year: Asked) -> None:
    span = (year.UNTIL - timedelta(days=365), year.UNTIL)
    for evil in ("x') OR 1=1 --", "\\') OR (1=1", "x'), ''), 1) OR has(['", "${topic}", "$__all"):
        [row] = asked_of_a_year("mentions_total", *span, {"topic": (evil,)}).rows
        assert row["posts"] == 0, evil


def said(number: int, minutes: float, **changes: Any) -> Mention:
    at = NOW - timedelta(minutes=minutes)
    return mention(f"a:{number}", published_at=at, **changes)


def glad(found: Mention) -> Mention:
    return msgspec.structs.replace(found, sentiment=Sentiment(0.1, 0.2, 0.7))


@pytest.fixture
def board(store: Store) -> Asked:
    found = [
        *[said(n, 10 + n / 10) for n in range(12)],
        glad(said(20, 12)),
        said(21, 12, repost_of="a:1"),
        *[said(30 + n, 60 * n + 90) for n in range(20)],
        said(60, 20, topics=(("water", 0.9),), places=()),
        said(61, 20, topics=()),
        said(62, 60 * 24 * 9),
    ]
    Writer(store.client, lambda: NOW).write([page(*found)], [spike()])
    roll_up(store, NOW)
    return Asked(store.engine())


def ask(board: Asked, name: str) -> Rows:
    return board(name, NOW - timedelta(hours=24), NOW + timedelta(minutes=1)).rows


def test_what_is_loud(board: Asked) -> None:
    loud = board("loud_topics", NOW - timedelta(hours=24), NOW).rows
    assert [(row["topic"], row["posts"]) for row in loud] == [("heating", 13), ("water", 1)]
    assert loud[0]["usual"] == 0.8
    assert loud[0]["times"] == round(13 / (20 / 24), 1)
    assert loud[0]["negative_share"] == round(12 / 13, 3)
    assert loud[1]["times"] is None


def test_the_course_sums_to_all_mentions_of_the_range(board: Asked) -> None:
    rows = ask(board, "mentions_by_sentiment")
    classes = ("negative", "neutral", "positive", "unlabelled")
    sums = {name: sum(int(row[name]) for row in rows) for name in classes}
    assert sums == {"negative": 35, "neutral": 0, "positive": 1, "unlabelled": 0}
    assert [row["time"] for row in rows] == sorted(row["time"] for row in rows)


def test_the_places_begin_with_what_names_none(board: Asked) -> None:
    nowhere, region = ask(board, "places")
    assert (nowhere["region_code"], nowhere["posts"]) == ("-", 1)
    assert (region["region"], region["posts"], region["loudest_topic"]) == ("31", 35, "heating")


def test_a_spike_with_what_explains_it(asked_of_a_year: Asked) -> None:
    span = (year.UNTIL - timedelta(days=1), year.UNTIL)
    first = asked_of_a_year("spikes", *span).rows[0]
    assert (first["state"], first["observed"], first["times"]) == ("red", 48, 7.4)
    assert (first["top_place"], first["top_place_share"]) == ("316200000", 1)
    assert (first["kind"], first["top_mood"]) == ("spike", "negative")
    before = (year.UNTIL - timedelta(days=9), year.UNTIL - timedelta(days=8))
    assert asked_of_a_year("spikes", *before).rows == []


def test_a_forecast_and_why_there_is_none(asked_of_a_year: Asked) -> None:
    span = (year.UNTIL - timedelta(days=1), year.UNTIL)
    told, refused = asked_of_a_year("forecasts", *span).rows
    assert (told["hours_ahead"], told["expected"], told["low"], told["high"]) == (6, 54, 24, 90)
    assert (refused["expected"], refused["refused"]) == (None, "thin")


def test_a_district_narrows_spikes_forecasts_and_marks(store: Store) -> None:
    told = Forecast(refused="thin")
    spikes = [
        spike("there", lane=Lane("water", "31", "313600000"), forecast=told),
        spike("elsewhere", lane=Lane("water", "31", "314000000"), forecast=told),
        spike("wide", lane=Lane("roads", "31"), forecast=told),
    ]
    Writer(store.client).write(spikes=spikes)
    board = Asked(store.engine())
    span = (NOW - timedelta(hours=1), NOW + timedelta(hours=1))
    for name in ("spikes", "forecasts", "spike_marks"):
        assert len(board(name, *span).rows) == 3
        [own] = board(name, *span, {"district": ("313600000",)}).rows
        [wide] = board(name, *span, {"district": ("-",)}).rows
        about = "title" if name == "spike_marks" else "topic"
        assert (own[about].split()[0], wide[about].split()[0]) == ("water", "roads")
    [own] = board("spikes", *span, {"district": ("313600000",)}).rows
    assert own["district"] == "313600000"


def thread(store: Store) -> Asked:
    """Twelve questions under a page of an authority: five answered within a day, two later, two
    open for longer than a day, three asked an hour ago; and one elsewhere, which counts nowhere."""
    page_of = {"kind": "comment", "flags": ()}
    hours = [40, 40, 40, 40, 40, 60, 60, 50, 50, 1, 1, 1]
    asked = [said(n, 60 * hour, **page_of) for n, hour in enumerate(hours)]
    answers = [
        said(
            100 + n,
            60 * (hours[n] - late),
            parent=f"a:{n}",
            author=None,
            author_kind="official",
            author_name="Акимат",
        )
        for n, late in ((0, 2), (1, 2), (2, 4), (3, 6), (4, 6), (5, 30), (6, 30))
    ]
    elsewhere = page(said(200, 600), container="vk:-2", target="vk/2")
    Writer(store.client, lambda: NOW).write([page(*asked, *answers), elsewhere])
    roll_up(store, NOW)
    return Asked(store.engine())


def test_answers_are_counted_honestly(store: Store) -> None:
    board = thread(store)
    span = (NOW - timedelta(days=7), NOW)
    [total] = board("response_totals", *span).rows
    assert (total["asked"], total["answered"]) == (12, 7)
    assert total["on_time_share"] == round(5 / (7 + 2), 3)
    assert total["median_hours"] == 6
    [office] = board("response_by_authority", *span).rows
    assert (office["name"], office["asked"]) == ("Акимат", 12)
    open_ones = board("unanswered", *span).rows
    assert len(open_ones) == 5
    assert [row["waits"] for row in open_ones[:2]] == [50 * 3600, 50 * 3600]


def test_few_questions_are_no_judgement(store: Store) -> None:
    board = thread(store)
    [office] = board("response_by_authority", NOW - timedelta(hours=45), NOW).rows
    assert (office["asked"], office["answered_share"], office["median_hours"]) == (8, None, None)


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
    roll_up(store, NOW)
    board = Asked(store.engine())
    by_type = {row["appeal"]: row["appeals"] for row in ask(board, "appeals_by_type")}
    by_channel = {row["channel"]: row["appeals"] for row in ask(board, "appeals_by_channel")}
    assert by_type == TABLE_2
    assert sum(by_type.values()) == 80_758
    assert by_channel == CHANNELS
