"""The Sources board: whether what we do not see is silence, or our own blindness."""

from __future__ import annotations

from rezonans.i18n import mark
from sinks.boards.panel import DANGER, GOOD, Board, Column, Panel, code, moment, seconds, share
from sinks.boards.situation import PLATFORM

SILENT = ((900.0, "#e0a100"), (3600.0, "#d1442f"))
"""Nobody looked for a quarter of an hour, for an hour."""

SOURCES = Board(
    name="sources",
    title=mark("Sources"),
    about=mark("Freshness, coverage, completeness, silence: whether the other boards see enough."),
    panels=(
        Panel(
            title=mark("Sources in numbers"),
            kind="numbers",
            sql=("source_totals",),
            size=(14, 4),
            columns={
                "sources": Column(mark("Sources")),
                "silent": Column(mark("Silent"), steps=DANGER),
                "longest_wait": seconds(mark("Longest not looked at"), SILENT),
                "without_posts": Column(mark("No posts for a week")),
            },
            about=mark("Silent: nobody has looked for more than a quarter of an hour."),
        ),
        Panel(
            title=mark("Are the counts up to date"),
            kind="numbers",
            sql=("rollup_totals",),
            size=(10, 4),
            columns={
                "hours": Column(mark("Hours counted")),
                "hours_behind": Column(mark("Hours to count again"), steps=((48.0, "#e0a100"),)),
                "behind_for": seconds(
                    mark("Behind for"), ((300.0, "#e0a100"), (1800.0, "#d1442f"))
                ),
            },
            about=mark("Counts of an hour are computed again when something of it has changed."),
        ),
        Panel(
            title=mark("Every source"),
            kind="table",
            sql=("sources",),
            size=(24, 12),
            columns={
                "target": Column(mark("Source"), unit=""),
                "platform": code(PLATFORM, "platform", 110),
                "collector": Column(mark("Collector"), unit="", width=110),
                "waits": seconds(mark("Not looked at for"), SILENT),
                "watched_share": share(mark("Watched"), GOOD),
                "longest_gap": seconds(mark("Longest gap")),
                "pages": Column(mark("Looks"), width=90),
                "posts": Column(mark("Posts"), look="gauge", width=140),
                "newest_post": moment(mark("Newest post")),
            },
            about=mark(
                "Watched: the share of hours (of five minutes up to two days) with at least one "
                "look. An hour without a look is missing data, not silence."
            ),
            leads=("mentions", {"target": "target"}),
        ),
        Panel(
            title=mark("Posts brought, by collector"),
            kind="series",
            sql=("source_course",),
            size=(12, 9),
            codes="platform",
            about=mark("By the time of looking; what a backfill brings is left out."),
            leads=("mentions", {}),
        ),
        Panel(
            title=mark("From publication to the board"),
            kind="course",
            sql=("arrival_course",),
            size=(12, 9),
            columns={
                "half": Column(mark("half of the posts"), unit="s", colour="#3b6ea5"),
                "nearly_all": Column(mark("99 of 100"), unit="s", colour="#e0752d"),
            },
        ),
        Panel(
            title=mark("What could not be processed"),
            kind="table",
            sql=("dead_letters",),
            size=(24, 8),
            columns={
                "stage": Column(mark("Stage"), unit="", width=130),
                "kind": Column(mark("Kind"), unit="", width=110),
                "why": Column(mark("Reason"), unit="", look="wrapped"),
                "letters": Column(mark("Dead letters"), width=110),
                "latest": moment(mark("Latest")),
                "example": Column(mark("Example"), unit="", width=220),
            },
        ),
    ),
    variables=("platform",),
)
