"""VK's Streaming API: a key, rules, and a stream that is cut, refused or asked to begin anew."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from rezonans.troubles import Busy
from tests.collectors.fakes.vk import error

ENDPOINT = "streaming.vk.com"
KEY = "a-key-of-the-stream-0123456789"


class Stream:
    """Its `__call__` is the HTTP side, `connect` the websocket."""

    def __init__(self) -> None:
        self.rules: dict[str, str] = {}
        self.asked: list[tuple[str, str]] = []
        self.addresses: list[str] = []
        self.refuses = False
        self.endpoint = ENDPOINT
        self.error = 0
        """Of the next question for a key."""
        self._open: asyncio.Queue[str | None] | None = None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append((request.method, request.url.path))
        if request.url.path.endswith("streaming.getServerUrl"):
            if self.error:
                return error(self.error)(request)
            server = {"endpoint": self.endpoint, "key": KEY}
            return httpx.Response(200, json={"response": server})
        assert request.url.params["key"] == KEY
        return httpx.Response(200, json=self._rules(request))

    def _rules(self, request: httpx.Request) -> dict[str, Any]:
        said = json.loads(request.content or b"{}")
        if request.method == "GET":
            shown = [{"tag": tag, "value": value} for tag, value in self.rules.items()]
            return {"code": 200, "rules": shown or None}
        if request.method == "DELETE":
            del self.rules[said["tag"]]
        elif said["rule"]["tag"] in self.rules or len(self.rules) == 300:
            return {"code": 400, "error": {"message": said["rule"]["value"], "error_code": 2001}}
        else:
            self.rules[said["rule"]["tag"]] = said["rule"]["value"]
        return {"code": 200}

    @asynccontextmanager
    async def connect(self, address: str) -> AsyncIterator[AsyncIterator[str]]:
        self.addresses.append(address)
        if self.refuses:
            raise Busy("the stream can not be reached: ClientConnectorError", 5.0)
        self._open = asyncio.Queue()
        yield self._texts(self._open)
        self._open = None

    @staticmethod
    async def _texts(queue: asyncio.Queue[str | None]) -> AsyncIterator[str]:
        while (text := await queue.get()) is not None:
            yield text

    def say(self, text: str | None) -> bool:
        """To whoever is connected; `None` cuts the connection."""
        if self._open is None:
            return False
        self._open.put_nowait(text)
        return True

    def post(self, number: int, text: str, *, owner: int = -123, **more: Any) -> bool:
        return self.say(event(number, text, owner=owner, **more))

    def service(self) -> bool:
        message = {"message": "server is going to restart", "service_code": 3000}
        return self.say(json.dumps({"code": 300, "service_message": message}))


def event(
    number: int, text: str, *, owner: int = -123, at: int = 1_795_174_800, **more: Any
) -> str:
    """A new post, as the stream says it."""
    names = {"post_owner_id": owner, "post_id": number}
    said = {
        "event_type": "post",
        "event_id": names,
        "event_url": f"https://vk.com/wall{owner}_{number}",
        "text": text,
        "action": "new",
        "action_time": at + 100,
        "creation_time": at,
        "author": {"id": 700_123_456, "author_url": "https://vk.com/id700123456"},
        "tags": ["water"],
    }
    return json.dumps({"code": 100, "event": said | more})
