"""YouTube's three lists over a world of comments: the newest first, by pages."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

from tests.collectors.stage import START

CHANNEL = "UC" + "c" * 22
KEY = "AIza-a-key-of-the-tests-0123456789"
AUTHOR = "UCsomebody-real-000000000"


@dataclass
class Tube:
    """A channel with one video, and people who comment on it."""

    now: datetime = START
    comments: list[tuple[datetime, str]] = field(default_factory=list)
    videos: dict[str, tuple[datetime, str]] = field(
        default_factory=lambda: {"video-00001": (START, "")}
    )
    """Identity to time and description."""
    answers: dict[int, list[str]] = field(default_factory=dict)
    """Number of a comment to what was answered."""
    asked: list[str] = field(default_factory=list)
    """Lists in the order they were asked for: a unit each."""
    embedded: int = 5

    def publish(self, text: str) -> None:
        self.comments.append((self.now, text))

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.headers.get("x-goog-api-key") != KEY:
            return refusal(400, "keyInvalid")
        name = request.url.path.rpartition("/")[2]
        self.asked.append(name)
        face = {
            "channels": self._channels,
            "comments": self._replies,
            "playlistItems": self._uploads,
            "videos": self._videos,
            "commentThreads": self._threads,
        }[name]
        answer = {"kind": "youtube#list", **face(dict(request.url.params))}
        return httpx.Response(200, content=json.dumps(answer).encode())

    def _channels(self, question: dict[str, str]) -> Any:
        statistics = {"videoCount": str(len(self.videos)), "hiddenSubscriberCount": True}
        asked = question["id"].split(",")
        return {"items": [{"id": CHANNEL, "statistics": statistics}] if CHANNEL in asked else []}

    def _replies(self, question: dict[str, str]) -> Any:
        number = int(question["parentId"].removeprefix("Ugthread"))
        there = [self._reply(number, *one) for one in enumerate(self.answers.get(number, []))]
        start = int(question.get("pageToken", "0"))
        page: dict[str, Any] = {"items": there[start : start + 100]}
        if start + 100 < len(there):
            page["nextPageToken"] = str(start + 100)
        return page

    def _reply(self, number: int, index: int, text: str) -> dict[str, Any]:
        at = self.comments[number][0]
        said = {
            "textDisplay": text,
            "parentId": f"Ugthread{number:06}",
            "authorChannelId": {"value": f"{AUTHOR}{index % 7}"},
            "likeCount": 0,
            "publishedAt": _at(at),
            "updatedAt": _at(at),
        }
        return {"id": f"Ugthread{number:06}.r{index:04}", "snippet": said}

    def _uploads(self, question: dict[str, str]) -> Any:
        newest = sorted(self.videos, key=lambda name: self.videos[name][0], reverse=True)[:50]
        return {"items": [{"contentDetails": {"videoId": name}} for name in newest]}

    def _videos(self, question: dict[str, str]) -> Any:
        asked = question["id"].split(",")
        return {"items": [self._video(one) for one in asked if one in self.videos]}

    def _video(self, name: str) -> dict[str, Any]:
        at, said = self.videos[name]
        snippet = {
            "publishedAt": _at(at),
            "channelId": CHANNEL,
            "channelTitle": "Әкімдік",
            "title": "Кездесу",
            "description": said,
        }
        counted = len(self.comments) + sum(map(len, self.answers.values()))
        statistics = {"viewCount": "5", "commentCount": str(counted)}
        return {"id": name, "snippet": snippet, "statistics": statistics}

    def _threads(self, question: dict[str, str]) -> Any:
        there = list(enumerate(self.comments))[::-1]
        start = int(question.get("pageToken", "0"))
        page: dict[str, Any] = {
            "items": [self._thread(number, *one) for number, one in there[start : start + 100]]
        }
        if start + 100 < len(there):
            page["nextPageToken"] = str(start + 100)
        return page

    def _thread(self, number: int, at: datetime, text: str) -> dict[str, Any]:
        comment = {
            "textDisplay": text,
            "authorDisplayName": "@somebody-real",
            "authorChannelId": {"value": f"{AUTHOR}{number % 7}"},
            "likeCount": 0,
            "publishedAt": _at(at),
            "updatedAt": _at(at),
        }
        name = f"Ugthread{number:06}"
        top = {"id": name, "snippet": comment}
        answers = self.answers.get(number, [])
        snippet = {"videoId": "video-00001", "totalReplyCount": len(answers)}
        inside = [self._reply(number, *one) for one in enumerate(answers)][-self.embedded :]
        replies = {"replies": {"comments": inside}} if inside else {}
        return {"id": name, "snippet": snippet | {"topLevelComment": top}} | replies


def refusal(status: int, reason: str) -> httpx.Response:
    error = {"error": {"code": status, "errors": [{"reason": reason}]}}
    return httpx.Response(status, content=json.dumps(error).encode())


def _at(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
