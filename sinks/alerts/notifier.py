"""The one place that knows how a message leaves the house: Apprise, behind a small protocol."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import Protocol

from rezonans.desks import Channel
from rezonans.records import Invalid

SEND_SECONDS = 60.0


@dataclass(frozen=True)
class Button:
    """A way from the message to the desk."""

    text: str
    url: str


@dataclass(frozen=True)
class Notice:
    """A letter, rendered: what any service may take of it."""

    key: str
    """The same letter to the same channel has the same."""
    title: str
    text: str
    html: str = ""
    buttons: tuple[Button, ...] = ()
    picture: bytes | None = None
    """PNG."""
    data: bytes = b"{}"
    """The letter as JSON, for machines."""


class Notifier(Protocol):
    async def send(self, notice: Notice) -> bool:
        """Whether the service took it. May raise whatever its library raises."""
        ...


class AppriseNotifier:
    """Any of Apprise's services. `Invalid` for a URL that it can not read, without the URL."""

    def __init__(self, url: str) -> None:
        import apprise  # a hundred services: only where there is a channel

        _hush()
        self._text = apprise.NotifyFormat.TEXT
        asset = apprise.AppriseAsset(app_id="Rezonans", app_desc="Rezonans", app_url="")
        self._service = apprise.Apprise(asset=asset)
        if not self._service.add(url):
            raise Invalid(f"Apprise can not read this {scheme(url)}:// URL; see its documentation")

    async def send(self, notice: Notice) -> bool:
        async with asyncio.timeout(SEND_SECONDS):
            # Plain text in, so that Apprise escapes it where a service wants HTML.
            sent = await self._service.async_notify(
                body=notice.text, title=notice.title, body_format=self._text
            )
        return bool(sent)


def connect(channel: Channel) -> Notifier:
    """The notifier of a channel. `Invalid`: its URL can not be read, said without it."""
    return AppriseNotifier(channel.url.get_secret_value())


def scheme(url: str) -> str:
    """`tgram` of `tgram://...`: the only part of a URL that is no secret."""
    name, found, _ = url.partition("://")
    return name if found and name.isalnum() else "?"


def _hush() -> None:
    """Apprise and its HTTP library write addresses with their tokens into the log: they do not."""
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    logging.getLogger("urllib3").setLevel(logging.WARNING)
