"""Small records for tests of the streams."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from rezonans.records import Mention, Page, Post, encode
from streams.envelope import Envelope

NOON = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)


def post(number: int = 1, **changes: Any) -> Post:
    values: dict[str, Any] = {
        "item": f"test:{number}",
        "kind": "post",
        "published_at": NOON + timedelta(seconds=number),
        "observed_at": NOON + timedelta(seconds=number + 1),
        "legal_basis": "test",
        "text": f"В доме {number} нет воды",
    }
    return Post(**(values | changes))


def page(*posts: Post, **changes: Any) -> Page:
    values: dict[str, Any] = {
        "platform": "test",
        "container": "test:group",
        "target": "test/group",
        "looked_until": NOON + timedelta(minutes=1),
        "observed_at": NOON + timedelta(minutes=1),
        "sequence": 1,
        "collector": "test",
        "collector_version": "1",
        "cursor": "7",
    }
    return Page(posts=posts, **(values | changes))


def envelope(value: bytes, offset: int = 0, topic: str = "posts", partition: int = 0) -> Envelope:
    return Envelope(topic, partition, offset, b"test:group", value)


def mention(number: int = 1, **changes: Any) -> Mention:
    return Mention(post=post(number), **changes)


def encoded_page(*posts: Post, **changes: Any) -> bytes:
    return encode(page(*posts, **changes))
