"""The Mentions board: the posts behind any number of the others."""

from __future__ import annotations

from rezonans.i18n import mark
from sinks.boards.macros import DRILLS
from sinks.boards.panel import BAD, DANGER, Board, Column, Panel, code, share
from sinks.boards.situation import LANGUAGE, NEGATIVE, PLATFORM, POSTS, REGION, TOPIC, URGENT

MENTIONS = Board(
    name="mentions",
    title=mark("Mentions"),
    about=mark("The posts behind a number: where a click on any of them leads."),
    panels=(
        Panel(
            title=mark("How many"),
            kind="numbers",
            sql=("mentions_total",),
            size=(24, 4),
            columns={
                "posts": Column(POSTS),
                "urgent_posts": Column(URGENT, steps=DANGER),
                "negative_share": share(NEGATIVE, BAD),
            },
            about=mark(
                "Where a district or an appeal is chosen, platforms and languages do not narrow "
                "the number; they do narrow the list. Where a link has set one of the last six "
                "choices, the posts themselves are counted: of the country choose days or weeks."
            ),
        ),
        Panel(
            title=mark("The latest hundred"),
            kind="table",
            sql=("mentions_list",),
            size=(24, 24),
            columns={
                "published_at": Column(mark("Published"), unit="dateTimeAsLocal", width=160),
                "said": Column(mark("Text"), unit="", look="wrapped"),
                "topic": code(TOPIC, "topic", 150),
                "topic_probability": share(mark("Certainty of the topic")),
                "appeal": code(mark("Appeal"), "appeal", 110),
                "sentiment": code(mark("Sentiment"), "sentiment", 110),
                "sentiment_probability": share(mark("Certainty of the sentiment")),
                "region": code(REGION, "region", 170),
                "place": code(mark("Place"), "settlement", 150),
                "platform": code(PLATFORM, "platform", 110),
                "language": code(LANGUAGE, "language", 110),
                "kind": code(mark("Kind"), "kind", 110),
                "link": Column(mark("Open the post"), unit="", look="link", width=180),
            },
            about=mark("No author is shown, and nothing can be sought or grouped by one."),
        ),
    ),
    variables=(
        *("topic", "region", "district", "platform", "language", "sentiment", "appeal"),
        *DRILLS,
    ),
    refresh="",
)
