"""Odnoklassniki over the world that VK's fake has: signed questions, anchors, errors in 200."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from hashlib import md5
from typing import Any, NamedTuple
from urllib.parse import parse_qs

import httpx

from tests.collectors.fakes.vk import Comment, Post, World

TOKEN = "tkn1a-token-of-the-tests-0123456789"
APPLICATION, SECRET = "ABCDEFGHIGKLMNOPK", "ABC123DEF456GHI789JKL123"
GROUP = "55348644610059"
PERSON = 570_000_000_000


class Asked(NamedTuple):
    method: str
    question: dict[str, str]
    at: datetime


class Ok:
    """The face of a world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.asked: list[Asked] = []
        self.private = False
        self.untold = False
        """Topics do not say how many comments they have."""
        self.most = 100

    def __call__(self, request: httpx.Request) -> httpx.Response:
        method = ".".join(request.url.path.split("/")[-2:])
        question = {k: v[0] for k, v in parse_qs(request.content.decode()).items()}
        self.asked.append(Asked(method, question, self.world.now))
        if not _signed(question):
            return error(104)
        faces: dict[str, Callable[[dict[str, str]], Any]] = {
            "group.getInfo": self._info,
            "mediatopic.getTopics": self._topics,
            "mediatopic.getByIds": self._by_ids,
            "discussions.getComments": self._comments,
        }
        if method not in faces:
            return error(3)
        got = faces[method](question)
        return error(got) if isinstance(got, int) else answered(got)

    def methods(self) -> list[str]:
        return [asked.method for asked in self.asked]

    # -- methods -------------------------------------------------------------------------

    def _info(self, question: dict[str, str]) -> Any:
        if question["uids"] != GROUP:
            return []
        facts = {"uid": GROUP, "name": "Тараз тынысы", "members_count": 18_230}
        return [facts | {"private": self.private}]

    def _there(self) -> list[Post]:
        now = self.world.now
        return [post for post in self.world.posts if not post.deleted and post.date <= now]

    def _topics(self, question: dict[str, str]) -> Any:
        if question["gid"] != GROUP:
            return 160
        there = sorted(self._there(), key=lambda p: (p.date, p.id), reverse=True)
        there.sort(key=lambda p: not p.pinned)
        return self._paged(there, question, "media_topics", self._topic)

    def _by_ids(self, question: dict[str, str]) -> Any:
        asked = question["topic_ids"].split(",")
        return {"media_topics": [self._topic(p) for p in self._there() if str(p.id) in asked]}

    def _comments(self, question: dict[str, str]) -> Any:
        post = next((p for p in self._there() if str(p.id) == question["discussionId"]), None)
        if post is None:
            return 300
        if post.closed:
            return 10
        there = sorted(post.living, key=lambda c: (c.date, c.id), reverse=True)
        return self._paged(there, question, "comments", self._comment)

    def _paged(
        self, there: list[Any], question: dict[str, str], name: str, record: Callable[[Any], Any]
    ) -> Any:
        anchor = question.get("anchor", "")
        start = int(anchor.removeprefix("a")) if anchor.startswith("a") else 0
        end = start + min(int(question["count"]), self.most)
        shown = [record(one) for one in there[start:end]]
        if name == "comments":
            shown.reverse()  # a page is read from top to bottom, pages from the last to the first
        return {name: shown, "has_more": end < len(there), "anchor": f"a{end}"}

    # -- records -------------------------------------------------------------------------

    def _topic(self, one: Post) -> dict[str, Any]:
        author = f"user:{PERSON + one.author}" if one.author else f"group:{GROUP}"
        record: dict[str, Any] = {
            "id": str(one.id),
            "created_ms": int(one.date.timestamp() * 1000),
            "author_ref": author,
            "owner_ref": f"group:{GROUP}",
            "media": [{"type": "photo"}, {"type": "text", "text": one.text}],
            "like_summary": {"count": one.likes},
            "is_pinned": one.pinned,
        }
        if not self.untold:
            record["discussion_summary"] = {"comments_count": len(one.living)}
        return record

    def _comment(self, one: Comment) -> dict[str, Any]:
        record: dict[str, Any] = {
            "id": f"c{one.id}",
            "author_id": str(PERSON + one.author % 7),
            "author_name": "Somebody Real",
            "text": one.text,
            "date_ms": int(one.date.timestamp() * 1000),
            "type": "ACTIVE_MESSAGE",
            "like_count": 0,
        }
        return record | ({"reply_to_comment_id": f"c{one.parent}"} if one.parent else {})


def _signed(question: dict[str, str]) -> bool:
    """Checked by the platform's own words, not by our code."""
    left = dict(question)
    given, token = left.pop("sig", ""), left.pop("access_token", "")
    secret = md5((token + SECRET).encode(), usedforsecurity=False).hexdigest()
    said = "".join(f"{key}={left[key]}" for key in sorted(left)) + secret
    signature = md5(said.encode(), usedforsecurity=False).hexdigest()
    return token == TOKEN and given == signature and left.get("application_key") == APPLICATION


def answered(value: Any) -> httpx.Response:
    return httpx.Response(200, content=json.dumps(value).encode())


def error(code: int) -> httpx.Response:
    """HTTP 200, and an echo of what was asked."""
    said = {"error_code": code, "error_msg": f"REFUSED : {TOKEN}", "error_data": None}
    headers = {"Invocation-Error": str(code)}
    return httpx.Response(200, content=json.dumps(said).encode(), headers=headers)
