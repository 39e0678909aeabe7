"""E-mail through Apprise: the letter as HTML with its plain words beside it."""

from __future__ import annotations

import asyncio
from typing import Any

from sinks.alerts.notifier import SEND_SECONDS, Notice, apprise_service

PICTURE = "course.png"
"""The name by which the HTML points to the picture."""


class Mail:
    """The addresses of one `mailto(s)://` URL. `Invalid`: it can not be read."""

    def __init__(self, url: str) -> None:
        import apprise

        self._html, self._text = apprise.NotifyFormat.HTML, apprise.NotifyFormat.TEXT
        service = apprise_service(url)
        service.inline = True  # the picture stands in the letter, not below it
        self._service = apprise.Apprise()
        self._service.add(service)

    async def send(self, notice: Notice) -> bool:
        async with asyncio.timeout(SEND_SECONDS):
            return bool(
                await self._service.async_notify(
                    title=notice.title,
                    body=notice.html or notice.text,
                    body_format=self._html if notice.html else self._text,
                    attach=_attachment(notice.picture) if notice.html else None,
                )
            )


def _attachment(picture: bytes | None) -> Any:
    if picture is None:
        return None
    import apprise
    from apprise.attachment.memory import AttachMemory

    memory: Any = AttachMemory
    found = apprise.AppriseAttachment()
    found.add(memory(content=picture, name=PICTURE, mimetype="image/png"))
    return found
