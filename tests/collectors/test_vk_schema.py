"""Our fake of VK and what we read, held against its official schema and recorded answers."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from collectors import Answer, vk
from collectors.vkontakte.refusals import error_of
from rezonans.records import Post
from rezonans.troubles import Invalid
from tests.collectors.fakes.vk import World
from tests.collectors.stage import START
from tests.collectors.vk_reader import Reader, config


def schema_of(folder: Path) -> Any:
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
    check = schema_of(shared_dir.parent / "platforms" / "vk" / "schema")
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
