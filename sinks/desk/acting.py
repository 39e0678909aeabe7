"""Actions of people on the page: one form, checked for who sent it, into the log.

Guarantee: an action is sent once the log has acknowledged it, or the page says that it was not.
Only a form that this desk gave to this browser is heard: its token fits a cookie that other
sites can neither read nor set.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Awaitable, Callable, Container, Mapping
from datetime import datetime
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import Response

from rezonans.handling import Action
from rezonans.i18n import mark
from rezonans.troubles import Busy, Invalid
from sinks import actions

Act = Callable[[Action], Awaitable[None]]
"""Puts an action into the log. `Busy`: the log can not take it now."""

YEAR = 365 * 86400
_SESSION = re.compile(r"[0-9a-f]{32}")


class Refused(Exception):
    """`status` of the answer, and a message of the catalogue."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Acting:
    """`act`: `None` where there is no log to write to; `topics`: codes that may be muted."""

    def __init__(
        self,
        act: Act | None,
        key: bytes,
        did: Callable[[Action], None],
        now: Callable[[], datetime],
        topics: Container[str] | None = None,
    ) -> None:
        self._act = act
        self._key = key
        self._did = did
        self._now = now
        self._topics = topics

    @property
    def possible(self) -> bool:
        return self._act is not None

    def session(self, request: Request) -> str:
        """The browser's session, a new one where it has none."""
        known = request.cookies.get("session", "")
        return known if _SESSION.fullmatch(known) else secrets.token_hex(16)

    def token(self, session: str) -> str:
        return hmac.new(self._key, session.encode(), hashlib.sha256).hexdigest()

    def keep(self, response: Response, session: str) -> None:
        response.set_cookie("session", session, YEAR, httponly=True, samesite="strict")

    def who(self, request: Request) -> str:
        """The name this browser acted by last; empty where it has none that may stand."""
        try:
            return actions.name(unquote(request.cookies.get("who", "")))
        except Invalid:
            return ""

    async def __call__(self, request: Request, form: Mapping[str, str]) -> tuple[str, str]:
        """Do what a form says; the name to remember and the part of the page to return to."""
        self._check(request, form.get("token", ""))
        if self._act is None:
            raise Refused(503, mark("There is no log to write this to: start `rezonans run`."))
        order = form.get("do", "")
        try:
            if not order:  # only the name was entered
                return actions.name(form.get("by", "")), "loud"
            action = actions.act(order, form.get("by", ""), self._now(), self._topics)
            await self._act(action)
        except Invalid as error:
            raise Refused(422, str(error)) from None
        except Busy:
            raise Refused(503, mark("This could not be written down. Try again.")) from None
        self._did(action)
        spike = action.subject.removeprefix("spike:")
        return action.by, f"spike-{spike}" if spike != action.subject else "alerts"

    def _check(self, request: Request, token: str) -> None:
        site = request.headers.get("sec-fetch-site", "same-origin")
        session = request.cookies.get("session", "")
        fits = hmac.compare_digest(self.token(session), token) if token.isascii() else False
        if site != "same-origin" or not _SESSION.fullmatch(session) or not fits:
            raise Refused(403, mark("This page is out of date. Open the desk anew."))


def remember(response: Response, name: str) -> None:
    """The name for the next action of this browser."""
    response.set_cookie("who", quote(name), YEAR, httponly=True, samesite="strict")
