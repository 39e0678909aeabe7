"""VK against a world of our own: everything once, whatever happens between and during looks."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from collectors import Answer, Collector, Refused, Rejected, vk
from collectors.vkontakte.refusals import error_of
from rezonans.records import Post
from rezonans.troubles import Busy, Invalid
from tests.collectors.fakes.vk import PERSON, TOKEN, Vk, World, error
from tests.collectors.stage import START

DAY = 86_400.0
COLLECTOR: Collector = vk


def config(**more: Any) -> vk.Config:
    table = {"kind": "vk", "legal_basis": "ours", "token": TOKEN, "walls": [{"name": "club123"}]}
    return vk.Config.model_validate(table | more)


class Reader:
    """Somebody who looks at the world again and again, and remembers what he was told."""

    def __init__(self, world: World, **more: Any) -> None:
        self.world = world
        self.face = Vk(world)
        self.config = config(**more)
        self.cursor: str | None = None
        self.told: list[Post] = []
        self.rejected: list[Rejected] = []

    def look(self) -> list[Post]:
        """One poll; what was yielded before an error counts."""
        before = len(self.told)
        asyncio.run(self._look())
        return self.told[before:]

    async def _look(self) -> None:
        target = vk.targets(self.config)[0]
        async with httpx.AsyncClient(transport=httpx.MockTransport(self.face)) as http:
            stream = vk.fetch(self.config, target, http, self.cursor, self.world.now)
            async for answer in stream:
                for piece in vk.parse(self.config, target, answer):
                    if isinstance(piece, Post):
                        self.told.append(piece)
                    else:
                        self.rejected.append(piece)
                self.cursor = answer.cursor or self.cursor

    def facts(self) -> Counter[tuple[str, str, str]]:
        return Counter((p.item, p.event, p.text) for p in self.told if p.event != "counters")

    def of(self, event: str) -> list[str]:
        return [post.item for post in self.told if post.event == event]


def told(posts: list[Post]) -> list[tuple[str, str]]:
    return [(post.item.removeprefix("vk:-123_"), post.event) for post in posts]


@pytest.fixture
def reader() -> Reader:
    return Reader(World())


def test_a_wall_with_comments_and_answers_is_read_once(reader: Reader) -> None:
    world = reader.world
    post = world.post("Екінші күн су жоқ", ago=600, likes=3)
    first = world.comment(post, "Бізде де")
    world.comment(post, "Қай көшеде?", parent=first.id)
    got = reader.look()
    assert told(got) == [("1", "created"), ("1:c1001", "created"), ("1:c1002", "created")]
    assert [(p.kind, p.parent, p.root) for p in got] == [
        ("post", None, None),
        ("comment", "vk:-123_1", "vk:-123_1"),
        ("reply", "vk:-123_1:c1001", "vk:-123_1"),
    ]
    assert {p.context for p in got[1:]} == {"Екінші күн су жоқ"}
    assert (got[0].author_name, got[0].author_followers) == ("Қала тынысы", 48_211)
    asked = len(reader.face.asked)
    assert reader.look() == []
    assert reader.face.methods()[asked:] == ["wall.get"], "nothing moved: nothing more is asked"


def test_a_long_thread_is_read_to_its_end(reader: Reader) -> None:
    post = reader.world.post("Жол", ago=60)
    first = reader.world.comment(post, "Қашан?")
    for n in range(25):
        reader.world.comment(post, f"Жауап {n}", parent=first.id)
    assert len(reader.look()) == 27
    reader.world.comment(post, "Тағы", parent=first.id)
    assert told(reader.look()) == [
        ("1", "counters"),
        ("1:c1001", "counters"),
        ("1:c1027", "created"),
    ]


def test_edits_figures_and_deletions(reader: Reader) -> None:
    world = reader.world
    posts = [world.post(f"Жазба {n}", ago=1000 - n) for n in range(4)]
    comments = [world.comment(posts[0], f"Пікір {n}") for n in range(3)]
    reader.look()
    world.pass_(60)
    posts[1].text, posts[1].edited = "Жазба 1, түзетілді", world.now
    posts[2].likes = 40
    posts[3].deleted = True
    comments[1].deleted = True
    got = reader.look()
    assert told(got) == [
        ("3", "counters"),
        ("2", "edited"),
        ("1", "counters"),
        ("4", "deleted"),
        ("1:c1002", "deleted"),
    ]
    assert got[1].revision == int(world.now.timestamp()) * 1000
    assert got[3].published_at == posts[3].date
    assert reader.look() == []


def test_the_last_comment_that_is_deleted_is_told(reader: Reader) -> None:
    post = reader.world.post("Жазба", ago=60)
    comment = reader.world.comment(post, "Пікір")
    reader.look()
    comment.deleted = True
    assert ("1:c1001", "deleted") in told(reader.look())


def test_a_deleted_comment_with_answers_keeps_its_place(reader: Reader) -> None:
    post = reader.world.post("Жазба", ago=60)
    comment = reader.world.comment(post, "Пікір")
    reader.world.comment(post, "Жауап", parent=comment.id)
    reader.look()
    comment.deleted = True
    assert ("1:c1001", "deleted") in told(reader.look())
    assert reader.look() == []


def test_posts_that_appear_while_pages_are_turned_are_neither_lost_nor_doubled(
    reader: Reader,
) -> None:
    world = reader.world
    for n in range(250):
        world.post(f"Жазба {n}", ago=100_000 - n)

    def write() -> None:
        for _ in range(7):
            world.post("Жаңа")

    reader.face.after = write
    reader.look()
    reader.face.after = lambda: None
    reader.look()
    assert set(reader.of("created")) == {f"vk:-123_{post.id}" for post in world.posts}
    assert max(reader.facts().values()) == 1


def test_deletions_while_pages_are_turned_hide_nothing(reader: Reader) -> None:
    world = reader.world
    posts = [world.post(f"Жазба {n}", ago=100_000 - n) for n in range(250)]

    def delete() -> None:
        for post in posts[-8:]:
            post.deleted = True

    reader.face.after = delete
    reader.look()
    assert {f"vk:-123_{post.id}" for post in posts[:-8]} <= set(reader.of("created"))


def test_a_pinned_post_and_one_that_surfaces_late(reader: Reader) -> None:
    world = reader.world
    world.post("Ережелер", ago=90 * DAY, pinned=True)
    for n in range(5):
        world.post(f"Жазба {n}", ago=1000 - n)
    reader.look()
    world.post("Кейінге қалдырылған", ago=800)
    world.post("Жаңа", ago=0)
    assert told(reader.look()) == [("8", "created"), ("7", "created")]
    assert [p.flags for p in reader.told if p.item == "vk:-123_1"] == [("pinned",)]


def test_a_burst_longer_than_the_walk_is_flagged(reader: Reader) -> None:
    reader.world.post("Бірінші", ago=1000)
    reader.look()
    for n in range(1200):
        reader.world.post(f"Жазба {n}", ago=900 - n / 2)
    got = reader.look()
    assert len(got) >= 900
    assert sum("gap_suspected" in post.flags for post in got) == 1


def test_a_comment_under_an_old_post_is_found_by_the_posts_own_figure(reader: Reader) -> None:
    world = reader.world
    old = world.post("Ескі жазба", ago=30 * DAY)
    world.comment(old, "Ескі пікір")
    for n in range(50):
        world.post(f"Жазба {n}", ago=1000 - n)
    reader.look()
    world.pass_(60)
    world.comment(old, "Жаңа пікір")
    assert ("1:c1002", "created") in told(reader.look())


def test_a_comment_that_came_as_another_went_is_found_within_a_day(reader: Reader) -> None:
    post = reader.world.post("Жазба", ago=60)
    gone = reader.world.comment(post, "Бірінші")
    reader.world.comment(post, "Екінші")
    reader.look()
    gone.deleted = True
    reader.world.comment(post, "Үшінші")
    assert reader.look() == []
    reader.world.pass_(DAY + 60)
    assert told(reader.look()) == [("1:c1003", "created"), ("1:c1001", "deleted")]


def test_posts_that_the_wall_does_not_show_first_are_reconciled_once_a_day(reader: Reader) -> None:
    world = reader.world
    posts = [world.post(f"Жазба {n}", ago=100_000 - n) for n in range(180)]
    reader.look()
    posts[0].deleted = True
    posts[1].text += "!"
    posts[1].edited = world.now
    world.pass_(60)
    assert reader.look() == []
    world.pass_(DAY)
    assert sorted(told(reader.look())) == [("1", "deleted"), ("2", "edited")]
    world.pass_(60)
    asked = len(reader.face.asked)
    assert reader.look() == []
    assert reader.face.methods()[asked:] == ["wall.get"]


def test_closed_comments_are_asked_for_once_a_day_and_hide_no_posts(reader: Reader) -> None:
    post = reader.world.post("Жазба", ago=60)
    reader.world.comment(post, "Пікір")
    post.closed = True
    assert told(reader.look()) == [("1", "created")]
    for _ in range(3):
        reader.look()
    assert reader.face.methods().count("wall.getComments") == 1


def test_searches_are_read_newest_first_with_an_overlap() -> None:
    searches = [{"name": "su", "words": "су"}]
    reader = Reader(World(), walls=[], searches=searches)
    for n in range(450):
        reader.world.post(f"Су жоқ {n}", ago=50_000 - n, author=PERSON)
    reader.world.post("Жол", ago=10)
    assert len(reader.look()) == 450
    reader.world.post("Тағы да су жоқ", ago=1800, author=PERSON)
    assert told(reader.look()) == [("452", "created")]
    assert reader.look() == []
    assert set(reader.face.methods()) == {"newsfeed.search"}


@pytest.mark.parametrize(
    ("code", "method", "lasting", "least"),
    [
        (1, None, False, 1),
        (5, "*", True, 3600),
        (6, "*", False, 1),
        (9, "wall.get", False, 60),
        (10, None, False, 1),
        (14, "*", True, 3600),
        (15, None, True, 3600),
        (17, "*", True, 3600),
        (18, None, True, 3600),
        (19, None, True, 3600),
        (29, "wall.get", False, 3600),
        (30, None, True, 3600),
        (100, None, True, 3600),
        (203, None, True, 3600),
        (1117, "*", True, 3600),
        (3300, "*", True, 3600),
        (987654, None, False, 3600),
    ],
)
def test_errors_inside_200_concern_whom_they_concern(
    reader: Reader, code: int, method: str | None, lasting: bool, least: float
) -> None:
    reader.world.post("Жазба", ago=60)
    reader.look()
    reader.face.faults = [error(code)]
    cursor = reader.cursor
    with pytest.raises(Refused) as caught:
        reader.look()
    assert (caught.value.method, caught.value.lasting) == (method, lasting)
    assert caught.value.retry_after >= least
    assert str(caught.value).startswith("VK")
    assert str(code) in str(caught.value)
    assert TOKEN not in str(caught.value)
    assert reader.cursor == cursor
    assert reader.look() == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"deactivated": "banned"}, "banned"),
        ({"is_closed": 1}, "closed"),
        ({"name": "x"}, "no commu"),
    ],
)
def test_communities_that_are_not_public_are_parked(change: dict[str, Any], says: str) -> None:
    reader = Reader(World(**change))
    with pytest.raises(Refused, match=says) as caught:
        reader.look()
    assert caught.value.lasting


def broken(body: bytes, status: int = 200) -> Callable[[httpx.Request], httpx.Response]:
    return lambda request: httpx.Response(status, content=body)


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        (b"<html>502</html>", 502, Busy),
        (b"<html>Just a moment</html>", 200, Invalid),
        (b"", 200, Invalid),
        (b'{"response": []}', 200, Invalid),
        (b'{"response": {"items": {}}}', 200, Invalid),
        (b'{"response": {"items": [1, 2', 200, Invalid),
        (b'[{"error": 6}]', 200, Invalid),
        (b'{"error": null}', 200, Invalid),
    ],
)
def test_answers_that_are_none_move_nothing_and_delete_nothing(
    reader: Reader, body: bytes, status: int, kind: type[Exception]
) -> None:
    post = reader.world.post("Жазба", ago=60)
    reader.world.comment(post, "Пікір")
    reader.look()
    reader.world.comment(post, "Тағы")
    for number in range(2):
        reader.face.faults = [lambda request: None] * number + [broken(body, status)]
        with pytest.raises(kind):
            reader.look()
    reader.look()
    assert reader.of("deleted") == []
    assert max(reader.facts().values()) == 1


def test_a_text_about_errors_is_no_error(reader: Reader) -> None:
    reader.world.post('{"error": {"error_code": 6}} Just a moment… <html>', ago=60)
    assert told(reader.look()) == [("1", "created")]


def test_odd_records_are_left_out_and_their_neighbours_go_on(reader: Reader) -> None:
    odd: list[dict[str, Any]] = [
        {"date": None},
        {"date": 10**30},
        {"id": "seven"},
        {"likes": []},
        {"copy_history": [{}]},
    ]
    for more in odd:
        reader.world.post("Ақау", ago=10, more=more)
    reader.world.post("Сау \ud83d жазба", ago=5, more={"id": "77", "geo": {"coordinates": "x"}})
    got = reader.look()
    assert [(post.item, post.text) for post in got] == [("vk:-123_77", "Сау \ufffd жазба")]
    assert len(reader.rejected) == len(odd)


def test_a_reposted_private_page_is_not_named(reader: Reader) -> None:
    original = {"id": 9, "owner_id": PERSON, "text": "Менің жазбам"}
    reader.world.post("", ago=60, more={"copy_history": [original]})
    post = reader.look()[0]
    assert (post.repost_of, post.text) == (None, "Менің жазбам")


def test_a_private_page_is_no_target() -> None:
    with pytest.raises(ValueError, match="private person is no target"):
        config(walls=[{"name": "id1"}])
    with pytest.raises(ValueError, match="nothing to read"):
        config(walls=[])


def test_a_trial_takes_an_address_or_words() -> None:
    assert vk.trial("https://vk.com/club123")["walls"] == [{"name": "club123"}]
    assert vk.trial("search:су жоқ")["searches"] == [{"name": "trial", "words": "су жоқ"}]
    for target in ("club123", "search:су"):
        config(**vk.trial(target))


def test_limits_are_those_of_vk_unless_the_settings_say_more() -> None:
    assert config().limits()["wall.get"].a_day == 5_000
    assert config().limits()["*"].per_second == 3
    granted = config(budgets={"wall.get": {"a_day": 50_000}}).limits()
    assert (granted["wall.get"].a_day, granted["*"].per_second) == (50_000, 3)


class Life(RuleBasedStateMachine):
    """Posts, comments, edits, deletions, faults and looks in any order: nothing lost or doubled."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.reader = Reader(self.world)
        self.seen: set[str] = set()

    def _post(self, number: int) -> Any:
        return self.world.posts[number % len(self.world.posts)]

    @rule(pinned=st.booleans())
    def write(self, pinned: bool) -> None:
        self.world.pass_(1)
        self.world.post("Жазба", pinned=pinned and not any(p.pinned for p in self.world.posts))

    @precondition(lambda self: self.world.posts)
    @rule(number=st.integers(0, 50), at=st.integers(0, 9))
    def talk(self, number: int, at: int) -> None:
        post = self._post(number)
        self.world.pass_(1)
        top = [c for c in post.living if not c.parent]
        parent = top[at].id if at < len(top) else 0
        self.world.comment(post, "Пікір", parent=parent)

    @precondition(lambda self: self.world.posts)
    @rule(number=st.integers(0, 50))
    def edit(self, number: int) -> None:
        self.world.pass_(1)
        post = self._post(number)
        post.text, post.edited = post.text + "!", self.world.now

    @precondition(lambda self: self.world.posts)
    @rule(number=st.integers(0, 50))
    def delete(self, number: int) -> None:
        self._post(number).deleted = True

    @precondition(lambda self: self.world.posts)
    @rule(number=st.integers(0, 50), at=st.integers(0, 9))
    def hush(self, number: int, at: int) -> None:
        comments = self._post(number).comments
        if comments:
            comments[at % len(comments)].deleted = True

    @rule(code=st.sampled_from([1, 6, 9, 10, 15, 29]), after=st.integers(0, 4))
    def fail(self, code: int, after: int) -> None:
        self.reader.face.faults = [lambda request: None] * after + [error(code)]
        try:
            self.reader.look()
        except Refused:
            pass
        finally:
            self.reader.face.faults = []
        self._saw()

    @rule(seconds=st.sampled_from([5.0, 4000.0]))
    def look(self, seconds: float) -> None:
        self.world.pass_(seconds)
        self.reader.look()
        self._saw()

    def _saw(self) -> None:
        self.seen |= {item for item, _, _ in self.reader.facts()}

    @invariant()
    def nothing_is_told_twice(self) -> None:
        facts = self.reader.facts()
        assert not facts or max(facts.values()) == 1, facts.most_common(1)

    def teardown(self) -> None:
        for _ in range(2):  # within a day everything is compared
            self.world.pass_(DAY + 60)
            self.reader.look()
        self.nothing_is_told_twice()
        created, gone = set(self.reader.of("created")), set(self.reader.of("deleted"))
        for post in self.world.posts:
            item = f"vk:-123_{post.id}"
            if post.deleted:
                assert (item in gone) == (item in created)
                continue
            assert item in created - gone
            for comment in post.comments:
                name = f"{item}:c{comment.id}"
                assert (name in gone) == (name in created and comment.deleted), name
                assert comment.deleted or name in created, name
        last = {p.item: p.text for p in self.reader.told if p.event in ("created", "edited")}
        assert all(
            last[f"vk:-123_{post.id}"] == post.text for post in self.world.posts if not post.deleted
        )


