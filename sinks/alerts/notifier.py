"""What a channel has to do, and how Apprise does it for a hundred services."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import Any, Protocol

from rezonans.troubles import Invalid

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
    orders: tuple[tuple[str, str], ...] = ()
    """Text of a button and the order that it gives, where somebody listens for presses."""
    picture: bytes | None = None
    """PNG."""
    data: bytes = b"{}"
    """The letter as JSON, for machines."""


class Notifier(Protocol):
    async def send(self, notice: Notice) -> bool:
        """Whether the service took it. `Invalid`: it never will. May raise whatever its library
        raises: that counts as refused."""
        ...


class AppriseNotifier:
    """Any of Apprise's services, in plain words. `Invalid` for a URL that it can not read."""

    def __init__(self, url: str) -> None:
        import apprise

        self._text = apprise.NotifyFormat.TEXT
        self._service = apprise.Apprise()
        self._service.add(apprise_service(url))

    async def send(self, notice: Notice) -> bool:
        async with asyncio.timeout(SEND_SECONDS):
            # Plain text in, so that Apprise escapes it where a service wants HTML.
            sent = await self._service.async_notify(
                body=notice.text, title=notice.title, body_format=self._text
            )
        return bool(sent)


def apprise_service(url: str) -> Any:
    """What Apprise makes of a URL. `Invalid` for one that it can not read, without the URL."""
    import apprise  # a hundred services: only where there is a channel

    _hush()
    asset = apprise.AppriseAsset(app_id="Rezonans", app_desc="Rezonans", app_url="")
    service = apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
    if service is None:
        raise Invalid(f"Apprise can not read this {scheme(url)}:// URL; see its documentation")
    return service


def scheme(url: str) -> str:
    """`tgram` of `tgram://...`: the only part of a URL that is no secret."""
    name, found, _ = url.partition("://")
    return name.lower() if found and name.isalnum() else "?"


def _hush() -> None:
    """Apprise and the HTTP libraries write addresses with their tokens into the log: they do
    not, here."""
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    for name in ("urllib3", "httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
