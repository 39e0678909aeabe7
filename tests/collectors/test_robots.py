"""What a site's owner asks of machines is asked before any page, and kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise

import httpx
import pytest

from collectors import rss
from collectors.runner import Instance
from collectors.runner.budget import Ledger
from collectors.runner.clients import client_of, purse_of
from collectors.runner.robots import DAY_SECONDS, PAGE, Forbidden
from collectors.runner.transport import Gate
from tests.collectors.stage import Time

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
RULES = "User-agent: *\nDisallow: /admin\n\nUser-agent: Rezonans\nDisallow: /private\nAllow: /\n"
Handler = Callable[[httpx.Request], httpx.Response]


class Site:
    """Answers pages, and robots.txt as it is told."""

    def __init__(self, robots: httpx.Response | Exception) -> None:
        self.robots = robots
        self.asked: list[str] = []
        self.at: list[float] = []
        self.time = Time(now=NOW, most=1000)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        self.at.append(self.time.now.timestamp())
        if request.url.path != "/robots.txt":
            return httpx.Response(200, text="<p>мәтін</p>")
        assert request.headers["user-agent"].startswith("Rezonans/")
        if isinstance(self.robots, Exception):
            raise self.robots
        return self.robots

    def read(self, *paths: str, wait: float = 0.0) -> list[str]:
        """What became of each page."""
        return asyncio.run(self._read(paths, wait))

    async def _read(self, paths: tuple[str, ...], wait: float) -> list[str]:
        table = {"kind": "rss", "legal_basis": "ours", "feeds": [{"name": "a", "url": "http://x"}]}
        config = rss.Config.model_validate(table)
        one = Instance(name="news", kind="rss", collector=rss, config=config)
        clock = self.time.clock
        purse, gate = purse_of(one, Ledger(), clock), Gate(clock.monotonic, clock.sleep)
        said = []
        async with client_of(one, purse, gate, clock, inner=httpx.MockTransport(self)) as http:
            for path in paths:
                try:
                    response = await http.get(f"https://site.example.kz{path}", extensions=PAGE)
                    said.append(response.text)
                except Forbidden as error:
                    said.append(str(error))
                await clock.sleep(wait)
        return said


def test_what_robots_forbids_is_not_asked_and_the_rest_is() -> None:
    site = Site(httpx.Response(200, text=RULES))
    first, second, third = site.read("/news/1", "/private/2", "/admin")
    assert second == "site.example.kz: robots.txt asks not to read /private/2"
    assert first == third == "<p>мәтін</p>", "our own group of rules counts, not everybody's"
    assert site.asked == ["/robots.txt", "/news/1", "/admin"], "and robots.txt once"
    assert all(after - before >= 2.0 for before, after in pairwise(site.at)), "at the host's pace"


def test_robots_is_asked_again_after_a_day() -> None:
    site = Site(httpx.Response(200, text=RULES))
    site.read("/news/1", "/news/2", wait=DAY_SECONDS + 1)
    assert site.asked == ["/robots.txt", "/news/1", "/robots.txt", "/news/2"]


@pytest.mark.parametrize(
    ("robots", "read"),
    [
        (httpx.Response(404), True),
        (httpx.Response(403), True),
        (httpx.Response(200, text="<html>no rules at all"), True),
        (httpx.Response(200, content=b"\xff\xfe\0"), True),
        (httpx.Response(200, text="User-agent: *\nDisallow: /"), False),
        (httpx.Response(500), False),
        (httpx.ConnectError("away"), False),
    ],
)
def test_what_is_not_there_forbids_nothing_and_what_fails_all(
    robots: httpx.Response | Exception, read: bool
) -> None:
    site = Site(robots)
    [said] = site.read("/news/1")
    assert (said == "<p>мәтін</p>") is read
    assert site.asked == ["/robots.txt", *(["/news/1"] if read else [])]


def test_only_pages_for_people_are_asked_for() -> None:
    """Feeds and interfaces are made for machines; what they allow is written elsewhere."""
    site = Site(httpx.Response(200, text="User-agent: *\nDisallow: /"))

    async def ask() -> int:
        table = {"kind": "rss", "legal_basis": "ours", "feeds": [{"name": "a", "url": "http://x"}]}
        config = rss.Config.model_validate(table)
        one = Instance(name="news", kind="rss", collector=rss, config=config)
        clock = site.time.clock
        purse, gate = purse_of(one, Ledger(), clock), Gate(clock.monotonic, clock.sleep)
        async with client_of(one, purse, gate, clock, inner=httpx.MockTransport(site)) as http:
            return (await http.get("https://site.example.kz/rss")).status_code

    assert asyncio.run(ask()) == 200
    assert site.asked == ["/rss"]
