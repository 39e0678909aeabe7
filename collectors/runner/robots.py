"""robots.txt: what a site's owner lets machines read, asked before any page of theirs.

Guarantee: no page is asked for that robots.txt of its host, as it was within the last day, keeps
from us; where robots.txt can not be had because the site fails, nothing is read (RFC 9309).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

import httpx
from protego import Protego

AGENT = "Rezonans"
PAGE = {"page": True}
"""Extension of a request for a page that was made for people."""
DAY_SECONDS = 86_400.0
AGAIN_SECONDS = 600.0
"""A site that fails is asked for its robots.txt again after so long."""
MOST_BYTES = 500 * 1024
MOST_HOSTS = 5_000


class Forbidden(httpx.RequestError):
    """The owner of the site asks machines not to read this page."""


class _Rules(NamedTuple):
    until: float
    """Monotonic time up to which they are believed."""
    says: Protego | None
    """`None`: the site fails, so nothing is known and nothing is read."""


class Obedient(httpx.AsyncBaseTransport):
    """Asks robots.txt before pages (requests with `PAGE` among their extensions)."""

    def __init__(self, monotonic: Callable[[], float], inner: httpx.AsyncBaseTransport) -> None:
        self._monotonic = monotonic
        self._inner = inner
        self._known: OrderedDict[str, _Rules] = OrderedDict()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.extensions.get("page"):
            await self._check(request)
        return await self._inner.handle_async_request(request)

    async def _check(self, request: httpx.Request) -> None:
        host = request.url.host
        rules = await self._rules(request)
        if rules.says is None:
            raise Forbidden(f"{host}: robots.txt can not be had; its pages are not read meanwhile")
        if not rules.says.can_fetch(str(request.url), AGENT):
            raise Forbidden(f"{host}: robots.txt asks not to read {request.url.path}")

    async def _rules(self, request: httpx.Request) -> _Rules:
        place = str(request.url.copy_with(path="/robots.txt", query=None, fragment=None))
        known = self._known.get(place)
        if known is not None and known.until > self._monotonic():
            return known
        found = await self._ask(place, request)
        self._known[place] = found
        self._known.move_to_end(place)
        while len(self._known) > MOST_HOSTS:
            self._known.popitem(last=False)
        return found

    async def _ask(self, place: str, request: httpx.Request) -> _Rules:
        """RFC 9309: what is not there forbids nothing, what fails forbids all."""
        headers = {"User-Agent": request.headers.get("user-agent", AGENT)}
        try:
            response = await self._inner.handle_async_request(
                httpx.Request("GET", place, headers=headers, extensions=dict(request.extensions))
            )
            body = await response.aread()
        except httpx.RequestError:
            return _Rules(self._monotonic() + AGAIN_SECONDS, None)
        if response.status_code >= 500 or response.status_code == 429:
            return _Rules(self._monotonic() + AGAIN_SECONDS, None)
        said = body[:MOST_BYTES].decode("utf-8", "replace") if response.is_success else ""
        return _Rules(self._monotonic() + DAY_SECONDS, Protego.parse(said))

    async def aclose(self) -> None:
        await self._inner.aclose()
