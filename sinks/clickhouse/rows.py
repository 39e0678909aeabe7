"""Pages of mentions become rows of the store; pure.

The same page gives the same rows. What the store could not take (a number or a time out of
range) becomes a dead letter of its own and spoils no neighbour.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import msgspec

from rezonans.records import DeadLetter, Mention, Mentions, Post, encode
from rezonans.remade import Labels
from rezonans.troubles import Invalid
from sinks.clickhouse.columns import (
    CounterRow,
    CursorRow,
    DeletionRow,
    LookRow,
    MentionRow,
    PlaceRow,
)
from sinks.clickhouse.counted import district, region, sentiment
from sinks.clickhouse.versions import REVISION_BITS, day, generation_of, version

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2106, 1, 1, tzinfo=UTC)
"""Bounds of the narrowest types that hold a time in the store (Date, DateTime)."""

_U64, _REVISIONS = 2**64 - 1, (1 << REVISION_BITS) - 1


@dataclass
class Batch:
    """Rows of some pages, by table; `live` are the posts whose delay is measured."""

    mentions: list[MentionRow] = field(default_factory=list)
    counters: list[CounterRow] = field(default_factory=list)
    deletions: list[DeletionRow] = field(default_factory=list)
    looks: list[LookRow] = field(default_factory=list)
    cursors: list[CursorRow] = field(default_factory=list)
    rejected: list[DeadLetter] = field(default_factory=list)
    live: list[tuple[str, datetime]] = field(default_factory=list)
    """Platform and time of publication."""


def rows(page: Mentions, stored_at: datetime) -> Batch:
    """All rows of one page."""
    return batch([page], stored_at)


def batch(pages: Iterable[Mentions], stored_at: datetime) -> Batch:
    """All rows of some pages."""
    found = Batch()
    for page in pages:
        for index, mention in enumerate(page.mentions):
            try:
                _add(found, mention, page, stored_at)
            except Invalid as error:
                found.rejected.append(_rejected(page, index, mention, error, stored_at))
        _add_look(found, page, stored_at)
    return found


def _add(found: Batch, mention: Mention, page: Mentions, stored_at: datetime) -> None:
    post = mention.post
    _check(mention)
    if post.event == "counters":
        found.counters.append(_counter(post, page, stored_at))
        return
    found.mentions.append(mention_row(mention, page, stored_at))
    if post.event == "deleted":
        found.deletions.append(
            DeletionRow(post.item, post.observed_at, page.platform, page.container, stored_at)
        )
        return
    if post.counters:
        found.counters.append(_counter(post, page, stored_at))
    if _is_live(post, page):
        found.live.append((page.platform, post.published_at))


def _is_live(post: Post, page: Mentions) -> bool:
    """Whether the time from publication to the store says something about us."""
    return (
        post.event == "created"
        and not page.history
        and post.published_precision == "second"
        and post.published_origin != "first_seen"
    )


def _add_look(found: Batch, page: Mentions, stored_at: datetime) -> None:
    posts = [mention.post for mention in page.mentions]
    common: dict[str, Any] = {
        "target": page.target,
        "sequence": page.sequence,
        "platform": page.platform,
        "container": page.container,
        "collector": page.collector,
        "collector_version": page.collector_version,
        "looked_until": page.looked_until,
        "observed_at": page.observed_at,
        "history": page.history,
        "posts": len(posts),
        "stored_at": stored_at,
    }
    newest = max((post.published_at for post in posts), default=None)
    found.looks.append(LookRow(**common, part=part(posts), newest=newest))
    if page.cursor is not None:
        found.cursors.append(CursorRow(**common, cursor=page.cursor))


def part(posts: Iterable[Post]) -> int:
    """The name of a page among those of its sequence: one that was split has several."""
    items = "\n".join(f"{post.item} {post.event} {post.revision}" for post in posts)
    return zlib.crc32(items.encode())


def mention_row(mention: Mention, page: Mentions, stored_at: datetime) -> MentionRow:
    """The row of one version; that of a deletion keeps identity and times, no content."""
    post = mention.post
    if post.event == "deleted":
        mention = Mention(post=emptied(post))
        post = mention.post
    generation, model = _labelled(tuple(mention.model.items()))
    return MentionRow(
        item=post.item,
        day=day(post),
        version=version(mention, generation),
        revision=post.revision,
        generation=generation,
        deleted=int(post.event == "deleted"),
        platform=page.platform,
        container=page.container,
        target=page.target,
        collector=page.collector,
        kind=post.kind,
        channel=post.channel,
        stated_appeal=post.stated_appeal,
        parent=post.parent,
        root=post.root,
        context=post.context,
        author=post.author,
        author_kind=post.author_kind,
        author_name=post.author_name,
        author_followers=post.author_followers,
        title=post.title,
        text=post.text,
        url=post.url,
        published_at=post.published_at,
        published_precision=post.published_precision,
        published_origin=post.published_origin,
        edited_at=post.edited_at,
        observed_at=post.observed_at,
        stored_at=stored_at,
        history=page.history,
        geo_lat=post.geo.lat if post.geo else None,
        geo_lon=post.geo.lon if post.geo else None,
        home=post.home,
        repost_of=post.repost_of,
        flags=post.flags,
        legal_basis=post.legal_basis,
        appeal=post.stated_appeal or mention.appeal,
        **labels_of(mention),
        official=mention.official,
        model=model,
    )


@lru_cache(maxsize=256)
def _labelled(model: tuple[tuple[str, str], ...]) -> tuple[int, Mapping[str, str]]:
    """The generation of models, and one mapping for all rows that they labelled."""
    return generation_of(tuple(sorted(model))), dict(model)


def labels_of(said: Mention | Labels) -> dict[str, Any]:
    """The columns that models say, but for the appeal that a sender's system may have stated."""
    best = said.places[0] if said.places else None
    topic, probability = said.topics[0] if said.topics else (None, None)
    mood = said.sentiment
    return {
        "language": said.language,
        "script": said.script,
        "languages": said.languages,
        "topic": topic,
        "topic_probability": probability,
        "topics": said.topics,
        "appeal_guess": said.appeal,
        "appeal_probability": said.appeal_probability,
        "sentiment": sentiment(mood),
        "negative": mood.negative if mood else None,
        "neutral": mood.neutral if mood else None,
        "positive": mood.positive if mood else None,
        "urgent": said.urgent,
        "region": region(best),
        "district": district(best),
        "place": best.kato if best else None,
        "place_how": best.how if best else None,
        "places": [
            PlaceRow(place.kato, place.level, place.name, place.how) for place in said.places
        ],
        "fingerprint": said.fingerprint,
    }


