"""Which articles are looked at for comments, and when: often at first, then ever less.

An article is looked at ten minutes after it appeared, and each time after 1.6 times as long,
until it is too old; where the feed says how many comments there are, only when there are others
than before.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import NamedTuple

import httpx
import msgspec

from collectors import Answer
from collectors.feeds.articles import page_of
from collectors.feeds.memory import Memory, Thread, news
from collectors.feeds.posts import Look, moment
from collectors.feeds.reading import Item
from collectors.feeds.selectors import Comment, CommentsConfig, comments_of
from rezonans.records import Post
from rezonans.troubles import Busy

FIRST_MILLISECONDS = 600_000
RATIO = 1.6
MOST_THREADS = 300
MOST_PAGES = 5
"""Of one look, the youngest articles first."""
MOST_TRACES = 400
"""Comments that are remembered of an article."""


class _Told(msgspec.Struct):
    """What one page brought: the body of an answer."""

    item: str
    title: str
    known: dict[str, str]
    comments: list[Comment]


def followed(known: Memory, items: Sequence[Item], now: datetime) -> dict[str, Thread]:
    """The articles that are followed after a feed was read: the new ones, and those that are due
    at once because their count of comments moved.
    """
    at = int(now.timestamp() * 1000)
    counts = {item.url: item.comments for item in items if item.comments is not None}
    found = {
        name: thread._replace(due=min(thread.due, at), comments=counts[thread.url])
        if counts.get(thread.url, thread.comments) != thread.comments
        else thread
        for name, thread in known.threads.items()
    }
    for one in news(known, items, now):
        if one.item.url and not one.edited:
            title = one.item.title[:100]
            first = at + FIRST_MILLISECONDS
            found[one.id] = Thread(one.item.url, title, at, first, one.item.comments)
    return dict(islice(sorted(found.items(), key=lambda pair: -pair[1].born), MOST_THREADS))


async def look(
    http: httpx.AsyncClient, how: CommentsConfig, known: Memory, now: datetime
) -> AsyncIterator[Answer]:
    """An answer for each article that is due; one whose page can not be had waits for its turn."""
    at = int(now.timestamp() * 1000)
    threads = {n: t for n, t in known.threads.items() if at - t.born < how.hours * 3_600_000}
    due = [name for name, thread in threads.items() if thread.due <= at]
    for name in sorted(due, key=lambda one: -threads[one].born)[:MOST_PAGES]:
        thread = threads[name]
        try:
            page = await page_of(http, thread.url)
        except (Busy, httpx.HTTPError):
            page = ""
        found = list(comments_of(page, how)) if page else []
        told = _Told(name, thread.title, thread.seen, found)
        threads = {**threads, name: _after(thread, found, at)}
        yield Answer(
            body=msgspec.json.encode(told),
            cursor=msgspec.structs.replace(known, threads=threads).dump(),
            context={"comments": "yes", "observed_at": now.isoformat()},
        )


def _after(thread: Thread, found: Sequence[Comment], at: int) -> Thread:
    age = max(at - thread.born, FIRST_MILLISECONDS)
    # with a count in the feed there is no need to look before it moves
    due = thread.born + int(age * RATIO) if thread.comments is None else 2**53
    kept = {one.id: one.digest for one in reversed(found)}
    kept |= {name: said for name, said in thread.seen.items() if name not in kept}
    return thread._replace(due=due, seen=dict(islice(kept.items(), MOST_TRACES)))


_decode = msgspec.json.Decoder(_Told).decode


class _Frame(NamedTuple):
    look: Look
    host: str
    told: _Told


def posts_of(body: bytes, look: Look, host: str) -> Iterator[Post]:
    """The comments of such an answer that are new, or say something new. Pure."""
    frame = _Frame(look, host, _decode(body))
    for one in frame.told.comments:
        before = frame.told.known.get(one.id)
        if before != one.digest:
            yield _post(frame, one, edited=before is not None)


def _post(frame: _Frame, one: Comment, *, edited: bool) -> Post:
    look, article = frame.look, f"rss:{frame.host}:{frame.told.item}"
    now = look.now
    dated = one.at if one.at is not None and one.at <= now else None
    revision = int(now.timestamp() * 1000) if edited else 0
    return Post(
        item=f"{article}:{one.id}",
        kind="reply" if one.parent else "comment",
        event="edited" if edited else "created",
        revision=revision,
        edited_at=moment(revision) if edited else None,
        published_at=dated or now,
        published_origin="platform" if dated else "first_seen",
        observed_at=now,
        legal_basis=look.config.legal_basis,
        channel="rss",
        parent=f"{article}:{one.parent}" if one.parent else article,
        root=article,
        context=frame.told.title or None,
        author=f"{frame.host}/{one.author}" if one.author else None,
        author_kind="person" if one.author else "anonymous",
        text=one.text,
        home=look.feed.home or look.config.home,
    )
