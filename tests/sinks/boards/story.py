"""A story in which all befalls posts that may: they come twice, are edited, moved, labelled anew,
deleted, answered."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from rezonans.handling import Action
from rezonans.records import Mention, Mentions
from sinks.clickhouse.rollup import Rollups
from sinks.clickhouse.writer import Writer
from tests.sinks.boards import year
from tests.sinks.clickhouse.samples import fact
from tests.sinks.conftest import Store

UNTIL = datetime(2026, 3, 2, 19, 0, tzinfo=UTC)
"""Midnight in Almaty: spans of every size end here."""


def moments() -> Iterator[datetime]:
    """Most of it in the last three days, some of months before; never in the hour that is a day
    before the end, which is a day old or not by the minute."""
    for hours in (1, 2, 9, 20, 31, 55):
        yield from (UNTIL - timedelta(hours=hours) + timedelta(minutes=n) for n in range(59))
    for days in (5, 20, 45, 80, 120, 190):
        yield from (UNTIL - timedelta(days=days, minutes=4 * n + 3) for n in range(10))


@dataclass
class World:
    """A platform shows its posts; what was shown is told to the store in batches."""

    store: Store
    dice: random.Random
    seconds: Iterator[int] = field(default_factory=itertools.count)
    sequence: Iterator[int] = field(default_factory=itertools.count)

    def tell(self, said: list[Mention]) -> list[Mentions]:
        """A page a platform."""
        pages = []
        for platform in year.PLATFORMS:
            of_it = [one for one in said if one.post.item.startswith(f"{platform}:")]
            if of_it:
                pages.append(year.page(platform, next(self.sequence), of_it))
        self.write(pages)
        return pages

    def write(self, pages: list[Mentions], actions: Sequence[Action] = ()) -> None:
        Writer(self.store.client, self.now).write(pages, actions=actions)

    def roll_up(self) -> None:
        Rollups(self.store.client, self.now, settle_seconds=0).catch_up()

    def now(self) -> datetime:
        """A clock that never says the same twice."""
        return UNTIL + timedelta(hours=1, seconds=next(self.seconds))

    def labelled(self, old: Mention, **changes: Any) -> Mention:
        """The same post with labels of another text."""
        fresh = year.mention(self.dice, "other", old.post.published_at)
        return msgspec.structs.replace(fresh, post=msgspec.structs.replace(old.post, **changes))


def told(store: Store, seed: int) -> None:
    """All that may become of a post, in one story."""
    dice = random.Random(seed)
    world = World(store, dice)
    first = list(_said(dice))
    pages = world.tell(first)
    world.roll_up()
    world.write(pages[:2])  # comes twice
    people = [one for one in first if one.post.author_kind == "person"]
    dice.shuffle(people)
    edited = [world.labelled(one, event="edited", revision=1) for one in people[:25]]
    moved = [
        world.labelled(
            one, published_at=one.post.published_at - timedelta(hours=2), revision=1,
            event="edited", published_origin="first_seen",
        )
        for one in people[25:35]
    ]  # fmt: skip
    again = [
        msgspec.structs.replace(world.labelled(one), model={"topics": "9"}) for one in people[35:60]
    ]
    world.tell([*edited, *moved, *again])
    gone = people[50:75]
    world.tell([fact(one.post.item, "deleted", published_at=one.post.published_at) for one in gone])
    world.tell([*gone[:10], *edited[:10]])  # an old look comes late
    actions = [
        Action(
            action=f"a{n}", at=one.post.published_at + timedelta(hours=3), verb="answered",
            subject=f"item:{one.post.item}", by="w",
        )
        for n, one in enumerate(people[75:85])
    ]  # fmt: skip
    world.write([], actions)
    world.roll_up()


def _said(dice: random.Random) -> Iterator[Mention]:
    for number, moment in enumerate(moments()):
        found = year.mention(dice, str(number), moment)
        yield found
        platform = found.post.item.split(":")[0]
        if platform in year.OFFICES and number % 2:
            answer = year.answer(found, year.OFFICES[platform], dice)
            if answer.post.published_at < UNTIL:
                yield answer
