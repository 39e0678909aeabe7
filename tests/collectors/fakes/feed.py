"""A news site's feed: the last hundred items, with validators."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from hashlib import sha256
from xml.sax.saxutils import escape

import httpx

from tests.collectors.stage import START


@dataclass
class Feed:
    now: datetime = START
    items: list[tuple[datetime, str]] = field(default_factory=list)

    def publish(self, text: str) -> None:
        self.items.append((self.now, text))

    def __call__(self, request: httpx.Request) -> httpx.Response:
        body = self._body()
        etag = f'"{sha256(body).hexdigest()[:16]}"'
        if request.headers.get("if-none-match") == etag:
            return httpx.Response(304)
        headers = {"etag": etag, "content-type": "application/rss+xml; charset=utf-8"}
        return httpx.Response(200, content=body, headers=headers)

    def _body(self) -> bytes:
        shown = list(enumerate(self.items))[-100:][::-1]
        items = "".join(
            f"<item><guid>https://news.example.kz/{number}</guid>"
            f"<link>https://news.example.kz/{number}</link><title>Жаңалық {number}</title>"
            f"<pubDate>{format_datetime(at)}</pubDate>"
            f"<description>{escape(text)}</description></item>"
            for number, (at, text) in shown
        )
        return f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>'.encode()
