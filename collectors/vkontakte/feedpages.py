"""One answer of the feed, or of a wall beside it, with what we knew before: what it tells. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import msgspec

from collectors import Answer, Rejected
from collectors.lists.memory import Memory, facts, gone
from collectors.vkontakte.payload import response_of
from collectors.vkontakte.reading import Frame, posts_of
from rezonans.records import Post

COUNT = 100
"""Records in one answer, as many as VK gives."""
MISSED = "feed_missed"
"""Flag of a post that the feed did not show: their share is the miss rate."""

Stream = Literal["feed", "wall", "check"]


class Page(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an answer is read with."""

    stream: Stream
    frame: Frame
    homes: dict[int, str | None]
    """The communities that are read."""
    known: Memory = Memory()
    asked: tuple[str, ...] = ()
    told: dict[int, list[int]] = {}
    horizons: dict[int, int] = {}
    """Community to unix milliseconds: what was compared until then and is not remembered, is no
    news."""
    first: bool = False
    """Nothing was known before: what a wall shows was not missed by the feed."""
    gap: bool = False

    def answer(self, body: bytes) -> Answer:
        return Answer(body=body, context={"page": msgspec.json.encode(self).decode()})


page_of = msgspec.json.Decoder(Page).decode


class _Group(msgspec.Struct):
    id: int
    name: str = ""


class _Feed(msgspec.Struct):
    items: list[Any] = []
    groups: list[_Group] = []
    next_from: str = ""


class Read(NamedTuple):
    shown: list[Post]
    posts: list[Post]
    """With deletions."""
    rejected: list[Rejected]
    following: str
    whole: bool
    """The answer has all there is."""


def read(page: Page, body: bytes) -> Read:
    """`Invalid` for an answer that is none."""
    feed = response_of(body, _Feed)
    names = {group.id: group.name for group in feed.groups}
    items = [_plain(item) for item in feed.items if _read(item, page.homes)]
    pieces = posts_of(items, page.frame, page.stream)
    shown = [_placed(one, page, names) for one in pieces if isinstance(one, Post)]
    frame = page.frame
    new = [one for one in shown if _new(one, page)]
    posts = new + gone(page.known, page.asked, shown, frame.observed_at, frame.legal_basis)
    rejected = [one for one in pieces if isinstance(one, Rejected)]
    return Read(shown, posts, rejected, feed.next_from, len(feed.items) < COUNT)


def _read(item: Any, homes: Mapping[int, str | None]) -> bool:
    """Posts of communities that the settings name; nothing of persons, no advertisement."""
    if not isinstance(item, dict) or item.get("type", "post") != "post":
        return False
    owner = item.get("owner_id") or item.get("source_id")
    return not isinstance(owner, int) or -owner in homes


def _new(post: Post, page: Page) -> bool:
    """Whether a post may be news: it is remembered, or was not told yet."""
    if post.item in page.known.traces:
        return True
    if number_of(post.item) in page.told.get(owner_of(post.item), ()):
        return False
    return _milliseconds(post) > page.horizons.get(owner_of(post.item), 0)


def _milliseconds(post: Post) -> int:
    return int(post.published_at.timestamp() * 1000)


def _plain(item: dict[str, Any]) -> dict[str, Any]:
    """A record of the feed as the wall has it: other names for the same numbers."""
    native, owner = item.get("id") or item.get("post_id"), item.get("owner_id")
    owner = owner or item.get("source_id")
    return {**item, "id": native, "owner_id": owner, "from_id": item.get("from_id") or owner}


def _placed(post: Post, page: Page, names: Mapping[int, str]) -> Post:
    owner = owner_of(post.item)
    own = post.author == str(-owner)
    return msgspec.structs.replace(
        post,
        home=page.homes.get(owner) or page.frame.home,
        author_name=names.get(owner) or None if own else None,
    )


def owner_of(item: str) -> int:
    """The community of `vk:-123_617`."""
    number = item.removeprefix("vk:-").partition("_")[0]
    return int(number) if number.isdecimal() else 0


def number_of(item: str) -> int:
    number = item.rpartition("_")[2]
    return int(number) if number.isdecimal() else 0


def told(page: Page, body: bytes) -> list[Post | Rejected]:
    got = read(page, body)
    found = facts(page.known, got.posts, page.frame.observed_at)
    if page.stream == "wall" and not page.first:
        found = [_flagged(one, MISSED) if one.event == "created" else one for one in found]
    new = [one for one in found if one.event == "created"]
    if page.gap and new:
        oldest = min(new, key=lambda post: post.published_at)
        found = [_flagged(one, "gap_suspected") if one is oldest else one for one in found]
    return [*found, *got.rejected]


def _flagged(post: Post, flag: str) -> Post:
    return msgspec.structs.replace(post, flags=(*post.flags, flag))
