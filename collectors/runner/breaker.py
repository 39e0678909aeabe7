"""A host that fails is left alone: many targets that each try again would be many tries.

Guarantee: after `AFTER` failures in a row of one method at one host nothing is asked there until
a wait that doubles up to a quarter of an hour is over; then one question tries, and the others
wait for how it ends.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from collectors.runner.robots import Forbidden
from collectors.runner.unpacking import TooLarge
from rezonans.troubles import Busy

AFTER = 5
FIRST_SECONDS = 15.0
LONGEST_SECONDS = 900.0
PROBE_SECONDS = 60.0
"""As long as a question may take: so long its end is waited for."""


@dataclass
class _Line:
    """One method at one host."""

    failures: int = 0
    until: float = 0.0


class Breaker(httpx.AsyncBaseTransport):
    """Stands before the budgets: what is not asked is not paid for."""

    def __init__(
        self,
        monotonic: Callable[[], float],
        inner: httpx.AsyncBaseTransport,
        rng: random.Random | None = None,
    ) -> None:
        self._monotonic = monotonic
        self._inner = inner
        self._rng = rng or random.Random()
        self._lines: dict[tuple[str, str], _Line] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        line = self._lines.setdefault((host, str(request.extensions.get("method", ""))), _Line())
        self._pass(line, host)
        try:
            response = await self._inner.handle_async_request(request)
        except (Forbidden, TooLarge):
            self._mend(line)  # the host answers; what it answers is another matter
            raise
        except httpx.RequestError:
            self._fail(line)
            raise
        if response.status_code >= 500:
            self._fail(line)
        else:
            self._mend(line)
        return response

    def _pass(self, line: _Line, host: str) -> None:
        now = self._monotonic()
        if line.failures < AFTER:
            return
        if line.until > now:
            raise Busy(
                f"{host} has failed {line.failures} times in a row and is left alone for now",
                line.until - now,
            )
        line.until = now + PROBE_SECONDS

    def _fail(self, line: _Line) -> None:
        line.failures += 1
        if line.failures >= AFTER:
            bound = min(FIRST_SECONDS * 2.0 ** (line.failures - AFTER), LONGEST_SECONDS)
            line.until = self._monotonic() + bound * self._rng.uniform(0.5, 1.0)

    @staticmethod
    def _mend(line: _Line) -> None:
        line.failures, line.until = 0, 0.0

    async def aclose(self) -> None:
        await self._inner.aclose()
