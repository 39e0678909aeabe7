"""What goes over the wire: signed webhooks, Telegram's Bot API, e-mail; and no secret in words."""

from __future__ import annotations

import asyncio
import email
import email.policy
import hashlib
import hmac
import html
import json
import re
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from rezonans.desks import Channel
from rezonans.troubles import Invalid
from sinks.alerts import AppriseNotifier, Notice, connect
from sinks.alerts.channels import pictured, written
from sinks.alerts.mail import Mail
from sinks.alerts.notifier import Button
from sinks.alerts.telegram import CAPTION, Telegram, public, words
from sinks.alerts.webhook import Webhook

# An import of Apprise's own.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")

SECRET = "a-secret-of-sixteen"
TOKEN = "123456789:abcdefghijklmnopqrstuvwxyz0123456789"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


def notice(**values: Any) -> Notice:
    given: dict[str, Any] = {
        "key": "k1", "title": "Су <мен> жылу", "text": "Бір сағатта 40 & одан көп.\nТағы жол.",
        "data": b'{"alert":"a1"}',
    }  # fmt: skip
    return Notice(**(given | values))


class Service:
    """What answers; keeps every request."""

    def __init__(self, *statuses: int) -> None:
        self._statuses = list(statuses) or [200]
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(self._statuses[min(len(self.requests), len(self._statuses)) - 1])

    @property
    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self)


# ---- webhooks --------------------------------------------------------------------------------


def hook(service: Service, now: Callable[[], float] = lambda: 1_800_000_000.9) -> Webhook:
    return Webhook("hooks://kz.example/in?x=1", SECRET, clock=now, transport=service.transport)


def test_a_webhook_is_signed_and_names_its_letter() -> None:
    service = Service()
    assert asyncio.run(hook(service).send(notice()))
    [request] = service.requests
    assert str(request.url) == "https://kz.example/in?x=1"
    body = json.loads(request.content)
    assert body == {"key": "k1", "title": "Су <мен> жылу", "text": notice().text,
                    "alert": {"alert": "a1"}}  # fmt: skip
    assert request.headers["idempotency-key"] == "k1"
    assert request.headers["x-rezonans-timestamp"] == "1800000000"
    signed = hmac.new(SECRET.encode(), b"1800000000." + request.content, hashlib.sha256)
    assert request.headers["x-rezonans-signature"] == f"v1={signed.hexdigest()}"


def test_a_second_attempt_has_the_same_key() -> None:
    service = Service(503, 200)
    sender = hook(service)
    assert not asyncio.run(sender.send(notice()))
    assert asyncio.run(sender.send(notice()))
    assert {one.headers["idempotency-key"] for one in service.requests} == {"k1"}


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(200, True), (204, True), (301, False), (401, False), (404, False), (429, False),
     (500, False), (400, Invalid), (410, Invalid), (422, Invalid)],
)  # fmt: skip
def test_whether_a_webhook_is_worth_another_attempt(status: int, outcome: Any) -> None:
    sending = hook(Service(status)).send(notice())
    if outcome is Invalid:
        with pytest.raises(Invalid, match=str(status)):
            asyncio.run(sending)
    else:
        assert asyncio.run(sending) is outcome


@pytest.mark.parametrize("url", ["hooks://", "hook:///x", "hooks://h:x/", "https://kz.example"])
def test_an_address_that_is_none_is_not_repeated(url: str) -> None:
    with pytest.raises(Invalid, match="hooks://host/path"):
        Webhook(url, SECRET)


# ---- Telegram --------------------------------------------------------------------------------


def bot(service: Service, chats: str = "42", query: str = "") -> Telegram:
    return Telegram(f"tgram://{TOKEN}/{chats}{query}", transport=service.transport)


def test_telegram_gets_escaped_words_and_a_button() -> None:
    service = Service()
    link = Button("Экранда ашу", "https://desk.kz/#spike-a1")
    assert asyncio.run(bot(service).send(notice(buttons=(link,))))
    [request] = service.requests
    assert request.url.path == f"/bot{TOKEN}/sendMessage"
    sent = json.loads(request.content)
    assert (sent["chat_id"], sent["parse_mode"]) == (42, "HTML")
    assert sent["text"].startswith("<b>Су &lt;мен&gt; жылу</b>\nБір сағатта 40 &amp; одан көп.")
    assert sent["reply_markup"] == {
        "inline_keyboard": [[{"text": "Экранда ашу", "url": "https://desk.kz/#spike-a1"}]]
    }


def test_orders_stand_under_the_words_where_they_fit() -> None:
    service = Service()
    orders = (("Алу", "acknowledge spike:a1"), ("Ұзақ", "mark spike:" + "a" * 60 + " useful"))
    assert asyncio.run(bot(service).send(notice(orders=orders)))
    keyboard = json.loads(service.requests[0].content)["reply_markup"]["inline_keyboard"]
    assert keyboard == [[{"text": "Алу", "callback_data": "acknowledge spike:a1"}]]


def test_a_picture_goes_with_the_words_under_it() -> None:
    service = Service()
    long = "\n".join(["сөз " * 30] * 40)
    assert asyncio.run(bot(service).send(notice(picture=PNG, text=long)))
    [request] = service.requests
    assert request.url.path.endswith("/sendPhoto")
    body = request.content
    assert PNG in body
    caption = re.search(rb'name="caption"\r\n\r\n(.*?)\r\n--', body, re.S)
    assert caption
    assert 500 < len(re.sub("<.*?>", "", caption[1].decode())) <= CAPTION


