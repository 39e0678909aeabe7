"""Pages of mentions written for the tests of the store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from rezonans.reasons import Lane, Share, TopPost
from rezonans.records import Geo, Mention, Mentions, Place, Post, Sentiment, Spike

NOW = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)
TEXTS = (
    "Третий день без отопления на Толе би, дети мёрзнут",
    "Көше шамдары жанбайды, кешке жүру қауіпті",
    "Спасибо дорожникам, яму у школы заделали",
)


def post(item: str = "vk:-1_1", **changes: Any) -> Post:
    at = changes.pop("published_at", NOW - timedelta(seconds=90))
    given: dict[str, Any] = {
        "kind": "comment",
        "published_at": at,
        "observed_at": changes.pop("observed_at", at + timedelta(seconds=60)),
        "legal_basis": "public source",
        "channel": "vk",
        "author": "a1:5f0c",
        "author_kind": "person",
        "text": TEXTS[0],
        "flags": ("simulation",),
        "geo": Geo(lat=42.9, lon=71.36),
    }
    return Post(item=item, **{**given, **changes})


def mention(item: str = "vk:-1_1", **changes: Any) -> Mention:
    """An understood post; `changes` go to the post."""
    own = [name for name in ("model", "topics", "places") if name in changes]
    labels: dict[str, Any] = {name: changes.pop(name) for name in own}
    given: dict[str, Any] = {
        "language": "ru",
        "script": "cyrillic",
        "topics": (("heating", 0.91), ("housing", 0.4)),
        "appeal": "complaint",
        "appeal_probability": 0.8,
        "sentiment": Sentiment(0.75, 0.2, 0.05),
        "urgent": 0.3,
        "places": (Place(kato="311010000", level="settlement", name="г.Тараз", how="name"),),
        "fingerprint": 2**64 - 1,
        "model": {"topics": "3", "appeal": "2"},
    }
    return Mention(post=post(item, **changes), **{**given, **labels})


def fact(item: str, event: str, **changes: Any) -> Mention:
    """A deletion or a count: a fact without text, hence without labels."""
    return Mention(post=post(item, event=event, text="", flags=(), geo=None, **changes))


def page(*mentions: Mention, sequence: int = 1, **changes: Any) -> Mentions:
    given: dict[str, Any] = {
        "platform": "vk",
        "container": "vk:-1",
        "target": "vk/1",
        "looked_until": NOW,
        "observed_at": NOW,
        "collector": "vk",
        "collector_version": "1",
        "cursor": f"c{sequence}",
    }
    return Mentions(sequence=sequence, mentions=mentions, **{**given, **changes})


def spike(name: str = "s1", revision: int = 0, **changes: Any) -> Spike:
    given: dict[str, Any] = {
        "change": "opened" if revision == 0 else "updated",
        "alarm": "orange",
        "lane": Lane(topic="heating", region="31"),
        "at": NOW + timedelta(minutes=revision),
        "since": NOW,
        "score": 4.2,
        "threshold": 3.5,
        "observed": 48.0,
        "expected": 6.5,
        "low": 3.0,
        "high": 11.0,
        "window_seconds": 3600,
        "posts": 55,
        "voices": 41,
        "places": (Share(key="311000000", observed=40.0, expected=4.0),),
        "top": (
            TopPost(item="vk:-1_1", text=TEXTS[0], platform="vk", published_at=NOW, weight=3.5),
        ),
    }
    return Spike(spike=name, revision=revision, **{**given, **changes})
