"""The Bot API over a channel with its discussion group: what is confirmed is forgotten."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

from tests.collectors.stage import START

TOKEN = "7000000001:AA-a-token-of-the-tests-0123456789"
CHANNEL, GROUP = -1001000000001, -1001000000002
PERSON = 7_123_456_000


@dataclass
class Bot:
    now: datetime = START
    updates: list[dict[str, Any]] = field(default_factory=list)
    count: int = 0
    offsets: list[int] = field(default_factory=list)
    webhooks: list[dict[str, Any]] = field(default_factory=list)

    def post(self, text: str) -> None:
        """A channel's post and its copy in the group."""
        chat = {"id": CHANNEL, "type": "channel", "title": "Әкімдік"}
        message = self._message(chat, text) | {"sender_chat": chat}
        self._put("channel_post", message)
        origin = {"type": "channel", "chat": chat, "message_id": message["message_id"]}
        copy = self._message(self._group, text) | {"sender_chat": chat}
        self._put("message", copy | {"is_automatic_forward": True, "forward_origin": origin})

    def comment(self, text: str) -> None:
        author = {"id": PERSON + self.count % 7, "is_bot": False, "first_name": "Somebody Real"}
        self._put("message", self._message(self._group, text) | {"from": author})

    @property
    def _group(self) -> dict[str, Any]:
        return {"id": GROUP, "type": "supergroup", "title": "Талқылау"}

    def _message(self, chat: dict[str, Any], text: str) -> dict[str, Any]:
        date = int(self.now.timestamp())
        return {"message_id": self.count + 1, "date": date, "chat": chat, "text": text}

    def _put(self, kind: str, message: dict[str, Any]) -> None:
        self.count += 1
        self.updates.append({"update_id": 500 + self.count, kind: message})

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == f"/bot{TOKEN}/setWebhook":
            self.webhooks.append(json.loads(request.content))
            return httpx.Response(200, content=b'{"ok": true, "result": true}')
        if request.url.path != f"/bot{TOKEN}/getUpdates":
            error = {"ok": False, "error_code": 401, "description": "Unauthorized"}
            return httpx.Response(401, content=json.dumps(error).encode())
        question = json.loads(request.content)
        offset = question.get("offset", 0)
        self.offsets.append(offset)
        self.updates = [one for one in self.updates if one["update_id"] >= offset]
        answer = {"ok": True, "result": self.updates[: question["limit"]]}
        return httpx.Response(200, content=json.dumps(answer).encode())
