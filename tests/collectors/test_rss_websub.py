"""Feeds by WebSub: told in seconds, once with the same identity as by polling, renewed for ever."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import httpx

from collectors.intake.knocks import Knock, Reply
from collectors.intake.signatures import derived
from collectors.runner import Options, Status, collect, instance
from collectors.runner.doors import Doors
from tests.collectors.fakes import pushing
from tests.collectors.fakes.feed import Feed
from tests.collectors.play import Following
from tests.collectors.stage import SECRET, Log
from tests.collectors.virtual import VirtualTime

TOKEN = "a-secret-of-the-tests"
TOPIC = "https://news.example.kz/rss"
PUSHED = {
    "kind": "rss_websub",
    "legal_basis": "ours",
    "token": TOKEN,
    "every_seconds": 1.0,
    "hub": "https://hub.example.kz/",
    "callback": "https://listen.example.kz/intake/pushed",
    "feeds": [{"name": "one", "url": TOPIC}],
}
POLLED = {
    "kind": "rss",
    "legal_basis": "ours",
    "every_seconds": 600.0,
    "feeds": [{"name": "one", "url": TOPIC}],
}


class House:
    """A site with its hub, and both collectors over them."""

    def __init__(self, folder: Path, *tables: dict[str, object]) -> None:
        self.time, self.log, self.feed = VirtualTime(), Log(), Feed()
        self.ones = [instance(str(n) if n else "pushed", table) for n, table in enumerate(tables)]
        self.doors = Doors(self.ones, folder, lambda: self.time.now)
        self.hub = pushing.Hub(self.knock)
        self.reported: list[Status] = []

    async def knock(self, knock: Knock) -> Reply:
        return await self.doors.knock("pushed", knock)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.hub.now = self.feed.now = self.time.now
        return self.hub(request) if "hub" in request.url.host else self.feed(request)

    async def publish(self, text: str, *, lost: bool = False) -> None:
        self.hub.now = self.feed.now = self.time.now
        self.feed.publish(text)
        if not lost:
            body = self.feed(httpx.Request("GET", TOPIC)).content.decode()
            await self.hub.push(TOPIC, body)

    async def run(self, steps: Sequence[tuple[float, str, bool]]) -> None:
        """Seconds that pass, then a text, pushed or lost by the hub."""
        stop = asyncio.Event()
        running = asyncio.create_task(
            collect(
                self.ones,
                self.log,
                Following(self.log),
                options=Options(secret=SECRET),
                stop=stop,
                clock=self.time.clock,
                report=self.reported.append,
                inner=httpx.MockTransport(self),
                rng=random.Random(1),
                doors=self.doors,
            )
        )
        for seconds, text, lost in steps:
            await self.time.pass_for(seconds)
            if text:
                await self.publish(text, lost=lost)
        stop.set()
        await running


def test_an_item_is_told_seconds_after_it_was_pushed(tmp_path: Path) -> None:
    house = House(tmp_path, PUSHED)
    asyncio.run(house.run([(20, "Су жоқ", False), (3, "Жылу бар", False), (3, "", False)]))
    assert [post.text for post in house.log.posts] == ["Су жоқ", "Жылу бар"]
    ages = [page.observed_at - page.posts[0].published_at for page in house.log.pages if page.posts]
    assert max(ages) < timedelta(seconds=3)
    assert house.hub.secret == derived(TOKEN, "websub"), "made of the token, never the token"


def test_what_the_hub_loses_is_polled_and_what_comes_both_ways_is_one_item(tmp_path: Path) -> None:
    house = House(tmp_path, PUSHED, POLLED)
    steps = [
        (20, "Бірінші", False),
        (700, "Су жоқ", False),
        (60, "Жоғалды", True),
        (700, "", False),
    ]
    asyncio.run(house.run(steps))
    told = {(post.item, post.revision): post.text for post in house.log.posts}
    assert sorted(told.values()) == ["Бірінші", "Жоғалды", "Су жоқ"]
    assert len(house.log.posts) > len(told), "some came both ways, under one identity"


def test_the_lease_is_renewed_and_a_hub_that_is_away_is_said(tmp_path: Path) -> None:
    house = House(tmp_path, PUSHED | {"every_seconds": 60.0})
    house.hub.lease = 36_000

    async def main() -> None:
        await house.run([(30_000, "", False)])
        assert house.hub.until[TOPIC] > house.time.now
        house.hub.away = True
        await house.run([(30_000, "", False)])

    asyncio.run(main())
    assert any("the hub" in status.reason for status in house.reported)
