"""`rezonans viral`: whether one stored post goes viral, from its first minutes, with the record."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import msgspec
from cyclopts import Parameter

from rezonans.cli import TOOLS, SettingsFile, app, settings_of
from rezonans.i18n import Translator, translator
from rezonans.refused import SettingsError
from rezonans.sections import Language

Query = Callable[[str, dict[str, Any]], list[Any]]
MOST_DAYS = 366
A_DAY = timedelta(days=1)
TOGETHER = 500
"""Posts whose times are asked for in one query."""

_POST = """
SELECT item, platform, title, text, published_at FROM mentions_public
WHERE {column} = {post:String}
ORDER BY published_at LIMIT 1
"""
# One column at a time: the store then reads no other of the rows that it passes over.
_BY_ITEM, _BY_URL = (_POST.replace("{column}", column) for column in ("item", "url"))
# What answers a post or repeats it names it: a repost its post, an answer the root of its thread.
_REACTIONS = """
SELECT story, arraySort(groupArray({most:UInt32})(at)) AS times
FROM (
    SELECT coalesce(repost_of, root, parent) AS story, toUnixTimestamp64Milli(published_at) AS at
    FROM mentions_public
    WHERE published_at >= {start:DateTime64(3)} AND published_at < {end:DateTime64(3)}
        AND day >= {day:Date}
)
WHERE isNotNull(story) AND ({post:String} = '' OR story = {post:String})
GROUP BY story HAVING count() >= {least:UInt32}
"""
_ROOTS = """
SELECT item, toUnixTimestamp64Milli(published_at) AS at FROM mentions_public
WHERE item IN {items:Array(String)}
"""


@dataclass(frozen=True)
class Found:
    """A post and what its first minutes say."""

    item: str
    platform: str
    text: str
    published: datetime
    outlooks: Sequence[Any]
    reactions: int
    """Within a day, as far as it has passed."""
    passed: bool
    """The day is over: the number above is what became of it."""


@app.command(group=TOOLS)
def viral(
    post: Annotated[str, Parameter(help="Its identity, as the store has it, or its address.")],
    *,
    days: Annotated[int, Parameter(help="The record is of the posts of so many days before.")] = 30,
    lang: Annotated[
        Language | None, Parameter(help="ru or kk; default: the language of the settings.")
    ] = None,
    as_json: Annotated[bool, Parameter(name="--json", help="One JSON object.")] = False,
    settings: SettingsFile = None,
) -> int:
    """Say whether a post goes viral, from its first 15, 30 and 60 minutes.

    Computed from the store: reactions are the comments, answers and reposts that it holds. The
    record beside it is of posts whose day had passed before this one was published.
    """
    from rezonans.cli.reading import reading

    if not 1 <= days <= MOST_DAYS:
        raise SettingsError(f"--days {days}: 1 to {MOST_DAYS}")
    chosen = settings_of(settings)
    with reading(chosen) as query:
        found = find(query, post, timedelta(days=days), datetime.now(UTC))
    if as_json:
        print(json.dumps(_as_json(found), ensure_ascii=False))
    else:
        print("\n".join(in_words(found, translator(lang or chosen.language))))
    return 0


def find(query: Query, post: str, before: timedelta, now: datetime) -> Found:
    """The post and its outlook. `SettingsError` when the store has no such post."""
    from streams.resonance.cascade import Cascades, followed

    asked_by = _BY_URL if post.startswith(("http://", "https://")) else _BY_ITEM
    rows = query(asked_by, {"post": post})
    if not rows:
        raise SettingsError(f"{post[:80]}: the store has no such post")
    [row] = rows
    published: datetime = row["published_at"]
    known = Cascades()
    for one in _past(query, published - before - A_DAY, published - A_DAY):
        known.judge(one)
    end = published + A_DAY
    [times] = [found["times"] for found in _reactions(query, published, end, row["item"])] or [[]]
    asked = followed(published.timestamp(), (at / 1000 for at in times))
    title = row["title"] or ""
    return Found(
        item=row["item"],
        platform=row["platform"],
        text=row["text"] if title in row["text"] else f"{title}. {row['text']}",
        published=published,
        outlooks=known.outlooks(asked, now.timestamp()),
        reactions=asked.total,
        passed=end <= now,
    )


def _past(query: Query, start: datetime, end: datetime) -> Iterator[Any]:
    """Cascades of the posts of this time, in order of publication."""
    from streams.resonance.cascade import followed

    at = start
    while at < end:
        until = min(at + A_DAY, end)
        rows = {row["story"]: row["times"] for row in _reactions(query, at, until + A_DAY)}
        roots = [(row["at"], row["item"]) for row in _roots(query, list(rows))]
        first, last = at.timestamp() * 1000, until.timestamp() * 1000
        for published, item in sorted(roots):
            if first <= published < last:
                yield followed(published / 1000, (time / 1000 for time in rows[item]))
        at = until


def _reactions(query: Query, start: datetime, end: datetime, post: str = "") -> list[Any]:
    """Times of what followed posts, by post; of one alone where it is named."""
    from streams.resonance.cascade import LEAST_REACTIONS, MOST_TIMES

    least = 1 if post else LEAST_REACTIONS
    asked = {"start": start, "end": end, "post": post, "least": least, "most": 10 * MOST_TIMES}
    return query(_REACTIONS, asked | {"day": (start - A_DAY).date()})


def _roots(query: Query, items: list[str]) -> Iterator[Any]:
    for first in range(0, len(items), TOGETHER):
        yield from query(_ROOTS, {"items": items[first : first + TOGETHER]})


def in_words(found: Found, words: Translator) -> Iterator[str]:
    """The post, a line for each age, and what became of it."""
    from sinks import outlook
    from sinks.sentence import one_line, platform_name
    from streams.resonance.cascade import AGES, LEAST_REACTIONS

    platform = platform_name(found.platform, words)
    yield f"«{one_line(found.text)}» ({platform}, {words.day(found.published)})"
    yield from outlook.lines(found.outlooks, words)
    if not found.outlooks:
        yield words.gettext(
            "Nothing can be said: it takes {minutes} minutes and {least} reactions.",
            minutes=AGES[0], least=LEAST_REACTIONS,
        )  # fmt: skip
    n = words.number(found.reactions)
    if found.passed:
        yield words.gettext("Reactions within its day: {n}.", n=n)
    else:
        yield words.gettext("Reactions until now: {n}.", n=n)


def _as_json(found: Found) -> dict[str, Any]:
    return {
        "item": found.item,
        "published_at": found.published.isoformat(),
        "outlooks": msgspec.to_builtins(list(found.outlooks)),
        "reactions": found.reactions,
        "day_has_passed": found.passed,
    }
