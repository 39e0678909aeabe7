"""News by WebSub: what a hub pushes of feeds in the seconds after it appears, beside `rss`.

Guarantee: an item that a hub pushes is told once, and again when its title or text changes, under
the identity that `rss` gives it; a push is acknowledged when it is on our disk. Subscriptions are
renewed at half of their lease. A hub loses pushes: `rss` beside it finds what it did not say.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
from pydantic import Field

from collectors import Answer, Offers, Rejected, Target
from collectors.feeds.memory import News, Trace, digest, identity
from collectors.feeds.posts import Look, post_of
from collectors.feeds.reading import read
from collectors.feeds.settings import FeedConfig
from collectors.intake import websub
from collectors.intake.knocks import Knock, Reply
from collectors.intake.reading import EMPTY, PushedConfig, entries_of, posts_of, pushed
from collectors.intake.state import Standing, news
from collectors.runner.journal import Entry
from rezonans.records import Post
from rezonans.troubles import Invalid

VERSION = "1"
OFFERS = Offers(
    edits=True,
    legal_note="Feeds are published to be read, and hubs to push them; keep the excerpt and the "
    "link, full texts only with the owner's licence.",
)
_SELF = re.compile(
    r"<(?:\w+:)?link\b(?=[^>]*\brel=[\"']self[\"'])[^>]*\bhref=[\"']([^\"']{1,2000})[\"']"
)


class Config(PushedConfig):
    """The token is any secret of your own: the hub signs with one that is made of it."""

    hub: str = Field(pattern=r"^https://[^\s?#]+$")
    """As the feeds name it: `<link rel="hub" href="...">`."""
    feeds: tuple[FeedConfig, ...] = Field(min_length=1)
    """Each by the address that its own `<link rel="self">` names: that is its topic."""
    text_chars: int = Field(default=2000, ge=0, le=50_000)
    full_text_chars: int = Field(default=20_000, ge=0, le=50_000)

    @property
    def topics(self) -> list[str]:
        return [feed.url for feed in self.feeds]


def targets(config: Config) -> Sequence[Target]:
    return [Target(name="door", container=f"rss:hub-{config.credential()[:8]}", pushed=True)]


def trial(target: str) -> dict[str, object]:
    return {
        "feeds": [{"name": "trial", "url": target}],
        "hub": "https://invalid/",
        "callback": "https://invalid/",
    }


def receive(config: Config, knock: Knock) -> Reply:
    return websub.answer(knock, config.topics, websub.secret_of(config.secret))


async def fetch(
    config: Config, target: Target, http: httpx.AsyncClient, cursor: str | None, now: datetime
) -> AsyncIterator[Answer]:
    state = Standing.recall(cursor)
    async for body, entries in pushed(http, state.after, now):
        known = state
        posts = posts_of(_pieces(config, entries))
        state = websub.leased(state, entries).behind(posts, entries[-1].number)
        context = {"known": known.dump(), "problem": ""}
        yield Answer(body=body, cursor=state.dump(), context=context)
    secret = websub.secret_of(config.secret)
    wanted = websub.Subscription(config.hub, config.callback, config.topics, secret)
    renewed = await websub.renew(http, state, wanted, now)
    if renewed.state != state:
        context = {"known": state.dump(), "problem": renewed.problem}
        yield Answer(body=EMPTY, cursor=renewed.state.dump(), context=context)


def parse(config: Config, target: Target, answer: Answer) -> Iterator[Post | Rejected]:
    known, problem = Standing.recall(answer.context["known"]), answer.context["problem"]
    if problem:
        yield Rejected(
            place="hub", reason=problem, digest=sha256(problem.encode()).hexdigest(), lasting=True
        )
    pieces = _pieces(config, entries_of(answer.body, known.after))
    yield from news(known.memory, posts_of(pieces))[0]
    yield from (piece for piece in pieces if isinstance(piece, Rejected))


def _pieces(config: Config, entries: Sequence[Entry]) -> list[Post | Rejected]:
    """The items of all pushes, or why one of them is no feed of ours."""
    found: list[Post | Rejected] = []
    for entry in entries:
        if websub.granted(entry) is not None:
            continue
        raw = entry.said.encode("utf-8", "replace")
        try:
            found += _posts(config, entry, raw)
        except Invalid as error:
            place, digest_ = f"push {entry.number}", sha256(raw).hexdigest()
            found.append(Rejected(place=place, reason=str(error), digest=digest_))
    return found


def _posts(config: Config, entry: Entry, raw: bytes) -> Iterator[Post]:
    feed = _feed(config, entry.said)
    look = Look(config, feed, False, entry.at, {})
    seen = int(entry.at.timestamp() * 1000)
    for item in reversed(read(raw, feed.url).items):
        trace = Trace(digest(item), seen, 0)
        yield post_of(look, News(item, identity(item), trace, edited=False))


def _feed(config: Config, said: str) -> FeedConfig:
    """The feed that a push is of: by its own address, else by the host of that address."""
    named = _SELF.search(said)
    topic = named[1].replace("&amp;", "&") if named else ""
    for feed in config.feeds:
        if feed.url == topic or (len(config.feeds) == 1 and not topic):
            return feed
    host = urlsplit(topic).hostname
    of_host = [feed for feed in config.feeds if host and urlsplit(feed.url).hostname == host]
    if len(of_host) == 1:
        return of_host[0]
    raise Invalid(
        f"a push of {host or 'a feed that does not name itself'}: not one of ours; name its own "
        "address (link rel=self) in feeds"
    )


if TYPE_CHECKING:
    from collectors import Collector, rss_websub  # noqa: PLW0406 - checked here
    from collectors.intake.knocks import Receiver

    _: Collector = rss_websub
    _door: Receiver = rss_websub
