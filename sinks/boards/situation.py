"""The Situation board: what is loud now, where, in which mood, why, and what comes next."""

from __future__ import annotations

from rezonans.i18n import mark
from sinks.boards.panel import (
    BAD,
    DANGER,
    HIDDEN,
    Board,
    Column,
    Panel,
    code,
    counted,
    moment,
    part,
    share,
)

POSTS = mark("Mentions")
NEGATIVE = mark("Negative")
URGENT = mark("Urgent")
CHANGE = mark("Against the time before")
TOPIC, REGION, DISTRICT, PLATFORM = (
    mark("Topic"),
    mark("Region"),
    mark("District"),
    mark("Platform"),
)
LANGUAGE = mark("Language")
LOUDEST = mark("Loudest topic")
TOPIC_LEAD = ("topic", {"topic": "topic_code"})
PLACE_LEAD = ("place", {"region": "region_code"})
POSTS_LEAD = ("mentions", {"topic": "topic_code"})
IN_DISTRICT = {"district": "district_code"}


def urgent(width: int | None = 90) -> Column:
    return counted(URGENT, DANGER, width, which="danger")


def negative() -> Column:
    return part(NEGATIVE, BAD, sentiment="negative")


MOOD = {
    "negative": Column(mark("negative"), colour="#d1442f", sets={"sentiment": "negative"}),
    "neutral": Column(mark("neutral"), colour="#8e8e8e", sets={"sentiment": "neutral"}),
    "positive": Column(mark("positive"), colour="#3f8f4f", sets={"sentiment": "positive"}),
    "unlabelled": Column(mark("without a label"), colour="#c7c7c7", sets={"sentiment": "-"}),
}


def numbers() -> Panel:
    return Panel(
        title=mark("The range in numbers"),
        kind="numbers",
        sql=("totals",),
        size=(24, 4),
        columns={
            "posts": Column(POSTS),
            "change": share(CHANGE),
            "negative_share": negative(),
            "urgent_posts": urgent(None),
            "repost_share": part(mark("Reposts"), which="reposts"),
            "regions": Column(mark("Regions named")),
        },
        about=mark(
            "All that was said in the range and passes the choice above; the change is against "
            "the range of the same length before it."
        ),
        leads=("mentions", {}),
    )


def mood(sql: str = "mentions_by_sentiment") -> Panel:
    return Panel(
        title=mark("Mentions by sentiment"),
        kind="bars",
        sql=(sql,),
        size=(12, 9),
        columns=MOOD,
        about=mark("Without a label: too short, or in a language without a model."),
        leads=("mentions", {}),
    )


def atlas(size: tuple[int, int] = (12, 14)) -> Panel:
    return Panel(
        title=mark("Where: regions and districts"),
        kind="map",
        sql=("places", "districts"),
        size=size,
        columns={
            "posts": Column(POSTS),
            "negative_share": negative(),
            "urgent_posts": urgent(None),
            "region": code(REGION, "region"),
            "district": code(DISTRICT, "district"),
            "loudest_topic": code(LOUDEST, "topic"),
            "region_code": HIDDEN,
            "district_code": HIDDEN,
        },
        about=mark(
            "A region takes its colour from the share of negative posts; a circle is a district, "
            "as large as it is loud. Platforms and languages do not narrow the circles."
        ),
        leads=("place", {"region": "region_code", "district": "district_code"}),
    )


