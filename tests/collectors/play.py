"""A stand, the real loop over it on a clock of the tests, and what left it."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import httpx
from structlog.testing import capture_logs

from collectors import HttpConfig
from collectors.runner import Options, Position, Status, collect
from collectors.runner.text import clean
from collectors.runner.transport import retry_after
from tests.collectors.stage import SECRET, Log, Store
from tests.collectors.stands import STANDS
from tests.collectors.virtual import VirtualTime

MINUTE = 60.0

Fault = Callable[[httpx.Request], httpx.Response | None]


class Asked(NamedTuple):
    at: datetime
    url: str
    method: str
    status: int
    rest: float = 0.0
    """Seconds that the answer told us to stay away."""

    @property
    def host(self) -> str:
        return httpx.URL(self.url).host


class Following(Store):
    """Holds what some logs hold, as they go on."""

    def __init__(self, *logs: Log) -> None:
        super().__init__()
        self._logs = logs

    async def get(self, target: str) -> Position | None:
        return await Store([page for log in self._logs for page in log.pages]).get(target)


class Play:
    """A stand, the loop over it, and what left it."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.stand = STANDS[kind](folder)
        self.time = VirtualTime()
        self.log = Log()
        self.asked: list[Asked] = []
        self.reported: list[Status] = []
        self.lines: list[str] = []
        self.faults: list[Fault] = []
        self.before: Callable[[int], None] = lambda number: None
        """Called with the number of a request before it is answered."""
        self.published: list[str] = []
        self.skew = timedelta()
        """How far our clock is ahead of that of the world."""

    def publish(self, *texts: str) -> None:
        self.stand.at(self.time.now - self.skew)
        for text in texts:
            self.stand.publish(text)
            self.published.append(text)

    def run(self, minutes: float, log: Log | None = None, together: int = 1) -> None:
        """The loop, from what the store holds, for some minutes; raises what kills it."""
        with capture_logs() as lines:
            try:
                asyncio.run(self._run(minutes, log or self.log, together))
            finally:
                self.lines += map(str, lines)

    async def _run(self, minutes: float, log: Log, together: int) -> None:
        stop = asyncio.Event()
        running = [
            asyncio.create_task(
                collect(
                    [self.stand.instance],
                    log,
                    Following(self.log, *([log] if log is not self.log else [])),
                    options=Options(secret=SECRET, contact="press@example.kz"),
                    stop=stop,
                    clock=self.time.clock,
                    report=self.reported.append,
                    inner=httpx.MockTransport(self._answer),
                    rng=random.Random(number),
                    doors=self.stand.doors,
                    connect=self.stand.connect,
                )
            )
            for number in range(together)
        ]
        passing = asyncio.create_task(self.time.pass_for(minutes * MINUTE))
        await asyncio.wait({passing, *running}, return_when=asyncio.FIRST_COMPLETED)
        stop.set()
        passing.cancel()
        await asyncio.gather(*running)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.stand.at(self.time.now - self.skew)
        self.before(len(self.asked) + 1)
        fault = self.faults.pop(0)(request) if self.faults else None
        response = fault or self.stand(request)
        method = str(request.extensions.get("method", ""))
        status, now = response.status_code, self.time.now
        rest = (retry_after(response.headers, now) or 0.0) if status in (429, 503) else 0.0
        self.asked.append(Asked(now, str(request.url), method, status, rest))
        return response

    def told(self, *more: Log) -> Counter[str]:
        """How often each text was told, identity by identity."""
        posts = {(p.item, p.event, p.revision): p for log in (self.log, *more) for p in log.posts}
        return Counter(p.text for p in posts.values() if p.event != "counters")

    def missing(self, *more: Log) -> set[str]:
        return {clean(text) for text in self.published} - set(self.told(*more))

    def rude(self) -> str:
        """What in the log of questions breaks a promise; empty: nothing does."""
        config = self.stand.instance.config
        for host in {asked.host for asked in self.asked}:
            mine = [asked for asked in self.asked if asked.host == host]
            for before, after in pairwise(mine):
                apart = (after.at - before.at).total_seconds()
                if apart < before.rest:
                    return f"{host} was asked {apart:.1f} s into a rest of {before.rest:.0f} s"
                if isinstance(config, HttpConfig) and apart < config.gap_seconds * 0.999:
                    return f"{host} was asked {apart:.3f} s after the question before"
        return self._over_budget(config) if isinstance(config, HttpConfig) else ""

    def _over_budget(self, config: HttpConfig) -> str:
        day, second = timedelta(days=1), timedelta(seconds=0.999)
        for method, limit in config.limits().items():
            times = [asked.at for asked in self.asked if method in ("*", asked.method)]
            windows = [(limit.per_second, second), (limit.a_day, day)]
            for most, window in windows:
                if most and any(sum(t <= u < t + window for u in times) > most for t in times):
                    return f"more than {most} of {method} within {window}"
        return ""


def texts(count: int, word: str = "Мәтін") -> list[str]:
    return [f"{word} {n}: су жоқ, нет воды" for n in range(count)]


def reset(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadError("connection reset")


def slow(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("no answer")


def with_(status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> Fault:
    return lambda request: httpx.Response(status, content=body, headers=headers)


def later(value: str, status: int = 429) -> Fault:
    return with_(status, headers={"Retry-After": value})


FAULTS: dict[str, Fault] = {
    "429 with seconds": later("77"),
    "429 with a date": later("Fri, 20 Nov 2026 12:03:00 GMT"),
    "429 absurd": later("1000000000"),
    "429 bare": with_(429),
    "500": with_(500),
    "502 of a proxy": with_(502, b"<html>Bad Gateway</html>"),
    "503": later("5", 503),
    "reset": reset,
    "slow": slow,
    "empty": with_(200),
    "half of JSON": with_(200, b'{"response": {"items": [{"id": 1'),
    "another type": with_(200, b"[[]]"),
    "a page in place": with_(200, b"<!doctype html><title>Just a moment...</title>"),
    "garbage packed": with_(200, b"garbage", {"Content-Encoding": "gzip"}),
}
