"""How collectors reach the world: one polite, bounded HTTP client, never into our own network.

Guarantee: a response is complete or an `httpx.RequestError`; it is at most `BODY_BYTES` long
after decompression, came from a public address (redirects included), and no host is asked
more often than its gap or before the time it told us to wait for.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import socket
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpcore
import httpx

from collectors.runner.unpacking import read_bounded
from rezonans.troubles import Busy

TOTAL_SECONDS = 60.0
LONGEST_WAIT = 86_400.0
"""Nobody is believed who asks us to wait for longer than a day."""

Sleep = Callable[[float], Awaitable[None]]


class Gate:
    """The pace of every host, shared by all clients of the process."""

    def __init__(
        self, monotonic: Callable[[], float] = time.monotonic, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._monotonic = monotonic
        self._sleep = sleep
        self._free: dict[str, float] = {}
        self._blocked: dict[str, float] = {}

    async def enter(self, host: str, gap: float) -> None:
        """Wait for the host's next free moment; `Busy` while it wants to be left alone."""
        now = self._monotonic()
        until = self._blocked.get(host, now)
        if until > now:
            raise Busy(f"{host} asked us to wait", until - now)
        at = max(now, self._free.get(host, now))
        self._free[host] = at + gap
        if at > now:
            await self._sleep(at - now)

    def block(self, host: str, seconds: float) -> None:
        until = self._monotonic() + min(seconds, LONGEST_WAIT)
        self._blocked[host] = max(until, self._blocked.get(host, 0.0))


def retry_after(headers: httpx.Headers, now: datetime) -> float | None:
    """Seconds a server asks us to wait: a number or an HTTP date, at most a day."""
    value = headers.get("retry-after", "").strip()
    if value.isdecimal():
        return min(float(value[:12]), LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(max((at - now).total_seconds(), 0.0), LONGEST_WAIT)


class Guard(httpcore.AsyncNetworkBackend):
    """Connects to addresses that were looked at, so a name can not change its mind between."""

    def __init__(self, allowed: Iterable[str]) -> None:
        self._allowed = frozenset(allowed)
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        refused: httpcore.ConnectError | None = None
        for address in await self._looked_up(host, port, timeout):
            try:
                return await self._inner.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except httpcore.ConnectError as error:
                refused = error
        raise refused or httpcore.ConnectError(f"{host}: no address")

    async def _looked_up(self, host: str, port: int, within: float | None) -> list[str]:
        try:
            async with asyncio.timeout(within):
                found = await asyncio.get_running_loop().getaddrinfo(
                    host, port, type=socket.SOCK_STREAM
                )
        except TimeoutError:
            raise httpcore.ConnectTimeout(f"{host}: its name was not resolved in time") from None
        except (OSError, UnicodeError):
            raise httpcore.ConnectError(f"{host}: there is no such host") from None
        addresses = [str(info[4][0]) for info in found]
        if host not in self._allowed and not all(map(public, addresses)):
            raise httpcore.ConnectError(
                f"{host}: an address of a private network is not read; "
                "if it is meant, name the host in private_hosts"
            )
        return addresses


def public(address: str) -> bool:
    """Whether an address belongs to the open internet, whatever it is wrapped in."""
    ip = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped or ip.sixtofour:
            return public(str(ip.ipv4_mapped or ip.sixtofour))
        if ip in ipaddress.ip_network("64:ff9b::/96"):  # NAT64 carries an IPv4 address
            return public(str(ipaddress.IPv4Address(ip.packed[-4:])))
    return ip.is_global and not ip.is_multicast


class GuardedTransport(httpx.AsyncHTTPTransport):
    """httpx's own transport over a pool that connects through `Guard`.

    httpx has no public place for a network backend; a test of ours fails if an update of
    httpx stops using the pool that is put in here.
    """

    def __init__(self, allowed: Iterable[str]) -> None:
        super().__init__()
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            max_connections=50,
            max_keepalive_connections=10,
            keepalive_expiry=20.0,
            network_backend=Guard(allowed),
        )


class Polite(httpx.AsyncBaseTransport):
    """Paces, reads whole and unpacks within bounds; the inner transport only moves bytes."""

    def __init__(
        self,
        inner: httpx.AsyncBaseTransport,
        gate: Gate,
        gap: float,
        now: Callable[[], datetime],
        private_hosts: Iterable[str] = (),
    ) -> None:
        self._inner = inner
        self._gate = gate
        self._gap = gap
        self._now = now
        self._private_hosts = frozenset(private_hosts)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        if request.url.scheme not in ("http", "https"):
            raise httpx.UnsupportedProtocol(f"{request.url.scheme}: only http and https are read")
        await self._gate.enter(host, self._gap)
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                response = await self._whole(await self._inner.handle_async_request(request))
        except TimeoutError:
            raise httpx.ReadTimeout(f"no whole answer within {TOTAL_SECONDS:.0f} s") from None
        self._stay_out(request.url, response)
        if response.status_code in (429, 503):
            self._gate.block(host, retry_after(response.headers, self._now()) or 0.0)
        return response

    def _stay_out(self, asked: httpx.URL, response: httpx.Response) -> None:
        """A private host is read because it is named, never because another sends us there."""
        if not response.has_redirect_location:
            return
        try:
            to = asked.join(response.headers["location"]).host
        except (httpx.InvalidURL, ValueError):
            return  # httpx says what is wrong with it
        if to in self._private_hosts and to != asked.host:
            raise httpx.ConnectError(f"{asked.host} sends us to {to}, a host of our own network")

    async def _whole(self, response: httpx.Response) -> httpx.Response:
        stream = response.stream
        assert isinstance(stream, httpx.AsyncByteStream)
        try:
            body = await read_bounded(stream, response.headers.get("content-encoding", ""))
        finally:
            await stream.aclose()
        dropped = ("content-encoding", "content-length", "transfer-encoding")
        headers = [
            (k, v) for k, v in response.headers.raw if k.decode("latin-1").lower() not in dropped
        ]
        return httpx.Response(response.status_code, headers=headers, content=body)

    async def aclose(self) -> None:
        await self._inner.aclose()


def client(
    *,
    contact: str,
    gap: float,
    gate: Gate,
    now: Callable[[], datetime],
    private_hosts: Iterable[str] = (),
    inner: httpx.AsyncBaseTransport | None = None,
    around: Callable[[httpx.AsyncBaseTransport], httpx.AsyncBaseTransport] | None = None,
    mounts: Mapping[str, httpx.AsyncBaseTransport] | None = None,
) -> httpx.AsyncClient:
    """A client for one configured collector. `inner` replaces the network in tests; `around`
    is put before the politeness towards hosts: the budgets of credentials. `mounts`: hosts that
    are not of the network.
    """
    logging.getLogger("httpx").setLevel(logging.WARNING)  # its INFO lines hold URLs with keys
    polite = Polite(inner or GuardedTransport(private_hosts), gate, gap, now, private_hosts)
    return httpx.AsyncClient(
        transport=around(polite) if around else polite,
        mounts=mounts,
        headers={
            "User-Agent": f"Rezonans/0.1 (reads public posts; {contact or 'no contact set'})",
            "Accept-Encoding": "gzip, deflate",
        },
        timeout=httpx.Timeout(20.0, connect=5.0, pool=TOTAL_SECONDS),
        follow_redirects=True,
        max_redirects=5,
        trust_env=False,
    )
