"""A server that encrypts with a certificate of its own and knows users: both of our clients."""

from __future__ import annotations

import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn
from clickhouse_connect.driver.exceptions import DatabaseError

from rezonans.refused import SettingsError
from rezonans.troubles import Busy
from sinks.clickhouse.address import Address, address
from sinks.clickhouse.client import open_client
from sinks.clickhouse.door import door
from sinks.clickhouse.reader import Store as Reader
from sinks.clickhouse.reader import Unavailable
from tests.end_to_end.running import wait_for
from tests.sinks.conftest import Store


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("http://h:8123", Address("http://h:8123", "default", "t", None)),
        ("https://me@h:8443", Address("https://h:8443", "me", "t", None)),
        (
            "https://me:p%40s@h:8443/x?ca_cert=/a.pem",
            Address("https://h:8443/x", "me", "p@s", "/a.pem"),
        ),
    ],
)
def test_an_address_is_taken_apart(url: str, found: Address) -> None:
    assert address(url, "t") == found


def test_who_asks_is_said_once() -> None:
    """ClickHouse refuses a request that names a user in headers and signs in besides."""
    heard: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        heard.append(request)
        return httpx.Response(200, json={"meta": [], "data": []})

    reader = Reader("https://me@h:8443?x=1", "t", transport=httpx.MockTransport(answer))
    assert reader.query_sync("SELECT 1") == []
    reader.close()
    (request,) = heard
    assert "authorization" not in request.headers
    assert (request.headers["x-clickhouse-user"], request.headers["x-clickhouse-key"]) == (
        "me",
        "t",
    )
    assert (request.url.host, request.url.username) == ("h", "")


@pytest.mark.parametrize("text", [None, "no certificate"])
def test_a_file_that_is_none_is_said(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "ca.pem"
    if text:
        path.write_text(text)
    for opening in (Reader, open_client):
        with pytest.raises(SettingsError, match=r"store\.url: ca_cert: .*ca\.pem"):
            opening(f"https://h:8443?ca_cert={path}", "t")


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    words += ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    words += ["-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "ca.pem")]
    subprocess.run(words, check=True, capture_output=True, timeout=60)
    return tmp_path / "ca.pem"


@pytest.fixture
def guarded(store: Store, certificate: Path) -> Iterator[str]:
    """The door behind TLS, on a port of its own."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        door(store.engine(), "secret"),
        log_level="critical",
        lifespan="off",
        ssl_certfile=certificate,
        ssl_keyfile=certificate.with_name("key.pem"),
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    wait_for(lambda: server.started, 20)
    yield f"127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(20)
    listening.close()


def test_both_clients_trust_the_authority_that_is_named(
    store: Store, guarded: str, certificate: Path
) -> None:
    url = f"https://reader@{guarded}?ca_cert={certificate}"
    reader = Reader(url, "secret", store.database)
    assert reader.query_sync("SELECT 1 AS one") == [{"one": 1}]
    reader.close()
    client = open_client(url, "secret", store.database)
    with pytest.raises(DatabaseError, match="is not accepted here"):
        client.query("SELECT 1")  # the door's own answer: a writer's settings are none of a reader
    client.close()


def test_and_nobody_else(store: Store, guarded: str) -> None:
    reader = Reader(f"https://{guarded}", "secret", store.database)
    with pytest.raises(Unavailable, match="certificate that nobody we trust"):
        reader.query_sync("SELECT 1")
    reader.close()
    with pytest.raises(Busy):
        open_client(f"https://{guarded}", "secret", store.database)
