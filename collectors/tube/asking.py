"""How YouTube is asked: one list at a time, a unit each; its refusals read before the status."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import httpx

from collectors import Limit, Refused
from collectors.runner.answers import DAY, HOUR, MINUTE, check
from collectors.runner.bodies import json_of
from collectors.runner.budget import ALL, until_reset
from rezonans.troubles import Invalid

BASE = "https://www.googleapis.com/youtube/v3"
ZONE = "America/Los_Angeles"
LIMITS = {ALL: Limit(a_day=10_000, reset=ZONE)}
TOGETHER = 50
"""Identities in one question."""

_SPENT = ("quotaExceeded", "dailyLimitExceeded")
_FAST = ("rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED")
_KEY = (
    *("keyInvalid", "keyExpired", "badRequest", "accessNotConfigured", "ipRefererBlocked"),
    "forbidden",
)
_NOTHING = ("commentsDisabled", "videoNotFound", "playlistNotFound", "commentNotFound")


class Asker(NamedTuple):
    """What questions need."""

    http: httpx.AsyncClient
    secret: str
    now: datetime

    async def ask(self, method: str, **parameters: str | int) -> bytes | None:
        """An answer's bytes; `None` where there is nothing to read. Refusals are raised."""
        response = await self.http.get(
            f"{BASE}/{method}",
            params=parameters,
            headers={"X-Goog-Api-Key": self.secret},
            extensions={"method": method},
        )
        reason = _reason(response)
        if reason in _NOTHING:
            return None
        if reason:
            _refuse(reason, self.now)
        check(response, self.now)
        return response.content


def _reason(response: httpx.Response) -> str:
    if response.is_success:
        return ""
    try:
        reason: Any = json_of(response.content)["error"]["errors"][0]["reason"]
    except (Invalid, KeyError, IndexError, TypeError):
        return ""
    return reason if isinstance(reason, str) else ""


def _refuse(reason: str, now: datetime) -> None:
    """Raise for reasons that are known; the status speaks for all others."""
    if reason in _SPENT:
        says = "YouTube: the units of the day are used up; ask Google for more, or name fewer"
        raise Refused(f"{says} channels", until_reset(ZONE, now), ALL)
    if reason in _FAST:
        raise Refused("YouTube asks us to come less often", MINUTE, ALL)
    if reason in _KEY:
        says = "YouTube does not take the API key; check it in the Google console and set it anew"
        raise Refused(says, HOUR, ALL, lasting=True)
    if reason == "channelNotFound":
        says = "YouTube: there is no such channel any more; take it out of the settings"
        raise Refused(says, DAY, lasting=True)
