"""Sweeps of YouTube: what a look costs, answers of all depths, deletions, the day of the units."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from collectors import Answer, Refused, Rejected
from collectors.runner import instance
from collectors.runner.budget import ALL, until_reset
from collectors.tube.asking import ZONE
from collectors.tube.videos import items_of
from rezonans.records import Post
from tests.collectors.fakes import youtube
from tests.collectors.kit import FIXTURES, cursor_after, stored

TABLE = {
    "kind": "youtube_sweep",
    "legal_basis": "ours",
    "token": youtube.KEY,
    "channels": [{"id": youtube.CHANNEL, "home": "31"}],
}


class Reader:
    def __init__(self, **more: Any) -> None:
        self.one = instance("sweep", {**TABLE, **more})
        self.tube = youtube.Tube()
        self.cursor: str | None = None

    def look(self, most: int | None = None) -> list[Post]:
        target = self.one.collector.targets(self.one.config)[0]
        got = asyncio.run(self._poll(target, most))
        self.cursor = cursor_after(got, self.cursor)
        found = [p for a in got for p in self.one.collector.parse(self.one.config, target, a)]
        assert not [piece for piece in found if isinstance(piece, Rejected)]
        return [piece for piece in found if isinstance(piece, Post)]

    async def _poll(self, target: Any, most: int | None) -> list[Answer]:
        got: list[Answer] = []
        async with httpx.AsyncClient(transport=httpx.MockTransport(self.tube)) as http:
            async for answer in self.one.collector.fetch(
                self.one.config, target, http, self.cursor, self.tube.now
            ):
                got.append(answer)
                if len(got) == most:
                    break
        return got

    def units(self) -> Counter[str]:
        spent, self.tube.asked = Counter(self.tube.asked), []
        return spent

    def hour(self, hours: float = 1) -> None:
        self.tube.now += timedelta(hours=hours)


def test_it_says_the_same_as_the_declared_source() -> None:
    swept, declared = (stored(FIXTURES / kind / "expected.jsonl") for kind in _KINDS)
    assert swept
    assert sorted(swept) == sorted(declared)


_KINDS = ("youtube_sweep", "youtube")


def test_a_quiet_channel_costs_its_share_of_a_unit_and_of_another() -> None:
    reader = Reader()
    reader.tube.publish("Су жоқ")
    assert len(reader.look()) == 2
    reader.units()
    reader.hour()
    assert reader.look() == []
    assert reader.units() == {"channels": 1, "videos": 1}


def test_new_videos_and_comments_are_told_when_figures_moved() -> None:
    reader = Reader()
    reader.look()
    reader.units()
    reader.hour()
    reader.tube.videos["video-00002"] = (reader.tube.now, "Жаңа")
    reader.tube.publish("Су жоқ")
    told = [(post.kind, post.text) for post in reader.look() if post.event == "created"]
    assert told == [("video", "Жаңа"), ("comment", "Су жоқ")]
    spent = {"channels": 1, "playlistItems": 1, "videos": 1, "commentThreads": 1}
    assert reader.units() == spent


def test_answers_beyond_those_that_come_with_a_thread_are_read_once() -> None:
    reader = Reader()
    reader.tube.publish("Су жоқ")
    reader.tube.answers[0] = [f"Жауап {n}" for n in range(230)]
    posts = reader.look()
    replies = [post for post in posts if post.kind == "reply"]
    assert len({post.item for post in replies}) == len(replies) == 230
    assert {post.parent for post in replies} == {"youtube:Ugthread000000"}
    assert reader.units()["comments"] == 3
    reader.hour()
    reader.tube.answers[0].append("Соңғы")
    assert [post.text for post in reader.look() if post.event == "created"] == ["Соңғы"]
    reader.hour()
    reader.units()
    assert reader.look() == []
    assert "comments" not in reader.units()


def test_deletions_edits_and_figures_of_videos_are_seen() -> None:
    reader = Reader()
    reader.tube.videos = {
        f"video-{n:05}": (reader.tube.now - timedelta(days=n), f"Видео {n}") for n in range(1, 5)
    }
    assert len(reader.look()) == 4
    del reader.tube.videos["video-00002"]
    reader.tube.videos["video-00003"] = (reader.tube.videos["video-00003"][0], "Басқа")
    reader.hour()
    told = {(post.item.removeprefix("youtube:"), post.event) for post in reader.look()}
    assert told == {("video-00002", "deleted"), ("video-00003", "edited")}
    reader.hour()
    assert reader.look() == []


def test_a_burst_beyond_the_pages_of_a_look_is_flagged() -> None:
    reader = Reader()
    reader.tube.publish("Алғашқы")
    reader.look()
    reader.hour()
    for number in range(1_200):
        reader.tube.publish(f"Пікір {number}")
    posts = [post for post in reader.look() if post.event == "created"]
    assert len(posts) == 1_000
    assert [post.flags for post in posts if post.flags] == [("gap_suspected",)]


@pytest.mark.parametrize("stop", [1, 2, 3])
def test_a_look_that_is_cut_short_loses_nothing(stop: int) -> None:
    reader = Reader()
    for number in range(3):
        reader.tube.publish(f"Пікір {number}")
        reader.tube.answers[number] = [f"Жауап {number} {n}" for n in range(8)]
    found = {post.item for post in reader.look(most=stop)} | {post.item for post in reader.look()}
    assert len(found) == 1 + 3 + 24


def test_thousands_of_channels_are_targets_of_fifty() -> None:
    channels = [{"id": f"UC{n:022}"} for n in range(1_030)]
    one = instance("sweep", {**TABLE, "channels": channels})
    targets = one.collector.targets(one.config)
    assert len(targets) == 21
    assert len({target.container for target in targets}) == 21
    assert one.config.looks_a_day(targets[0].name) == (ALL, pytest.approx(10_000 / 15))


@pytest.mark.parametrize(
    ("now", "hours"),
    [
        (datetime(2026, 11, 20, 12, tzinfo=UTC), 20),  # 04:00 in California, winter
        (datetime(2026, 7, 1, 6, 30, tzinfo=UTC), 0.5),  # 23:30, summer
        (datetime(2026, 3, 8, 8, 30, tzinfo=UTC), 22.5),  # 00:30 of a day of 23 hours
        (datetime(2026, 11, 1, 7, 30, tzinfo=UTC), 24.5),  # 00:30 of a day of 25 hours
    ],
)
def test_units_come_back_at_midnight_in_california(now: datetime, hours: float) -> None:
    assert until_reset(ZONE, now) == hours * 3_600


@pytest.mark.parametrize(
    ("status", "reason", "method", "lasting"),
    [
        (403, "quotaExceeded", ALL, False),
        (403, "rateLimitExceeded", ALL, False),
        (400, "keyInvalid", ALL, True),
        (404, "channelNotFound", None, True),
    ],
)
def test_refusals_are_what_they_mean(
    status: int, reason: str, method: str | None, lasting: bool
) -> None:
    reader = Reader()
    reader.tube = lambda request: youtube.refusal(status, reason)  # type: ignore[assignment]
    target = reader.one.collector.targets(reader.one.config)[0]

    async def poll() -> None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(reader.tube)) as http:
            now = datetime(2026, 11, 20, 12, tzinfo=UTC)
            async for _ in reader.one.collector.fetch(reader.one.config, target, http, None, now):
                pass

    with pytest.raises(Refused) as caught:
        asyncio.run(poll())
    assert (caught.value.method, caught.value.lasting) == (method, lasting)
    if reason == "quotaExceeded":
        assert caught.value.retry_after == 20 * 3_600


def test_comments_that_are_switched_off_hold_nothing_up() -> None:
    reader = Reader()
    tube = reader.tube

    def closed(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("commentThreads"):
            return youtube.refusal(403, "commentsDisabled")
        return tube(request)

    closed.now = tube.now  # type: ignore[attr-defined]
    reader.tube = closed  # type: ignore[assignment]
    assert [post.kind for post in reader.look()] == ["video"]
    assert reader.cursor


@pytest.mark.shared
@pytest.mark.contracts
def test_what_is_asked_for_is_in_googles_own_description(shared_dir: Path) -> None:
    path = shared_dir.parent / "platforms" / "youtube" / "youtube.v3.discovery.json"
    described = json.loads(path.read_bytes())
    reader = Reader()
    reader.tube.publish("Су жоқ")
    reader.tube.answers[0] = [f"Жауап {n}" for n in range(8)]
    seen: dict[str, set[str]] = {}
    tube = reader.tube

    def noted(request: httpx.Request) -> httpx.Response:
        seen.setdefault(request.url.path.rpartition("/")[2], set()).update(request.url.params)
        return tube(request)

    noted.now = tube.now  # type: ignore[attr-defined]
    reader.tube = noted  # type: ignore[assignment]
    reader.look()
    assert set(seen) == {"channels", "playlistItems", "videos", "commentThreads", "comments"}
    for name, parameters in seen.items():
        known = described["resources"][name]["methods"]["list"]["parameters"].keys()
        assert parameters <= known


@pytest.mark.shared
@pytest.mark.contracts
def test_recorded_lists_are_read(shared_dir: Path) -> None:
    folder = shared_dir.parent / "platforms" / "youtube" / "recorded"
    from collectors.tube.threads import threads_of
    from collectors.tube.videos import Facts, videos_of

    now, found = datetime(2026, 11, 20, tzinfo=UTC), Counter[str]()
    for path in sorted(folder.rglob("*.json")):
        body = path.read_bytes()
        kind = json.loads(body).get("kind", "") if body.lstrip().startswith(b"{") else ""
        if kind == "youtube#videoListResponse":
            homes = {i["snippet"]["channelId"]: None for i in items_of(body) if "snippet" in i}
            pieces = videos_of(body, Facts(now, "ours", homes))
        elif kind == "youtube#commentThreadListResponse":
            pieces = threads_of(body, Facts(now, "ours", {}), None)
        else:
            continue
        found.update(f"{kind} {type(piece).__name__}" for piece in pieces)
    assert found["youtube#videoListResponse Post"] >= 1
    assert found["youtube#commentThreadListResponse Post"] >= 5
