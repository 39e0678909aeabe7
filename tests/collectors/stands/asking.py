"""Platforms that are asked, and a file that is read."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import httpx

from tests.collectors.fakes import ok, telegram, vk, youtube
from tests.collectors.fakes.feed import Feed
from tests.collectors.stage import START
from tests.collectors.stands.stand import Stand


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
