"""How Odnoklassniki is asked: signed, by form, its errors read before the status."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import httpx

from collectors import Refused
from collectors.odnoklassniki.signing import session_secret, sig
from collectors.runner.answers import DAY, HOUR, MINUTE, check
from collectors.runner.bodies import json_of
from collectors.runner.budget import ALL
from rezonans.troubles import Invalid

BASE = "https://api.ok.ru/api"

_KEYS = "check the keys in the application's settings at OK and set them anew"
_Says = tuple[str, float, str, bool]
"""Sentence, seconds, whom it concerns (target, method, credential), whether a person must act."""

_BUSY: _Says = ("OK has a fault of its own", MINUTE / 2, "target", False)
_DEAD: _Says = (f"OK does not take the application: {_KEYS}", HOUR, "credential", True)
_RIGHTS: _Says = (
    "OK does not let the application do this; ask api-support@ok.ru for the right",
    HOUR,
    "method",
    True,
)
_CLOSED: _Says = (
    "OK: the group does not let us read it; ask its owner, or take it out of the settings",
    HOUR,
    "target",
    True,
)
_GONE: _Says = (
    "OK: there is no such group; check its number in the settings",
    HOUR,
    "target",
    True,
)
_SAYS: dict[int, _Says] = {
    **dict.fromkeys((1, 2, 12, 30, 31), _BUSY),
    8: ("OK: too many questions of one kind", 5 * MINUTE, "method", False),
    **dict.fromkeys((11, 26), ("OK: our questions are used up for now", HOUR, "method", False)),
    9: ("OK does not take this address (IP); write to api-support@ok.ru", HOUR, "credential", True),
    **dict.fromkeys((101, 104, 105, 210), _DEAD),
    **dict.fromkeys(
        (102, 103),
        ("OK: the session is over; make a new access token and set it", HOUR, "credential", True),
    ),
    **dict.fromkeys((7, 200, 451, 453), _RIGHTS),
    **dict.fromkeys((10, 24, 50, 455), _CLOSED),
    **dict.fromkeys((106, 160, 300), _GONE),
    3: ("OK does not offer this method any more", DAY, "method", True),
    **dict.fromkeys((4, 100), ("OK does not understand the question", HOUR, "target", True)),
}
NOTHING = frozenset({10, 50, 106, 140, 141, 300})
"""Of a discussion: it is closed or gone, and nothing is wrong."""


class Keys(NamedTuple):
    application: str
    secret: str
    token: str


class Asker(NamedTuple):
    """What questions need."""

    http: httpx.AsyncClient
    keys: Keys
    now: datetime

    async def ask(self, method: str, **parameters: str | int) -> bytes:
        """An answer's bytes; refusals are raised."""
        response, code = await self._answer(method, parameters)
        if code is not None:
            raise refusal(code, method)
        check(response, self.now)
        return response.content

    async def ask_of_discussion(self, method: str, **parameters: str | int) -> bytes | None:
        """The same, with `None` where the discussion is closed or gone."""
        response, code = await self._answer(method, parameters)
        if code in NOTHING:
            return None
        if code is not None:
            raise refusal(code, method)
        check(response, self.now)
        return response.content

    async def _answer(
        self, method: str, parameters: Mapping[str, str | int]
    ) -> tuple[httpx.Response, int | None]:
        given = {name: str(value) for name, value in parameters.items()}
        given |= {"application_key": self.keys.application, "format": "json"}
        signature = sig(given, session_secret(self.keys.token, self.keys.secret))
        response = await self.http.post(
            f"{BASE}/{method.replace('.', '/')}",
            data={**given, "sig": signature, "access_token": self.keys.token},
            extensions={"method": method},
        )
        return response, code_of(response)


def code_of(response: httpx.Response) -> int | None:
    """The code of an error, from its header or its body; `None`: it is an answer."""
    said = response.headers.get("invocation-error", "").strip()
    if said.isdecimal():
        return int(said[:9])
    if b'"error_code"' not in response.content:
        return None
    try:
        answer: Any = json_of(response.content)
    except Invalid:
        return None
    code = answer.get("error_code") if isinstance(answer, dict) else None
    return code if isinstance(code, int) else None


def refusal(code: int, method: str) -> Refused:
    """The sentence, the wait and whom it concerns. What OK echoes of the question stays out."""
    unknown = ("OK answers with an error that we do not know", HOUR, "target", False)
    text, seconds, scope, lasting = _SAYS.get(code, unknown)
    concerned = {"target": None, "method": method, "credential": ALL}[scope]
    return Refused(f"{text} ({method}, error {code})", seconds, concerned, lasting=lasting)
