"""Meta's Graph: newest first, pages by a cursor, comments as deep as a question asks for them."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

from tests.collectors.stage import START

TOKEN = "EAA-a-token-of-the-tests-0123456789"
PAGE, ACCOUNT = "akimat.example", "17841400000000001"
PERSON = "77001234500"
VERSION = "/v26.0/"


@dataclass
class Node:
    """A post with its comments, oldest first; a comment has none."""

    number: int
    at: datetime
    text: str
    comments: list[Node] = field(default_factory=list)


class Graph(ABC):
    """Each third text is a post of its own, the others are comments under the newest one."""

    edge: str

    def __init__(self) -> None:
        self.now = START
        self.posts: list[Node] = []
        self._count = 0

    def publish(self, text: str) -> None:
        if self._count % 3 == 0:
            self.posts.append(self._node(text))
        else:
            self.posts[-1].comments.append(self._node(text))

    def _node(self, text: str) -> Node:
        self._count += 1
        return Node(self._count, self.now, text)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return refusal(190, "Invalid OAuth access token.")
        if request.url.path != VERSION + self.edge:
            return refusal(803, "Some of the aliases you requested do not exist")
        return httpx.Response(200, json=self._answer(request.url.params))

    def _answer(self, asked: httpx.QueryParams) -> dict[str, Any]:
        limit, deep = int(asked.get("limit", 25)), _limit("comments", asked["fields"])
        start = int(asked.get("after") or 0)
        newest = self.posts[::-1]
        shown = newest[start : start + limit]
        cursors = {"before": str(start), "after": str(start + len(shown))}
        answer: dict[str, Any] = {"data": [self.post(one, deep) for one in shown]}
        if shown:
            answer["paging"] = {"cursors": cursors}
        return answer

    @abstractmethod
    def post(self, node: Node, deep: int) -> dict[str, Any]:
        """A post with its newest `deep` comments."""


class Facebook(Graph):
    edge = f"{PAGE}/published_posts"

    def post(self, node: Node, deep: int) -> dict[str, Any]:
        summary = {"total_count": len(node.comments), "order": "chronological"}
        comments = [self._comment(one) for one in node.comments[::-1][:deep]]
        return {
            **_facebook(node, f"5001_{node.number}", {"id": "5001", "name": "Әкімдік"}),
            "reactions": {"data": [], "summary": {"total_count": node.number}},
            "comments": {"data": comments, "summary": summary},
        }

    def _comment(self, node: Node) -> dict[str, Any]:
        person = {"id": f"{PERSON}{node.number % 7}", "name": "Somebody Real"}
        return {**_facebook(node, f"1_{node.number}", person), "like_count": 0, "comment_count": 0}


class Instagram(Graph):
    edge = f"{ACCOUNT}/media"

    def post(self, node: Node, deep: int) -> dict[str, Any]:
        shown = _media(node) | {"username": "akimat_example"}
        comments = [self._comment(one) for one in node.comments[::-1][:deep]]
        return {**shown, "comments": {"data": comments}} if comments else shown

    def _comment(self, node: Node) -> dict[str, Any]:
        person = f"{PERSON}.somebody{node.number % 7}"
        shown = {"id": f"1780000{node.number:05}", "text": node.text, "timestamp": _time(node.at)}
        return {**shown, "username": person, "like_count": 0}


class Discovery(Graph):
    """An account of another's: no comments, one answer."""

    edge = ACCOUNT

    def publish(self, text: str) -> None:
        self.posts.append(self._node(text))

    def _answer(self, asked: httpx.QueryParams) -> dict[str, Any]:
        limit = _limit("media", asked["fields"])
        media = {"data": [self.post(one, 0) for one in self.posts[::-1][:limit]]}
        found = {"followers_count": 900, "media": media, "id": "17841400000000002"}
        return {"business_discovery": found, "id": ACCOUNT}

    def post(self, node: Node, deep: int) -> dict[str, Any]:
        return _media(node)


def _facebook(node: Node, name: str, author: dict[str, str]) -> dict[str, Any]:
    return {
        "id": name,
        "message": node.text,
        "created_time": _time(node.at),
        "permalink_url": f"https://www.facebook.com/{name}",
        "from": author,
    }


def _media(node: Node) -> dict[str, Any]:
    return {
        "id": f"1790000{node.number:05}",
        "caption": node.text,
        "timestamp": _time(node.at),
        "permalink": f"https://www.instagram.com/p/{node.number}/",
        "like_count": node.number,
        "comments_count": len(node.comments),
    }


def _time(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S+0000")


def _limit(edge: str, fields: str) -> int:
    """How many of an edge the question asks for: `comments.limit(50)`."""
    found = re.search(rf"\b{edge}\.limit\((\d+)\)", fields)
    assert found, f"no {edge} in {fields}"
    return int(found[1])


def refusal(code: int, message: str) -> httpx.Response:
    error = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "A"}
    return httpx.Response(400, json={"error": error})
