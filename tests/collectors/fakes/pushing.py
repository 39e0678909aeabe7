"""Platforms that push: each makes the knock that the real one would, signature and all."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

import httpx

from collectors.intake.knocks import Knock, Reply
from tests.collectors.fakes import youtube
from tests.collectors.stage import START

Knocks = Callable[[Knock], Awaitable[Reply]]
SECRET = "an-app-secret-of-the-tests-0123"


def signature(body: bytes, secret: str, kind: str = "sha256") -> str:
    return f"{kind}={hmac.new(secret.encode(), body, kind).hexdigest()}"


# ------------------------------------------------------------------ VK

GROUP, VK_PERSON = 123, 700_123_456


def vk_event(kind: str, said: dict[str, Any], number: int, **more: Any) -> bytes:
    event = {"type": kind, "object": said, "group_id": GROUP, "event_id": f"e{number:039}"}
    return json.dumps(event | {"v": "5.199", "secret": SECRET} | more).encode()


def vk_comment(number: int, text: str, now: datetime) -> dict[str, Any]:
    return {
        "id": number,
        "from_id": VK_PERSON + number % 7,
        "date": int(now.timestamp()),
        "text": text,
        "post_id": 1,
        "owner_id": -GROUP,
    }


# ------------------------------------------------------------------ Meta

PAGE, META_PERSON = "5001", "77001"


def meta_change(value: dict[str, Any], now: datetime, field: str = "feed") -> bytes:
    changes = [{"field": field, "value": value}]
    entry = {"id": PAGE, "time": int(now.timestamp()), "changes": changes}
    return json.dumps({"object": "page", "entry": [entry]}).encode()


def meta_comment(number: int, text: str, now: datetime, **more: Any) -> dict[str, Any]:
    return {
        "from": {"id": META_PERSON, "name": "Somebody Real"},
        "item": "comment",
        "verb": "add",
        "post_id": f"{PAGE}_1",
        "parent_id": f"{PAGE}_1",
        "comment_id": f"1_{number}",
        "created_time": int(now.timestamp()),
        "message": text,
        **more,
    }


# ------------------------------------------------------------------ Google's hub


@dataclass
class Hub:
    """Subscribes whoever asks, after it asked back, and forgets when the lease is over."""

    knocks: Knocks
    now: datetime = START
    lease: int = 432_000
    until: dict[str, datetime] = field(default_factory=dict)
    """Topic to the end of its lease."""
    secret: str = ""
    away: bool = False
    asked: list[datetime] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.away:
            return httpx.Response(503)
        question = {k: v[0] for k, v in parse_qs(request.content.decode()).items()}
        self.asked.append(self.now)
        task = asyncio.get_running_loop().create_task(self._verify(question))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return httpx.Response(202)

    async def _verify(self, question: dict[str, str]) -> None:
        query = {
            "hub.mode": question["hub.mode"],
            "hub.topic": question["hub.topic"],
            "hub.challenge": "challenge-0123456789",
            "hub.lease_seconds": str(self.lease),
        }
        reply = await self.knocks(Knock(at=self.now, method="GET", query=query))
        if reply.status == 200 and reply.body == query["hub.challenge"]:
            self.until[query["hub.topic"]] = self.now + timedelta(seconds=self.lease)
            self.secret = question["hub.secret"]

    async def push(self, topic: str, feed: str) -> Reply | None:
        """The hub's push, or nothing where nobody subscribed."""
        if self.until.get(topic, self.now) <= self.now:
            return None
        body = feed.encode()
        headers = {"x-hub-signature": signature(body, self.secret, "sha1")}
        return await self.knocks(Knock(at=self.now, headers=headers, body=body))


def feed(*videos: str, channel: str = youtube.CHANNEL, gone: str = "") -> str:
    entries = "".join(
        f"<entry><id>yt:video:{v}</id><yt:videoId>{escape(v)}</yt:videoId>"
        f"<yt:channelId>{channel}</yt:channelId><title>x</title></entry>"
        for v in videos
    )
    tomb = (
        f'<at:deleted-entry ref="yt:video:{gone}" when="2026-11-20T12:00:00+00:00"><at:by>'
        f"<uri>https://www.youtube.com/channel/{channel}</uri></at:by></at:deleted-entry>"
    )
    return (
        '<feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" '
        'xmlns:at="http://purl.org/atompub/tombstones/1.0" '
        f'xmlns="http://www.w3.org/2005/Atom">{entries}{tomb if gone else ""}</feed>'
    )


def digest(text: str) -> str:
    """A name for a video that is its text's."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:11]
