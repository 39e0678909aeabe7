"""VK as it behaves: a world that changes, its face, and the faults it is known for.

`World` holds what is true, `Vk` answers from it in the shape of API 5.199 and writes down
every question. Faults are put in line and come one by one. A test marked `shared` holds the
answers against the official schema.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import parse_qs

import httpx

from tests.collectors.stage import START

TOKEN = "vk1.a.a-token-of-the-tests-0123456789"
PERSON = 700_123_456
"""Authors are numbered from here on: searched for in everything that leaves."""


@dataclass
class Comment:
    id: int
    date: datetime
    text: str
    author: int
    parent: int = 0
    deleted: bool = False


@dataclass
class Post:
    id: int
    date: datetime
    text: str
    author: int = 0
    edited: datetime | None = None
    deleted: bool = False
    pinned: bool = False
    likes: int = 0
    views: int = 10
    comments: list[Comment] = field(default_factory=list)
    closed: bool = False
    """Comments are not given, though they are counted."""
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def living(self) -> list[Comment]:
        return [comment for comment in self.comments if not comment.deleted]


@dataclass
class World:
    """One community, and a clock."""

    group: int = 123
    name: str = "club123"
    title: str = "Қала тынысы"
    now: datetime = START
    posts: list[Post] = field(default_factory=list)
    deactivated: str = ""
    is_closed: int = 0

    def post(self, text: str, *, ago: float = 0.0, **more: Any) -> Post:
        """A new post, so many seconds old."""
        number = max((post.id for post in self.posts), default=0) + 1
        one = Post(number, self.now - timedelta(seconds=ago), text, **more)
        self.posts.append(one)
        return one

    def comment(self, post: Post, text: str, *, parent: int = 0) -> Comment:
        number = 1 + max((c.id for p in self.posts for c in p.comments), default=1000)
        one = Comment(number, self.now, text, PERSON + number % 7, parent)
        post.comments.append(one)
        return one

    def pass_(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Asked(NamedTuple):
    method: str
    question: dict[str, str]
    at: datetime
    body: bytes


Fault = Callable[[httpx.Request], httpx.Response | None]


class Vk:
    """The face of a world. `faults` answer in its place, one a question, until they are used up."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.faults: list[Fault] = []
        self.asked: list[Asked] = []
        self.left_out: set[int] = set()
        """Posts that a feed does not show."""
        self.after: Callable[[], None] = lambda: None
        """What happens in the world between two questions."""

    def __call__(self, request: httpx.Request) -> httpx.Response:
        method = request.url.path.rpartition("/")[2]
        question = {k: v[0] for k, v in parse_qs(request.content.decode()).items()}
        fault = self.faults.pop(0)(request) if self.faults else None
        response = fault or self._answer(request, method, question)
        self.asked.append(Asked(method, question, self.world.now, response.content))
        self.after()
        return response

    def _answer(
        self, request: httpx.Request, method: str, question: dict[str, str]
    ) -> httpx.Response:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return error(5)(request)
        if question.get("v") != "5.199":
            return error(8)(request)
        faces: dict[str, Callable[[dict[str, str]], Any]] = {
            "groups.getById": self._group,
            "wall.get": self._wall,
            "wall.getById": self._by_id,
            "wall.getComments": self._comments,
            "newsfeed.search": self._search,
            "newsfeed.get": self._feed,
        }
        if method not in faces:
            return error(3)(request)
        got = faces[method](question)
        if isinstance(got, int):
            return error(got)(request)
        return httpx.Response(200, content=json.dumps({"response": got}).encode())

    def methods(self) -> list[str]:
        return [asked.method for asked in self.asked]

    # -- methods -------------------------------------------------------------------------

    def _group(self, question: dict[str, str]) -> Any:
        world = self.world
        if question["group_ids"] != world.name:
            return {"groups": [], "profiles": []}
        group: dict[str, Any] = {
            "id": world.group,
            "name": world.title,
            "screen_name": world.name,
            "type": "page",
            "is_closed": world.is_closed,
            "members_count": 48_211,
        }
        if world.deactivated:
            group["deactivated"] = world.deactivated
        return {"groups": [group], "profiles": []}

    def _wall(self, question: dict[str, str]) -> Any:
        if question.get("domain") != self.world.name and question.get("owner_id") != str(
            -self.world.group
        ):
            return 100
        there = sorted(self._there(), key=lambda p: (p.date, p.id), reverse=True)
        if question["filter"] == "owner":
            there = [post for post in there if not post.author]
        there.sort(key=lambda p: not p.pinned)
        offset, count = int(question.get("offset", 0)), min(int(question["count"]), 100)
        page = there[offset : offset + count]
        return {"count": len(there), "items": [self._post(one) for one in page]}

    def _by_id(self, question: dict[str, str]) -> Any:
        asked = [int(name.rpartition("_")[2]) for name in question["posts"].split(",")]
        assert len(asked) <= 100
        return {"items": [self._post(one) for one in self._there() if one.id in asked]}

    def _search(self, question: dict[str, str]) -> Any:
        start = int(question["start_time"])
        hits = [
            one
            for one in self._there()
            if question["q"].lower() in one.text.lower() and one.date.timestamp() >= start
        ]
        hits = sorted(hits, key=lambda p: (p.date, p.id), reverse=True)[:1000]
        offset = int(question.get("start_from", "0").partition("/")[0])
        end = offset + min(int(question["count"]), 200)
        found: dict[str, Any] = {
            "items": [self._post(one) for one in hits[offset:end]],
            "count": len(hits),
            "total_count": len(hits) + 150_000,
        }
        if end < len(hits):
            found["next_from"] = f"{end}/-{self.world.group}_{hits[end - 1].id}"
        return found

    def _feed(self, question: dict[str, str]) -> Any:
        """The newest of what is followed, under the names that a feed has for them."""
        start = int(question["start_time"])
        shown = [
            one
            for one in self._there()
            if one.date.timestamp() >= start and not one.author and one.id not in self.left_out
        ]
        shown.sort(key=lambda p: (p.date, p.id), reverse=True)
        offset = int(question.get("start_from", "0").partition("/")[0])
        end = offset + min(int(question["count"]), 100)
        group = {"id": self.world.group, "name": self.world.title, "type": "page"}
        group |= {"screen_name": self.world.name, "is_closed": 0}
        items = [{"source_id": -self.world.group, **self._post(one)} for one in shown[offset:end]]
        found: dict[str, Any] = {"items": items, "profiles": [], "groups": [group]}
        return found | ({"next_from": f"{end}/x"} if end < len(shown) else {})

    def _comments(self, question: dict[str, str]) -> Any:
        post = next((p for p in self._there() if p.id == int(question["post_id"])), None)
        if post is None:
            return 15
        if post.closed:
            return 212
        parent = int(question.get("comment_id", 0))
        here = [c for c in post.comments if c.parent == parent and self._visible(post, c)]
        here.sort(key=lambda c: c.id, reverse=question["sort"] == "desc")
        offset, count = int(question["offset"]), min(int(question["count"]), 100)
        inside = int(question.get("thread_items_count", 0))
        return {
            "count": len(post.living),
            "current_level_count": len(here),
            "items": [self._comment(post, c, inside) for c in here[offset : offset + count]],
            "can_post": True,
            "show_reply_button": True,
            "groups_can_post": True,
        }

    # -- records -------------------------------------------------------------------------

    def _there(self) -> list[Post]:
        now = self.world.now
        return [post for post in self.world.posts if not post.deleted and post.date <= now]

    @staticmethod
    def _visible(post: Post, comment: Comment) -> bool:
        """A deleted comment stays as long as it has answers."""
        return not comment.deleted or any(c.parent == comment.id for c in post.living)

    def _post(self, one: Post) -> dict[str, Any]:
        owner = -self.world.group
        record: dict[str, Any] = {
            "inner_type": "wall_wallpost",
            "type": "post",
            "post_type": "post",
            "id": one.id,
            "owner_id": owner,
            "from_id": one.author or owner,
            "date": int(one.date.timestamp()),
            "text": one.text,
            "likes": {"can_like": 0, "count": one.likes, "user_likes": 0},
            "reposts": {"count": 0},
            "views": {"count": one.views},
            "comments": {"can_post": 0, "count": len(one.living)},
        }
        if one.edited:
            record["edited"] = int(one.edited.timestamp())
        if one.pinned:
            record["is_pinned"] = 1
        return record | one.more

    def _comment(self, post: Post, one: Comment, inside: int) -> dict[str, Any]:
        answers = [c for c in post.comments if c.parent == one.id and not c.deleted]
        record: dict[str, Any] = {
            "id": one.id,
            "date": int(one.date.timestamp()),
            "parents_stack": [one.parent] if one.parent else [],
        }
        if not one.parent:
            record["thread"] = {
                "count": len(answers),
                "items": [self._comment(post, c, 0) for c in answers[:inside]],
                "can_post": True,
                "show_reply_button": True,
                "groups_can_post": True,
            }
        if one.deleted:
            return record | {"deleted": True}
        return record | {
            "from_id": one.author,
            "post_id": post.id,
            "owner_id": -self.world.group,
            "text": one.text,
            "likes": {"can_like": 0, "count": 0, "user_likes": 0},
        }


def error(code: int) -> Callable[[httpx.Request], httpx.Response]:
    """VK's way to refuse: HTTP 200, and an echo of the question, token and all."""

    def answer(request: httpx.Request) -> httpx.Response:
        echo = [{"key": "access_token", "value": TOKEN}, {"key": "v", "value": "5.199"}]
        said = {"error_code": code, "error_msg": f"Refused {TOKEN}", "request_params": echo}
        return httpx.Response(200, content=json.dumps({"error": said}).encode())

    return answer
