"""A host that fails is left alone by everybody, and tried by one."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.runner.breaker import AFTER, LONGEST_SECONDS, Breaker
from collectors.runner.robots import Forbidden
from rezonans.troubles import Busy


class Host:
    """Answers with what it is told; time is moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0
        self.status = 500
        self.fault: Exception | None = None
        self.asked: list[float] = []
        inner = httpx.MockTransport(self._answer)
        self.breaker = Breaker(lambda: self.now, inner, random.Random(3))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(self.now)
        if self.fault is not None:
            raise self.fault
        return httpx.Response(self.status)

    def ask(self, url: str = "https://api.example.kz/", method: str = "get") -> int:
        async def main() -> int:
            async with httpx.AsyncClient(transport=self.breaker) as http:
                return (await http.get(url, extensions={"method": method})).status_code

        return asyncio.run(main())


def failed(host: Host, times: int = AFTER) -> None:
    for _ in range(times):
        with suppress(httpx.RequestError):
            host.ask()


@pytest.mark.parametrize("fault", [None, httpx.ConnectError("away"), httpx.ReadTimeout("slow")])
def test_after_some_failures_nothing_is_asked(fault: Exception | None) -> None:
    host = Host()
    host.fault = fault
    failed(host)
    with pytest.raises(Busy, match="has failed 5 times in a row and is left alone") as caught:
        host.ask()
    assert 7.0 <= caught.value.retry_after <= 15.0
    assert len(host.asked) == AFTER
    assert host.ask("https://other.example.kz/") if fault is None else True
    host.fault, host.status = None, 200
    assert host.ask(method="another") == 200, "another method is another matter"


def test_one_tries_and_the_others_wait_for_how_it_ends() -> None:
    host = Host()
    failed(host)
    host.now += 20.0
    assert host.ask() == 500
    with pytest.raises(Busy, match="6 times"):
        host.ask()
    host.now += 60.0
    host.status = 200
    assert host.ask() == 200
    host.status = 500
    assert host.ask() == 500, "one failure afterwards is one failure"


@pytest.mark.parametrize("status", [200, 304, 404, 429])
def test_an_answer_is_an_answer(status: int) -> None:
    host = Host()
    host.status = status
    failed(host, 20)
    assert len(host.asked) == 20


def test_what_robots_forbids_is_no_failure_of_the_host() -> None:
    host = Host()
    host.fault = Forbidden("robots.txt asks not to")
    failed(host, 20)
    assert len(host.asked) == 20


@given(st.lists(st.floats(0.1, 300.0), min_size=30, max_size=120))
def test_a_host_that_stays_away_is_asked_ever_less(pauses: list[float]) -> None:
    host = Host()
    for wait in pauses:
        host.now += wait
        with suppress(Busy):
            host.ask()
    assert len(host.asked) <= AFTER + 8 + host.now / (LONGEST_SECONDS / 2)
