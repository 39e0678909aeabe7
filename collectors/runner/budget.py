"""Budgets of credentials: how much each method was asked, and who asked us to stop.

Guarantee: no method of a credential is asked more than its limits say, over restarts too
where the ledger has a file, and never before the time a refusal named.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import msgspec

from collectors import Limit
from collectors.runner import kept
from collectors.runner.usage import pause, strain
from rezonans.troubles import Busy

HOUR = 3_600
DAY_HOURS = 24
LONGEST = 86_400.0

ALL = "*"
"""Stands for all methods of a credential together."""


def until_reset(zone: str, now: datetime) -> float:
    """Seconds until the next midnight of a zone; a day for `rolling`."""
    if zone == "rolling":
        return LONGEST
    local = now.astimezone(ZoneInfo(zone))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    tomorrow = midnight + timedelta(days=1)  # by the wall clock, whatever the summer does
    return max(tomorrow.timestamp() - now.timestamp(), 1.0)


class Account(msgspec.Struct):
    """What one method of one credential was asked, by hours of unix time."""

    hours: dict[int, int] = {}
    blocked: float = 0.0
    """Unix time until which it is left alone."""
    why: str = ""


class _Book(msgspec.Struct):
    accounts: dict[str, Account] = {}


class Ledger:
    """The accounts of all credentials of the process, kept in a file where one is given."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._book = kept.read(path, _Book)
        self._free: dict[str, float] = {}

    def account(self, credential: str, method: str) -> Account:
        return self._book.accounts.setdefault(f"{credential}/{method}", Account())

    def asked(self, credential: str) -> list[str]:
        """Methods that have an account."""
        mark = f"{credential}/"
        return [name.removeprefix(mark) for name in self._book.accounts if name.startswith(mark)]

    def spent(self, credential: str, method: str, limit: Limit, now: datetime) -> int:
        """Questions of the day that the limit means."""
        first = _first_hour(limit.reset, now)
        hours = self.account(credential, method).hours
        return sum(count for hour, count in hours.items() if hour >= first)

    def spend(self, credential: str, method: str, now: datetime) -> None:
        hours = self.account(credential, method).hours
        hour = _hour(now)
        hours[hour] = hours.get(hour, 0) + 1
        for old in [one for one in hours if one < hour - 2 * DAY_HOURS]:
            del hours[old]

    def block(self, credential: str, method: str, seconds: float, why: str, now: datetime) -> None:
        account = self.account(credential, method)
        until = now.timestamp() + min(seconds, LONGEST)
        if until > account.blocked:
            account.blocked, account.why = until, why
        self.keep()

    def keep(self) -> None:
        """Write the file, where there is one."""
        kept.write(self._path, self._book)

    def put_off(self, credential: str, method: str, until: float) -> None:
        """Let a method wait until a moment of the monotonic clock."""
        name = f"{credential}/{method}"
        self._free[name] = max(self._free.get(name, until), until)

    def slot(self, credential: str, rates: Mapping[str, float | None], at: float) -> float:
        """The next moment that all of some methods may be asked at; it is taken by that. `rates`
        a second, `None` where none is known.
        """
        names = {f"{credential}/{method}": rate for method, rate in rates.items()}
        free = max([at, *(self._free.get(name, at) for name in names)])
        self._free |= {name: free + 1.0 / rate for name, rate in names.items() if rate}
        return free


def _hour(now: datetime) -> int:
    return int(now.timestamp()) // HOUR


def _first_hour(reset: str, now: datetime) -> int:
    if reset == "rolling":
        return _hour(now) - DAY_HOURS
    local = now.astimezone(ZoneInfo(reset))
    return _hour(local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC))


@dataclass(frozen=True)
class Purse:
    """What one credential may ask, and what it has."""

    ledger: Ledger
    credential: str
    limits: Mapping[str, Limit]
    now: Callable[[], datetime]

    def check(self, method: str) -> None:
        """`Busy` while the method is blocked, or its day is used up."""
        now = self.now()
        account = self.ledger.account(self.credential, method)
        left = account.blocked - now.timestamp()
        if left > 0:
            raise Busy(account.why, left)
        room = self.left(method)
        if room is not None and room <= 0:
            which = "all methods" if method == ALL else method
            raise Busy(
                f"the daily budget of {which} is used up "
                f"({self.limits[method].a_day:,} questions); "
                "ask the platform for more, or name fewer targets",
                self._until_room(method, self.limits[method], now),
            )

    def left(self, method: str) -> int | None:
        """Questions that are left of the day; `None`: no limit is known."""
        limit = self.limits.get(method)
        if limit is None or limit.a_day is None:
            return None
        return limit.a_day - self.ledger.spent(self.credential, method, limit, self.now())

    def methods(self) -> list[str]:
        """Every method that has a limit, or was asked."""
        return sorted({*self.limits, *self.ledger.asked(self.credential)})

    def blocked(self, method: str) -> tuple[datetime, str] | None:
        """Until when a method is left alone, and why; `None`: it is not."""
        account = self.ledger.account(self.credential, method)
        if account.blocked <= self.now().timestamp():
            return None
        return datetime.fromtimestamp(account.blocked, UTC), account.why

    def slot(self, methods: Sequence[str], at: float) -> float:
        """The moment of the next question, which is taken by asking for it."""
        known = {method: self.limits.get(method) for method in methods}
        rates = {method: limit.per_second if limit else None for method, limit in known.items()}
        return self.ledger.slot(self.credential, rates, at)

    def slow_down(self, method: str, seconds: float, asked_at: float) -> None:
        """No question before so many seconds after the last: an allowance runs low."""
        if seconds > 0:
            self.ledger.put_off(self.credential, method, asked_at + seconds)

    def spend(self, methods: Sequence[str]) -> None:
        for method in methods:
            self.ledger.spend(self.credential, method, self.now())
        self.ledger.keep()

    def block(self, method: str, seconds: float, why: str) -> None:
        """Leave a method alone, whichever target would ask."""
        self.ledger.block(self.credential, method, seconds, why, self.now())

    def _until_room(self, name: str, limit: Limit, now: datetime) -> float:
        if limit.reset != "rolling":
            return until_reset(limit.reset, now)
        first = _first_hour(limit.reset, now)
        hours = self.ledger.account(self.credential, name).hours
        oldest = min((hour for hour, n in hours.items() if hour >= first and n), default=first)
        return max((oldest + DAY_HOURS + 1) * HOUR - now.timestamp(), 1.0)


class Budgeted(httpx.AsyncBaseTransport):
    """Asks the purse before every question. The extension `method` of a request names it."""

    def __init__(
        self,
        purse: Purse,
        monotonic: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        inner: httpx.AsyncBaseTransport,
    ) -> None:
        self._purse = purse
        self._monotonic = monotonic
        self._sleep = sleep
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        methods = list(dict.fromkeys((str(request.extensions.get("method", ALL)), ALL)))
        for method in methods:
            self._purse.check(method)
        now = self._monotonic()
        at = self._purse.slot(methods, now)
        if at > now:
            await self._sleep(at - now)
        self._purse.spend(methods)
        response = await self._inner.handle_async_request(request)
        self._purse.slow_down(methods[-1], strain(response.headers, self._purse.now()), at)
        rest = pause(response.headers, self._purse.now())
        if rest is not None:
            host = request.url.host
            self._purse.block(ALL, rest, f"{host} says that our allowance is used up for now")
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()
