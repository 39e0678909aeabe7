"""VK against a world of our own: everything once, whatever happens between and during looks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from collectors import Collector, Refused, vk
from rezonans.troubles import Busy, Invalid
from tests.collectors.fakes.vk import PERSON, TOKEN, World, error
from tests.collectors.vk_reader import Reader, config, told

DAY = 86_400.0
COLLECTOR: Collector = vk


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
