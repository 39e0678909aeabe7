"""One stand a kind: its fake platform, settings, and what must never leave it.

The conformance suite is blind: it publishes texts on a stand, runs the real loop against it and
compares what reached the log with what was published.
"""

from __future__ import annotations

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

import collectors
from collectors.intake.knocks import Knock, Reply
from collectors.intake.signatures import derived
from collectors.runner import Instance
from collectors.runner.doors import Doors
from tests.collectors.fakes import ok, pushing, telegram, vk, youtube
from tests.collectors.fakes.feed import Feed
from tests.collectors.stage import START

Handler = Callable[[httpx.Request], httpx.Response]


class Stand(ABC):
    """A platform that publishes what it is told to, and the collector of its kind."""

    kind: str
    secrets: tuple[str, ...] = ()
    """Of authors and credentials: in nothing that leaves."""
    burst = 12
    """So many new texts between two looks are seen whole."""
    doors: Doors | None = None
    """Where the platform knocks, for sources that are pushed."""

    def __init__(self, table: dict[str, Any]) -> None:
        collector = collectors.load(self.kind)
        facts = {"kind": self.kind, "legal_basis": "ours", "every_seconds": 60.0, **table}
        config = collector.Config.model_validate(facts)
        self.instance = Instance(name="stand", kind=self.kind, collector=collector, config=config)

    @abstractmethod
    def at(self, now: datetime) -> None:
        """The platform's clock."""

    @abstractmethod
    def publish(self, text: str) -> None:
        """Make a text public: the next look may find it."""

    def __call__(self, request: httpx.Request) -> httpx.Response:
        raise AssertionError(f"{self.kind} asks nobody")


class VkStand(Stand):
    kind = "vk"
    secrets = (vk.TOKEN, *(str(vk.PERSON + n) for n in range(7)))

    def __init__(self, folder: Path) -> None:
        super().__init__({"token": vk.TOKEN, "walls": [{"name": "club123"}]})
        self.face = vk.Vk(vk.World())
        self._post = self.face.world.post("Тақырып", ago=60)

    def at(self, now: datetime) -> None:
        self.face.world.now = now

    def publish(self, text: str) -> None:
        """Now a post, now a comment, now an answer."""
        world, count = self.face.world, len(self._post.comments)
        if count % 3 == 2:
            world.comment(self._post, text, parent=self._post.comments[-1].parent)
            world.post(f"{text} (жазба)", author=vk.PERSON + 3)
        else:
            world.comment(self._post, text)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        return self.face(request)


class FollowingStand(Stand):
    kind = "vk_newsfeed"
    secrets = (vk.TOKEN,)

    def __init__(self, folder: Path) -> None:
        super().__init__(
            {"token": vk.TOKEN, "account": "akimat_reader", "communities": [{"id": 123}]}
        )
        self.face = vk.Vk(vk.World())

    def at(self, now: datetime) -> None:
        self.face.world.now = now

    def publish(self, text: str) -> None:
        self.face.world.post(text)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        return self.face(request)


class OkStand(Stand):
    kind = "ok"
    secrets = (ok.TOKEN, ok.SECRET, "Somebody Real", *(str(ok.PERSON + n) for n in range(7)))

    def __init__(self, folder: Path) -> None:
        keys = {"token": ok.TOKEN, "application": ok.APPLICATION, "secret_key": ok.SECRET}
        super().__init__({**keys, "groups": [{"id": ok.GROUP}]})
        self.face = ok.Ok(vk.World())
        self._topic = self.face.world.post("Тақырып", ago=60)

    def at(self, now: datetime) -> None:
        self.face.world.now = now

    def publish(self, text: str) -> None:
        """Now a topic, now a comment, now an answer."""
        world, count = self.face.world, len(self._topic.comments)
        if count % 3 == 2:
            world.comment(self._topic, text, parent=self._topic.comments[-1].id)
            world.post(f"{text} (жазба)", author=3)
        else:
            world.comment(self._topic, text)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        return self.face(request)


class TubeStand(Stand):
    kind = "youtube"
    secrets = (youtube.KEY, youtube.AUTHOR, "somebody-real")

    def __init__(self, folder: Path) -> None:
        super().__init__(
            {"token": youtube.KEY, "targets": [{"id": youtube.CHANNEL}], "gap_seconds": 0.0}
        )
        self.face = youtube.Tube()

    def at(self, now: datetime) -> None:
        self.face.now = now

    def publish(self, text: str) -> None:
        self.face.publish(text)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        return self.face(request)


class SweepStand(TubeStand):
    kind = "youtube_sweep"

    def __init__(self, folder: Path) -> None:
        Stand.__init__(self, {"token": youtube.KEY, "channels": [{"id": youtube.CHANNEL}]})
        self.face = youtube.Tube()


class FeedStand(Stand):
    kind = "rss"

    def __init__(self, folder: Path) -> None:
        feeds = [{"name": "news", "url": "https://news.example.kz/rss?key=a-secret-of-the-feed"}]
        super().__init__({"feeds": feeds, "gap_seconds": 1.0})
        self.face = Feed()

    secrets = ("a-secret-of-the-feed",)

    def at(self, now: datetime) -> None:
        self.face.now = now

    def publish(self, text: str) -> None:
        self.face.publish(text)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        return self.face(request)


class BotStand(Stand):
    kind = "telegram"
    secrets = (telegram.TOKEN, "Somebody Real", *(str(telegram.PERSON + n) for n in range(7)))

    def __init__(self, folder: Path) -> None:
        chats = [{"id": one, "consent": "ours"} for one in (telegram.CHANNEL, telegram.GROUP)]
        super().__init__({"token": telegram.TOKEN, "chats": chats, "every_seconds": 10.0})
        self.face = telegram.Bot()

    def at(self, now: datetime) -> None:
        self.face.now = now

    def publish(self, text: str) -> None:
        """Now a post, now a comment."""
        if self.face.count % 3:
            self.face.comment(text)
        else:
            self.face.post(text)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        return self.face(request)


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


class FileStand(Stand):
    kind = "file"
    secrets = ("Ахметова Гүлнәр",)

    def __init__(self, folder: Path) -> None:
        self._path = folder / "109.csv"
        self._path.write_text("Номер;Дата;Заявитель;Текст\n", encoding="utf-8")
        columns = {"id": "Номер", "published": "Дата", "text": "Текст"}
        super().__init__({"system": "109", "paths": [str(self._path)], "columns": columns})
        self._now, self._count = START, 0

    def at(self, now: datetime) -> None:
        self._now = now

    def publish(self, text: str) -> None:
        self._count += 1
        said = text.replace('"', '""')
        moment = (self._now + timedelta(hours=5)).strftime("%d.%m.%Y %H:%M:%S")
        with self._path.open("a", encoding="utf-8", newline="") as file:
            file.write(f'{self._count};{moment};"Ахметова Гүлнәр";"{said}"\n')


STANDS: dict[str, Callable[[Path], Stand]] = {
    stand.kind: stand
    for stand in (
        *(VkStand, FollowingStand, OkStand, TubeStand, SweepStand, BotStand, FeedStand, FileStand),
        *(PushStand, CallbackStand, HookStand, BotHookStand, HubStand),
    )
}
SILENT = frozenset({"file", "push", "vk_callback", "meta_webhook"})
"""Kinds that ask nobody over the network."""
