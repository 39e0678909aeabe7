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
from collectors.intake.knocks import Knock
from collectors.runner import Instance
from collectors.runner.doors import Doors
from tests.collectors.fakes import telegram, vk, youtube
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
    asks = True
    """Whether it asks over the network."""
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


class PushStand(Stand):
    """A system that posts its records, and posts each one twice: it did not hear the answer."""

    kind = "push"
    secrets = ("a-token-of-the-house-0123456789", "Ахметова Гүлнәр")
    asks = False

    def __init__(self, folder: Path) -> None:
        columns = {"id": "n", "published": "at", "text": "said", "author": "who"}
        super().__init__({"token": self.secrets[0], "system": "crm", "columns": columns})
        self._now, self._count = START, 0
        self.doors = Doors([self.instance], folder / "intake", lambda: self._now)

    def at(self, now: datetime) -> None:
        self._now = now

    def publish(self, text: str) -> None:
        self._count += 1
        at = self._now.isoformat()
        record = {"n": self._count, "at": at, "who": "Ахметова Гүлнәр", "said": text}
        headers = {"authorization": f"Bearer {self.secrets[0]}"}
        for _ in range(2):
            knock = Knock(at=self._now, headers=headers, body=json.dumps([record]).encode())
            assert self.doors is not None
            assert asyncio.run(self.doors.knock("stand", knock)).status == 200


class FileStand(Stand):
    kind = "file"
    asks = False
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
    stand.kind: stand for stand in (VkStand, TubeStand, BotStand, FeedStand, FileStand, PushStand)
}
