"""VK's stream: rules as set, events in the journal at once, gaps flagged, nothing of persons."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp import web
from structlog.testing import capture_logs

from collectors.runner import Options, Status, collect, instance
from collectors.runner.doors import Doors
from collectors.runner.listening import Trouble, connect, trouble_of
from collectors.vkontakte.streaming import server_of
from rezonans.records import Post
from rezonans.troubles import Busy, Invalid
from tests.collectors.fakes import vk
from tests.collectors.fakes.stream import KEY, Stream
from tests.collectors.kit import answers, case, pieces
from tests.collectors.play import Following
from tests.collectors.stage import SECRET, Log
from tests.collectors.virtual import VirtualTime

TABLE = {
    "kind": "vk_streaming",
    "legal_basis": "ours",
    "token": vk.TOKEN,
    "rules": [{"tag": "water", "words": "Тараз су"}, {"tag": "light", "words": "Тараз жарық"}],
}


class House:
    """Our process and VK's stream, on a clock of the tests."""

    def __init__(self, folder: Path, **more: Any) -> None:
        self.time, self.log, self.stream = VirtualTime(), Log(), Stream()
        self.one = instance("stream", {**TABLE, **more})
        self.doors = Doors([self.one], folder, lambda: self.time.now)
        self.reported: list[Status] = []

    async def __aenter__(self) -> House:
        self._stop = asyncio.Event()
        self._running = asyncio.create_task(
            collect(
                [self.one],
                self.log,
                Following(self.log),
                options=Options(secret=SECRET),
                stop=self._stop,
                clock=self.time.clock,
                report=self.reported.append,
                inner=httpx.MockTransport(self.stream),
                rng=random.Random(1),
                doors=self.doors,
                connect=self.stream.connect,
            )
        )
        await self.time.pass_for(5)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stop.set()
        await self._running

    @property
    def told(self) -> list[tuple[str, tuple[str, ...]]]:
        return [(post.text, post.flags) for post in self.log.posts]


def test_events_are_told_in_the_second_they_come_and_the_first_one_flags_the_gap(
    tmp_path: Path,
) -> None:
    async def main() -> None:
        async with House(tmp_path) as house:
            assert house.stream.rules == {"water": "Тараз су", "light": "Тараз жарық"}
            house.stream.post(5, "жеке", owner=700_123_456)
            house.stream.post(1, "Тараз, су жоқ")
            house.stream.post(2, "Тараз, су бар")
            await house.time.pass_for(2)
            assert house.told == [("Тараз, су жоқ", ("gap_suspected",)), ("Тараз, су бар", ())]
            assert house.log.posts[0].author != "700123456"
            house.stream.service()
            await house.time.pass_for(5)
            assert len(house.stream.addresses) == 2
            house.stream.post(2, "Тараз, су бар")
            house.stream.post(3, "Тараз, су кетті")
            await house.time.pass_for(2)
            assert house.told[2:] == [("Тараз, су кетті", ())], "2 was told before"

    asyncio.run(main())


def test_rules_become_those_of_the_settings(tmp_path: Path) -> None:
    async def main() -> None:
        house = House(tmp_path)
        house.stream.rules = {"water": "ескі сөз", "old": "x", "light": "Тараз жарық"}
        async with house:
            assert house.stream.rules == {"light": "Тараз жарық", "water": "Тараз су"}
            methods = [method for method, path in house.stream.asked if path == "/rules"]
            assert methods == ["GET", "DELETE", "DELETE", "POST"]

    asyncio.run(main())


def test_a_stream_that_can_not_be_had_is_said_once_and_not_hammered(tmp_path: Path) -> None:
    async def main() -> None:
        house = House(tmp_path)
        house.stream.refuses = True
        with capture_logs() as lines:
            async with house:
                await house.time.pass_for(3_600)
                assert 5 <= len(house.stream.addresses) <= 80
                house.stream.refuses = False
                await house.time.pass_for(3_600)
                assert house.stream.post(1, "Тараз, су")
                await house.time.pass_for(2)
        assert house.told == [("Тараз, су", ("gap_suspected",))]
        said = [status for status in house.reported if "can not be reached" in status.reason]
        assert len(said) == 1
        assert KEY not in str(lines) + str(house.reported)

    asyncio.run(main())


def test_a_dead_token_stops_the_questions_until_a_person_acts(tmp_path: Path) -> None:
    async def main() -> None:
        house = House(tmp_path)
        house.stream.error = 5
        async with house:
            await house.time.pass_for(3_000)
            keys = [path for _, path in house.stream.asked if "getServerUrl" in path]
            assert len(keys) == 1
            assert any("does not take the token" in one.reason for one in house.reported)

    asyncio.run(main())


def test_what_arrived_is_in_the_journal_before_anything_else_happens(tmp_path: Path) -> None:
    async def main() -> None:
        house = House(tmp_path)
        async with house:
            house.stream.post(1, "Тараз, су")
            for _ in range(20):
                await asyncio.sleep(0)
        assert house.told == [], "the reader did not wake"
        again = Doors([house.one], tmp_path, lambda: house.time.now)
        (entry,) = again.journal("stream").after(0)
        assert "Тараз" in entry.said.encode().decode("unicode_escape")

    asyncio.run(main())


def test_the_recorded_stream_is_told_as_posts_comments_edits_and_deletions() -> None:
    one = case("vk_streaming")
    got = pieces(one, one.targets[0], answers(one, one.targets[0]))
    facts = [(p.item, p.event, p.kind) for p in got if isinstance(p, Post)]
    assert facts == [
        ("vk:-123_617", "created", "post"),
        ("vk:-123_617:c901", "created", "comment"),
        ("vk:-123_617:c901", "edited", "comment"),
        ("vk:-123_618", "created", "post"),
        ("vk:-123_617:c902", "deleted", "comment"),
    ]


@pytest.mark.parametrize("host", ["evil.example", "streaming.vk.com.evil.example", "127.0.0.1", ""])
def test_a_key_is_shown_to_vk_alone(host: str) -> None:
    body = f'{{"response": {{"endpoint": "{host}", "key": "k"}}}}'.encode()
    with pytest.raises(Invalid, match="not a host of VK"):
        server_of(body)


def test_rules_that_vk_would_refuse_are_refused_at_once() -> None:
    config = type(instance("stream", TABLE).config)
    for words in ("су " * 101, "с" * 5_000):
        with pytest.raises(ValueError, match="100 words and 4,096"):
            config.model_validate({**TABLE, "rules": [{"tag": "x", "words": words}]})


def test_trouble_is_no_event() -> None:
    assert trouble_of('{"push":"stream.trouble","says":"x"}') == Trouble("x")
    assert trouble_of('{"push":"stream.trouble","says":') is None
    assert trouble_of('{"code":100}') is None


def test_a_real_websocket_is_read_and_its_absence_is_busy() -> None:
    async def speak(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_str("бір")
        await socket.send_bytes(b"\x00")
        await socket.send_str("екі")
        await socket.close()
        return socket

    async def main() -> None:
        app = web.Application()
        app.router.add_get("/stream", speak)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        async with connect(f"ws://127.0.0.1:{port}/stream?key={KEY}") as texts:
            assert [text async for text in texts] == ["бір", "екі"]
        await runner.cleanup()
        with pytest.raises(Busy) as caught:
            async with connect(f"ws://127.0.0.1:{port}/stream?key={KEY}"):
                pass
        assert KEY not in str(caught.value)

    asyncio.run(main())
