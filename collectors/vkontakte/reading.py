"""Records of VK as posts. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec

from collectors import Rejected
from collectors.runner.text import shorten
from collectors.vkontakte.payload import Comment, Figure, WallPost, item_of
from collectors.vkontakte.state import Community
from rezonans.records import AuthorKind, Geo, Kind, Post

CONTEXT = 200
T = TypeVar("T")


class Frame(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the records of one answer share, beside what they say."""

    observed_at: datetime
    legal_basis: str
    owner: Community | None = None
    """The community whose page is read; `None` in a search."""
    home: str | None = None
    post: int = 0
    """The post whose comments these are."""
    said: str = ""
    """Its beginning."""
    thread: int = 0
    """The comment whose answers these are."""
    last: int = 0
    """Comments up to this identity that nobody remembers are no news."""
    newest: bool = False
    """Nothing is before the first record of this answer."""
    whole: bool = False
    """Nothing is behind its last."""
    threads: bool = False
    """All answers to its records are inside them."""
    none: bool = False
    """The post itself says that it has no comments."""


def posts_of(items: Sequence[Any], frame: Frame, place: str) -> list[Post | Rejected]:
    return list(_each(items, WallPost, lambda one: [_post(one, frame)], place))


def comments_of(items: Sequence[Any], frame: Frame, place: str) -> list[Post | Rejected]:
    """Comments with the answers that came inside them."""
    return list(_each(items, Comment, lambda one: _comments(one, frame, place), place))


def _each(
    items: Sequence[Any], kind: type[T], read: Callable[[T], list[Post | Rejected]], place: str
) -> Iterator[Post | Rejected]:
    for index, item in enumerate(items):
        try:
            yield from read(item_of(item, kind))
        except (ValueError, OverflowError, OSError) as error:
            said = repr(item).encode("utf-8", "replace")
            digest = hashlib.sha256(said).hexdigest()
            yield Rejected(place=f"{place}#{index}", reason=str(error), digest=digest)


def name_of(owner: int, post: int, comment: int = 0) -> str:
    return f"vk:{owner}_{post}" + (f":c{comment}" if comment else "")


def _post(one: WallPost, frame: Frame) -> Post:
    owner = one.owner_id or (-frame.owner.id if frame.owner else 0)
    edited = _moment(one.edited) if one.edited else None
    original = one.copy_history[0] if one.copy_history else None
    return Post(
        item=name_of(owner, one.id),
        kind="post",
        event="deleted" if one.is_deleted else "created",
        published_at=_moment(one.date),
        edited_at=edited,
        revision=one.edited * 1000,
        observed_at=frame.observed_at,
        legal_basis=frame.legal_basis,
        channel="vk",
        author=str(one.from_id) if one.from_id else None,
        author_kind=_kind(one.from_id),
        author_name=_name(one.from_id, frame),
        author_followers=_followers(one.from_id, frame),
        text=one.text or (original.text if original else ""),
        url=f"https://vk.com/wall{owner}_{one.id}",
        # the page of a private person is nobody's business, even as the source of a repost
        repost_of=name_of(original.owner_id, original.id)
        if original and original.owner_id < 0
        else None,
        counters=_figures(
            likes=one.likes, reposts=one.reposts, views=one.views, comments=one.comments
        ),
        geo=_geo(one.geo.coordinates) if one.geo else None,
        home=frame.home,
        flags=tuple(
            name for name, so in (("pinned", one.is_pinned), ("ad", one.marked_as_ads)) if so
        ),
    )


def _comments(one: Comment, frame: Frame, place: str) -> list[Post | Rejected]:
    inside = one.thread.items if one.thread else []
    answers = msgspec.structs.replace(frame, thread=one.id)
    return [_comment(one, frame), *comments_of(inside, answers, f"{place}/{one.id}")]


def _comment(one: Comment, frame: Frame) -> Post:
    owner = -frame.owner.id if frame.owner else 0
    parent = one.reply_to_comment or (one.parents_stack[-1] if one.parents_stack else frame.thread)
    kind: Kind = "reply" if parent else "comment"
    thread = f"&thread={frame.thread}" if frame.thread else ""
    figures = _figures(likes=one.likes, replies=one.thread) if not frame.thread else None
    return Post(
        item=name_of(owner, frame.post, one.id),
        kind=kind,
        event="deleted" if one.deleted else "created",
        published_at=_moment(one.date),
        observed_at=frame.observed_at,
        legal_basis=frame.legal_basis,
        channel="vk",
        parent=name_of(owner, frame.post, parent),
        root=name_of(owner, frame.post),
        context=frame.said or None,
        author=str(one.from_id) if one.from_id else None,
        author_kind=_kind(one.from_id),
        author_name=_name(one.from_id, frame),
        text=one.text,
        url=f"https://vk.com/wall{owner}_{frame.post}?reply={one.id}{thread}",
        counters=figures or _figures(likes=one.likes),
        home=frame.home,
    )


def beginning(text: str) -> str:
    return shorten(" ".join(text.split()), CONTEXT)


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _kind(author: int) -> AuthorKind:
    return "person" if author > 0 else "page" if author < 0 else "unknown"


def _name(author: int, frame: Frame) -> str | None:
    return frame.owner.name or None if frame.owner and author == -frame.owner.id else None


def _followers(author: int, frame: Frame) -> int | None:
    return frame.owner.members if frame.owner and author == -frame.owner.id else None


def _figures(**given: Figure | Any) -> dict[str, int] | None:
    return {name: max(f.count, 0) for name, f in given.items() if f is not None} or None


def _geo(coordinates: str) -> Geo | None:
    try:
        lat, lon = map(float, coordinates.split())
    except ValueError:
        return None
    return Geo(lat=lat, lon=lon) if abs(lat) <= 90 and abs(lon) <= 180 else None
