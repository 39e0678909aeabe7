"""News by feed: RSS, Atom, RDF and JSON Feed.

Guarantee: an item is sent when it appears and again when its title or text changes; an
item that is shown again is not. A feed that is damaged or away loses nothing: the next look
starts from the last one that was stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import httpx
import msgspec
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from collectors import Answer, HttpConfig, Offers, Rejected, Target
from collectors.feeds.memory import Memory, News, body_digest, news, recall, remember, rolled_over
from collectors.feeds.reading import Feed, read
from collectors.runner.answers import check, place
from collectors.runner.text import shorten
from rezonans.records import Invalid, Post

VERSION = "1"
OFFERS = Offers(
    edits=True,
    legal_note="Feeds are published to be read; keep the excerpt and the link, "
    "full texts only with the owner's licence.",
)
OLDEST = timedelta(days=30)
AHEAD = timedelta(minutes=15)

Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/]+")]


class FeedConfig(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=100)
    url: Url
    media: str | None = Field(default=None, min_length=1)
    """Name of the outlet: its items are signed with it."""
    home: str | None = Field(default=None, pattern=r"^\d{2}(\d{7})?$")


class Config(HttpConfig):
    feeds: tuple[FeedConfig, ...] = Field(min_length=1)
    text_chars: int = Field(default=2000, ge=0, le=50_000)
    """How much of an article is kept: an excerpt, not a copy."""


def targets(config: Config) -> Sequence[Target]:
    return [Target(name=feed.name, container=_container(feed.url)) for feed in config.feeds]


def trial(target: str) -> dict[str, object]:
    return {"feeds": [{"name": place(target)[:100], "url": target}]}


def _container(url: str) -> str:
    """The feed's address without its query, which may hold a key, but told apart by it."""
    name, _, query = url.partition("?")
    mark = f"?{hashlib.sha256(query.encode()).hexdigest()[:8]}" if query else ""
    return f"rss:{place(name).removeprefix('www.')}{mark}"


def _feed(config: Config, target: Target) -> FeedConfig:
    return next(feed for feed in config.feeds if feed.name == target.name)


async def fetch(
    config: Config, target: Target, http: httpx.AsyncClient, cursor: str | None, now: datetime
) -> AsyncIterator[Answer]:
    feed, known = _feed(config, target), recall(cursor)
    response = await http.get(feed.url, headers=_questions(known))
    check(response, now)
    body = response.content
    if response.status_code == 304 or (known and known.body == body_digest(body)):
        yield Answer(body=b"", context={"unchanged": "yes"})
        return
    context = {
        "observed_at": now.isoformat(),
        "content_type": response.headers.get("content-type", ""),
        "known": cursor if known and cursor else "",
    }
    yield Answer(body=body, cursor=_after(known, feed, response, now), context=context)


def _questions(known: Memory | None) -> dict[str, str]:
    """Headers that let the server say "nothing new" in a few bytes."""
    headers = {"Accept": "application/rss+xml, application/atom+xml, application/feed+json, */*"}
    if known and known.etag:
        headers["If-None-Match"] = known.etag
    if known and known.modified:
        headers["If-Modified-Since"] = known.modified
    return headers


def _after(
    known: Memory | None, feed: FeedConfig, response: httpx.Response, now: datetime
) -> str | None:
    """The cursor after an answer; `None`, unchanged, when it can not be read."""
    content_type = response.headers.get("content-type", "")
    try:
        found = read(response.content, feed.url, content_type)
    except Invalid:
        return None
    memory = Memory(
        etag=response.headers.get("etag"),
        modified=response.headers.get("last-modified"),
        body=body_digest(response.content),
    )
    # half a feed is asked for again, whole
    return remember(known, found.items, now, Memory() if found.cut_off else memory).dump()


def parse(config: Config, target: Target, answer: Answer) -> Iterator[Post | Rejected]:
    if "unchanged" in answer.context:
        return
    feed, known = _feed(config, target), recall(answer.context.get("known"))
    now = datetime.fromisoformat(answer.context["observed_at"])
    try:
        found = read(answer.body, feed.url, answer.context.get("content_type", ""))
    except Invalid as error:
        raise Invalid(f"{place(feed.url)}: {error}") from None
    posts = [_post(config, feed, one, known is None, now) for one in news(known, found.items, now)]
    yield from _with_gap(posts, rolled_over(known, found.items))
    yield from _left_out(feed, found, answer.body)


def _with_gap(posts: list[Post], gap: bool) -> Iterator[Post]:
    """The oldest of the new posts says that something may be missing before it."""
    oldest = min((post.published_at for post in posts), default=None)
    for post in posts:
        if gap and post.published_at == oldest:
            gap = False
            yield msgspec.structs.replace(post, flags=(*post.flags, "gap_suspected"))
        else:
            yield post


def _left_out(feed: FeedConfig, found: Feed, body: bytes) -> Iterator[Rejected]:
    digest = hashlib.sha256(body).hexdigest()
    where = place(feed.url)
    for index in found.nameless:
        reason = "an entry without identity, address, title and text"
        yield Rejected(place=f"{where}#{index}", reason=reason, digest=f"{digest}#{index}")
    if found.cut_off:
        reason = "the feed ends in the middle; its last entry waits for a whole one"
        yield Rejected(place=where, reason=reason, digest=digest)


def _post(config: Config, feed: FeedConfig, one: News, first: bool, now: datetime) -> Post:
    host = (urlsplit(feed.url).hostname or "").removeprefix("www.")
    item, trace = one.item, one.trace
    trusted = _trusted(item.published, first, _moment(trace.first_seen))
    return Post(
        item=f"rss:{host}:{one.id}",
        kind="article",
        event="edited" if one.edited else "created",
        revision=trace.revision,
        published_at=trusted or _moment(trace.first_seen),
        published_origin="feed" if trusted else "first_seen",
        edited_at=_moment(trace.revision) if one.edited else None,
        observed_at=now,
        legal_basis=config.legal_basis,
        channel="rss",
        author=host,
        author_kind="media" if feed.media else "unknown",
        author_name=feed.media,
        title=item.title or None,
        text=shorten(item.text, config.text_chars),
        url=item.url,
        home=feed.home or config.home,
    )


def _trusted(published: datetime | None, first: bool, seen: datetime) -> datetime | None:
    """The feed's date where it can be true.

    An entry that appears today and claims to be months old was dated wrong, or dragged up:
    for us it is of today. At the first look old entries are what they say.
    """
    if published is None or published > seen + AHEAD:
        return None
    oldest = datetime(1995, 1, 1, tzinfo=UTC) if first else seen - OLDEST
    return published if published >= oldest else None


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


if TYPE_CHECKING:
    from collectors import Collector, rss  # noqa: PLW0406 - checked against the protocol here

    _: Collector = rss
