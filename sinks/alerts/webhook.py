"""Signed webhooks: the letter as JSON to an address of the desk's own systems.

Guarantee: at least once, with the same `Idempotency-Key` each time. `X-Rezonans-Signature` is
`v1=` and the hex HMAC-SHA256, under the secret of the channel, of the time in
`X-Rezonans-Timestamp` (unix seconds), a full stop, and the body as it was sent.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable

import httpx
import msgspec

from rezonans.troubles import Invalid
from sinks.alerts.notifier import Notice

SECONDS = 20.0
NEVER = frozenset({400, 410, 413, 415, 422})
"""Answers that no second attempt changes."""
SCHEMES = {"hook": "http", "hooks": "https"}


class _Body(msgspec.Struct):
    key: str
    title: str
    text: str
    alert: msgspec.Raw


class Webhook:
    """One address. `Invalid`: the service will never take this letter."""

    def __init__(
        self,
        url: str,
        secret: str,
        *,
        clock: Callable[[], float] = time.time,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._url = address(url)
        self._secret = secret.encode()
        self._clock = clock
        self._transport = transport

    async def send(self, notice: Notice) -> bool:
        body = msgspec.json.encode(
            _Body(notice.key, notice.title, notice.text, msgspec.Raw(notice.data))
        )
        moment = str(int(self._clock()))
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Rezonans",
            "Idempotency-Key": notice.key,
            "X-Rezonans-Timestamp": moment,
            "X-Rezonans-Signature": signature(self._secret, moment, body),
        }
        async with httpx.AsyncClient(
            timeout=SECONDS, transport=self._transport, trust_env=False
        ) as client:
            answer = await client.post(self._url, content=body, headers=headers)
        if answer.status_code in NEVER:
            raise Invalid(f"the service answered {answer.status_code}: it will never take this")
        return answer.is_success


def signature(secret: bytes, moment: str, body: bytes) -> str:
    """What a receiver computes and compares, in constant time."""
    signed = hmac.new(secret, moment.encode() + b"." + body, hashlib.sha256)
    return f"v1={signed.hexdigest()}"


def address(url: str) -> httpx.URL:
    """`hooks://host/path` as the HTTPS address it stands for. `Invalid` without the URL."""
    scheme, _, rest = url.partition("://")
    try:
        found = httpx.URL(f"{SCHEMES[scheme.lower()]}://{rest}")
    except (httpx.InvalidURL, KeyError):
        raise Invalid("a webhook is written like hooks://host/path") from None
    if not found.host:
        raise Invalid("a webhook is written like hooks://host/path")
    return found
