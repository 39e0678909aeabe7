"""News by feed: RSS, Atom, RDF and JSON Feed; sitemaps of news where a feed showed too little.

Guarantee: an item is sent when it appears and again when its title or text changes; an
item that is shown again is not. A feed that is damaged or away loses nothing: the next look
starts from the last one that was stored. Where more was published between two looks than a feed
shows, that is said, and read from the site's sitemap where one is named.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import msgspec

from collectors import Answer, Offers, Rejected, Stretch, Target
from collectors.feeds import closing, talk
from collectors.feeds.articles import whole_texts
from collectors.feeds.memory import Memory, body_digest, news, remember, rolled_over
from collectors.feeds.posts import Look, post_of
from collectors.feeds.reading import Feed, read
from collectors.feeds.settings import Config, FeedConfig
from collectors.runner.answers import check, place
from rezonans.records import Post
from rezonans.troubles import Invalid

VERSION = "2"
OFFERS = Offers(
    edits=True,
    legal_note="Feeds are published to be read; keep the excerpt and the link, "
    "full texts only with the owner's licence.",
)
__all__ = ["OFFERS", "VERSION", "Config", "fetch", "parse", "targets", "trial"]


def targets(config: Config) -> Sequence[Target]:
    return [Target(name=feed.name, container=_container(feed.url)) for feed in config.every]


def trial(target: str) -> dict[str, object]:
    return {"feeds": [{"name": place(target)[:100], "url": target}], "outlets": []}


def _container(url: str) -> str:
    """The feed's address without its query, which may hold a key, but told apart by it."""
    name, _, query = url.partition("?")
    mark = f"?{hashlib.sha256(query.encode()).hexdigest()[:8]}" if query else ""
    return f"rss:{place(name).removeprefix('www.')}{mark}"


async def fetch(
    config: Config, target: Target, http: httpx.AsyncClient, cursor: str | None, now: datetime
) -> AsyncIterator[Answer]:
    feed, known = config.feed(target), Memory.found(cursor)
    response = await http.get(feed.url, headers=_questions(known))
    check(response, now)
    if response.status_code == 304 or (known and known.body == body_digest(response.content)):
        after = known
        stays = known.stays if known else None
        yield Answer(body=b"", context={"unchanged": "yes"}, stays_seconds=stays)
    else:
        found = _readable(feed, response)
        after = _after(feed, known, found, response, now) if found else None
        texts = await _texts_of(feed, known, found, http, now)
        yield _shown(response, known, after, texts, now)
    if after and after.gaps and feed.sitemap:
        async for answer in closing.look(http, feed.sitemap, after, now):
            after = Memory.found(answer.cursor) or after
            yield answer
    if after and after.threads and feed.comments:
        async for answer in talk.look(http, feed.comments, after, now):
            yield answer


async def _texts_of(
    feed: FeedConfig,
    known: Memory | None,
    found: Feed | None,
    http: httpx.AsyncClient,
    now: datetime,
) -> Mapping[str, str]:
    """The articles of what is new, where they may be read; history needs none."""
    if not (feed.full_text_licence and known and found):
        return {}
    return await whole_texts(http, news(known, found.items, now))


def _shown(
    response: httpx.Response,
    known: Memory | None,
    after: Memory | None,
    texts: Mapping[str, str],
    now: datetime,
) -> Answer:
    return Answer(
        body=response.content,
        cursor=after.dump() if after else None,
        context={
            "observed_at": now.isoformat(),
            "content_type": response.headers.get("content-type", ""),
            "known": known.dump() if known else "",
            "texts": msgspec.json.encode(texts).decode(),
        },
        stays_seconds=after.stays if after else None,
        missed=_missed(known, after),
    )


def _questions(known: Memory | None) -> dict[str, str]:
    """Headers that let the server say "nothing new" in a few bytes."""
    headers = {"Accept": "application/rss+xml, application/atom+xml, application/feed+json, */*"}
    if known and known.etag:
        headers["If-None-Match"] = known.etag
    if known and known.modified:
        headers["If-Modified-Since"] = known.modified
    return headers


def _readable(feed: FeedConfig, response: httpx.Response) -> Feed | None:
    """What is in an answer; `parse` says what is wrong with one that can not be read."""
    try:
        return read(response.content, feed.url, response.headers.get("content-type", ""))
    except Invalid:
        return None


def _after(
    feed: FeedConfig,
    known: Memory | None,
    found: Feed,
    response: httpx.Response,
    now: datetime,
) -> Memory:
    """What is remembered after an answer."""
    memory = Memory(
        etag=response.headers.get("etag"),
        modified=response.headers.get("last-modified"),
        body=body_digest(response.content),
        stays=_stays(found),
    )
    # half a feed is asked for again, whole
    memory = remember(
        known, found.items, now, Memory(stays=memory.stays) if found.cut_off else memory
    )
    gap = rolled_over(known, found.items, now)
    gaps = (*(known.gaps if known else ()), *((gap,) if gap else ()))
    looked = int(now.timestamp() * 1000)
    threads = talk.followed(known, found.items, now) if feed.comments and known else {}
    return msgspec.structs.replace(
        memory, looked=looked, gaps=gaps[-closing.MOST_GAPS :], threads=threads
    )


def _missed(known: Memory | None, after: Memory | None) -> tuple[Stretch, ...]:
    """The gaps that this look has found."""
    before = known.gaps if known else ()
    return tuple(closing.stretch(gap) for gap in (after.gaps if after else ()) if gap not in before)


def _stays(found: Feed) -> float | None:
    dated = [item.published for item in found.items if item.published]
    return (max(dated) - min(dated)).total_seconds() if len(dated) >= 5 else None


def parse(config: Config, target: Target, answer: Answer) -> Iterator[Post | Rejected]:
    if "unchanged" in answer.context:
        return
    feed, known = config.feed(target), Memory.found(answer.context.get("known"))
    now = datetime.fromisoformat(answer.context["observed_at"])
    look = Look(config, feed, known is None, now, _texts(answer.context))
    if "comments" in answer.context:
        host = (urlsplit(feed.url).hostname or "").removeprefix("www.")
        yield from talk.posts_of(answer.body, look, host)
        return
    if "sitemap" in answer.context:
        yield from (post_of(look, one) for one in closing.news_of(answer.body, known, now))
        return
    try:
        found = read(answer.body, feed.url, answer.context.get("content_type", ""))
    except Invalid as error:
        raise Invalid(f"{place(feed.url)}: {error}") from None
    posts = [post_of(look, one) for one in news(known, found.items, now)]
    yield from _with_gap(posts, rolled_over(known, found.items, now) is not None)
    yield from _left_out(feed, found, answer.body)


def _texts(context: Mapping[str, str]) -> dict[str, str]:
    said = context.get("texts")
    return msgspec.json.decode(said, type=dict[str, str]) if said else {}


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


if TYPE_CHECKING:
    from collectors import Collector, rss  # noqa: PLW0406 - checked against the protocol here

    _: Collector = rss