def spikes(size: tuple[int, int] = (24, 10)) -> Panel:
    return Panel(
        title=mark("Spikes and what explains them"),
        kind="table",
        sql=("spikes",),
        size=size,
        columns={
            "since": Column(mark("Since"), unit="dateTimeAsLocal", width=160),
            "updated": moment(mark("Updated")),
            "state": code(mark("Level"), "state", 100),
            "kind": code(mark("What it is"), "spike", 150),
            "topic": code(TOPIC, "topic"),
            "region": code(REGION, "region"),
            "district": code(DISTRICT, "district"),
            "observed": Column(mark("Posts in the window"), width=90),
            "expected": Column(mark("Expected"), decimals=1, width=90),
            "low": Column(mark("at least"), width=70),
            "high": Column(mark("at most"), width=70),
            "times": Column(mark("Times the usual"), unit="x", decimals=1, width=110),
            "posts": Column(mark("With copies"), width=90),
            "voices": Column(mark("Voices"), width=80),
            "trigger": code(mark("Cause"), "trigger", 130),
            "decades_of_rarity": Column(mark("Rarity, decades"), decimals=1, width=90),
            "top_place": code(mark("Most of it from"), "anywhere"),
            "top_place_share": share(mark("Part of the excess")),
            "top_mood": code(mark("Most of it is"), "sentiment", 110),
            "top_mood_share": share(mark("Part of the excess")),
            "simulation": code(mark("Simulation"), "flag", 100),
            "topic_code": HIDDEN,
            "region_code": HIDDEN,
            "district_code": HIDDEN,
            "window_from": HIDDEN,
            "window_to": HIDDEN,
        },
        about=mark(
            "Posts of the window against what is usual, with the interval that holds four windows "
            "of five. Voices are authors, each counted once; rarity 1 is once in ten weeks."
        ),
        leads=("topic", {"topic": "topic_code", "region": "region_code", **IN_DISTRICT}),
        window=("window_from", "window_to"),
    )


def forecasts(size: tuple[int, int] = (24, 7)) -> Panel:
    return Panel(
        title=mark("What open spikes will bring"),
        kind="table",
        sql=("forecasts",),
        size=size,
        columns={
            "topic": code(TOPIC, "topic"),
            "region": code(REGION, "region"),
            "alarm": code(mark("Level"), "state", 100),
            "hours_ahead": Column(mark("Hours ahead"), width=90),
            "expected": Column(mark("Posts expected"), width=110),
            "low": Column(mark("at least"), width=80),
            "high": Column(mark("at most"), width=80),
            "peak_passed": code(mark("Peak passed"), "flag", 110),
            "half_life": Column(mark("Halves in"), unit="s", decimals=0, width=110),
            "refused": code(mark("No forecast"), "refused", 120),
            "error": Column(mark("Past error, posts an hour"), decimals=1, width=120),
            "naive_error": Column(mark("That of the day before"), decimals=1, width=120),
            "topic_code": HIDDEN,
            "region_code": HIDDEN,
        },
        about=mark(
            "If nothing new happens. The past error stands beside that of saying the same hour of "
            "the day before: a forecast that is no better is worth nothing."
        ),
        leads=("topic", {"topic": "topic_code", "region": "region_code"}),
    )


SITUATION = Board(
    name="situation",
    title=mark("Situation"),
    about=mark("What is loud now, where, in which mood, why, and what comes next."),
    panels=(
        numbers(),
        Panel(
            title=mark("Loud topics of the last hour"),
            kind="table",
            sql=("loud_topics",),
            size=(12, 9),
            columns={
                "topic": code(TOPIC, "topic"),
                "posts": Column(mark("In the hour"), look="gauge", width=150),
                "usual": Column(mark("Usual in an hour"), decimals=1, width=110),
                "times": Column(mark("Times the usual"), unit="x", decimals=1, width=120),
                "negative_share": negative(),
                "urgent_posts": urgent(),
                "regions": Column(mark("Regions"), width=90),
                "topic_code": HIDDEN,
            },
            about=mark("Against an hour of the day before it. Reposts are left out."),
            leads=TOPIC_LEAD,
        ),
        mood(),
        atlas(),
        Panel(
            title=mark("Regions"),
            kind="table",
            sql=("places",),
            size=(12, 14),
            columns={
                "region": code(REGION, "region"),
                "posts": Column(POSTS, look="gauge", width=170),
                "negative_share": negative(),
                "urgent_posts": urgent(),
                "loudest_topic": code(LOUDEST, "topic"),
                "region_code": HIDDEN,
            },
            about=mark("Regions that the texts are about; not determined: none is named."),
            leads=PLACE_LEAD,
        ),
        spikes(),
        forecasts(),
    ),
    variables=("topic", "region", "district", "platform", "language"),
    refresh="30s",
    marks=True,
)