def test_a_picture_that_is_refused_does_not_keep_the_words_back() -> None:
    service = Service(400, 200)
    assert asyncio.run(bot(service).send(notice(picture=PNG)))
    assert [one.url.path.rpartition("/")[2] for one in service.requests] == [
        "sendPhoto", "sendMessage",
    ]  # fmt: skip


def test_a_chat_that_took_it_is_not_told_again_when_another_refused() -> None:
    service = Service(200, 500, 200)
    sender = bot(service, "42/-100:7", "?silent=yes")
    assert not asyncio.run(sender.send(notice()))
    assert asyncio.run(sender.send(notice()))
    sent = [json.loads(one.content) for one in service.requests]
    first, second, again = [one["chat_id"] for one in sent]
    assert second == again != first
    assert {one["chat_id"]: one.get("message_thread_id") for one in sent} == {42: None, -100: 7}
    assert sent[0]["disable_notification"] is True


def test_what_telegram_will_never_take_is_given_up() -> None:
    with pytest.raises(Invalid, match="400"):
        asyncio.run(bot(Service(400)).send(notice()))
    with pytest.raises(Invalid, match="at least one chat"):
        Telegram(f"tgram://{TOKEN}/")


@pytest.mark.parametrize(
    ("url", "follows"),
    [("https://desk.kz/#a", True), ("http://8.8.8.8:1/", True), ("http://127.0.0.1:8765/", False),
     ("http://localhost/", False), ("http://10.0.0.5/", False), ("http://desk/", False),
     ("http://[::1]/", False), ("http://centre.local/", False)],
)  # fmt: skip
def test_buttons_lead_only_where_others_can_follow(url: str, follows: bool) -> None:
    assert public(url) is follows


@given(st.text(max_size=300), st.text(max_size=3000), st.sampled_from([CAPTION, 4096]))
def test_words_fit_and_hold_no_tags_of_strangers(title: str, text: str, limit: int) -> None:
    said = words(notice(title=title, text=text), limit)
    assert set(re.findall(r"</?\w+>", said)) == {"<b>", "</b>"}
    assert said.count("<") == 2
    assert len(said) - said.count("&") * 4 <= limit + 10


def test_an_emoji_counts_as_the_two_that_telegram_counts() -> None:
    lines = "\n".join("😔" * 100 for _ in range(30))
    said = html.unescape(words(notice(title="Су жоқ 😔", text=lines), 4096))
    plain = said.replace("<b>", "").replace("</b>", "")
    assert 3800 < len(plain.encode("utf-16-le")) // 2 <= 4096


# ---- e-mail ----------------------------------------------------------------------------------


class _Smtp(socketserver.StreamRequestHandler):
    """As much of SMTP as a client needs to hand over one letter."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        data: list[bytes] | None = None
        for line in self.rfile:
            if data is not None:
                if line == b".\r\n":
                    self.server.letters.append(b"".join(data))  # type: ignore[attr-defined]
                    data = None
                    self.wfile.write(b"250 taken\r\n")
                else:
                    data.append(line.removeprefix(b"."))
            elif line.upper().startswith(b"DATA"):
                data = []
                self.wfile.write(b"354 go on\r\n")
            elif line.upper().startswith(b"QUIT"):
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 fine\r\n")


@contextmanager
def post_office() -> Iterator[tuple[int, list[bytes]]]:
    """A port of the loopback and the letters that came to it."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Smtp) as server:
        server.letters = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_address[1], server.letters  # type: ignore[attr-defined]
        server.shutdown()


def mailed(given: Notice) -> email.message.EmailMessage:
    with post_office() as (port, letters):
        url = f"mailto://127.0.0.1:{port}?from=a@rezonans.kz&to=press@kz.kz"
        assert asyncio.run(Mail(url).send(given))
    [letter] = letters
    return email.message_from_bytes(letter, policy=email.policy.default)


def test_a_letter_has_html_and_words_and_the_picture_in_its_place() -> None:
    page = '<p>Су жоқ</p><img src="cid:course.png">'
    letter = mailed(notice(html=page, picture=PNG))
    assert letter["subject"] == "Су <мен> жылу"
    parts = {part.get_content_type(): part for part in letter.walk()}
    assert "Су жоқ" in parts["text/html"].get_content()
    assert "Су жоқ" in parts["text/plain"].get_content()
    picture = parts["image/png"]
    assert picture["content-id"] == "<course.png>"
    assert picture.get_payload(decode=True) == PNG


def test_a_letter_without_html_is_plain() -> None:
    letter = mailed(notice())
    assert letter.get_content_type() == "text/plain"
    assert "Бір сағатта 40 & одан көп." in letter.get_content()


# ---- which is which --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "kind", "draws", "writes"),
    [(f"tgram://{TOKEN}/42", Telegram, True, False),
     ("mailtos://a:b@gmail.com", Mail, True, True),
     ("hooks://kz.example/in", Webhook, False, False),
     ("json://127.0.0.1/x", AppriseNotifier, False, False)],
)  # fmt: skip
def test_the_url_chooses_the_service(url: str, kind: type, draws: bool, writes: bool) -> None:
    channel = Channel(url=SecretStr(url), secret=SecretStr(SECRET))
    assert type(connect(channel)) is kind
    assert (pictured(channel), written(channel)) == (draws, writes)
    assert not pictured(channel.model_copy(update={"picture": False}))


@pytest.mark.parametrize("url", [f"tgram://{TOKEN[:3]}-x/42", "mailto://", "nosuch://x-y-z@h"])
def test_what_can_not_be_read_is_not_repeated(url: str) -> None:
    with pytest.raises(Invalid) as error:
        connect(Channel(url=SecretStr(url)))
    assert url.partition("://")[2] not in str(error.value) or not url.partition("://")[2]
