"""Videos of the Data API as posts, the same as the declared `youtube` makes of them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple, TypeVar

import msgspec

from collectors import Rejected
from collectors.lists.walking import figures
from collectors.runner.bodies import json_of
from rezonans.records import Post
from rezonans.troubles import Invalid

T = TypeVar("T")


class _Statistics(msgspec.Struct, rename="camel"):
    """Decimal texts; a figure that is hidden is not there."""

    view_count: int | None = None
    like_count: int | None = None
    comment_count: int | None = None


class _Snippet(msgspec.Struct, rename="camel"):
    published_at: datetime
    channel_id: str
    title: str = ""
    description: str = ""
    channel_title: str | None = None


class _Video(msgspec.Struct):
    id: str
    snippet: _Snippet
    statistics: _Statistics | None = None


class _List(msgspec.Struct):
    items: list[Any] = []


class Facts(NamedTuple):
    """What the posts of an answer share."""

    now: datetime
    legal_basis: str
    homes: Mapping[str, str | None]
    """KATO code by channel; channels that are not here are not read."""


def items_of(body: bytes) -> list[Any]:
    """The records of an answer; `Invalid` says what it is instead."""
    try:
        return msgspec.convert(json_of(body), _List).items
    except (msgspec.ValidationError, RecursionError) as error:
        raise Invalid(f"not an answer of YouTube: {error}") from None


def videos_of(body: bytes, facts: Facts) -> list[Post | Rejected]:
    return list(each(items_of(body), _Video, lambda one: _video(one, facts), "videos"))


def each(
    items: Sequence[Any], kind: type[T], read: Callable[[T], Iterator[Post]], place: str
) -> Iterator[Post | Rejected]:
    """Every record by itself: one that can not be read holds up no other."""
    for index, item in enumerate(items):
        try:
            yield from read(msgspec.convert(item, kind, strict=False))
        except (ValueError, OverflowError) as error:
            digest = sha256(repr(item).encode("utf-8", "replace")).hexdigest()
            yield Rejected(place=f"{place}#{index}", reason=str(error), digest=digest)


def _video(one: _Video, facts: Facts) -> Iterator[Post]:
    said, counted = one.snippet, one.statistics or _Statistics()
    if said.channel_id not in facts.homes:
        return
    yield Post(
        item=named(one.id),
        kind="video",
        published_at=utc(said.published_at),
        observed_at=facts.now,
        legal_basis=facts.legal_basis,
        channel="youtube",
        author=said.channel_id,
        author_kind="page",
        author_name=said.channel_title,
        text=said.description,
        title=said.title,
        url=f"https://www.youtube.com/watch?v={one.id}",
        counters=figures(
            views=counted.view_count, likes=counted.like_count, comments=counted.comment_count
        ),
        home=facts.homes[said.channel_id],
    )


def named(identity: str) -> str:
    return f"youtube:{identity}"


def utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
