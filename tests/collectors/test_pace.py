"""History waits for the store, never for ever."""

from __future__ import annotations

import asyncio

from collectors.runner.pace import ASK_SECONDS, PATIENCE_SECONDS, UNDER_WAY, Pace
from rezonans.troubles import Busy


class FakeStore:
    """Stores one page more at each question, after some questions without an answer."""

    def __init__(self, sequences: list[int], busy: int = 0) -> None:
        self.sequences = sequences
        self.busy = busy
        self.asked = 0

    async def __call__(self, target: str) -> int:
        self.asked += 1
        if self.asked <= self.busy:
            raise Busy("down", 1.0)
        return self.sequences.pop(0) if len(self.sequences) > 1 else self.sequences[0]


def play(store: FakeStore | None, pages: list[tuple[int, int]]) -> float:
    """Seconds slept while the pages were handed over and stored."""
    slept = 0.0

    async def sleep(seconds: float) -> None:
        nonlocal slept
        slept += seconds

    async def scenario() -> None:
        pace = Pace("t", store, sleep)
        for sequence, posts in pages:
            await pace.handed_over(sequence, posts)
        await pace.all_stored()

    asyncio.run(scenario())
    return slept


def test_small_history_asks_only_at_its_end() -> None:
    store = FakeStore([1, 2])
    play(store, [(1, 10), (2, 10)])
    assert store.asked == 2


def test_large_history_waits_until_enough_is_stored() -> None:
    store = FakeStore([0, 0, 1, 2, 3])
    slept = play(store, [(n, UNDER_WAY // 2) for n in (1, 2, 3)])
    assert slept >= 2 * ASK_SECONDS
    assert store.sequences == [3], "asked until the last page was stored"


def test_store_that_is_away_is_waited_for() -> None:
    store = FakeStore([5], busy=3)
    assert play(store, [(5, 1)]) >= 3.0


def test_page_that_never_arrives_does_not_hold_the_source_for_ever() -> None:
    slept = play(FakeStore([0]), [(5, 1)])
    assert PATIENCE_SECONDS - 2 <= slept <= PATIENCE_SECONDS + 2


def test_without_a_store_nothing_waits() -> None:
    assert play(None, [(1, 10**6)]) == 0.0