Life.TestCase.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
TestLife = Life.TestCase


# ------------------------------------------------------------------ the official schema


def _schema(folder: Path) -> Any:
    """VK's schema made valid: `required: true` inside properties moves to their parents, and what
    is put together by `allOf` may have more than its first part.
    """
    jsonschema_rs = pytest.importorskip("jsonschema_rs")

    left_out = ("$schema", "$id", "required", "additionalProperties")

    def mended(node: Any) -> Any:
        if isinstance(node, list):
            return [mended(one) for one in node]
        if not isinstance(node, dict):
            return node
        out = {k: mended(v) for k, v in node.items() if k not in left_out}
        if isinstance(node.get("required"), list):
            out["required"] = node["required"]
        properties = node.get("properties")
        if isinstance(properties, dict):
            needed = [
                k
                for k, v in properties.items()
                if isinstance(v, dict) and v.get("required") is True
            ]
            if needed:
                out["required"] = needed
        if isinstance(out.get("$ref"), str) and out["$ref"].startswith("../"):
            out["$ref"] = BASE + out["$ref"].removeprefix("../")
        return out

    resources = [
        (
            f"{BASE}{path.relative_to(folder).as_posix()}",
            mended(json.loads(path.read_text("utf-8"))),
        )
        for path in folder.rglob("*.json")
        if path.parent != folder
    ]
    registry = jsonschema_rs.Registry(
        resources, draft=jsonschema_rs.Draft7, retriever=lambda uri: {}
    )

    def check(reference: str, value: Any) -> None:
        schema = {"$ref": BASE + reference}
        jsonschema_rs.validator_for(schema, registry=registry).validate(value)

    return check


