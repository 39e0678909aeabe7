"""The Platforms and official accounts board."""

from __future__ import annotations

from rezonans.i18n import mark
from sinks.boards.panel import (
    BAD,
    HIDDEN,
    Board,
    Column,
    Panel,
    code,
    counted,
    moment,
    part,
    seconds,
    share,
)
from sinks.boards.situation import CHANGE, LANGUAGE, PLATFORM, POSTS, negative, numbers, urgent

_DAY = 86_400.0
STALE = ((7 * _DAY, "#e0a100"), (30 * _DAY, "#d1442f"))
"""A page that has not spoken for a week, for a month."""

PLATFORMS_BOARD = Board(
    name="platforms",
    title=mark("Platforms and official accounts"),
    about=mark("Where people speak and in which language; how authorities keep their pages."),
    panels=(
        numbers(),
        Panel(
            title=mark("Platforms"),
            kind="table",
            sql=("platforms",),
            size=(12, 9),
            columns={
                "platform": code(PLATFORM, "platform"),
                "posts": Column(POSTS, look="gauge", width=150),
                "share": share(mark("Share")),
                "change": share(CHANGE),
                "negative_share": negative(),
                "urgent_posts": urgent(),
                "kazakh_share": part(mark("In Kazakh"), language="kk"),
                "platform_code": HIDDEN,
            },
            about=mark("What our sources reach, which is not all that is said on a platform."),
            leads=("mentions", {"platform": "platform_code"}),
        ),
        Panel(
            title=mark("Course of the platforms"),
            kind="series",
            sql=("platform_course",),
            size=(12, 9),
            codes="platform",
            leads=("mentions", {"platform": "platform"}),
        ),
        Panel(
            title=mark("Unique voices by platform"),
            kind="series",
            sql=("platform_voices",),
            size=(12, 9),
            codes="platform",
            about=mark(
                "Authors of an hour or a day, each counted once on a platform. The same person on "
                "two platforms is two: these are never added up."
            ),
            leads=("mentions", {"platform": "platform"}),
        ),
        Panel(
            title=mark("Languages"),
            kind="table",
            sql=("languages",),
            size=(12, 9),
            columns={
                "language": code(LANGUAGE, "language"),
                "posts": Column(POSTS, look="gauge"),
                "share": share(mark("Share")),
                "negative_share": negative(),
                "language_code": HIDDEN,
            },
            leads=("mentions", {"language": "language_code"}),
        ),
        Panel(
            title=mark("Official accounts"),
            kind="table",
            sql=("official_accounts",),
            size=(24, 12),
            columns={
                "account": Column(mark("Page"), unit=""),
                "name": Column(mark("Authority"), unit=""),
                "platform": code(PLATFORM, "platform", 110),
                "posts": counted(mark("Posts of its own"), width=110, which="spoke"),
                "answers": counted(mark("Answers"), width=100, which="replied"),
                "from_people": Column(
                    mark("From people"), look="gauge", width=150, sets={"which": "people"}
                ),
                "negative_share": share(mark("Negative from people"), BAD),
                "last_spoke": moment(mark("Spoke last")),
                "silent_for": seconds(mark("Silent for"), STALE),
            },
            about=mark(
                "Pages where an authority spoke in the range, the most silent first: yellow after "
                "a week, red after a month. Pages of institutions only, never of persons."
            ),
            leads=("mentions", {"page": "account"}),
        ),
    ),
    variables=("topic", "region", "platform", "language"),
    since="now-30d",
    refresh="5m",
)
