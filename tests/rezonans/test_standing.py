"""A consumer that stopped without a word is noticed; one that is busy, or has nothing, is not."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from kafka.errors import KafkaTimeoutError

from rezonans.cli.positions import Log, Place
from rezonans.cli.standing import Looks, StandsStill, watch

LOG = Log(("nowhere:1",), "", {})
STILL: dict[Place, int | None] = {Place("store", "mentions", 2): 7}
PATIENCE = 20.0


class Enough(Exception):
    """The watch would go on for ever."""


def watched(
    idle: Sequence[float], looks: Sequence[dict[Place, int | None]], rounds: int = 6
) -> list[Sequence[str]]:
    """The topics it looked at, until it ends or has slept often enough."""
    times, found, asked = iter([*idle, *[idle[-1]] * 99]), iter(looks), list[Sequence[str]]()
    slept = 0

    async def sleep(seconds: float) -> None:
        nonlocal slept
        slept += 1
        if slept > rounds:
            raise Enough

    def look(log: Log, group: str, topics: Sequence[str]) -> dict[Place, int | None]:
        asked.append(topics)
        return next(found, {})

    async def run() -> None:
        await watch(
            LOG, "store", lambda: {"mentions": next(times), "spikes": 999.0}, PATIENCE,
            look=look, sleep=sleep,
        )  # fmt: skip

    with pytest.raises(Enough):
        asyncio.run(run())
    return asked


def test_what_stands_still_at_two_looks_ends() -> None:
    with pytest.raises(StandsStill, match="store mentions: nothing was taken for 20 s"):
        watched([30], [STILL, STILL])


def test_who_takes_something_is_not_even_looked_at() -> None:
    assert watched([0, 5, 19], []) == []


def test_a_topic_without_a_heartbeat_is_not_watched() -> None:
    assert all(topics == ["mentions"] for topics in watched([30], [{}, {}]))


@pytest.mark.parametrize(
    "looks",
    [
        [{}, {}],
        [STILL, {}],
        [STILL, {Place("store", "mentions", 2): 8}],
        [STILL, {Place("store", "mentions", 3): 7}],
    ],
)
def test_what_moves_or_is_at_the_end_goes_on(looks: list[dict[Place, int | None]]) -> None:
    assert watched([30], looks)


def test_who_takes_something_between_the_looks_goes_on() -> None:
    assert len(watched([30, 0], [STILL, STILL])) == 1


def test_after_a_log_was_away_a_new_consumer_looks() -> None:
    class Away:
        def __init__(self) -> None:
            self.closed = False

        def partitions_for_topic(self, topic: str) -> set[int]:
            raise KafkaTimeoutError

        def close(self) -> None:
            self.closed = True

    opened = list[Away]()

    class Dead(Log):
        def consumer(self, group: str | None = None, **options: Any) -> Any:
            opened.append(Away())
            return opened[-1]

    looks = Looks()
    assert [looks(Dead((), "", {}), "store", ["mentions"]) for _ in range(2)] == [{}, {}]
    assert [one.closed for one in opened] == [True, True]
