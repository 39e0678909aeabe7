"""VK's feed: what it shows is told at once, what it leaves out within a day and flagged."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from collectors import Answer, Refused, Rejected
from collectors.runner import instance
from collectors.vkontakte import feedpages, newsfeed
from collectors.vkontakte.feedpages import MISSED, owner_of
from collectors.vkontakte.reading import Frame
from rezonans.records import Post
from tests.collectors.fakes import vk
from tests.collectors.kit import cursor_after
from tests.collectors.stage import START

TABLE = {
    "kind": "vk_newsfeed",
    "legal_basis": "ours",
    "token": vk.TOKEN,
    "account": "akimat_reader",
    "communities": [{"id": 123, "home": "31"}],
}


class Reader:
    def __init__(self, **more: Any) -> None:
        self.one = instance("feed", {**TABLE, **more})
        self.world = vk.World()
        self.face = vk.Vk(self.world)
        self.cursor: str | None = None

    def look(self, most: int | None = None) -> list[Post]:
        (target,) = self.one.collector.targets(self.one.config)
        got = asyncio.run(self._poll(target, most))
        self.cursor = cursor_after(got, self.cursor)
        found = [p for a in got for p in self.one.collector.parse(self.one.config, target, a)]
        assert not [piece for piece in found if isinstance(piece, Rejected)]
        return [piece for piece in found if isinstance(piece, Post)]

    async def _poll(self, target: Any, most: int | None) -> list[Answer]:
        got: list[Answer] = []
        async with httpx.AsyncClient(transport=httpx.MockTransport(self.face)) as http:
            async for answer in self.one.collector.fetch(
                self.one.config, target, http, self.cursor, self.world.now
            ):
                got.append(answer)
                if len(got) == most:
                    break
        return got

    def told(self) -> list[tuple[str, str, tuple[str, ...]]]:
        return sorted((post.text, post.event, post.flags) for post in self.look())

    def day(self) -> None:
        self.world.pass_(86_500)


def test_one_question_a_look_tells_what_is_new() -> None:
    reader = Reader()
    reader.world.post("Бірінші", ago=60)
    assert reader.told() == [("Бірінші", "created", ())]
    asked = len(reader.face.asked)
    reader.world.post("Екінші")
    reader.world.pass_(20)
    assert reader.told() == [("Екінші", "created", ())]
    assert reader.face.methods()[asked:] == ["newsfeed.get"]
    assert reader.told() == []


def test_what_the_feed_leaves_out_is_told_by_the_daily_comparison_and_flagged() -> None:
    reader = Reader()
    reader.look()
    shown, left_out = reader.world.post("Көрсетілді"), reader.world.post("Қалып қойды")
    reader.face.left_out = {left_out.id}
    assert reader.told() == [("Көрсетілді", "created", ())]
    reader.day()
    shown.text = "Көрсетілді, түзетілді"
    shown.edited = reader.world.now
    assert reader.told() == [
        ("Көрсетілді, түзетілді", "edited", ()),
        ("Қалып қойды", "created", (MISSED,)),
    ]
    reader.day()
    assert reader.told() == []


def test_deletions_are_seen_once_and_only_after_they_were_asked_for() -> None:
    reader = Reader()
    first = reader.world.post("Кетеді", ago=500)
    reader.world.post("Ескі", ago=1_000)
    reader.world.post("Қалады", ago=60)
    reader.look()
    first.deleted = True
    assert reader.told() == []
    reader.day()
    assert [post.event for post in reader.look()] == ["deleted"]
    assert reader.face.methods()[-1] == "wall.getById"
    reader.day()
    assert reader.look() == []


def test_what_was_forgotten_is_no_news_the_next_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newsfeed, "KEPT", 5)
    reader = Reader()
    reader.look()
    for number in range(40):
        reader.world.post(f"Жазба {number}")
        reader.world.pass_(60)
        assert len(reader.look()) == 1
    for _ in range(3):
        reader.day()
        assert [post for post in reader.look() if post.event == "created"] == []


def test_a_burst_beyond_the_pages_of_a_look_is_flagged_and_found_by_the_comparison() -> None:
    reader = Reader()
    reader.world.post("Алғашқы", ago=9_000)
    reader.look()
    reader.world.pass_(1_100)
    for number in range(1_050):
        reader.world.post(f"Жазба {number}", ago=1_050 - number)
    posts = reader.look()
    assert len(posts) == 1_000
    assert [post.flags for post in posts if post.flags] == [("gap_suspected",)]


def test_posts_of_persons_and_of_communities_that_are_not_named_are_not_read() -> None:
    reader = Reader(communities=[{"id": 77}])
    reader.world.post("Басқа")
    with pytest.raises(Refused, match="does not understand"):
        reader.look()  # the wall of 77 is not there
    assert owner_of("vk:-123_617") == 123
    assert owner_of("vk:700_617") == 0


@pytest.mark.parametrize("stop", [1, 2, 3])
def test_a_look_that_is_cut_short_loses_nothing(stop: int) -> None:
    reader = Reader()
    reader.look()
    for number in range(3):
        reader.face.left_out.add(reader.world.post(f"Жазба {number}").id)
    reader.world.post("Көрінеді")
    reader.day()
    found = {post.text for post in reader.look(most=stop)} | {post.text for post in reader.look()}
    assert found == {"Жазба 0", "Жазба 1", "Жазба 2", "Көрінеді"}


def test_hundreds_of_walls_are_compared_over_many_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Reader(communities=[{"id": n} for n in range(100, 130)])
    walls: list[str] = []

    def face(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("wall.get"):
            walls.append(request.content.decode())
        return httpx.Response(200, content=b'{"response": {"items": []}}')

    monkeypatch.setattr(reader, "face", face)
    for _ in range(10):
        reader.look()
        reader.world.pass_(20)
    assert len(walls) == len(set(walls)) == 30


@pytest.mark.shared
@pytest.mark.contracts
def test_the_fake_is_what_the_schema_says(shared_dir: Path) -> None:
    from tests.collectors.test_vk_schema import schema_of

    check = schema_of(shared_dir.parent / "platforms" / "vk" / "schema")
    reader = Reader()
    for number in range(150):
        reader.world.post(f"Жазба {number}", ago=200 - number)
    reader.look()
    bodies = [one.body for one in reader.face.asked if one.method == "newsfeed.get"]
    assert len(bodies) == 2
    for body in bodies:
        response = json.loads(body)["response"]
        assert {"items", "profiles", "groups"} <= response.keys()
        for item in response["items"]:
            assert item["source_id"] == item["owner_id"]
            check("wall/objects.json#/definitions/wall_wallpost", item)


@pytest.mark.shared
@pytest.mark.contracts
def test_recorded_feeds_are_read(shared_dir: Path) -> None:
    folder = shared_dir.parent / "platforms" / "vk" / "recorded-vknet" / "Categories" / "NewsFeed"
    for path in sorted(folder.glob("Get*.json")):
        body = path.read_bytes()
        items = json.loads(body)["response"]["items"]
        sources = {-one["source_id"] for one in items if one.get("source_id", 0) < 0}
        frame = Frame(observed_at=START, legal_basis="ours")
        page = feedpages.Page(stream="feed", frame=frame, homes=dict.fromkeys(sources))
        got = feedpages.read(page, body)
        posts = [one for one in items if one["type"] == "post" and -one["source_id"] in sources]
        assert len(got.shown) == len(posts)
        assert not got.rejected
