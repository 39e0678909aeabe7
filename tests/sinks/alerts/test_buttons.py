"""Presses under Telegram's messages: ours become actions, others are told no, none is lost."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from rezonans.handling import Action
from rezonans.troubles import Busy
from sinks.alerts.buttons import LONG_REST_SECONDS, REST_SECONDS, Buttons
from tests.sinks.alerts.kit import AT
from tests.sinks.alerts.test_channels import TOKEN

PERSON = {"id": 7, "is_bot": False, "first_name": "Айгүл", "last_name": "С."}


def press(number: int, data: str, chat: Any = 42, **sender: Any) -> dict[str, Any]:
    return {
        "update_id": number,
        "callback_query": {
            "id": f"q{number}", "from": PERSON | sender, "data": data,
            "message": {"message_id": 1, "chat": {"id": chat, "type": "group"}},
        },
    }  # fmt: skip


class Service:
    """Telegram: presses that are given out until an offset confirms them."""

    def __init__(self, *updates: dict[str, Any]) -> None:
        self.updates = list(updates)
        self.said: list[str] = []
        self.status = 200

    def __call__(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        if request.url.path.endswith("/answerCallbackQuery"):
            self.said.append(body["text"])
            return httpx.Response(200, json={"ok": True})
        if self.status != 200:
            return httpx.Response(self.status, json={"ok": False})
        left = [one for one in self.updates if one["update_id"] >= body["offset"]]
        return httpx.Response(200, json={"ok": True, "result": left})


class Bench:
    def __init__(self, service: Service, chats: str = "42") -> None:
        self.done: list[Action] = []
        self.busy = False
        transport = httpx.MockTransport(service)
        self.client = httpx.AsyncClient(transport=transport)
        self.buttons = Buttons(
            "press", f"tgram://{TOKEN}/{chats}", self.act, transport=transport,
            clock=AT.timestamp, sleep=self.sleep,
        )  # fmt: skip
        self.rests: list[float] = []

    async def act(self, action: Action) -> None:
        if self.busy:
            raise Busy("the log is away", 1.5)
        self.done.append(action)

    async def sleep(self, seconds: float) -> None:
        self.rests.append(seconds)
        if len(self.rests) == 3:
            raise asyncio.CancelledError

    def turn(self) -> float:
        return asyncio.run(self.buttons.turn(self.client))


def test_a_press_is_an_action_by_the_person_with_an_id_of_its_own() -> None:
    service = Service(press(5, "acknowledge spike:a1"), press(6, "mark spike:a1 useless"))
    bench = Bench(service)
    assert bench.turn() == 0
    assert [(one.verb, one.value, one.by, one.action) for one in bench.done] == [
        ("acknowledge", None, "Айгүл С.", "telegram-5"),
        ("mark", "useless", "Айгүл С.", "telegram-6"),
    ]
    assert service.said == ["Записано.", "Записано."]
    bench.turn()
    assert len(bench.done) == 2


def test_a_press_that_can_not_be_understood_does_not_hold_up_the_next() -> None:
    strange = {"update_id": 5, "callback_query": {"id": ["?"], "from": None}}
    bench = Bench(Service(strange, press(6, "acknowledge spike:a1")))
    with capture_logs() as said:
        assert bench.turn() == 0
    assert [one.action for one in bench.done] == ["telegram-6"]
    assert [(one["event"], one["update"]) for one in said] == [("press_not_understood", 5)]


@pytest.mark.parametrize(
    "given",
    [press(5, "acknowledge spike:a1", chat=43), press(5, "drop everything"), press(5, ""),
     press(5, "mute topic:nosuch 5")],
)  # fmt: skip
def test_what_is_not_ours_or_no_order_is_told_so(given: dict[str, Any]) -> None:
    service = Service(given)
    bench = Bench(service)
    bench.turn()
    assert bench.done == []
    assert service.said[0] != "Записано."
    bench.turn()
    assert len(service.said) == 1


def test_a_press_waits_for_a_log_that_is_away() -> None:
    service = Service(press(5, "acknowledge spike:a1"))
    bench = Bench(service)
    bench.busy = True
    assert bench.turn() == 1.5
    assert service.said == []
    bench.busy = False
    bench.turn()
    assert [one.action for one in bench.done] == ["telegram-5"]


@pytest.mark.parametrize(
    ("sender", "name"),
    [({"first_name": "🔥", "last_name": ""}, "Telegram"),
     ({"first_name": "<b>", "last_name": "x", "username": "aigul"}, "aigul"),
     ({"first_name": "Ержан", "last_name": "👍"}, "Ержан")],
)  # fmt: skip
def test_a_person_is_called_by_what_can_be_a_name(sender: dict[str, str], name: str) -> None:
    bench = Bench(Service(press(5, "acknowledge spike:a1", **sender)))
    bench.turn()
    assert [one.by for one in bench.done] == [name]


def test_a_bot_that_others_listen_to_says_so_and_rests_without_its_token() -> None:
    service = Service()
    service.status = 409
    bench = Bench(service)
    with capture_logs() as logs:
        assert bench.turn() == LONG_REST_SECONDS
    assert logs[0]["reason"] == "409"
    assert TOKEN not in str(logs)


def test_whatever_telegram_does_costs_the_buttons_alone() -> None:
    answers = [
        httpx.Response(200, content=b"<html>"), httpx.Response(200, json={"result": [{}]}),
    ]  # fmt: skip

    def handler(request: httpx.Request) -> httpx.Response:
        if not answers:
            raise httpx.ConnectError(f"no way to {request.url}")
        return answers.pop()

    bench = Bench(Service())
    buttons = Buttons(
        "press", f"tgram://{TOKEN}/42", bench.act, transport=httpx.MockTransport(handler),
        sleep=bench.sleep,
    )  # fmt: skip
    with capture_logs() as logs, pytest.raises(asyncio.CancelledError):
        asyncio.run(buttons.run())
    assert bench.rests == [REST_SECONDS] * 3
    assert TOKEN not in str(logs)
