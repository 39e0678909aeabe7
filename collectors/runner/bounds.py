"""No field of a post is longer than people read or a message holds. Pure.

Guarantee: bounding twice changes nothing, and one identity always comes out the same, so
edits, answers and deletions still find their post.
"""

from __future__ import annotations

from hashlib import sha256

import msgspec

from collectors.runner.text import bound, shorten
from rezonans.records import Post

TITLE = 1_000
CONTEXT = 500
NAME = 200
URL = 2_000
IDENTITY = 300
"""Characters."""

_DIGEST = 32


def bounded(post: Post) -> Post:
    """A post with every text of the outside within its bound; flags say what a reader misses."""
    text, text_cut = bound(post.text)
    title, title_cut = _short(post.title, TITLE)
    url = post.url if len(post.url or "") <= URL else None
    missing = {
        "text_truncated": text_cut,
        "title_truncated": title_cut,
        "url_dropped": url != post.url,
    }
    return msgspec.structs.replace(
        post,
        text=text,
        title=title,
        url=url,
        context=_short(post.context, CONTEXT)[0],
        author_name=_short(post.author_name, NAME)[0],
        channel=_short(post.channel, NAME)[0],
        item=_identity(post.item),
        parent=post.parent and _identity(post.parent),
        root=post.root and _identity(post.root),
        repost_of=post.repost_of and _identity(post.repost_of),
        flags=(*post.flags, *(f for f, is_so in missing.items() if is_so and f not in post.flags)),
    )


def _short(text: str | None, most: int) -> tuple[str | None, bool]:
    if text is None or len(text) <= most:
        return text, False
    return shorten(text, most - 1), True


def _identity(name: str) -> str:
    """Half of a link would name something else, so the rest is kept as its hash."""
    if len(name) <= IDENTITY:
        return name
    kept = IDENTITY - _DIGEST - 1
    tail = sha256(name[kept:].encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST]
    return f"{name[:kept]}~{tail}"
