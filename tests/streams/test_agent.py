"""The agent's promise: acknowledged only after the outputs are, refused only after crashes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from rezonans.records import DeadLetter
from rezonans.topics import DEAD_LETTERS
from streams.agent import Agent
from streams.envelope import Envelope, Output
from streams.stages.drain import Drain, record_decoder
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
        super().__init__("poisoned", lambda value: value, self._write)
        self.poison = poison
        self.through: list[bytes] = []

    async def _write(self, values: list[Any]) -> None:
        if any(self.poison in value for value in values):
            raise Crash
        self.through += values

    def split(self, envelope: Envelope) -> Sequence[Envelope]:
        return [
            Envelope("t", 0, envelope.offset, None, part) for part in envelope.value.split(b"|")
        ]


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

    step = Drain("store", record_decoder(DeadLetter), write)
    agent = Agent("store", step, refuse, Suspects(tmp_path / "hand.json", "epoch"))
    with pytest.raises(Crash):
        asyncio.run(agent.run(stream, 10, 0.1))
    assert stream.acked == []


def test_unsafe_messages_wait_for_settle(tmp_path: Path) -> None:
    stream = FakeStream([b"a", b"b"])
    step = Poisoned(b"!")
    safe = False

    async def settle() -> bool:
        return safe

    step.settle = settle  # type: ignore[method-assign]

    async def send(outputs: Sequence[Output]) -> None:
        pass

    async def scenario() -> None:
        nonlocal safe
        agent = Agent("a", step, send, Suspects(tmp_path / "hand.json", "epoch"))
        await agent.run(stream, 1, 0.1)
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