def emptied(post: Post) -> Post:
    """What stays of a post that is gone at its source."""
    return Post(
        item=post.item,
        kind=post.kind,
        published_at=post.published_at,
        published_precision=post.published_precision,
        published_origin=post.published_origin,
        observed_at=post.observed_at,
        legal_basis=post.legal_basis,
        event="deleted",
        revision=post.revision,
    )


def _counter(post: Post, page: Mentions, stored_at: datetime) -> CounterRow:
    return CounterRow(
        post.item,
        post.observed_at,
        page.platform,
        page.container,
        dict(post.counters or {}),
        stored_at,
    )


def _check(mention: Mention) -> None:
    """`Invalid` where a value has no place in the store's types."""
    post = mention.post
    for name, moment in (
        ("published_at", post.published_at),
        ("observed_at", post.observed_at),
        ("edited_at", post.edited_at),
    ):
        if moment is not None and not EARLIEST <= moment <= LATEST:
            raise Invalid(f"{name}: {moment.isoformat()} is out of the store's range")
    _within("revision", post.revision, _REVISIONS)
    _within("author_followers", post.author_followers or 0, _U64)
    _within("fingerprint", mention.fingerprint or 0, _U64)
    if (
        post.counters
        and not 0 <= min(post.counters.values()) <= max(post.counters.values()) <= _U64
    ):
        for name, total in post.counters.items():
            _within(f"counters.{name}", total, _U64)
    if not post.item:
        raise Invalid("item: is empty")


def _within(name: str, value: int, largest: int) -> None:
    if not 0 <= value <= largest:
        raise Invalid(f"{name}: {value} is not between 0 and {largest}")


def _rejected(
    page: Mentions, index: int, mention: Mention, error: Invalid, at: datetime
) -> DeadLetter:
    alone = msgspec.structs.replace(
        page, mentions=(mention,), cursor=None, looked_until=EARLIEST
    )  # a message that can be sent again, as letters of the log hold one
    return DeadLetter(
        at=at,
        stage="store",
        kind="rejected",
        reason=str(error),
        place=f"{page.target}/{page.sequence}/{index}",
        digest=hashlib.sha256(encode(mention)).hexdigest(),
        payload=encode(alone).decode(),
    )
