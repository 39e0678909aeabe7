"""The Place board: from the regions down to the settlement."""

from __future__ import annotations

from rezonans.i18n import mark
from sinks.boards.panel import HIDDEN, Board, Column, Panel, code, share
from sinks.boards.situation import (
    DISTRICT,
    LOUDEST,
    POSTS,
    REGION,
    TOPIC,
    atlas,
    mood,
    negative,
    spikes,
    urgent,
)
from sinks.boards.topic import VOICES, VOICES_ABOUT, appeals

_DISTRICT_LEAD = ("mentions", {"district": "district_code"})

PLACE_BOARD = Board(
    name="place",
    title=mark("Place"),
    about=mark("What a region, a district, a settlement speaks about, and how that changes."),
    panels=(
        atlas((12, 14)),
        Panel(
            title=mark("Districts"),
            kind="table",
            sql=("districts",),
            size=(12, 14),
            columns={
                "district": code(DISTRICT, "district"),
                "region": code(REGION, "region"),
                "posts": Column(POSTS, look="gauge", width=150),
                "negative_share": negative(),
                "urgent_posts": urgent(),
                "loudest_topic": code(LOUDEST, "topic"),
                "district_code": HIDDEN,
            },
            about=mark(
                "Posts that name a district or a place in it. Platforms and languages do not "
                "narrow it."
            ),
            leads=_DISTRICT_LEAD,
        ),
        Panel(
            title=mark("Course of the regions"),
            kind="series",
            sql=("region_course",),
            size=(12, 9),
            codes="region",
            about=mark("The ten loudest of those that are chosen; marks are spikes."),
            leads=("mentions", {"region": "region"}),
        ),
        mood("place_mood"),
        Panel(
            title=mark("Posts and voices"),
            kind="course",
            sql=("region_voices",),
            size=(12, 9),
            columns=VOICES,
            about=VOICES_ABOUT,
            leads=("mentions", {}),
        ),
        appeals(12),
        Panel(
            title=mark("Topics by district"),
            kind="table",
            sql=("topics_by_district",),
            size=(24, 11),
            columns={
                "district": code(DISTRICT, "district"),
                "topic": code(TOPIC, "topic"),
                "posts": Column(POSTS, look="gauge", width=200),
                "share": share(mark("Share of the district")),
                "negative_share": negative(),
                "urgent_posts": urgent(),
                "district_code": HIDDEN,
                "topic_code": HIDDEN,
            },
            about=mark("What each district speaks about, the loudest pairs first."),
            leads=("mentions", {"district": "district_code", "topic": "topic_code"}),
        ),
        Panel(
            title=mark("Settlements"),
            kind="table",
            sql=("settlements",),
            size=(24, 10),
            columns={
                "settlement": code(mark("Settlement"), "settlement"),
                "named": Column(mark("Name in Russian"), unit=""),
                "named_in_kazakh": Column(mark("Name in Kazakh"), unit=""),
                "within": code(DISTRICT, "district"),
                "posts": Column(POSTS, look="gauge", width=200),
                "negative_share": negative(),
                "urgent_posts": urgent(),
                "settlement_code": HIDDEN,
            },
            about=mark(
                "The fifty loudest. Villages stand by their code; the official names are those of "
                "the gazetteer."
            ),
            leads=("mentions", {"settlement": "settlement_code"}),
        ),
        spikes(),
    ),
    variables=("topic", "region", "district", "platform", "language"),
    since="now-7d",
    marks=True,
)
