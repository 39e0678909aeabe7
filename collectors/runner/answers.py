"""What a plain HTTP status means for a poll, in words for people."""

from __future__ import annotations

from datetime import datetime

import httpx

from collectors import Refused
from collectors.runner.transport import retry_after
from rezonans.troubles import Busy

MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0

_SAYS: dict[int, tuple[str, float]] = {
    401: ("wants a password: ask its owner for access", HOUR),
    403: ("refuses us (403): ask its owner for access", HOUR),
    404: ("is not there (404): check the address", HOUR),
    410: ("is gone for good (410): take it out of the settings", DAY),
    429: ("asks us to come less often (429)", MINUTE),
    451: ("is closed for legal reasons (451)", DAY),
}
_LASTING = (401, 403, 404, 410, 451)


def check(response: httpx.Response, now: datetime) -> None:
    """Nothing for a usable answer (2xx, 304); `Busy` with a sentence for all others, `Refused`
    where it does not mend itself: such a target is parked.
    """
    status = response.status_code
    if response.is_success or status == 304:
        return
    says, wait = _SAYS.get(status, (f"answers {status}", MINUTE if status >= 500 else HOUR))
    asked = retry_after(response.headers, now)
    wait = wait if asked is None else max(asked, 1.0)
    if status in _LASTING:
        raise Refused(f"{place(response.url)} {says}", wait, lasting=True)
    raise Busy(f"{place(response.url)} {says}", wait)


def place(url: httpx.URL | str) -> str:
    """An address for logs and messages: without query and user, which may hold secrets."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        return "address"
    return f"{parsed.host}{parsed.path}"
