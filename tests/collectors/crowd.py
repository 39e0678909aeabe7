"""Five thousand communities on one token, with nights and days; and a log that only measures."""

from __future__ import annotations

import json
from bisect import bisect_right
from typing import Any, NamedTuple
from urllib.parse import parse_qs

import httpx
import msgspec
import numpy as np
from numpy.typing import NDArray

from collectors.runner import Instance, instance
from collectors.runner.rhythm import Beat, Book
from rezonans.records import Page
from tests.collectors.fakes.vk import TOKEN
from tests.collectors.stage import START

Floats = NDArray[np.float64]

DAY = 86_400.0
KNOWN_DAYS = 14.0
"""For so long the schedule has watched the pages before the measurement begins."""
_NIGHT_TO_NOON = [0.5, 0.9, 1.2, 1.5, 1.6, 1.5, 1.4, 1.3, 1.4, 1.5, 1.5, 1.4]
_NOON_TO_NIGHT = [1.3, 1.4, 1.5, 1.4, 1.0, 0.7, 0.4, 0.25, 0.2, 0.15, 0.2, 0.3]
PROFILE = np.array([*_NIGHT_TO_NOON, *_NOON_TO_NIGHT])
"""Posts by the hour of UTC: it is night in Kazakhstan from 18 to 1."""
TEXT = "Үш күннен бері ауылда су жоқ, әкімдік қашан жөндейді? Третий день сидим без воды. "


class Seen(NamedTuple):
    published: float
    age: float
    """Seconds from publication to the log's acknowledgement."""


class Crowd:
    """The face of VK for many communities. Page N publishes `rates[N]` posts a second."""

    def __init__(self, rates: Floats, days: float, seed: int = 1) -> None:
        rng = np.random.default_rng(seed)
        self.rates = rates
        self.now = START
        self._start = START.timestamp()
        self.times = [self._times(rng, rate, days) for rate in rates]
        self.asked: dict[str, int] = {}

    def _times(self, rng: np.random.Generator, rate: float, days: float) -> list[float]:
        """A Poisson process with the hours of the profile, in unix seconds."""
        hours = np.arange(int(days * 24))
        clock = (START.hour + hours) % 24
        counts = rng.poisson(rate * 3600.0 * PROFILE[clock] / PROFILE.mean())
        starts = np.repeat(hours * 3600.0, counts)
        return sorted((self._start + starts + rng.uniform(0, 3600.0, len(starts))).tolist())

    @property
    def published(self) -> list[float]:
        return [time for times in self.times for time in times]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        method = request.url.path.rpartition("/")[2]
        question = {k: v[0] for k, v in parse_qs(request.content.decode()).items()}
        self.asked[method] = self.asked.get(method, 0) + 1
        answer = self._group(question) if method == "groups.getById" else self._wall(question)
        return httpx.Response(200, content=json.dumps({"response": answer}).encode())

    def _group(self, question: dict[str, str]) -> dict[str, Any]:
        number = int(question["group_ids"].removeprefix("club"))
        name = f"Қала {number}"
        return {"groups": [{"id": number, "name": name, "members_count": 1000, "is_closed": 0}]}

    def _wall(self, question: dict[str, str]) -> dict[str, Any]:
        number = int(question["domain"].removeprefix("club"))
        times = self.times[number - 1]
        there = bisect_right(times, self.now.timestamp())
        end = max(there - int(question["offset"]), 0)
        page = range(end - 1, max(end - int(question["count"]), 0) - 1, -1)
        return {"count": there, "items": [self._post(number, n, times[n]) for n in page]}

    @staticmethod
    def _post(owner: int, number: int, time: float) -> dict[str, Any]:
        return {
            "id": number + 1,
            "owner_id": -owner,
            "from_id": -owner,
            "date": int(time),
            "text": f"{TEXT}{owner}-{number}",
            "likes": {"count": 0},
            "reposts": {"count": 0},
            "views": {"count": 10},
            "comments": {"count": 0},
        }


class Measuring:
    """`Deliver` that keeps of each post how old it was."""

    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd
        self.seen: dict[str, Seen] = {}

    async def __call__(self, topic: str, key: bytes, value: bytes) -> None:
        if topic != "posts":
            raise AssertionError(value)
        for post in msgspec.json.decode(value, type=Page).posts:
            published = post.published_at.timestamp()
            age = self._crowd.now.timestamp() - published
            self.seen.setdefault(post.item, Seen(published, age))


def zipf(pages: int, a_day: float) -> Floats:
    """Posts a second of pages of which the n-th publishes as much as 1 / n."""
    shares: Floats = 1.0 / np.arange(1, pages + 1)
    a_second: Floats = shares / shares.sum() * a_day / DAY
    return a_second


def collector(pages: int, looks_a_day: int, every: float) -> Instance:
    """All of them on one token."""
    return instance(
        "crowd",
        {
            "kind": "vk",
            "legal_basis": "a measurement",
            "token": TOKEN,
            "every_seconds": every,
            "first_days": 3.0,
            "walls": [{"name": f"club{n}"} for n in range(1, pages + 1)],
            "budgets": {"wall.get": {"a_day": looks_a_day}},
        },
    )


def watched(rates: Floats, seed: int = 2) -> Book:
    """What the schedule knows after two weeks: counts with their chance, not the rates."""
    rng = np.random.default_rng(seed)
    at, seconds = START.timestamp(), KNOWN_DAYS * DAY * 0.72  # what has faded by half-lives
    beats = {
        f"crowd/club{n}": Beat(posts=float(rng.poisson(rate * seconds)), seconds=seconds, at=at)
        for n, rate in enumerate(rates, 1)
    }
    return Book(beats=beats, hours=(PROFILE * 1e4).tolist())
