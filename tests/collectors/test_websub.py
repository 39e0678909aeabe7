"""WebSub: subscriptions are asked for, granted, renewed; only what the hub signed is read."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs

from collectors import youtube_websub
from collectors.intake.knocks import Knock, Reply
from collectors.intake.signatures import derived
from collectors.runner import Options, Status, collect, instance
from collectors.runner.doors import Doors
from collectors.runner.journal import Entry
from collectors.tube.pushes import pushed
from tests.collectors.fakes import pushing, youtube
from tests.collectors.play import Following
from tests.collectors.stage import SECRET, START, Log
from tests.collectors.virtual import VirtualTime

TABLE = {
    "kind": "youtube_websub",
    "legal_basis": "ours",
    "token": youtube.KEY,
    "every_seconds": 60.0,
    "callback": "https://listen.example.kz/intake/tube",
    "channels": [{"id": youtube.CHANNEL}],
}


class House:
    """Our process, the hub and YouTube, on a clock of the tests."""

    def __init__(self, folder: Path) -> None:
        self.time, self.log = VirtualTime(), Log()
        self.one = instance("tube", TABLE)
        self.doors = Doors([self.one], folder, lambda: self.time.now)
        self.hub, self.tube = pushing.Hub(self.knock), youtube.Tube()
        self.reported: list[Status] = []
        (self.topic,) = self.one.config.topics

    async def knock(self, knock: Knock) -> Reply:
        return await self.doors.knock("tube", knock)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.hub.now = self.tube.now = self.time.now
        return self.hub(request) if "hub" in request.url.host else self.tube(request)

    async def publish(self, video: str, text: str) -> Reply | None:
        self.hub.now = self.time.now
        self.tube.videos[video] = (self.time.now, text)
        return await self.hub.push(self.topic, pushing.feed(video))

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
                inner=httpx.MockTransport(self),
                rng=random.Random(1),
                doors=self.doors,
            )
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stop.set()
        await self._running

    @property
    def told(self) -> list[tuple[str, str]]:
        return [(p.text, p.event) for p in self.log.posts if p.event != "counters"]


def test_a_video_is_told_seconds_after_the_hub_pushed_it(tmp_path: Path) -> None:
    async def main() -> None:
        async with House(tmp_path) as house:
            await house.time.pass_for(70)
            assert house.hub.until.keys() == {house.topic}
            assert await house.publish("video-00002", "Су жоқ")
            await house.time.pass_for(61)
            assert house.told == [("Су жоқ", "created")]
            house.tube.videos["video-00002"] = (START, "Су бар")
            await house.hub.push(house.topic, pushing.feed("video-00002"))
            await house.hub.push(house.topic, pushing.feed(gone="video-00002"))
            await house.time.pass_for(61)
            assert house.told[0] == ("Су жоқ", "created")
            assert ("", "deleted") in house.told

    asyncio.run(main())


def test_subscriptions_are_renewed_at_half_of_their_lease_for_ever(tmp_path: Path) -> None:
    async def main() -> None:
        async with House(tmp_path) as house:
            house.hub.lease = 36_000
            for _ in range(20):
                await house.time.pass_for(3_600)
                assert house.hub.until[house.topic] > house.time.now
            assert 4 <= len(house.hub.asked) <= 6

    asyncio.run(main())


def test_a_hub_that_is_away_holds_up_nothing_and_is_asked_again(tmp_path: Path) -> None:
    async def main() -> None:
        async with House(tmp_path) as house:
            house.hub.lease = 36_000
            await house.time.pass_for(70)
            house.hub.away = True
            await house.time.pass_for(30_000)
            assert await house.publish("video-00002", "Су жоқ"), "the lease still holds"
            await house.time.pass_for(61)
            assert house.told == [("Су жоқ", "created")]
            assert any("hub" in status.reason for status in house.reported)
            house.hub.away = False
            await house.time.pass_for(3_600)
            assert house.hub.until[house.topic] > house.time.now + timedelta(hours=8)

    asyncio.run(main())


def test_nobody_else_is_believed_and_no_other_topic_confirmed(tmp_path: Path) -> None:
    async def main() -> None:
        house = House(tmp_path)
        secret = derived(youtube.KEY, "websub")
        body = pushing.feed("video-00002").encode()
        with capture_logs() as lines:
            for signature in ("", "sha1=00", pushing.signature(body, "guessed", "sha1")):
                headers = {"x-hub-signature": signature}
                knock = Knock(at=START, headers=headers, body=body)
                assert (await house.knock(knock)).status == 401
        assert secret not in str(lines)
        good = {"x-hub-signature": pushing.signature(body, secret, "sha256")}
        assert (await house.knock(Knock(at=START, headers=good, body=body))).status == 200
        for query in (
            {"hub.mode": "subscribe", "hub.topic": "https://other/", "hub.challenge": "x"},
            {"hub.mode": "unsubscribe", "hub.topic": house.topic, "hub.challenge": "x"},
            {"hub.mode": "denied", "hub.topic": house.topic, "hub.challenge": "x"},
            {"hub.mode": "subscribe", "hub.topic": house.topic, "hub.challenge": ""},
            {},
        ):
            knock = Knock(at=START, method="GET", query=query)
            assert (await house.knock(knock)).status == 404
        farewell = {"hub.mode": "unsubscribe", "hub.topic": "https://old/", "hub.challenge": "bye"}
        assert (await house.knock(Knock(at=START, method="GET", query=farewell))).body == "bye"

    asyncio.run(main())


def test_pushes_of_other_channels_are_not_read() -> None:
    said = pushing.feed("video-00002", channel="UC" + "x" * 22)
    config = youtube_websub.Config.model_validate(TABLE)
    entry = Entry(number=1, at=START, said=said)
    assert youtube_websub._videos(config, [entry]) == []


@pytest.mark.parametrize(
    "body",
    ["", "<feed", "<!DOCTYPE x [<!ENTITY a 'b'>]><feed>&a;</feed>", "\x00", "<entry>" * 5_000],
)
def test_a_push_that_is_no_feed_says_nothing(body: str) -> None:
    assert pushed(body) == ([], [])


@pytest.mark.shared
@pytest.mark.contracts
def test_the_samples_of_google_are_read(shared_dir: Path) -> None:
    folder = shared_dir.parent / "platforms" / "youtube"
    new = (folder / "websub-notification.sample.atom").read_text(encoding="utf-8")
    gone = (folder / "websub-deleted-entry.sample.atom").read_text(encoding="utf-8")
    assert pushed(new) == ([("VIDEO_ID", "CHANNEL_ID")], [])
    assert pushed(gone) == ([], [("VIDEO_ID", "CHANNEL_ID")])