BASE = "http://vk.example.test/"
RESPONSES = {
    "groups.getById": "groups/responses.json#/definitions/groups_getById_object_response",
    "wall.get": "wall/responses.json#/definitions/wall_get_response",
    "wall.getById": "wall/responses.json#/definitions/wall_getById_response",
    "wall.getComments": "wall/responses.json#/definitions/wall_getComments_response",
    "newsfeed.search": "newsfeed/responses.json#/definitions/newsfeed_search_response",
}


@pytest.mark.shared
@pytest.mark.contracts
def test_the_fake_and_the_fixtures_are_what_the_schema_says(shared_dir: Path) -> None:
    check = _schema(shared_dir.parent / "platforms" / "vk" / "schema")
    walls = Reader(World())
    post = walls.world.post("Жазба", ago=600, edited=START, pinned=True, likes=2)
    first = walls.world.comment(post, "Пікір")
    walls.world.comment(post, "Жауап", parent=first.id)
    walls.world.post("Көрші", ago=300)
    newest = walls.world.post("Тағы", ago=100)
    walls.look()
    newest.deleted = True
    walls.look()
    search = Reader(World(), walls=[], searches=[{"name": "su", "words": "су"}])
    for n in range(300):
        search.world.post(f"Су {n}", ago=1000 - n)
    search.look()
    asked = walls.face.asked + search.face.asked
    assert {one.method for one in asked} == set(RESPONSES)
    for one in asked:
        check(RESPONSES[one.method], json.loads(one.body))
    with pytest.raises(ValueError, match="is not of type"):
        check(RESPONSES["wall.get"], {"response": {"count": "many", "items": []}})


