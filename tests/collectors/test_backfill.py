"""Old posts on purpose: all, as history, from where it stopped, within a part of the budget."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from collectors.runner import Instance, instance
from collectors.runner.backfill import Backfill, spared
from collectors.runner.budget import Ledger
from collectors.runner.clients import purse_of
from collectors.runner.privacy import Veil
from rezonans.troubles import Busy, Invalid
from tests.collectors.fakes import vk
from tests.collectors.stage import SECRET, START, Log, World, configured
from tests.collectors.virtual import VirtualTime

TABLE = {"kind": "vk", "legal_basis": "ours", "token": vk.TOKEN, "walls": [{"name": "club123"}]}
SINCE = START - timedelta(days=30)


class House:
    """A wall of a year, and a backfill over it that may be cut short."""

    def __init__(self, folder: Path, posts: int = 1200) -> None:
        self.folder, self.log, self.time = folder, Log(), VirtualTime()
        self.face = vk.Vk(vk.World())
        for number in range(posts):
            self.face.world.post(f"Жазба {number}", ago=3600.0 * (posts - number))
        self.one: Instance = instance("walls", TABLE)
        self.told: list[tuple[int, datetime]] = []
        self.most = 10_000

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.most -= 1
        if self.most < 0:
            raise httpx.ConnectError("the net is gone")
        self.face.world.now = self.time.now
        return self.face(request)

    def read(self, since: datetime = SINCE) -> None:
        async def main() -> None:
            past = Backfill(self.folder, self.log, Veil(SECRET), None)
            (target,) = self.one.collector.targets(self.one.config)
            reading = asyncio.create_task(
                past.read(
                    self.one,
                    target,
                    since,
                    lambda posts, reached: self.told.append((posts, reached)),
                    clock=self.time.clock,
                    inner=httpx.MockTransport(self._answer),
                )
            )
            passing = asyncio.create_task(self.time.pass_for(3600.0))
            await asyncio.wait({reading, passing}, return_when=asyncio.FIRST_COMPLETED)
            passing.cancel()
            await reading

        asyncio.run(main())

    @property
    def numbers(self) -> set[int]:
        return {int(post.text.split()[1]) for post in self.log.posts}


def test_everything_since_a_day_comes_once_as_history(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.read()
    assert house.numbers == set(range(480, 1200))
    assert all(page.history and page.cursor is None for page in house.log.pages)
    assert {page.target for page in house.log.pages} == {"walls/club123"}
    reached = [moment for _, moment in house.told]
    assert reached == sorted(reached, reverse=True)
    asked = len(house.face.asked)
    house.read()
    assert len(house.face.asked) == asked, "it is done"


def test_it_goes_on_from_where_it_was_cut_short(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.most = 8
    with pytest.raises(httpx.ConnectError):
        house.read()
    first = len(house.face.asked)
    house.most = 10_000
    house.read()
    assert house.numbers == set(range(480, 1200))
    again = [one for one in house.face.asked[first:] if one.method == "wall.get"]
    assert int(again[0].question["offset"]) == 450, "five answers were safe"


def test_another_day_begins_anew_and_a_short_wall_ends(tmp_path: Path) -> None:
    house = House(tmp_path, posts=50)
    house.read()
    assert house.numbers == set(range(50))
    house.log.messages.clear()
    house.read(START - timedelta(hours=10, minutes=1))
    assert house.numbers == set(range(40, 50))


def test_only_a_part_of_the_budget_is_spent(tmp_path: Path) -> None:
    one = instance("walls", TABLE)
    purse = spared(purse_of(one, Ledger(), VirtualTime().clock))
    assert purse.limits["wall.get"].a_day == 500
    assert purse.limits["*"].per_second == 1.0
    house = House(tmp_path)
    house.one = instance("walls", TABLE | {"budgets": {"wall.get": {"a_day": 40}}})
    with pytest.raises(Busy, match=r"daily budget of wall\.get is used up"):
        house.read()
    assert len([one for one in house.face.asked if one.method == "wall.get"]) == 4


def test_a_kind_without_a_past_says_so(tmp_path: Path) -> None:
    one = configured(World([]))
    past = Backfill(tmp_path, Log(), Veil(SECRET), None)
    (target,) = one.collector.targets(one.config)

    def told(posts: int, reached: Any) -> None:
        raise AssertionError

    with pytest.raises(Invalid, match="the kind world has no history to read"):
        asyncio.run(past.read(one, target, SINCE, told))
