"""A small world for the runner: a platform, a log that can fail, a store, a clock of our own."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec

from collectors import Answer, BaseConfig, Offers, Rejected, Target
from collectors.runner import Clock, Instance, Options, Position, Status, collect
from rezonans.records import DeadLetter, Page, Post

START = datetime(2026, 11, 20, 12, tzinfo=UTC)
SECRET = b"a key of the tests, nowhere else"


class Stopped(Exception):
    """The process dies here."""


@dataclass
class Time:
    """Sleeping moves the clock; after `most` naps the run is stopped."""

    now: datetime = START
    most: int = 10
    naps: list[float] = field(default_factory=list)
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += timedelta(seconds=seconds)
        if len(self.naps) >= self.most:
            self.stop.set()
            await asyncio.sleep(3600)
        await asyncio.sleep(0)

    @property
    def clock(self) -> Clock:
        def monotonic() -> float:
            return self.now.timestamp()

        return Clock(now=lambda: self.now, sleep=self.sleep, monotonic=monotonic)


class Log:
    """Keeps messages in order; `fail` decides before, or after, one is kept."""

    def __init__(self, fail: Callable[[int, str], BaseException | None] | None = None) -> None:
        self.messages: list[tuple[str, bytes, bytes]] = []
        self.calls = 0
        self._fail = fail or (lambda call, moment: None)

    async def __call__(self, topic: str, key: bytes, value: bytes) -> None:
        self.calls += 1
        call = self.calls
        self._maybe(call, "before")
        self.messages.append((topic, key, value))
        self._maybe(call, "after")

    def _maybe(self, call: int, moment: str) -> None:
        error = self._fail(call, moment)
        if error is not None:
            raise error

    @property
    def pages(self) -> list[Page]:
        return [msgspec.json.decode(v, type=Page) for t, _, v in self.messages if t == "posts"]

    @property
    def letters(self) -> list[DeadLetter]:
        found = [v for t, _, v in self.messages if t == "dead-letters"]
        return [msgspec.json.decode(v, type=DeadLetter) for v in found]

    @property
    def posts(self) -> list[Post]:
        return [post for page in self.pages for post in page.posts]


class Store:
    """Answers with the newest cursor of the pages that it was given."""

    def __init__(self, pages: Sequence[Page] = (), fail: Sequence[Exception] = ()) -> None:
        self._pages = pages
        self._fail = list(fail)
        self.asked: list[str] = []

    async def get(self, target: str) -> Position | None:
        self.asked.append(target)
        if self._fail:
            raise self._fail.pop(0)
        mine = sorted((p for p in self._pages if p.target == target), key=lambda p: p.sequence)
        if not mine:
            return None
        cursors = [page.cursor for page in mine if page.cursor is not None]
        return Position(cursor=cursors[-1] if cursors else None, sequence=mine[-1].sequence)


class World:
    """A collector over a list of posts: an answer holds `size` of them, the cursor counts."""

    VERSION = "7"
    OFFERS = Offers(legal_note="of our own")

    class Config(BaseConfig):
        pass

    def __init__(self, posts: Sequence[Post | Rejected], size: int = 3) -> None:
        self.all = list(posts)
        self.size = size
        self.errors: list[Exception | None] = []
        """What the next looks raise, after their first answer."""
        self.parse_error: Exception | None = None

    def targets(self, config: Any) -> Sequence[Target]:
        return [Target(name="wall", container="world:wall")]

    def trial(self, target: str) -> dict[str, Any]:
        return {}

    async def fetch(
        self,
        config: Any,
        target: Target,
        http: httpx.AsyncClient,
        cursor: str | None,
        now: datetime,
    ) -> AsyncIterator[Answer]:
        error = self.errors.pop(0) if self.errors else None
        for start in range(int(cursor or 0), len(self.all), self.size):
            end = min(start + self.size, len(self.all))
            yield Answer(body=b"x", cursor=str(end), context={"from": str(start), "to": str(end)})
            if error:
                raise error
        if error:
            raise error

    def parse(self, config: Any, target: Target, answer: Answer) -> Iterator[Post | Rejected]:
        if self.parse_error:
            raise self.parse_error
        yield from self.all[int(answer.context["from"]) : int(answer.context["to"])]


def post(number: int, **more: Any) -> Post:
    facts: dict[str, Any] = {
        "item": f"world:{number}",
        "kind": "post",
        "published_at": START - timedelta(minutes=number),
        "observed_at": START,
        "legal_basis": "ours",
        "text": f"Запись номер {number}",
    }
    return Post(**(facts | more))


def configured(world: Any, every: float = 60.0, name: str = "one") -> Instance:
    config = World.Config(kind="world", legal_basis="ours", every_seconds=every)
    return Instance(name=name, kind="world", collector=world, config=config)


def run(
    instances: Sequence[Instance],
    log: Log,
    *,
    store: Store | None = None,
    time: Time | None = None,
    options: Options | None = None,
    handler: Callable[[httpx.Request], httpx.Response] | None = None,
) -> list[Status]:
    """Collect until the clock has napped often enough; what was reported on the way."""
    reported: list[Status] = []
    time = time or Time()

    async def main() -> None:
        await collect(
            instances,
            log,
            store or Store(),
            options=options or Options(secret=SECRET),
            stop=time.stop,
            clock=time.clock,
            report=reported.append,
            inner=httpx.MockTransport(handler) if handler else None,
            rng=random.Random(1),
        )

    asyncio.run(main())
    return reported


def truth(world: World) -> set[str]:
    return {piece.item for piece in world.all if isinstance(piece, Post)}
