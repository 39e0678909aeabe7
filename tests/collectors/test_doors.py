"""Doors: nobody without the secret, nothing acknowledged that is not kept, no word of either."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal, cast

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

import collectors
from collectors.intake.knocks import Knock, Receiver
from collectors.intake.signatures import bearer, derived, same, signed
from collectors.runner import Instance, instance
from collectors.runner import doors as module
from collectors.runner.doors import Doors, Listen, listens, serve
from collectors.runner.journal import URL, Entry, JournalTransport
from rezonans.refused import SettingsError
from tests.collectors.stage import START

TOKEN = "a-token-of-the-tests-0123456789"
TABLE = {
    "kind": "push",
    "legal_basis": "ours",
    "token": TOKEN,
    "system": "crm",
    "columns": {"id": "id", "text": "text", "published": "at"},
}
GOOD = {"id": 1, "text": "Су жоқ", "at": "2026-11-20T10:00:00+05:00"}
SIGNED = {"authorization": f"Bearer {TOKEN}"}


def crm() -> Instance:
    return instance("crm", TABLE)


def doors(folder: Path) -> Doors:
    return Doors([crm()], folder, lambda: START)


def kept(one: Doors) -> list[Entry]:
    return one.journal("crm").after(0)


async def asked(app: Doors, *args: Any, **more: Any) -> httpx.Response:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://door") as http:
        return await http.request(*args, **more)


def ask(app: Doors, *args: Any, **more: Any) -> httpx.Response:
    return asyncio.run(asked(app, *args, **more))


def test_records_come_as_an_array_or_as_lines(tmp_path: Path) -> None:
    app = doors(tmp_path)
    two = [GOOD, {**GOOD, "id": 2}]
    as_array = ask(app, "POST", "/intake/crm", headers=SIGNED, json=two)
    lines = "\n".join(map(json.dumps, two)) + "\n"
    as_lines = ask(app, "POST", "/intake/crm", headers=SIGNED, content=lines.encode())
    for response in (as_array, as_lines):
        assert response.status_code == 200
        assert response.json() == {"taken": 2, "refused": 0, "problems": []}
    assert [json.loads(entry.said)["id"] for entry in kept(app)] == [1, 2, 1, 2]


def test_a_bad_record_is_named_and_its_neighbours_are_taken(tmp_path: Path) -> None:
    app = doors(tmp_path)
    records = [GOOD, {**GOOD, "at": "вчера"}, {"id": 3}, 7, {**GOOD, "id": 5}]
    said = ask(app, "POST", "/intake/crm", headers=SIGNED, json=records).json()
    assert (said["taken"], said["refused"]) == (2, 3)
    assert [(one["record"], one["column"]) for one in said["problems"]] == [
        (2, "at"),
        (3, "text"),
        (4, ""),
    ]
    assert "not a date" in said["problems"][0]["reason"]
    assert len(kept(app)) == 2
    alone = ask(app, "POST", "/intake/crm", headers=SIGNED, json=[{"id": 9}])
    assert alone.status_code == 400, "nothing of it was taken"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "empty"),
        (b"[{]", "no JSON array"),
        (b"\xff\xfe", "UTF-8"),
        (b"[" * 5_000, "no JSON array"),
    ],
)
def test_a_body_that_is_none_is_refused_with_a_sentence(
    tmp_path: Path, body: bytes, says: str
) -> None:
    app = doors(tmp_path)
    response = ask(app, "POST", "/intake/crm", headers=SIGNED, content=body)
    assert response.status_code == 400
    assert says in response.text
    assert kept(app) == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Bearer "},
        {"authorization": f"Basic {TOKEN}"},
        {"authorization": f"Bearer {TOKEN}x"},
        {"authorization": "Bearer \u0442".encode()},
    ],
)
def test_nobody_knocks_without_the_token(tmp_path: Path, headers: dict[str, Any]) -> None:
    app = doors(tmp_path)
    secret = "a text of somebody"
    with capture_logs() as lines:
        response = ask(app, "POST", "/intake/crm", headers=headers, json=[{**GOOD, "text": secret}])
    assert response.status_code == 401
    assert kept(app) == []
    assert lines
    assert not any(word in str(lines) + response.text for word in (secret, TOKEN))


def test_refusals_are_said_ever_more_seldom(tmp_path: Path) -> None:
    app = doors(tmp_path)
    with capture_logs() as lines:
        for _ in range(100):
            asyncio.run(app.knock("crm", Knock(at=START)))
    assert [line["times"] for line in lines] == [1, 2, 4, 8, 16, 32, 64]


def test_other_addresses_and_methods_are_not_there(tmp_path: Path) -> None:
    app = doors(tmp_path)
    for path in ("/", "/intake/", "/intake/other", "/intake/crm/more", "/intakecrm"):
        assert ask(app, "POST", path, headers=SIGNED, json=[GOOD]).status_code == 404
    assert ask(app, "DELETE", "/intake/crm", headers=SIGNED).status_code == 405
    assert ask(app, "GET", "/intake/crm", headers=SIGNED).status_code == 405


def test_a_body_past_the_cap_is_not_read_to_its_end(tmp_path: Path) -> None:
    app, sent = doors(tmp_path), [0]

    async def endless() -> AsyncIterator[bytes]:
        while True:
            sent[0] += 1
            yield b"x" * 65_536

    response = ask(app, "POST", "/intake/crm", headers=SIGNED, content=endless())
    assert response.status_code == 413
    assert sent[0] < 100
    assert kept(app) == []


def test_a_body_that_drips_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BODY_SECONDS", 0.01)
    app = doors(tmp_path)

    async def drip() -> AsyncIterator[bytes]:
        yield b"["
        await asyncio.sleep(5)
        yield b"]"

    async def knock() -> list[dict[str, Any]]:
        said: list[dict[str, Any]] = []
        source = drip()

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": await anext(source), "more_body": True}

        async def send(message: Any) -> None:
            said.append(dict(message))

        scope = {"type": "http", "method": "POST", "path": "/intake/crm", "headers": []}
        await app({**scope, "query_string": b""}, receive, send)
        return said

    assert asyncio.run(knock())[0]["status"] == 408


def test_a_journal_that_is_full_sends_the_sender_away_for_a_while(tmp_path: Path) -> None:
    app = doors(tmp_path)
    app.journal("crm")._most_bytes = 100
    response = ask(app, "POST", "/intake/crm", headers=SIGNED, json=[GOOD])
    assert response.status_code == 503
    assert response.headers["retry-after"] == "60"


class Killed(KeyboardInterrupt):
    """The process dies here."""


CALLS = ("open", "fsync", "fdatasync")


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", range(1, 7))
def test_dying_at_any_call_to_the_disk_loses_nothing_that_was_acknowledged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, when: str
) -> None:
    acknowledged: list[int] = []
    calls = [0]

    def mortal(really: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **more: Any) -> Any:
            calls[0] += 1
            if (calls[0], when) == (number, "before"):
                raise Killed
            found = really(*args, **more)
            if (calls[0], when) == (number, "after"):
                raise Killed
            return found

        return call

    async def send(app: Doors, count: int) -> None:
        for n in range(count):
            body = json.dumps([{**GOOD, "id": n}]).encode()
            knock = Knock(at=START, headers=SIGNED, body=body)
            app.journal("crm")._segment_bytes = 150  # a new file every other time
            assert (await app.knock("crm", knock)).status == 200
            acknowledged.append(n)

    with monkeypatch.context() as broken:
        for name in CALLS:
            broken.setattr(os, name, mortal(getattr(os, name)))
        with suppress(Killed):
            asyncio.run(send(doors(tmp_path), 6))
    found = [json.loads(entry.said)["id"] for entry in kept(doors(tmp_path))]
    assert found[: len(acknowledged)] == acknowledged
    assert len(found) - len(acknowledged) <= 1, "one may be kept whose sender never heard of it"


def test_a_platform_can_not_send_us_into_the_journal(tmp_path: Path) -> None:
    app = doors(tmp_path)
    ask(app, "POST", "/intake/crm", headers=SIGNED, json=[GOOD])

    def away(request: httpx.Request) -> httpx.Response:
        return httpx.Response(302, headers={"location": f"{URL}?after=0"})

    async def follow() -> None:
        async with httpx.AsyncClient(
            transport=httpx.MockTransport(away),
            mounts={"all://journal.invalid": JournalTransport(app.journal("crm"))},
            follow_redirects=True,
        ) as http:
            await http.get("https://platform.example/", extensions={"method": "list"})

    with pytest.raises(httpx.ConnectError):
        asyncio.run(follow())


def test_a_real_server_answers_on_the_loopback_and_ends_when_told(tmp_path: Path) -> None:
    app = doors(tmp_path)

    async def main() -> httpx.Response:
        with capture_logs() as lines:
            serving = asyncio.create_task(serve(app, Listen("127.0.0.1", 0)))
            while not lines and not serving.done():  # noqa: ASYNC110 - it says so in its log only
                await asyncio.sleep(0.01)
        address = f"http://127.0.0.1:{lines[0]['port']}/intake/crm"
        async with httpx.AsyncClient(trust_env=False) as http:
            response = await http.post(address, headers=SIGNED, json=[GOOD])
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving
        return response

    response = asyncio.run(main())
    assert response.json()["taken"] == 1
    assert "server" not in response.headers
    assert len(kept(app)) == 1


def test_a_port_that_is_taken_is_one_sentence(tmp_path: Path) -> None:
    async def main() -> None:
        server = await asyncio.start_server(lambda r, w: None, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server:
            await serve(doors(tmp_path), Listen("127.0.0.1", port))

    with pytest.raises(SettingsError, match=r"intake\.port: can not listen"):
        asyncio.run(main())


# ------------------------------------------------------------------ secrets


@given(left=st.text(max_size=20), right=st.text(max_size=20))
def test_secrets_are_the_same_only_when_they_are(left: str, right: str) -> None:
    assert same(left, right) == (left == right and bool(right))


def test_a_signature_is_of_the_body_the_secret_and_the_kind_that_is_asked_for() -> None:
    # RFC 4231, test case 2
    digest = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    body, secret = b"what do ya want for nothing?", "Jefe"
    assert signed(f"sha256={digest}", body, secret)
    assert signed(f"sha256={digest.upper()}", body, secret)
    assert not signed(f"sha1={digest}", body, secret)
    assert not signed(f"sha256={digest}", body + b"x", secret)
    assert not signed(f"sha256={digest}", body, "")
    assert not signed("", body, secret)
    assert not signed("md5=0", body, secret, ("md5",))


def test_tokens_are_taken_from_their_header_and_secrets_from_each_other() -> None:
    assert bearer("bearer abc") == "abc"
    assert bearer("abc") == ""
    assert derived("secret", "a") != derived("secret", "b")
    assert len(derived("secret", "a")) == 64


PUSHED = [kind for kind in collectors.kinds() if hasattr(collectors.load(kind), "receive")]


@pytest.mark.parametrize("kind", PUSHED)
def test_every_kind_with_a_door_reads_one_journal(kind: str) -> None:
    from tests.collectors.kit import case

    one = case(kind)
    receiver = cast(Receiver, one.collector)
    assert [target.pushed for target in one.targets].count(True) == 1
    assert listens(Instance(name="x", kind=kind, collector=one.collector, config=one.config))
    methods: tuple[Literal["GET", "POST"], ...] = ("GET", "POST")
    for method in methods:
        knock = Knock(at=START, method=method, body=b'{"type": "x"}')
        reply = receiver.receive(one.config, knock)
        assert reply.status >= 400, "a knock without a signature"
        assert not reply.keep
        secrets = [v.get_secret_value() for _, v in one.config if hasattr(v, "get_secret_value")]
        assert secrets
        assert not any(secret in reply.body for secret in secrets)
