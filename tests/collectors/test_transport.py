"""The way out: bounded, polite, never into our own network."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import httpx
import pytest
from pytest_httpserver import HTTPServer

from collectors import Refused
from collectors.runner import transport, unpacking
from collectors.runner.answers import check, place
from collectors.runner.transport import Gate, client, public, retry_after
from rezonans.troubles import Busy

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
Handler = Callable[[httpx.Request], httpx.Response]


class Hands:
    """A clock that sleeping moves."""

    def __init__(self) -> None:
        self.at = 0.0

    async def sleep(self, seconds: float) -> None:
        self.at += seconds

    @property
    def gate(self) -> Gate:
        return Gate(monotonic=lambda: self.at, sleep=self.sleep)


def get(
    url: str, handler: Handler | None = None, *, private: tuple[str, ...] = ()
) -> httpx.Response:
    async def main() -> httpx.Response:
        inner = httpx.MockTransport(handler) if handler else None
        async with client(
            contact="press@example.kz",
            gap=0.0,
            gate=Gate(),
            now=lambda: NOW,
            private_hosts=private,
            inner=inner,
        ) as http:
            return await http.get(url)

    return asyncio.run(main())


def answer(body: bytes, coding: str | None = None) -> Handler:
    headers = {"content-encoding": coding} if coding else {}
    return lambda request: httpx.Response(200, stream=Pieces(body), headers=headers)


class Pieces(httpx.AsyncByteStream):
    """A body in small pieces, still packed."""

    def __init__(self, body: bytes, size: int = 777) -> None:
        self._body, self._size = body, size

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for start in range(0, len(self._body), self._size):
            yield self._body[start : start + self._size]


def test_says_who_it_is_and_asks_only_for_what_it_can_unpack() -> None:
    seen: list[httpx.Headers] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers)
        return httpx.Response(200)

    get("https://news.example.kz/rss", handler)
    assert seen[0]["user-agent"].startswith("Rezonans/")
    assert "press@example.kz" in seen[0]["user-agent"]
    assert seen[0]["accept-encoding"] == "gzip, deflate"


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        (None, lambda b: b),
        ("identity", lambda b: b),
        ("gzip", gzip.compress),
        ("gzip", lambda b: gzip.compress(b[:4]) + gzip.compress(b[4:])),
        ("gzip", lambda b: gzip.compress(b) + b"\0\0\0"),
        ("deflate", zlib.compress),
        ("deflate", lambda b: zlib.compress(b)[2:-4]),
    ],
)
def test_unpacks(coding: str | None, pack: Callable[[bytes], bytes]) -> None:
    text = "жаңалықтар " * 100
    response = get("https://a.kz/", answer(pack(text.encode()), coding))
    assert response.text == text
    assert "content-encoding" not in response.headers


@pytest.mark.parametrize(
    ("body", "coding", "says"),
    [
        (gzip.compress(b"x" * 1000, mtime=0)[:-12], "gzip", "ends in the middle"),
        (gzip.compress(b"x" * 1000, mtime=0)[:-8] + b"\xff" * 8, "gzip", "damaged"),
        (b"plain text", "gzip", "damaged"),
        (b"x", "br", "br, which was not asked for"),
    ],
)
def test_damaged_packing_is_an_error_and_no_half_answer(
    body: bytes, coding: str, says: str
) -> None:
    with pytest.raises(httpx.DecodingError, match=says):
        get("https://a.kz/", answer(body, coding))


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "BODY_BYTES", 1 << 20)
    bomb = gzip.compress(b"\0" * (50 << 20))
    with pytest.raises(unpacking.TooLarge, match="unpacks to more than 1 MiB"):
        get(
            "https://a.kz/",
            lambda r: httpx.Response(
                200, stream=Pieces(bomb, 65536), headers={"content-encoding": "gzip"}
            ),
        )


def test_an_endless_body_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "BODY_BYTES", 1000)
    with pytest.raises(unpacking.TooLarge):
        get("https://a.kz/", answer(b"x" * 1001))
    assert len(get("https://a.kz/", answer(b"x" * 1000)).content) == 1000


def test_a_slow_drip_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "TOTAL_SECONDS", 0.05)

    class Drip(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            while True:
                yield b"x"
                await asyncio.Event().wait()

    with pytest.raises(httpx.ReadTimeout, match="no whole answer"):
        get("https://a.kz/", lambda request: httpx.Response(200, stream=Drip()))


@pytest.mark.parametrize(
    ("address", "is_public"),
    [
        ("8.8.8.8", True),
        ("2a00:1450:4010:c0f::64", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::808:808", True),
        ("2002:7f00:1::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
    ],
)
def test_public_addresses(address: str, is_public: bool) -> None:
    assert public(address) is is_public


def test_our_own_network_is_refused_unless_it_is_meant(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/rss").respond_with_data("<rss/>")
    url = httpserver.url_for("/rss")
    with pytest.raises(httpx.ConnectError, match="private_hosts"):
        get(url)
    assert httpserver.log == []
    assert get(url, private=(httpx.URL(url).host,)).text == "<rss/>"


def test_a_redirect_into_our_own_network_is_refused(httpserver: HTTPServer) -> None:
    port = httpserver.port
    inside = f"http://127.0.0.1:{port}/secret"
    httpserver.expect_request("/go").respond_with_data("", status=302, headers={"Location": inside})
    httpserver.expect_request("/secret").respond_with_data("secret")
    with pytest.raises(httpx.ConnectError, match="private network"):
        get(f"http://localhost:{port}/go", private=("localhost",))
    assert [request.path for request, _ in httpserver.log] == ["/go"]


def test_a_redirect_to_a_private_host_that_is_read_otherwise_is_refused_too(
    httpserver: HTTPServer,
) -> None:
    port = httpserver.port
    inside = f"http://localhost:{port}/secret"
    httpserver.expect_request("/go").respond_with_data("", status=302, headers={"Location": inside})
    httpserver.expect_request("/near").respond_with_data("", status=302, headers={"Location": "/x"})
    httpserver.expect_request("/x").respond_with_data("x")
    hosts = ("127.0.0.1", "localhost")
    with pytest.raises(httpx.ConnectError, match="sends us to localhost, a host of our own"):
        get(f"http://127.0.0.1:{port}/go", private=hosts)
    assert get(f"http://127.0.0.1:{port}/near", private=hosts).text == "x"


def test_circles_of_redirects_end() -> None:
    with pytest.raises(httpx.TooManyRedirects):
        get("https://a.kz/", lambda r: httpx.Response(302, headers={"Location": "/again"}))


def test_no_redirect_leaves_the_web() -> None:
    with pytest.raises(httpx.UnsupportedProtocol):
        get("https://a.kz/", lambda r: httpx.Response(302, headers={"Location": "file:///etc/x"}))


def test_a_host_is_not_asked_more_often_than_its_gap() -> None:
    hands = Hands()
    gate, seen = hands.gate, []

    async def main() -> None:
        for host in ("a.kz", "a.kz", "b.kz", "a.kz"):
            await gate.enter(host, 2.0)
            seen.append((host, hands.at))

    asyncio.run(main())
    assert seen == [("a.kz", 0.0), ("a.kz", 2.0), ("b.kz", 2.0), ("a.kz", 4.0)]


@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_asks_for_patience_is_left_alone_by_everyone(status: int) -> None:
    hands, asked = Hands(), []
    gate = hands.gate

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(status, headers={"Retry-After": "120"})

    async def main() -> None:
        for contact in ("one", "two"):
            async with client(
                contact=contact,
                gap=0.0,
                gate=gate,
                now=lambda: NOW,
                inner=httpx.MockTransport(handler),
            ) as http:
                await http.get("https://a.kz/" + contact)

    with pytest.raises(Busy) as caught:
        asyncio.run(main())
    assert asked == ["https://a.kz/one"]
    assert caught.value.retry_after == 120


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("77", 77.0),
        ("0", 0.0),
        ("1000000000", 86_400.0),
        ("9" * 400, 86_400.0),
        ("Fri, 20 Nov 2026 12:02:00 GMT", 120.0),
        ("Fri, 20 Nov 2026 11:00:00 GMT", 0.0),
        ("Fri, 20 Nov 2099 11:00:00 GMT", 86_400.0),
        ("-5", None),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after(value: str, seconds: float | None) -> None:
    assert retry_after(httpx.Headers({"retry-after": value}), NOW) == seconds


def test_refusals_say_what_to_do() -> None:
    request = httpx.Request("GET", "https://user:pass@a.kz/rss?key=secret")
    with pytest.raises(Busy) as caught:
        check(httpx.Response(404, request=request), NOW)
    assert str(caught.value) == "a.kz/rss is not there (404): check the address"
    assert isinstance(caught.value, Refused)
    assert caught.value.lasting, "it is parked"
    with pytest.raises(Busy) as passing:
        check(httpx.Response(503, request=request), NOW)
    assert not isinstance(passing.value, Refused)
    assert place("https://user:pass@a.kz/rss?key=secret") == "a.kz/rss"
    check(httpx.Response(200, request=request), NOW)
    check(httpx.Response(304, request=request), NOW)
