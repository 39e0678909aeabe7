"""Odnoklassniki: signatures, errors in 200, anchors, what is news and what is gone."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors import Answer, Refused, Rejected
from collectors.odnoklassniki.asking import code_of
from collectors.odnoklassniki.signing import session_secret, sig
from collectors.runner.budget import ALL
from rezonans.records import Post
from rezonans.troubles import Invalid
from tests.collectors.fakes import ok
from tests.collectors.fakes.vk import World
from tests.collectors.kit import Case, answers, case, cursor_after, pieces

PREFIX = f"ok:{ok.GROUP}/"


class Reader:
    """Looks at a world again and again, from the cursor of the last look."""

    def __init__(self, **more: Any) -> None:
        base = case("ok")
        table = {
            "kind": "ok",
            "legal_basis": "ours",
            "token": ok.TOKEN,
            "application": ok.APPLICATION,
            "secret_key": ok.SECRET,
            "groups": [{"id": ok.GROUP}],
        }
        config = type(base.config).model_validate({**table, **more})
        self.one: Case = base._replace(config=config)
        self.world = World()
        self.face = ok.Ok(self.world)
        self.cursor: str | None = None

    def look(self, most: int | None = None) -> list[Post]:
        got = asyncio.run(self._poll(most))
        self.cursor = cursor_after(got, self.cursor)
        found = pieces(self.one, self.one.targets[0], got)
        assert not [piece for piece in found if isinstance(piece, Rejected)]
        return [piece for piece in found if isinstance(piece, Post)]

    async def _poll(self, most: int | None) -> list[Answer]:
        got: list[Answer] = []
        one = self.one
        async with httpx.AsyncClient(transport=httpx.MockTransport(self.face)) as http:
            async for answer in one.collector.fetch(
                one.config, one.targets[0], http, self.cursor, self.world.now
            ):
                got.append(answer)
                if len(got) == most:
                    break
        return got

    def told(self) -> list[tuple[str, str]]:
        return sorted((p.text or p.item.removeprefix(PREFIX), p.event) for p in self.look())


def test_topics_and_comments_are_told_once_as_trees() -> None:
    reader = Reader()
    topic = reader.world.post("Су жоқ", ago=600)
    first = reader.world.comment(topic, "Бізде де")
    reader.world.comment(topic, "Иә", parent=first.id)
    posts = {post.text: post for post in reader.look()}
    assert set(posts) == {"Су жоқ", "Бізде де", "Иә"}
    assert posts["Иә"].parent == posts["Бізде де"].item
    assert posts["Иә"].root == posts["Су жоқ"].item
    assert (posts["Иә"].kind, posts["Бізде де"].kind) == ("reply", "comment")
    assert posts["Бізде де"].author_name is None
    assert reader.look() == []


def test_comments_are_read_only_when_the_figure_of_the_topic_moved() -> None:
    reader = Reader()
    topic = reader.world.post("Су жоқ", ago=600)
    reader.look()
    assert "discussions.getComments" not in reader.face.methods()
    reader.world.comment(topic, "Бізде де")
    assert ("Бізде де", "created") in reader.told()
    asked = len(reader.face.asked)
    reader.world.pass_(60)
    reader.look()
    assert reader.face.methods()[asked:] == ["mediatopic.getTopics"]


def test_topics_that_do_not_say_their_figure_are_looked_into_once_an_hour() -> None:
    reader = Reader()
    reader.face.untold = True
    topic = reader.world.post("Су жоқ", ago=600)
    reader.look()
    reader.world.comment(topic, "Бізде де")
    reader.world.pass_(60)
    assert reader.told() == []
    reader.world.pass_(3_600)
    assert reader.told() == [("Бізде де", "created")]
    assert all((p.counters or {}).get("comments") is None for p in Reader().look())


def test_edits_figures_and_deletions_are_seen() -> None:
    reader = Reader()
    topic = reader.world.post("Су жоқ", ago=600)
    gone = reader.world.post("Көшеде шұңқыр", ago=900)
    first = reader.world.comment(topic, "Бізде де")
    second = reader.world.comment(topic, "Бізде бар")
    reader.look()
    topic.text, topic.likes, gone.deleted, first.deleted = "Су қосылды", 40, True, True
    second.text = "Бізде енді бар"
    reader.world.comment(topic, "Рақмет")
    reader.world.comment(topic, "Міне")
    reader.world.post("Жаңа", ago=1)
    reader.world.pass_(60)
    assert reader.told() == [
        (f"{topic.id}:cc{first.id}", "deleted"),
        ("Бізде енді бар", "edited"),
        ("Жаңа", "created"),
        ("Міне", "created"),
        ("Рақмет", "created"),
        ("Су қосылды", "edited"),
    ]
    reader.world.pass_(86_500)
    assert (str(gone.id), "deleted") in reader.told(), "it was the oldest: the daily look says so"


def test_a_pinned_old_topic_hides_nothing_new_and_is_not_read_again() -> None:
    reader = Reader()
    reader.world.post("Ереже", ago=90_000, pinned=True)
    reader.look()
    for number in range(150):
        reader.world.post(f"Жазба {number}", ago=150 - number)
    assert len([event for _, event in reader.told() if event == "created"]) == 150
    assert reader.look() == []


def test_a_burst_beyond_the_pages_of_a_look_is_flagged() -> None:
    reader = Reader()
    reader.world.post("Алғашқы", ago=9_000)
    reader.look()
    for number in range(1_100):
        reader.world.post(f"Жазба {number}", ago=1_100 - number)
    flags = [post.flags for post in reader.look() if post.flags]
    assert flags == [("gap_suspected",)]


def test_three_hundred_comments_of_one_second_are_all_read_once() -> None:
    reader = Reader()
    topic = reader.world.post("Су жоқ", ago=600)
    for number in range(300):
        reader.world.comment(topic, f"Пікір {number}")
    first = {post.text for post in reader.look()}
    assert len(first) == 301
    reader.world.comment(topic, "Кейінгі")
    assert ("Кейінгі", "created") in reader.told()
    assert reader.look() == []


def test_closed_discussions_hold_nothing_up() -> None:
    reader = Reader()
    closed = reader.world.post("Жабық", ago=600, closed=True)
    reader.world.comment(closed, "көрінбейді")
    reader.world.comment(reader.world.post("Ашық", ago=500), "көрінеді")
    assert {text for text, _ in reader.told()} == {"Жабық", "Ашық", "көрінеді"}


@pytest.mark.parametrize("stop", range(1, 6))
def test_a_look_that_is_cut_short_loses_nothing(stop: int) -> None:
    reader = Reader()
    for number in range(3):
        topic = reader.world.post(f"Тақырып {number}", ago=600 - number)
        reader.world.comment(topic, f"Пікір {number}")
    found = {post.item for post in reader.look(most=stop)} | {post.item for post in reader.look()}
    assert len(found) == 6


@pytest.mark.parametrize(
    ("code", "method", "lasting"),
    [
        (8, "group.getInfo", False),
        (11, "group.getInfo", False),
        (102, ALL, True),
        (104, ALL, True),
        (9, ALL, True),
        (2, None, False),
        (50, None, True),
        (160, None, True),
        (200, "group.getInfo", True),
        (987_654, None, False),
    ],
)
def test_errors_in_200_are_what_they_mean(code: int, method: str | None, lasting: bool) -> None:
    reader = Reader()
    with pytest.raises(Refused) as caught:
        answers(reader.one, reader.one.targets[0], handler=lambda request: ok.error(code))
    assert (caught.value.method, caught.value.lasting) == (method, lasting)
    assert str(code) in str(caught.value)
    assert ok.TOKEN not in str(caught.value)


def test_private_and_unknown_groups_are_parked() -> None:
    reader = Reader()
    reader.face.private = True
    with pytest.raises(Refused, match="closed to the public") as caught:
        reader.look()
    assert caught.value.lasting
    other = Reader(groups=[{"id": "12345678"}])
    with pytest.raises(Refused, match="there is no group"):
        other.look()


def test_the_token_stands_in_no_address_and_in_no_signature() -> None:
    reader = Reader()
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return reader.face(request)

    answers(reader.one, reader.one.targets[0], handler=handler)
    assert seen
    for request in seen:
        assert ok.TOKEN not in str(request.url)
        assert ok.SECRET not in request.content.decode()


@given(st.dictionaries(st.text(max_size=6), st.text(max_size=6), max_size=5), st.text(max_size=6))
def test_a_signature_does_not_depend_on_the_order(given_: dict[str, str], secret: str) -> None:
    turned = dict(reversed(list(given_.items())))
    assert sig(given_, secret) == sig(turned, secret)
    assert len(sig(given_, secret)) == 32


# ------------------------------------------------------------------ contracts


@pytest.mark.shared
@pytest.mark.contracts
def test_the_signature_is_that_of_the_documentation(shared_dir: Path) -> None:
    path = shared_dir.parent / "platforms" / "ok" / "signature-vectors.json"
    for vector in json.loads(path.read_bytes())["vectors"]:
        secret = session_secret(vector["access_token"], vector["application_secret_key"])
        assert secret == vector["session_secret"]
        given_ = {**vector["params"], "application_key": vector["application_key"]}
        assert sig(given_, secret) == vector["sig"]


@pytest.mark.shared
@pytest.mark.contracts
def test_recorded_errors_are_read_and_look_like_those_of_the_fake(shared_dir: Path) -> None:
    path = shared_dir.parent / "platforms" / "ok" / "recorded-errors.json"
    first, second = json.loads(path.read_bytes())["interactions"]
    recorded = first["response"]
    body = json.dumps(recorded["body"]).encode()
    assert code_of(httpx.Response(200, content=body)) == 101
    assert code_of(httpx.Response(200, headers={"Invocation-Error": "101"})) == 101
    fake = ok.error(101)
    assert json.loads(fake.content).keys() == recorded["body"].keys()
    assert fake.headers["invocation-error"] == recorded["headers"]["Invocation-Error"]
    page = second["response"]["body_text"].encode()
    one = case("ok")
    with pytest.raises(Invalid, match="web page"):
        answers(one, one.targets[0], handler=lambda request: httpx.Response(200, content=page))
