"""The Topic board: how topics go, where, in which mood, by whom and on which platforms."""

from __future__ import annotations

from collections.abc import Mapping

from models import regions
from rezonans.i18n import mark
from sinks.boards.panel import HIDDEN, Board, Column, Panel, code, part, share
from sinks.boards.situation import (
    CHANGE,
    LANGUAGE,
    POSTS,
    POSTS_LEAD,
    TOPIC,
    forecasts,
    mood,
    negative,
    numbers,
    spikes,
    urgent,
)

VOICES_ABOUT = mark(
    "An hour or a day a point. Many posts of few voices are a campaign or a quarrel, not a mood "
    "of the town. Platforms and languages do not narrow it."
)
VOICES = {
    "posts": Column(POSTS, colour="#3b6ea5"),
    "voices": Column(mark("Unique voices"), colour="#e0752d"),
}


def _own(appeal: str) -> Mapping[str, str]:
    return {"appeal": appeal, "which": "own"}


APPEALS = {
    "complaint": Column(mark("complaint"), colour="#d1442f", sets=_own("complaint")),
    "incident": Column(mark("incident"), colour="#e0752d", sets=_own("incident")),
    "question": Column(mark("question"), colour="#3b6ea5", sets=_own("question")),
    "suggestion": Column(mark("suggestion"), colour="#7b5ea7", sets=_own("suggestion")),
    "gratitude": Column(mark("gratitude"), colour="#3f8f4f", sets=_own("gratitude")),
}


def appeals(width: int) -> Panel:
    return Panel(
        title=mark("What people bring"),
        kind="bars",
        sql=("appeal_course",),
        size=(width, 9),
        columns=APPEALS,
        about=mark(
            "Complaints, incidents, questions, suggestions and gratitude in posts, comments and "
            "appeals alike; reposts are left out."
        ),
        leads=("mentions", {}),
    )


TOPIC_BOARD = Board(
    name="topic",
    title=mark("Topic"),
    about=mark(
        "How topics go: against before, where, in which mood, who speaks, on what. "
        "A district narrows spikes and forecasts alone."
    ),
    panels=(
        numbers(),
        Panel(
            title=mark("Topics"),
            kind="table",
            sql=("topics",),
            size=(12, 11),
            columns={
                "topic": code(TOPIC, "topic"),
                "posts": Column(POSTS, look="gauge", width=150),
                "share": share(mark("Share")),
                "change": share(CHANGE),
                "negative_share": negative(),
                "urgent_posts": urgent(),
                "repost_share": part(mark("Reposts"), which="reposts"),
                "topic_code": HIDDEN,
            },
            about=mark("The change is against the range of the same length before it."),
            leads=POSTS_LEAD,
        ),
        Panel(
            title=mark("Course of the topics"),
            kind="series",
            sql=("topic_course",),
            size=(12, 11),
            codes="topic",
            about=mark("The ten loudest of those that are chosen; marks are spikes."),
            leads=("mentions", {"topic": "topic"}),
        ),
        mood(),
        appeals(12),
        Panel(
            title=mark("Posts and voices"),
            kind="course",
            sql=("topic_voices",),
            size=(12, 9),
            columns=VOICES,
            about=VOICES_ABOUT,
            leads=("mentions", {}),
        ),
        Panel(
            title=mark("Platforms of the topic"),
            kind="series",
            sql=("platform_course",),
            size=(12, 9),
            codes="platform",
            leads=("mentions", {"platform": "platform"}),
        ),
        Panel(
            title=mark("Topics by region"),
            kind="table",
            sql=("topics_by_region",),
            size=(24, 12),
            columns={
                "topic": code(TOPIC, "topic", 170),
                **{
                    f"region_{one}": Column(
                        "", look="heat", named=("region_short", one), sets={"region": one}
                    )
                    for one in regions.regions()
                },
                "topic_code": HIDDEN,
            },
            about=mark("Mentions of a topic in a region; the deeper the colour, the more."),
            leads=POSTS_LEAD,
        ),
        Panel(
            title=mark("Languages"),
            kind="table",
            sql=("languages",),
            size=(24, 6),
            columns={
                "language": code(LANGUAGE, "language"),
                "posts": Column(POSTS, look="gauge"),
                "share": share(mark("Share")),
                "negative_share": negative(),
                "language_code": HIDDEN,
            },
            leads=("mentions", {"language": "language_code"}),
        ),
        spikes(),
        forecasts(),
    ),
    variables=("topic", "region", "district", "platform", "language"),
    since="now-7d",
    marks=True,
)
