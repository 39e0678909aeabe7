"""Budgets of credentials: never more than the limits, never before a refusal is over."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors import Answer, HttpConfig, Limit, Refused, Target
from collectors.runner import Instance, Options, Status, collect
from collectors.runner.budget import Budgeted, Ledger, Purse, until_reset
from collectors.runner.schedule import parked
from collectors.runner.usage import pause, strain
from rezonans.troubles import Busy
from tests.collectors.stage import SECRET, START, Log, Store, World
from tests.collectors.virtual import VirtualTime


class Hands:
    """A clock that sleeping moves, and a platform that writes down when it was asked."""

    def __init__(self, limits: dict[str, Limit], path: Path | None = None) -> None:
        self.at = START.timestamp()
        self.asked: list[tuple[str, float]] = []
        self.headers: dict[str, str] = {}
        self.purse = Purse(Ledger(path), "key", limits, lambda: self.now)

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self.at, UTC)

    async def sleep(self, seconds: float) -> None:
        self.at += seconds

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append((str(request.extensions.get("method")), self.at))
        return httpx.Response(200, headers=self.headers)

    def ask(self, methods: Sequence[tuple[str, float]]) -> None:
        """Question after question, with so many seconds before each."""

        async def main() -> None:
            inner = httpx.MockTransport(self._answer)
            transport = Budgeted(self.purse, lambda: self.at, self.sleep, inner)
            async with httpx.AsyncClient(transport=transport) as http:
                for method, pause in methods:
                    self.at += pause
                    await http.get("https://api.example.kz/", extensions={"method": method})

        asyncio.run(main())

    def most_within(self, seconds: float, methods: Sequence[str]) -> int:
        times = [at for method, at in self.asked if method in methods]
        return max((sum(t <= u < t + seconds for u in times) for t in times), default=0)


@given(
    asked=st.lists(
        st.tuples(
            st.sampled_from(["wall.get", "groups.getById"]), st.sampled_from([0.0, 0.1, 5.0])
        ),
        max_size=40,
    )
)
def test_no_window_holds_more_than_the_rate(asked: list[tuple[str, float]]) -> None:
    hands = Hands({"*": Limit(per_second=3), "wall.get": Limit(per_second=0.5)})
    hands.ask(asked)
    assert len(hands.asked) == len(asked)
    assert hands.most_within(0.99, ["wall.get", "groups.getById"]) <= 3
    assert hands.most_within(1.99, ["wall.get"]) <= 1


def test_a_used_up_day_stops_the_method_and_no_other(tmp_path: Path) -> None:
    limits = {"wall.get": Limit(a_day=3)}
    hands = Hands(limits, tmp_path / "budgets.json")
    hands.ask([("wall.get", 1.0)] * 3)
    with pytest.raises(
        Busy, match=r"daily budget of wall.get is used up \(3 questions\)"
    ) as caught:
        hands.ask([("wall.get", 1.0)])
    assert 23 * 3600 < caught.value.retry_after <= 25 * 3600
    hands.ask([("groups.getById", 1.0)])
    assert len(hands.asked) == 4
    again = Hands(limits, tmp_path / "budgets.json")
    with pytest.raises(Busy):
        again.ask([("wall.get", 60.0)])
    again.ask([("wall.get", caught.value.retry_after)])
    assert len(again.asked) == 1


@given(pauses=st.lists(st.sampled_from([60.0, 3600.0, 9 * 3600.0, 90_000.0]), max_size=60))
def test_no_day_holds_more_than_the_budget(pauses: list[float]) -> None:
    hands = Hands({"wall.get": Limit(a_day=5)})
    for seconds in pauses:
        with suppress(Busy):
            hands.ask([("wall.get", seconds)])
    assert hands.most_within(86_400.0, ["wall.get"]) <= 5


def test_a_refusal_is_kept_over_restarts_and_never_shortened(tmp_path: Path) -> None:
    path = tmp_path / "state" / "budgets.json"
    hands = Hands({}, path)
    hands.purse.block("wall.get", 600.0, "VK asks for patience")
    hands.purse.block("wall.get", 5.0, "sooner")
    again = Hands({}, path)
    with pytest.raises(Busy, match="VK asks for patience") as caught:
        again.ask([("wall.get", 10.0)])
    assert caught.value.retry_after == 590.0
    again.ask([("wall.get", 600.0)])


@pytest.mark.parametrize("written", [b"", b"{", b"[]", b'{"accounts": {"a/b": 7}}'])
def test_a_damaged_ledger_begins_anew(tmp_path: Path, written: bytes) -> None:
    (tmp_path / "b.json").write_bytes(written)
    hands = Hands({"wall.get": Limit(a_day=1)}, tmp_path / "b.json")
    hands.ask([("wall.get", 0.0)])
    assert hands.purse.left("wall.get") == 0


@pytest.mark.parametrize(
    ("now", "hours"),
    [
        (datetime(2026, 11, 20, 12, tzinfo=UTC), 20.0),  # UTC-8 in winter
        (datetime(2026, 7, 20, 12, tzinfo=UTC), 19.0),  # UTC-7 in summer
        (datetime(2026, 11, 1, 8, tzinfo=UTC), 24.0),  # the day of the change has 25 hours
    ],
)
def test_midnight_is_that_of_the_platform(now: datetime, hours: float) -> None:
    assert until_reset("America/Los_Angeles", now) == hours * 3600


def test_a_limit_of_an_unknown_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="not a time zone"):
        Limit(reset="Mars/Olympus")


def test_parking_grows_to_a_week() -> None:
    assert [parked(n) for n in (1, 2, 3, 9)] == [3600.0, 86_400.0, 604_800.0, 604_800.0]


USAGE = [
    ({"X-App-Usage": '{"call_count": 28, "total_time": 25, "total_cputime": 25}'}, None),
    ({"X-App-Usage": '{"call_count": 96, "total_time": 25, "total_cputime": 25}'}, 300.0),
    (
        {
            "X-Business-Use-Case-Usage": '{"1": [{"type": "pages", "call_count": 100, '
            '"estimated_time_to_regain_access": 7}]}'
        },
        420.0,
    ),
    ({"X-App-Usage": "[]", "X-Business-Use-Case-Usage": '{"1": [7], "2": null}'}, None),
    ({"X-App-Usage": "{", "X-RateLimit-Remaining": "many"}, None),
    ({"X-RateLimit-Remaining": "12", "X-RateLimit-Reset": "60"}, None),
    ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "60"}, 60.0),
    ({"X-Rate-Limit-Remaining": "0"}, 300.0),
    ({"RateLimit-Remaining": "0", "RateLimit-Reset": str(int(START.timestamp()) + 90)}, 90.0),
    ({"RateLimit-Remaining": "0", "RateLimit-Reset": "99999999999"}, 86_400.0),
]


@pytest.mark.parametrize(("headers", "seconds"), USAGE)
def test_the_platforms_own_figures_are_believed(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert pause(httpx.Headers(headers), START) == seconds


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0.0),
        ({"x-app-usage": '{"call_count": 69}'}, 0.0),
        ({"x-app-usage": '{"call_count": 80, "total_time": 82.5}'}, 15.0),
        ({"x-app-usage": '{"call_count": 95}'}, 30.0),
        ({"x-business-use-case-usage": '{"1": [{"total_cputime": 72.5}]}'}, 3.0),
        ({"x-ratelimit-limit": "100", "x-ratelimit-remaining": "31"}, 0.0),
        (
            {"ratelimit-limit": "100", "ratelimit-remaining": "20", "ratelimit-reset": "100"},
            5.0,
        ),
        ({"x-ratelimit-limit": "9", "x-ratelimit-remaining": "1", "x-ratelimit-reset": "999"}, 60),
        ({"x-ratelimit-limit": "nine", "x-ratelimit-remaining": "1"}, 0.0),
        ({"x-app-usage": "["}, 0.0),
    ],
)
def test_an_allowance_that_runs_low_is_spread(headers: dict[str, str], seconds: float) -> None:
    assert strain(httpx.Headers(headers), START) == pytest.approx(seconds)


def test_questions_come_more_slowly_before_an_allowance_is_used_up() -> None:
    hands = Hands({"wall.get": Limit(per_second=10.0)})
    hands.headers = {"x-app-usage": '{"call_count": 82.5}'}
    hands.ask([("wall.get", 0.0), ("wall.get", 0.0), ("other", 0.0)])
    times = [at for _, at in hands.asked]
    assert [later - sooner for sooner, later in pairwise(times)] == pytest.approx([15.0, 15.0])


def test_an_allowance_that_is_used_up_stops_all_methods() -> None:
    hands = Hands({})
    hands.headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "120"}
    hands.ask([("one", 0.0)])
    hands.headers = {}
    with pytest.raises(Busy, match=r"api.example.kz says that our allowance is used up") as caught:
        hands.ask([("two", 1.0)])
    assert caught.value.retry_after == 119.0
    hands.ask([("two", 120.0)])


class Walls(World):
    """Two targets of one credential; each question is a request."""

    class Config(HttpConfig):
        gap_seconds: float = 0.0

        def limits(self) -> dict[str, Limit]:
            return {"wall.get": Limit(per_second=3)}

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__([])
        self.names = names
        self.refuse: dict[str, Refused] = {}

    def targets(self, config: Any) -> Sequence[Target]:
        return [Target(name=name, container=f"world:{name}") for name in self.names]

    async def fetch(
        self,
        config: Any,
        target: Target,
        http: httpx.AsyncClient,
        cursor: str | None,
        now: datetime,
    ) -> AsyncIterator[Answer]:
        await http.get(f"https://api.example.kz/{target.name}", extensions={"method": "wall.get"})
        if target.name in self.refuse:
            raise self.refuse[target.name]
        return
        yield


def watched(world: Walls, hours: float) -> tuple[list[Status], list[str]]:
    """What was said of the targets, and what the platform was asked, within some hours."""
    asked: list[str] = []
    reported: list[Status] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(200)

    async def main() -> None:
        time, stop = VirtualTime(), asyncio.Event()
        config = Walls.Config(kind="world", legal_basis="ours", every_seconds=60.0)
        one = Instance(name="one", kind="world", collector=world, config=config)
        running = asyncio.create_task(
            collect(
                [one],
                Log(),
                Store(),
                options=Options(secret=SECRET),
                stop=stop,
                clock=time.clock,
                report=reported.append,
                inner=httpx.MockTransport(handler),
                rng=random.Random(1),
            )
        )
        await time.pass_for(hours * 3600)
        stop.set()
        await running

    asyncio.run(main())
    return reported, asked


def test_what_is_refused_to_a_credential_is_asked_by_no_target() -> None:
    world = Walls(["a", "b", "c"])
    world.refuse = {name: Refused("VK: the day is used up", 7200.0, "wall.get") for name in "abc"}
    reported, asked = watched(world, 1.9)
    assert len(asked) == 1
    waiting = [status for status in reported if status.state == "waiting"]
    assert {status.target for status in waiting} == {"a", "b", "c"}
    assert {status.reason for status in waiting} == {"VK: the day is used up"}


def test_a_page_that_is_gone_is_parked_and_holds_up_no_other() -> None:
    world = Walls(["a", "b"])
    world.refuse = {"a": Refused("VK: the page is gone", 60.0, lasting=True)}
    reported, asked = watched(world, 0.9)
    parked_one = [status for status in reported if status.target == "a" and status.state == "error"]
    assert parked_one[0].until is not None
    assert parked_one[0].until - parked_one[0].at >= timedelta(hours=1)
    assert asked.count("/a") == 1
    assert asked.count("/b") > 50
    assert watched(world, 24.5)[1].count("/a") == 2
