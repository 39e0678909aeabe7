"""The strip of numbers at the top and the table of sources. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from rezonans.i18n import Translator, mark
from sinks.desk.board import Snapshot
from sinks.desk.query import HourRow, SourceRow
from sinks.sentence import one_line, platform_name

SILENT_SECONDS = 900

STATES = {"fresh": mark("fresh"), "silent": mark("silent"), "waiting": mark("waiting")}
HINTS = {
    "fresh": mark("It was looked at within a quarter of an hour."),
    "silent": mark("It has not answered for more than a quarter of an hour."),
    "waiting": mark("It is still reading the past."),
}
OFFERS = {
    "comments": mark("comments"),
    "counters": mark("counters"),
    "edits": mark("edits"),
    "deletions": mark("deletions"),
}
"""What a source may not offer: then a missing number is not a zero."""


@dataclass(frozen=True)
class Tile:
    name: str
    number: str
    remark: str
    tone: str = ""
    columns: Sequence[tuple[int, float]] = ()
    """x and height (0 to 100) of the columns of a small picture."""
    note: str = ""
    hint: str = ""
    """Of what time the note is."""


@dataclass(frozen=True)
class SourceView:
    name: str
    platform: str
    state: str
    state_name: str
    hint: str
    looked: str
    looked_ago: str
    posts: str
    newest: str
    missing: str


def tiles(snapshot: Snapshot, words: Translator) -> list[Tile]:
    """Open spikes, posts of the last hour, their mood, the sources."""
    hours = snapshot.hours
    return [
        _spikes(snapshot, words),
        _posts(hours, words),
        _mood(hours, words),
        _sources(snapshot, words),
    ]


def source(
    row: SourceRow, now: datetime, words: Translator, offers: Mapping[str, Sequence[str]]
) -> SourceView:
    looked = datetime.fromtimestamp(row.looked_until_ms / 1000, UTC)
    newest = datetime.fromtimestamp(row.newest_ms / 1000, UTC) if row.newest_ms else None
    condition = state(row, now)
    missing = [
        words.gettext(OFFERS[name]) for name in offers.get(row.collector, ()) if name in OFFERS
    ]
    return SourceView(
        name=one_line(row.target, 80),
        platform=platform_name(row.platform, words),
        state=condition,
        state_name=words.gettext(STATES[condition]),
        hint=words.gettext(HINTS[condition]),
        looked=words.moment(looked, now),
        looked_ago=words.ago(looked, now),
        posts=words.number(row.posts_hour),
        newest=words.moment(newest, now) if newest else "–",
        missing=", ".join(missing),
    )


def state(row: SourceRow, now: datetime) -> str:
    """`silent`: no look for a quarter of an hour; `waiting`: still reading the past."""
    if now.timestamp() - row.observed_ms / 1000 > SILENT_SECONDS:
        return "silent"
    return "waiting" if row.history else "fresh"


def _spikes(snapshot: Snapshot, words: Translator) -> Tile:
    n = len(snapshot.spikes)
    tone = snapshot.spikes[0].alarm if snapshot.spikes else ""
    remark = words.ngettext(
        "{n} closed in six hours", "{n} closed in six hours", len(snapshot.closed)
    )
    return Tile(words.gettext("Open spikes"), words.number(n), remark, tone)


def _posts(hours: Sequence[HourRow], words: Translator) -> Tile:
    recent, before = sum(h.recent for h in hours), sum(h.before for h in hours)
    most = max((h.posts for h in hours), default=0) or 1
    columns = [(x, round(100 * h.posts / most, 1)) for x, h in enumerate(hours[-24:])]
    remark = words.gettext("{n} a day ago", n=words.number(before))
    name, voices = words.gettext("Posts in an hour"), hours[-1].voices if hours else None
    note = words.ngettext("{n} author", "{n} authors", voices) if voices else ""
    return Tile(
        name,
        words.number(recent),
        remark,
        "",
        columns,
        note,
        words.gettext("In the last whole hour"),
    )


def _mood(hours: Sequence[HourRow], words: Translator) -> Tile:
    felt, negative = sum(h.felt for h in hours), sum(h.negative for h in hours)
    n = sum(h.urgent for h in hours)
    remark = words.ngettext("{n} urgent post", "{n} urgent posts", n)
    share = words.percent(negative / felt) if felt else "–"
    return Tile(words.gettext("Negative in an hour"), share, remark)


def _sources(snapshot: Snapshot, words: Translator) -> Tile:
    states = [state(row, snapshot.at) for row in snapshot.sources]
    silent = states.count("silent")
    fresh = f"{words.number(states.count('fresh'))}/{words.number(len(states))}"
    remark = words.ngettext("{n} is silent", "{n} are silent", silent)
    return Tile(words.gettext("Fresh sources"), fresh, remark, "silent" if silent else "")
