"""What VK's errors mean. They come with HTTP 200, so they are read before the status. Pure."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from collectors import Refused
from collectors.runner.answers import DAY, HOUR, MINUTE
from collectors.runner.bodies import json_of
from collectors.runner.budget import ALL
from rezonans.troubles import Invalid

CLOSED = frozenset({212, 213})
"""Comments are closed: there is nothing to read, and nothing is wrong."""

_KEY = "check the service token in the application's settings at VK and set it anew"
_PERSON = "a person must sign in at VK with this account; Rezonans solves no such tasks"


class _Says(NamedTuple):
    text: str
    seconds: float
    scope: str = "target"
    """target, method or credential"""
    lasting: bool = False


def _dead(text: str) -> _Says:
    return _Says(text, HOUR, "credential", lasting=True)


def _parked(text: str) -> _Says:
    return _Says(text, HOUR, lasting=True)


_BUSY = _Says("VK has a fault of its own", MINUTE / 2)
_SAYS: dict[int, _Says] = {
    6: _Says("VK: too many questions a second", 1.0, "credential"),
    9: _Says("VK: too many questions of one kind", 5 * MINUTE, "method"),
    29: _Says("VK: the daily number of questions of this kind is used up", HOUR, "method"),
    **dict.fromkeys((1, 10, 13, 32, 36, 43), _BUSY),
    **dict.fromkeys(
        (4, 5, 16, 25, 27, 28, 38, 1114, 1116, 1117, 1118, 3609),
        _dead(f"VK does not take the token: {_KEY}"),
    ),
    **dict.fromkeys((2, 11, 101), _dead("VK: the application is switched off; switch it on at VK")),
    **dict.fromkeys((14, 3300), _dead(f"VK asks for a captcha: {_PERSON}")),
    **dict.fromkeys(
        (17, 24, 3301, 3302, 3303, 3304, 11500), _dead(f"VK asks for a confirmation: {_PERSON}")
    ),
    42: _dead("VK does not take this address (IP): allow it in the application's settings"),
    **dict.fromkeys(
        (3, 21, 23, 33, 34, 35),
        _Says("VK does not offer this method to us any more", DAY, "method", lasting=True),
    ),
    **dict.fromkeys(
        (7, 15, 20, 200, 201, 203, 204, 210, 211, 260),
        _parked("VK: the community does not let us read it; ask its owner, or take it out"),
    ),
    **dict.fromkeys(
        (18, 37, 3610), _parked("VK: the page was deleted or banned; take it out of the settings")
    ),
    19: _parked("VK: the content is blocked"),
    30: _parked("VK: the page is private; private pages are not read"),
    **dict.fromkeys(
        (39, 40, 104, 113, 125, 140),
        _parked("VK: there is no such community; check its name in the settings"),
    ),
    **dict.fromkeys((8, 100, 150), _parked("VK does not understand the question")),
}


def error_of(body: bytes) -> dict[str, Any] | None:
    """The error of an answer, `None` where it holds none or is no JSON."""
    if b'"error"' not in body:
        return None
    try:
        answer = json_of(body)
    except Invalid:
        return None
    error = answer.get("error") if isinstance(answer, dict) else None
    return error if isinstance(error, dict) else None


def refusal(error: dict[str, Any], method: str) -> Refused:
    """The sentence, the wait and whom it concerns. What VK echoes of the question stays out."""
    code = error.get("error_code")
    says = _SAYS.get(code) if isinstance(code, int) else None
    if says is None:
        says = _Says("VK answers with an error that we do not know", HOUR)
    if code in (8, 100, 150):
        says = says._replace(text=f"{says.text}: {_harmless(error.get('error_msg'))}")
    concerned = {"target": None, "method": method, "credential": ALL}[says.scope]
    text = f"{says.text} ({method}, error {code})"
    return Refused(text, says.seconds, concerned, lasting=says.lasting)


def _harmless(message: object) -> str:
    """VK's own words without anything that looks like a token."""
    return re.sub(r"[A-Za-z0-9_.-]{20,}", "…", str(message))[:200]
