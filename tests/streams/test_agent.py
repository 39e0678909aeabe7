"""The agent's promise: acknowledged only after the outputs are, refused only after crashes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from rezonans.records import DeadLetter
from rezonans.topics import DEAD_LETTERS
from streams import reading
from streams.agent import Agent
from streams.envelope import Envelope, Output
from streams.stages.drain import Drain
from streams.suspects import Suspects
from tests.streams.factories import encoded_page, post


class FakeStream:
    """Two batches of events; remembers what was acknowledged."""

    def __init__(self, values: Sequence[bytes]) -> None:
        self.events = [
            SimpleNamespace(
                message=SimpleNamespace(
                    topic="mentions", partition=0, offset=n, key=b"k", value=value
                )
            )
            for n, value in enumerate(values)
        ]
        self.acked: list[int] = []

    async def noack_take(self, size: int, within: float) -> Any:
        for start in range(0, len(self.events), size):
            yield self.events[start : start + size]

    async def ack(self, event: Any) -> None:
        self.acked.append(event.message.offset)


class Crash(Exception):
    """Stands for a dying process."""


class Poisoned(Drain):
    """Dies whenever it is handed the poison."""

    def __init__(self, poison: bytes) -> None:
        super().__init__("poisoned", lambda envelope, _: (envelope.value, []), self._write)
        self.poison = poison
        self.through: list[bytes] = []

    async def _write(self, values: list[Any]) -> None:
        if any(self.poison in value for value in values):
            raise Crash
        self.through += values

    def split(self, envelope: Envelope) -> Sequence[Envelope]:
        return [replace(envelope, value=part) for part in envelope.value.split(b"|")]


def play(tmp_path: Path, step: Any, stream: FakeStream, sent: list[Output], size: int = 2) -> None:
    async def send(outputs: Sequence[Output]) -> None:
        sent.extend(outputs)

    agent = Agent("poisoned", step, send, Suspects(tmp_path / "hand.json", "epoch"))
    asyncio.run(agent.run(stream, size, 0.1))


def test_acknowledges_everything_that_went_through(tmp_path: Path) -> None:
    stream = FakeStream([b"a", b"b", b"c"])
    play(tmp_path, step := Poisoned(b"!"), stream, [])
    assert stream.acked == [0, 1, 2]
    assert step.through == [b"a", b"b", b"c"]


def test_acknowledges_nothing_before_the_outputs_are(tmp_path: Path) -> None:
    stream = FakeStream([b"not json"])

    async def refuse(outputs: Sequence[Output]) -> None:
        raise Crash

    async def write(records: list[Any]) -> None:
        raise AssertionError("nothing to write")

    step = Drain("store", reading.records("store", DeadLetter), write)
    agent = Agent("store", step, refuse, Suspects(tmp_path / "hand.json", "epoch"))
    with pytest.raises(Crash):
        asyncio.run(agent.run(stream, 10, 0.1))
    assert stream.acked == []


def test_unsafe_messages_wait_for_settle(tmp_path: Path) -> None:
    stream = FakeStream([b"a", b"b"])
    step = Poisoned(b"!")
    safe = False

    async def settle(*, final: bool = False) -> bool:
        return safe

    step.settle = settle  # type: ignore[method-assign]

    async def send(outputs: Sequence[Output]) -> None:
        pass

    async def scenario() -> None:
        nonlocal safe
        agent = Agent("a", step, send, Suspects(tmp_path / "hand.json", "epoch"))
        for event in stream.events:
            agent._ack = stream.ack
            await agent.take([event])
        assert stream.acked == []
        safe = True
        await agent.settle()
        assert stream.acked == [0, 1]

    asyncio.run(scenario())


def test_post_that_always_crashes_is_refused_and_its_neighbours_go_through(tmp_path: Path) -> None:
    values = [b"a", b"b|!|c", b"d"]
    sent: list[Output] = []
    starts = 0
    through: list[bytes] = []
    while starts < 10:
        starts += 1
        step, stream = Poisoned(b"!"), FakeStream(values)
        try:
            play(tmp_path, step, stream, sent, size=3)
        except Crash:
            continue
        finally:
            through += step.through
        break
    assert starts == 4, "two crashes with its page, one alone, then it is refused"
    assert set(through) == {b"a", b"b", b"c", b"d"}
    assert [output.topic for output in sent] == [DEAD_LETTERS]
    assert b"crashed" in sent[0].value


def test_worker_that_stops_while_it_waits_accuses_nobody(tmp_path: Path) -> None:
    path = tmp_path / "hand.json"
    for _ in range(3):

        async def stop_soon() -> None:
            agent = Agent("a", Drain("a", _as_it_is, _for_ever), _nowhere, Suspects(path, "e"))
            running = asyncio.ensure_future(agent.run(FakeStream([b"a"]), 1, 0.1))
            await asyncio.sleep(0.01)
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running

        asyncio.run(stop_soon())
    assert not Suspects(path, "e").splits("mentions/0/0")


def test_half_a_batch_is_never_made_safe(tmp_path: Path) -> None:
    """The outputs of a batch did not arrive: what the step holds of it must not be saved."""
    finals: list[bool] = []

    class Stateful(Poisoned):
        async def settle(self, *, final: bool = False) -> bool:
            finals.append(final)
            return True

    async def refuse(outputs: Sequence[Output]) -> None:
        raise Crash

    agent = Agent("a", Stateful(b"!"), refuse, Suspects(tmp_path / "hand.json", "e"))
    with pytest.raises(Crash):
        asyncio.run(agent.run(FakeStream([b"a"]), 1, 0.1))
    assert finals == []


def test_the_end_of_a_stream_makes_safe_what_is_through(tmp_path: Path) -> None:
    stream = FakeStream([b"a"])
    step = Poisoned(b"!")

    async def settle(*, final: bool = False) -> bool:
        return final

    step.settle = settle  # type: ignore[method-assign]
    play(tmp_path, step, stream, [])
    assert stream.acked == [0]


def _as_it_is(envelope: Envelope, _: Any) -> tuple[bytes, list[Output]]:
    return envelope.value, []


async def _for_ever(records: list[Any]) -> None:
    await asyncio.Event().wait()


async def _nowhere(outputs: Sequence[Output]) -> None:
    return


def test_another_life_of_the_log_has_no_suspects(tmp_path: Path) -> None:
    path = tmp_path / "hand.json"
    for _ in range(2):
        Suspects(path, "one").take(["t/0/1"])
    assert Suspects(path, "one").splits("t/0/1")
    assert not Suspects(path, "two").splits("t/0/1")


@pytest.mark.parametrize("damage", [b"", b"{", b'{"epoch":1}', b"\xff"])
def test_damaged_file_suspects_nobody(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "hand.json"
    path.write_bytes(damage)
    assert not Suspects(path, "one").splits("t/0/1")


def test_pages_split_into_posts_and_a_last_empty_one_with_the_cursor() -> None:
    from streams import pages

    parts = [
        pages.raw_page(value) for value in pages.one_by_one(encoded_page(post(1), post(2)), "posts")
    ]
    assert [len(part.posts) for part in parts] == [1, 1, 0]
    assert [part.cursor for part in parts] == [None, None, "7"]
    assert pages.one_by_one(b"garbage", "posts") == [b"garbage"]