@pytest.mark.shared
@pytest.mark.contracts
def test_recorded_answers_are_read(shared_dir: Path) -> None:
    recorded = shared_dir.parent / "platforms" / "vk" / "recorded-vknet"
    found: Counter[str] = Counter()
    one = config()
    frame = '{"observed_at": "2026-11-20T12:00:00Z", "legal_basis": "ours"}'
    for path in sorted((recorded / "Categories").rglob("*.json")):
        if path.parent.name not in ("Wall", "NewsFeed") or path.match("NewsFeed/Get*"):
            continue
        stream = "comments" if "Comment" in path.name else "posts"
        context = {
            "stream": stream,
            "method": path.name,
            "frame": frame,
            "known": "{}",
            "asked": "",
            "gap": "",
        }
        try:
            pieces = list(
                vk.parse(one, vk.targets(one)[0], Answer(body=path.read_bytes(), context=context))
            )
        except Invalid:
            found["invalid"] += 1
            continue
        found.update(type(piece).__name__ for piece in pieces)
        assert all(p.published_at + timedelta(0) for p in pieces if isinstance(p, Post))
    assert found["Post"] >= 15
    assert (found["Rejected"], found["invalid"]) == (0, 1), "a bare list, before 5.199"
    errors = [error_of(path.read_bytes()) for path in (recorded / "Errors").glob("[0-9]*.json")]
    assert len([one for one in errors if one]) >= 15
