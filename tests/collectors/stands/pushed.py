"""Platforms that knock at our doors."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from collectors.intake.knocks import Knock, Reply
from collectors.intake.signatures import derived
from collectors.runner.doors import Doors
from tests.collectors.fakes import pushing, telegram, vk, youtube
from tests.collectors.fakes.feed import Feed
from tests.collectors.fakes.stream import KEY, Stream, event
from tests.collectors.stage import START
from tests.collectors.stands.asking import BotStand
from tests.collectors.stands.stand import Stand


class Pushing(Stand):
    """A platform that knocks, and knocks again: it did not hear our answer."""

    def __init__(self, folder: Path, table: dict[str, Any]) -> None:
        super().__init__(table)
        self._now, self._count = START, 0
        self.doors = self._doors = Doors([self.instance], folder / "intake", lambda: self._now)

    def at(self, now: datetime) -> None:
        self._now = now

    async def knock(self, knock: Knock) -> Reply:
        return await self._doors.knock("stand", knock)

    def twice(self, body: bytes, headers: dict[str, str]) -> None:
        for _ in range(2):
            reply = asyncio.run(self.knock(Knock(at=self._now, headers=headers, body=body)))
            assert reply.status == 200


class PushStand(Pushing):
    """A system of the house that posts its records."""

    kind = "push"
    secrets = ("a-token-of-the-house-0123456789", "Ахметова Гүлнәр")

    def __init__(self, folder: Path) -> None:
        columns = {"id": "n", "published": "at", "text": "said", "author": "who"}
        super().__init__(folder, {"token": self.secrets[0], "system": "crm", "columns": columns})

    def publish(self, text: str) -> None:
        self._count += 1
        at = self._now.isoformat()
        record = {"n": self._count, "at": at, "who": "Ахметова Гүлнәр", "said": text}
        headers = {"authorization": f"Bearer {self.secrets[0]}"}
        self.twice(json.dumps([record]).encode(), headers)


class CallbackStand(Pushing):
    kind = "vk_callback"
    secrets = (pushing.SECRET, *(str(pushing.VK_PERSON + n) for n in range(7)))

    def __init__(self, folder: Path) -> None:
        table = {"group": pushing.GROUP, "secret": pushing.SECRET, "confirmation": "0a1b2c3d"}
        super().__init__(folder, table)

    def publish(self, text: str) -> None:
        self._count += 1
        said = pushing.vk_comment(self._count, text, self._now)
        self.twice(pushing.vk_event("wall_reply_new", said, self._count), {})


class HookStand(Pushing):
    kind = "meta_webhook"
    secrets = (pushing.SECRET, pushing.META_PERSON, "Somebody Real")

    def __init__(self, folder: Path) -> None:
        accounts = [{"id": pushing.PAGE, "name": "Әкімдік"}]
        table = {"platform": "facebook", "secret": pushing.SECRET, "verify": "a word of ours"}
        super().__init__(folder, {**table, "accounts": accounts})

    def publish(self, text: str) -> None:
        self._count += 1
        value = pushing.meta_comment(self._count, text, self._now)
        body = pushing.meta_change(value, self._now)
        self.twice(body, {"x-hub-signature-256": pushing.signature(body, pushing.SECRET)})


CALLBACK = "https://listen.example.kz/intake/stand"


class BotHookStand(Pushing):
    kind = "telegram_webhook"
    secrets = BotStand.secrets

    def __init__(self, folder: Path) -> None:
        chats = [{"id": one, "consent": "ours"} for one in (telegram.CHANNEL, telegram.GROUP)]
        table = {"token": telegram.TOKEN, "chats": chats, "callback": CALLBACK}
        super().__init__(folder, table)
        self.face = telegram.Bot()

    def at(self, now: datetime) -> None:
        self._now = self.face.now = now

    def publish(self, text: str) -> None:
        self.face.comment(text)
        secret = derived(telegram.TOKEN, "telegram webhook")
        for update in self.face.updates:
            body = json.dumps(update).encode()
            self.twice(body, {"x-telegram-bot-api-secret-token": secret})
        self.face.updates = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        return self.face(request)


class HubStand(Pushing):
    """A hub that subscribed us before, and the videos it tells of."""

    kind = "youtube_websub"
    secrets = (youtube.KEY,)

    def __init__(self, folder: Path) -> None:
        channels = [{"id": youtube.CHANNEL}]
        table = {"token": youtube.KEY, "channels": channels, "callback": CALLBACK}
        super().__init__(folder, table)
        self.tube, self.hub = youtube.Tube(), pushing.Hub(self.knock)
        (self._topic,) = self.instance.config.topics
        self.hub.until[self._topic] = START + timedelta(days=5)
        self.hub.secret = derived(youtube.KEY, "websub")

    def at(self, now: datetime) -> None:
        self._now = self.tube.now = self.hub.now = now

    def publish(self, text: str) -> None:
        self._count += 1
        video = f"video-{self._count:05}"
        self.tube.videos[video] = (self._now, text)
        for _ in range(2):
            reply = asyncio.run(self.hub.push(self._topic, pushing.feed(video)))
            assert reply is not None
            assert reply.status == 200

    def __call__(self, request: httpx.Request) -> httpx.Response:
        return self.hub(request) if "hub" in request.url.host else self.tube(request)


class FeedHubStand(Pushing):
    """A hub that subscribed us before, and pushes the whole feed at each new item."""

    kind = "rss_websub"
    secrets = ("a-token-of-the-hub-0123456789", "a-secret-of-the-feed")
    topic = "https://news.example.kz/rss?key=a-secret-of-the-feed"

    def __init__(self, folder: Path) -> None:
        feeds = [{"name": "news", "url": self.topic}]
        table = {"token": self.secrets[0], "hub": "https://hub.example.kz/", "callback": CALLBACK}
        super().__init__(folder, {**table, "feeds": feeds})
        self.feed, self.hub = Feed(), pushing.Hub(self.knock)
        self.hub.until[self.topic] = START + timedelta(days=5)
        self.hub.secret = derived(self.secrets[0], "websub")

    def at(self, now: datetime) -> None:
        self._now = self.feed.now = self.hub.now = now

    def publish(self, text: str) -> None:
        self.feed.publish(text)
        body = self.feed(httpx.Request("GET", self.topic)).content.decode()
        for _ in range(2):
            reply = asyncio.run(self.hub.push(self.topic, body))
            assert reply is not None
            assert reply.status == 200

    def __call__(self, request: httpx.Request) -> httpx.Response:
        return self.hub(request)


class StreamStand(Pushing):
    """VK's stream. What is published is said when somebody listens: nobody else would hear it."""

    kind = "vk_streaming"
    secrets = (vk.TOKEN, KEY, "700123456")

    def __init__(self, folder: Path) -> None:
        rules = [{"tag": "water", "words": "су"}]
        super().__init__(folder, {"token": vk.TOKEN, "rules": rules, "every_seconds": 60.0})
        self.stream = Stream()
        self.connect = self._connect
        self._waiting: list[str] = []

    def publish(self, text: str) -> None:
        self._count += 1
        self._waiting.append(event(self._count, text, at=int(self._now.timestamp())))

    @asynccontextmanager
    async def _connect(self, address: str) -> AsyncIterator[AsyncIterator[str]]:
        async with self.stream.connect(address) as texts:
            yield self._heard(texts)

    async def _heard(self, texts: AsyncIterator[str]) -> AsyncIterator[str]:
        """What waited, twice each as after a cut, and then what else comes."""
        while self._waiting:
            text = self._waiting[0]
            for _ in range(2):
                yield text
            if self._waiting[:1] == [text]:
                del self._waiting[0]
        async for text in texts:
            yield text

    def __call__(self, request: httpx.Request) -> httpx.Response:
        return self.stream(request)
