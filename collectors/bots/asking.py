"""How Telegram refuses, in words of ours: the address of a bot is its password."""

from __future__ import annotations

from datetime import datetime

import httpx

from collectors import Refused
from collectors.runner.answers import HOUR, MINUTE
from collectors.runner.bodies import json_of
from collectors.runner.budget import ALL
from collectors.runner.transport import retry_after
from rezonans.troubles import Busy, Invalid

HOST = "api.telegram.org"


def check(response: httpx.Response, now: datetime) -> None:
    """Nothing for an answer that can be used; `Busy` for all others."""
    status = response.status_code
    if status == 200:
        return
    if status in (401, 404):
        says = f"Telegram does not know the bot ({status}); set its token anew"
        raise Refused(says, HOUR, ALL, lasting=True)
    if status == 409:
        says = "Telegram: somebody else reads this bot (409); give Rezonans a bot of its own"
        raise Refused(says, MINUTE, ALL, lasting=True)
    asked = retry_after(response.headers, now) or _asked(response.content)
    wait = asked or (MINUTE if status == 429 or status >= 500 else HOUR)
    raise Busy(f"Telegram answers {status}", max(wait, 1.0))


def _asked(body: bytes) -> float | None:
    try:
        answer = json_of(body)
        seconds = answer["parameters"]["retry_after"]
    except (Invalid, KeyError, TypeError, IndexError):
        return None
    return float(seconds) if isinstance(seconds, int) and 0 < seconds <= 86_400 else None
