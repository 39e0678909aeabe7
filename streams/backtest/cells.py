"""Minute counts back to pages, so that a backtest runs the very code that runs live. Pure.

What minute counts do not hold is not made up: a voice is one within its minute, a text is a
copy when it came three times within the hour, a conversation is known within its hour and by
its answers, and there are no texts and no links.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain, groupby
from typing import Any

import msgspec

from rezonans.records import Mention, Mentions, Place, Post, Sentiment

TARGET = "backtest/minutes"
GAP = timedelta(hours=3)
"""So long without a single post of anybody is missing data."""
MINUTE = timedelta(minutes=1)
LEAST_COPIES = 3
_MOODS = {
    "negative": Sentiment(1.0, 0.0, 0.0),
    "neutral": Sentiment(0.0, 1.0, 0.0),
    "positive": Sentiment(0.0, 0.0, 1.0),
}


class Cell(msgspec.Struct, frozen=True, gc=False, kw_only=True, order=True):
    """Posts of one minute that are alike; columns of `lane_minutes`."""

    minute: datetime
    topic: str = ""
    sure: int = 0
    """Probability of the topic in tenths."""
    second: str = ""
    second_sure: int = 0
    region: str = ""
    district: str = ""
    platform: str = ""
    sentiment: str = ""
    fingerprint: int = 0
    thread: int = 0
    """Of the conversation that the posts belong to, 0 for posts that nobody answered."""
    posts: int = 1
    voices: int = 1


def gaps(
    minutes: Iterable[datetime], since: datetime, until: datetime
) -> list[tuple[datetime, datetime]]:
    """Long times without a post, from minutes in order, those at both ends included."""
    found, before = [], since
    for minute in chain(minutes, [until]):
        if minute - before > GAP:
            found.append((before, minute))
        before = max(before, minute + MINUTE)
    return found


def pages(cells: Iterable[Cell]) -> Iterator[Mentions]:
    """A page a minute, empty ones between; none inside of a gap. `cells`: in order of time."""
    expected: datetime | None = None
    for minute, group in groupby(cells, key=lambda cell: cell.minute):
        if expected is not None and minute - expected <= GAP:
            while expected < minute:
                yield _page(expected, ())
                expected += MINUTE
        yield _page(minute, [found for cell in group for found in _mentions(cell)])
        expected = minute + MINUTE


def _page(minute: datetime, mentions: Sequence[Mention]) -> Mentions:
    end = minute + MINUTE - timedelta(milliseconds=1)
    return Mentions(
        platform="store",
        container=TARGET,
        target=TARGET,
        looked_until=end,
        observed_at=end,
        sequence=int(end.timestamp() * 1000),
        collector="backtest",
        collector_version="1",
        mentions=tuple(mentions),
    )


def _mentions(cell: Cell) -> Iterator[Mention]:
    name = "/".join(str(value) for value in msgspec.structs.astuple(cell)[:-2])
    topics = tuple(
        (code, (sure + 0.5) / 10)
        for code, sure in ((cell.topic, cell.sure), (cell.second, cell.second_sure))
        if code
    )
    step = MINUTE / (cell.posts + 1)
    for i in range(cell.posts):
        at = cell.minute + step * (i + 1)
        yield Mention(
            post=Post(
                item=f"{name}/{i}",
                kind="post",
                published_at=at,
                observed_at=at,
                legal_basis="backtest of stored counts",
                author=f"{name}/{i % max(1, cell.voices)}",
                root=str(cell.thread) if cell.thread else None,
            ),
            topics=topics,
            sentiment=_MOODS.get(cell.sentiment),
            places=_places(cell),
            fingerprint=cell.fingerprint or None,
        )


def _places(cell: Cell) -> tuple[Place, ...]:
    if cell.district:
        return (Place(kato=cell.district, level="district", name="", how="store"),)
    if re.fullmatch(r"\d\d", cell.region):
        return (Place(kato=f"{cell.region}0000000", level="region", name="", how="store"),)
    return ()


def cells(found: Iterable[Mention], platform: str) -> list[Cell]:
    """The cells of mentions, as the store computes them (districts by their code only)."""
    told = [one for one in found if one.post.event == "created"]
    marks = Counter((_hour(one.post.published_at), _mark(one)) for one in told)
    stories = Counter((_hour(one.post.published_at), _story(one)) for one in told)
    groups: dict[Cell, set[str]] = {}
    sizes: Counter[Cell] = Counter()
    for one in told:
        mark = _mark(one)
        often = marks[_hour(one.post.published_at), mark] >= LEAST_COPIES
        answered = stories[_hour(one.post.published_at), _story(one)] > 1
        thread = _story(one) if answered or _is_answer(one) else 0
        key = _cell(one, platform, mark if often else 0, thread)
        sizes[key] += 1
        groups.setdefault(key, set()).add(one.post.author or one.post.item)
    return sorted(
        msgspec.structs.replace(key, posts=sizes[key], voices=len(voices))
        for key, voices in groups.items()
    )


def _cell(mention: Mention, platform: str, mark: int, thread: int) -> Cell:
    (topic, sure), (second, second_sure) = (*mention.topics, ("", 0.0), ("", 0.0))[:2]
    best = mention.places[0] if mention.places else None
    known = best is not None and best.level != "country"
    mood: Any = mention.sentiment and max(
        zip(mention.sentiment, mention.sentiment._fields, strict=True)
    )
    return Cell(
        minute=mention.post.published_at.astimezone(UTC).replace(second=0, microsecond=0),
        topic=topic,
        sure=int(sure * 10 + 0.001),
        second=second,
        second_sure=int(second_sure * 10 + 0.001),
        region=best.kato[:2] if best and known else "",
        district=f"{best.kato[:4]}00000" if best and known and best.level != "region" else "",
        platform=platform,
        sentiment=mood[1] if mood else "",
        fingerprint=mark,
        thread=thread,
        posts=0,
        voices=0,
    )


def _mark(mention: Mention) -> int:
    return 0 if mention.post.repost_of is not None else mention.fingerprint or 0


def _story(mention: Mention) -> int:
    """The conversation, as the store numbers it."""
    post = mention.post
    return zlib.crc32((post.repost_of or post.root or post.parent or post.item).encode())


def _is_answer(mention: Mention) -> bool:
    post = mention.post
    return (post.repost_of or post.root or post.parent) is not None


def _hour(moment: datetime) -> int:
    return int(moment.timestamp() // 3600)
