"""Telegram by its Bot API: the words, the course as a picture, and buttons.

Apprise reads the `tgram://` URL, with all of its options, and this sends what its plugin can
not: a picture with the words under it, and buttons. Guarantee: at least once; chats that took a
letter are not sent it again when another refused it, as long as the process lives.
"""

from __future__ import annotations

import html
import ipaddress
from collections import OrderedDict
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec

from rezonans.troubles import Invalid
from sinks.alerts.notifier import Notice, apprise_service

SECONDS = 30.0
CAPTION = 1024
"""Characters that Telegram allows under a picture, tags not counted; an emoji counts as two."""
TEXT = 4096
ORDER_BYTES = 64
REMEMBERED = 500
API = "https://api.telegram.org"


class Telegram:
    """The chats of one URL. `Invalid`: it can not be read, or Telegram will never take this."""

    def __init__(
        self, url: str, *, api: str = API, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        service = apprise_service(url)
        self._base = f"{api}/bot{service.bot_token}"
        self._chats: list[tuple[Any, Any]] = list(service.targets)
        self._silent = bool(service.silent)
        self._transport = transport
        self._taken: OrderedDict[tuple[str, int], None] = OrderedDict()
        if not self._chats:
            raise Invalid("name at least one chat: tgram://BOT_TOKEN/CHAT_ID")

    async def send(self, notice: Notice) -> bool:
        taken = True
        async with httpx.AsyncClient(
            timeout=SECONDS, transport=self._transport, trust_env=False
        ) as client:
            for number in range(len(self._chats)):
                if (notice.key, number) in self._taken:
                    continue
                if await self._tell(client, number, notice):
                    self._remember(notice.key, number)
                else:
                    taken = False
        return taken

    async def _tell(self, client: httpx.AsyncClient, number: int, notice: Notice) -> bool:
        """One chat. A picture that Telegram refuses does not keep the words back."""
        chat, topic = self._chats[number]
        common: dict[str, Any] = {"chat_id": chat, "parse_mode": "HTML"}
        if topic:
            common["message_thread_id"] = topic
        if self._silent:
            common["disable_notification"] = True
        if keyboard := _keyboard(notice):
            common["reply_markup"] = keyboard
        if notice.picture:
            fields = common | {"caption": words(notice, CAPTION)}
            files = {"photo": ("course.png", notice.picture, "image/png")}
            data = {name: _field(value) for name, value in fields.items()}
            answer = await client.post(f"{self._base}/sendPhoto", data=data, files=files)
            if answer.status_code != 400:
                return answer.is_success
        fields = common | {
            "text": words(notice, TEXT),
            "link_preview_options": {"is_disabled": True},
        }
        answer = await client.post(f"{self._base}/sendMessage", json=fields)
        if answer.status_code == 400:
            raise Invalid("Telegram answered 400: it will never take this")
        return answer.is_success

    def _remember(self, key: str, number: int) -> None:
        self._taken[key, number] = None
        while len(self._taken) > REMEMBERED:
            self._taken.popitem(last=False)


def words(notice: Notice, limit: int) -> str:
    """Title and text as Telegram's HTML, cut at a line so that `limit` characters are left."""
    left = limit - _counted(notice.title) - 2
    lines: list[str] = []
    for line in notice.text.split("\n"):
        left -= _counted(line) + 1
        if left < 0:
            break
        lines.append(line)
    title = html.escape(notice.title[: limit // 2], quote=False)
    return f"<b>{title}</b>\n" + html.escape("\n".join(lines).rstrip(), quote=False)


def _counted(text: str) -> int:
    """Characters as Telegram counts them: units of UTF-16."""
    return len(text.encode("utf-16-le", "replace")) // 2


def _keyboard(notice: Notice) -> dict[str, Any] | None:
    """Orders, two in a row, then links; Telegram takes no link to a machine without a public
    name, and no order that is longer than 64 bytes."""
    orders = [
        {"text": text, "callback_data": order}
        for text, order in notice.orders
        if len(order.encode()) <= ORDER_BYTES
    ]
    links = [{"text": one.text, "url": one.url} for one in notice.buttons if public(one.url)]
    rows = [row for row in (orders[:2], orders[2:4], links) if row]
    return {"inline_keyboard": rows} if rows else None


def public(url: str) -> bool:
    """Whether others can follow the address: a name with a dot, or an address of the internet."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((".local", ".internal", ".localhost"))


def _field(value: Any) -> str:
    """A value as a field of a form."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
