"""Items of feeds and sitemaps as posts. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

from collectors.feeds.memory import News
from collectors.feeds.settings import FeedConfig
from collectors.runner.text import shorten
from rezonans.records import Post

OLDEST = timedelta(days=30)
AHEAD = timedelta(minutes=15)


class Keeping(Protocol):
    """What the settings of a collector of feeds say of every item."""

    @property
    def legal_basis(self) -> str: ...
    @property
    def home(self) -> str | None: ...
    @property
    def text_chars(self) -> int: ...
    @property
    def full_text_chars(self) -> int: ...


class Look(NamedTuple):
    """What all posts of an answer share."""

    config: Keeping
    feed: FeedConfig
    first: bool
    """Nothing was known of the feed before."""
    now: datetime
    texts: Mapping[str, str]
    """Whole texts by identity of the item, where they were read."""


def post_of(look: Look, one: News) -> Post:
    """The post of an item that is new, or says something new."""
    host = (urlsplit(look.feed.url).hostname or "").removeprefix("www.")
    item, trace = one.item, one.trace
    seen = moment(trace.first_seen)
    trusted = _trusted(item.published, look.first, seen)
    whole = look.texts.get(one.id, "")
    most = look.config.full_text_chars if whole else look.config.text_chars
    return Post(
        item=f"rss:{host}:{one.id}",
        kind="article",
        event="edited" if one.edited else "created",
        revision=trace.revision,
        published_at=trusted or seen,
        published_origin="feed" if trusted else "first_seen",
        edited_at=moment(trace.revision) if one.edited else None,
        observed_at=look.now,
        legal_basis=look.config.legal_basis,
        channel="rss",
        author=host,
        author_kind="media" if look.feed.media else "page",
        author_name=look.feed.media,
        title=item.title or None,
        text=shorten(whole or item.text, most),
        url=item.url,
        home=look.feed.home or look.config.home,
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


def moment(milliseconds: int) -> datetime:
    """A time of a cursor."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
