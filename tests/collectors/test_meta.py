"""Facebook and Instagram, declared: what is asked, what refusals mean, whose names stay."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from collectors import Answer, Refused
from collectors.runner.privacy import Veil
from collectors.runner.refine import refine
from rezonans.records import Post
from tests.collectors.kit import NOW, answers, case, pieces

KINDS = ("facebook", "instagram", "instagram_public")


@pytest.mark.parametrize("kind", KINDS)
def test_the_token_stands_in_no_address_and_braces_are_whole(kind: str) -> None:
    one, seen = case(kind), list[httpx.Request]()

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return one.page(request)

    answers(one, one.targets[0], handler=handler)
    secret = one.config.token.get_secret_value()
    assert {request.headers["authorization"] for request in seen} == {f"Bearer {secret}"}
    assert not any(secret in str(request.url) for request in seen)
    fields = seen[0].url.params["fields"]
    assert fields.count("{") == fields.count("}") > 0
    assert "{{" not in fields


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("code", "method", "lasting"),
    [(190, "*", True), (4, "*", False), (80002, "*", False), (2, None, False), (100, None, True)],
)
def test_errors_are_read_before_their_status(
    kind: str, code: int, method: str | None, lasting: bool
) -> None:
    one = case(kind)
    error = {"error": {"message": "secret words", "type": "OAuthException", "code": code}}
    with pytest.raises(Refused) as caught:
        answers(one, one.targets[0], handler=lambda request: httpx.Response(400, json=error))
    assert (caught.value.method, caught.value.lasting) == (method, lasting)
    assert str(caught.value).startswith("Meta")
    assert "secret words" not in str(caught.value)


@pytest.mark.parametrize("kind", ["facebook", "instagram"])
def test_pages_keep_their_names_and_persons_do_not(kind: str) -> None:
    one, veil = case(kind), Veil(b"a key of the tests")
    got = pieces(one, one.targets[0], answers(one, one.targets[0]))
    posts = [refine(p, kind, veil, NOW).post for p in got if isinstance(p, Post)]
    assert {post.author_name for post in posts if post.kind == "comment"} == {None}
    assert {post.author_name for post in posts if post.kind == "post"} <= {
        "Әкімдік",
        "akimat_example",
    }
    left = repr(posts)
    for secret in ("Асель", "7001234567", "asel_private", "daniyar_private"):
        assert secret not in left


def test_more_comments_come_and_are_told_alone() -> None:
    one = case("instagram")
    cursor = answers(one, one.targets[0])[-1].cursor

    def handler(request: httpx.Request) -> httpx.Response:
        page = json.loads(one.page(request).content)
        newest = {"id": "178999", "text": "Тағы", "timestamp": "2026-11-20T11:00:00+0000"}
        page["data"][0]["comments"]["data"].insert(0, newest)
        page["data"][0]["comments_count"] = 3
        return httpx.Response(200, json=page)

    got = pieces(one, one.targets[0], answers(one, one.targets[0], cursor, handler=handler))
    facts = [(post.item, post.event) for post in got if isinstance(post, Post)]
    assert facts == [
        ("instagram:17900000000000022", "counters"),
        ("instagram:178999", "created"),
    ]


@pytest.mark.shared
@pytest.mark.contracts
@pytest.mark.parametrize(
    ("kind", "folder", "least"),
    [
        ("instagram_public", "instagram/apidata/discovery/medias_*.json", 4),
        ("facebook", "facebook/apidata/posts/feed*_p*.json", 10),
    ],
)
def test_recorded_answers_are_read(shared_dir: Path, kind: str, folder: str, least: int) -> None:
    recorded = shared_dir.parent / "platforms" / "meta" / "recorded"
    one, found = case(kind), list[Any]()
    stream = "posts" if kind == "facebook" else "media"
    for path in sorted(recorded.glob(folder)):
        context = {
            "observed_at": NOW.isoformat(), "stream": stream, "place": path.name,
            "known": "{}", "asked": "",
        }  # fmt: skip
        answer = Answer(body=path.read_bytes(), context=context)
        found += one.collector.parse(one.config, one.targets[0], answer)
    posts = [piece for piece in found if isinstance(piece, Post)]
    assert len(posts) >= least
    assert len(posts) == len(found)
