"""Messages on disk: none lost, in order, bounded, and whole after a crash at any byte."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import httpx
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.runner import Options, collect
from collectors.runner.spool import Message, Spool, packed, unpacked
from rezonans.records import Page, encode
from rezonans.troubles import Busy
from tests.collectors.stage import SECRET, Log, Store, World, configured, post, truth
from tests.collectors.virtual import VirtualTime


def message(number: int) -> Message:
    return Message("posts", b"k", f"message {number}".encode())


class Away:
    """A log that takes nothing while `away`, and may fail at single messages."""

    def __init__(self, away: bool = True, fail: Sequence[int] = ()) -> None:
        self.away = away
        self.fail = list(fail)
        self.calls = 0
        self.taken: list[bytes] = []

    async def __call__(self, topic: str, key: bytes, value: bytes) -> None:
        self.calls += 1
        await asyncio.sleep(0)
        if self.away or self.calls in self.fail:
            raise Busy("away", 1.0)
        self.taken.append(value)


async def quick(seconds: float) -> None:
    await asyncio.sleep(0)


async def drained(spool: Spool) -> None:
    draining = asyncio.create_task(spool.drain())
    for _ in range(5_000):
        await asyncio.sleep(0)
        if not spool.waiting_bytes:
            break
    draining.cancel()
    with suppress(asyncio.CancelledError):
        await draining


def once(values: Sequence[bytes]) -> list[bytes]:
    return list(dict.fromkeys(values))


def test_nothing_touches_the_disk_while_the_log_takes_all(tmp_path: Path) -> None:
    log = Away(away=False)

    async def main() -> None:
        spool = Spool(log, tmp_path / "spool", sleep=quick)
        for number in range(5):
            await spool(*message(number))

    asyncio.run(main())
    assert log.taken == [message(n).value for n in range(5)]
    assert list(tmp_path.iterdir()) == []


@settings(max_examples=30)
@given(fail=st.lists(st.integers(1, 40), max_size=12), count=st.integers(1, 120))
def test_order_holds_whatever_fails(
    tmp_path_factory: pytest.TempPathFactory, fail: list[int], count: int
) -> None:
    log = Away(away=False, fail=fail)

    async def main() -> None:
        spool = Spool(log, tmp_path_factory.mktemp("s") / "spool", sleep=quick)
        draining = asyncio.create_task(spool.drain())
        for number in range(count):
            await spool(*message(number))
        draining.cancel()
        await drained(spool)

    asyncio.run(main())
    assert once(log.taken) == [message(n).value for n in range(count)]


def test_what_waits_survives_the_process_and_leaves_before_what_is_new(tmp_path: Path) -> None:
    path, log = tmp_path / "spool", Away()

    async def first() -> None:
        spool = Spool(log, path, sleep=quick)
        for number in range(70):
            await spool(*message(number))

    async def second() -> None:
        log.away = False
        spool = Spool(log, path, sleep=quick)
        await spool(*message(70))
        await drained(spool)
        await spool(*message(71))

    asyncio.run(first())
    assert log.taken == []
    asyncio.run(second())
    assert log.taken == [message(n).value for n in range(72)]
    assert not path.exists()


def test_what_another_process_left_moves_no_cursor(tmp_path: Path) -> None:
    """What an earlier log took with it has to be asked for again, before what waits here."""
    example = Path(__file__).parents[1] / "fixtures" / "records" / "page.v1.json"
    page = msgspec.json.decode(example.read_bytes(), type=Page)
    assert page.cursor is not None

    async def scenario() -> None:
        log = Away()
        await Spool(log, tmp_path / "spool", sleep=quick)("posts", b"k", encode(page))
        log.away = False
        again = Spool(log, tmp_path / "spool", sleep=quick)
        await drained(again)
        (kept,) = (msgspec.json.decode(value, type=Page) for value in log.taken)
        assert kept == msgspec.structs.replace(page, cursor=None)

    asyncio.run(scenario())


def test_a_full_spool_makes_the_sender_wait(tmp_path: Path) -> None:
    log = Away()

    async def main() -> None:
        spool = Spool(log, tmp_path / "spool", sleep=quick, most_bytes=200)
        kept = 0
        with suppress(Busy):
            for kept in range(100):
                await spool(*message(kept))
        with pytest.raises(Busy, match="spool is full"):
            await spool(*message(kept))
        assert 3 <= kept <= 8
        log.away = False
        await drained(spool)
        await spool(*message(99))
        assert len(log.taken) == kept + 1

    asyncio.run(main())


def test_a_crash_at_any_byte_costs_only_what_nobody_was_promised(tmp_path: Path) -> None:
    path = tmp_path / "spool"
    raw = b"".join(packed(message(n)) for n in range(3))
    ends = [len(packed(message(0))) * (n + 1) for n in range(3)]
    for size in range(len(raw) + 1):
        path.write_bytes(raw[:size])
        spool = Spool(Away(), path, sleep=quick)
        assert spool.waiting_bytes == max((end for end in ends if end <= size), default=0)
        assert path.stat().st_size == spool.waiting_bytes


@pytest.mark.parametrize("harm", ["removed", "overwritten"])
def test_a_spool_that_is_harmed_while_it_waits_begins_anew(tmp_path: Path, harm: str) -> None:
    path, log = tmp_path / "spool", Away()

    async def main() -> None:
        spool = Spool(log, path, sleep=quick)
        await spool(*message(1))
        path.unlink() if harm == "removed" else path.write_bytes(b"x" * 100)
        log.away = False
        await drained(spool)
        await spool(*message(2))

    asyncio.run(main())
    assert log.taken == [message(2).value]


@given(st.binary(max_size=200))
def test_garbage_is_no_message(raw: bytes) -> None:
    assert list(unpacked(io.BytesIO(raw))) == []


@given(
    st.lists(st.tuples(st.text(st.characters(codec="utf-8")), st.binary(), st.binary()), max_size=5)
)
def test_messages_come_back_as_they_were(given_: list[tuple[str, bytes, bytes]]) -> None:
    raw = b"".join(packed(Message(*one)) for one in given_)
    assert [one for one, _ in unpacked(io.BytesIO(raw))] == [Message(*one) for one in given_]


def test_reading_goes_on_while_the_log_is_away(tmp_path: Path) -> None:
    world, log = World([post(n) for n in range(4)]), Log()
    away = Log(lambda call, moment: Busy("away", 5.0))

    async def main(log: Log, seconds: float) -> None:
        time, stop = VirtualTime(), asyncio.Event()
        running = asyncio.create_task(
            collect(
                [configured(world)],
                log,
                Store(log.pages),
                options=Options(secret=SECRET, folder=tmp_path),
                stop=stop,
                clock=time.clock,
                inner=httpx.MockTransport(lambda request: httpx.Response(200)),
            )
        )
        await time.pass_for(seconds)
        world.all += [post(n) for n in range(len(world.all), len(world.all) + 2)]
        await time.pass_for(seconds)
        stop.set()
        await running

    asyncio.run(main(away, 90))
    assert away.messages == []
    assert (tmp_path / "spool").stat().st_size > 0
    asyncio.run(main(log, 90))
    assert {one.item for one in log.posts} == truth(world)
    first_six = [one.item for page in log.pages for one in page.posts][:6]
    assert first_six == [f"world:{n}" for n in range(6)], "what waited leaves first, in order"
    assert not (tmp_path / "spool").exists()
