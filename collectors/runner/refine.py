"""The last pure step before the log: a post as its collector read it, made fit to be kept."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import NamedTuple

import msgspec

from collectors import Authors
from collectors.runner.bounds import bounded
from collectors.runner.privacy import Veil, bucket, leads_to_person, mask
from collectors.runner.text import clean
from rezonans.records import Post

_NAMED = ("page", "official", "media")
"""Kinds of authors that speak in public and keep their name and links."""


class Refined(NamedTuple):
    post: Post
    masked: Counter[str]


def refine(
    post: Post, platform: str, veil: Veil, received: datetime, authors: Authors = "keep"
) -> Refined:
    """A post without personal data, with clean, bounded texts and a possible time. Pure.

    `received`: when the answer was there; a time between the start of the look and this
    is young, not wrong.
    """
    masked: Counter[str] = Counter()

    def field(text: str | None) -> str | None:
        if not text:
            return text
        hidden, found = mask(clean(text), veil.public)
        masked.update(found)
        return hidden

    post = msgspec.structs.replace(
        post,
        text=field(post.text) or "",
        title=field(post.title),
        context=field(post.context),
        channel=field(post.channel),
        item=veil.unnamed(platform, post.item),
        parent=post.parent and veil.unnamed(platform, post.parent),
        root=post.root and veil.unnamed(platform, post.root),
        repost_of=post.repost_of and veil.unnamed(platform, post.repost_of),
    )
    # bounded last: a number or a name that is cut in two is not found any more
    known = _without_author(post, platform, veil, authors)
    return Refined(_possible(bounded(known), received), masked)


def _without_author(post: Post, platform: str, veil: Veil, authors: Authors) -> Post:
    public = post.author_kind in _NAMED
    named, counted = public and authors == "keep", authors != "drop"
    author, followers = post.author, post.author_followers
    if followers is not None:
        followers = (followers if named else bucket(followers)) if counted else None
    kept = msgspec.structs.replace(
        post,
        author=veil.pseudonym(platform, author) if author and counted else None,
        author_name=post.author_name if named else None,
        author_followers=followers,
    )
    # the page of a page is where it stands, named or not: answers find it by that
    return kept if public else _without_id(kept, platform, author, veil)


def _without_id(post: Post, platform: str, author: str | None, veil: Veil) -> Post:
    """Identities keep their use with the id hashed; links that lead to a person go."""

    def hidden(identity: str | None) -> str | None:
        return veil.hide(platform, author, identity) if identity and author else identity

    url = post.url
    if url and (hidden(url) != url or leads_to_person(url, veil.public)):
        url = None
    return msgspec.structs.replace(
        post,
        item=hidden(post.item) or post.item,
        parent=hidden(post.parent),
        root=hidden(post.root),
        repost_of=hidden(post.repost_of),
        url=url,
        text=hidden(post.text) or "",
        title=hidden(post.title),
        context=hidden(post.context),
    )


def _possible(post: Post, received: datetime) -> Post:
    """Nobody publishes later than we see it: the platform's clock is ahead of ours."""
    observed = post.observed_at
    if observed < post.published_at:
        observed = max(observed, min(received, post.published_at))
    if post.published_at <= observed:
        return msgspec.structs.replace(post, observed_at=observed)
    return msgspec.structs.replace(
        post,
        observed_at=observed,
        published_at=observed,
        flags=(*post.flags, "clock_skew"),
    )
