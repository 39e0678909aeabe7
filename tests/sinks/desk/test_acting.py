"""Actions from the page: one form, this browser's, by a person with a name."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import httpx
import pytest

from rezonans.handling import Action
from rezonans.i18n import LANGUAGES, Language
from sinks.desk import desk
from sinks.desk.hands import hands
from tests.sinks.desk.world import NOW, World, ago, busy, row_of, spike

ORIGIN = "http://localhost"


class Browser:
    """A browser that keeps cookies, over a desk without a network."""

    def __init__(self, world: World, **options: Any) -> None:
        given: dict[str, Any] = {"act": world.act, "now": lambda: NOW, "key": b"k" * 32}
        transport = httpx.ASGITransport(desk(world, **(given | options)))
        self.client = httpx.AsyncClient(transport=transport, base_url=ORIGIN)

    async def open(self) -> str:
        return (await self.client.get("/")).text

    async def do(self, order: str, by: str = "Айгүл", **more: Any) -> httpx.Response:
        """Press a button of the page."""
        found = re.search(r'name="token" value="([0-9a-f]{64})"', await self.open())
        assert found
        form = {"token": found[1], "by": by, "do": order, "back": "/?topic=gas"}
        headers = more.pop("headers", {"Origin": ORIGIN})
        return await self.client.post("/actions", data=form | more, headers=headers)


def pressed(world: World, order: str, by: str = "Айгүл", **more: Any) -> httpx.Response:
    return asyncio.run(Browser(world).do(order, by, **more))


def test_a_button_becomes_an_action_and_leads_back_to_its_spike() -> None:
    world = busy()
    answer = pressed(world, "acknowledge spike:a1b2c3")
    assert (answer.status_code, answer.headers["location"]) == (303, "/?topic=gas#spike-a1b2c3")
    [action] = world.done
    assert (action.verb, action.subject, action.by) == ("acknowledge", "spike:a1b2c3", "Айгүл")
    assert action.at == NOW


def test_what_was_done_is_shown_before_the_store_has_it_and_the_name_is_remembered() -> None:
    async def test() -> None:
        browser = Browser(World(spikes=[row_of(spike())]))
        await browser.do("acknowledge spike:a1b2c3", "Ержан Б.")
        html = await browser.open()
        assert "В работе: Ержан Б., 14:05" in html
        assert 'name="by" value="Ержан Б."' in html
        assert "acknowledge spike:a1b2c3" not in html

    asyncio.run(test())


def test_a_mark_of_one_person_counts_once_however_the_name_is_typed() -> None:
    typed = ["Иван", "ИВАН", "Ивaн", "Ирина"]  # the third with a Latin letter
    marks = [
        Action(action=by, at=NOW, subject="spike:a", verb="mark", by=by, value=value)
        for by, value in zip(typed, ["useful", "useful", "useless", "useful"], strict=True)
    ]
    assert sorted(hands(marks, NOW).marks["a"].values()) == ["useful", "useless"]


def test_entering_a_name_alone_only_remembers_it() -> None:
    world = busy()
    answer = pressed(world, "")
    assert answer.headers["location"] == "/?topic=gas#loud"
    assert world.done == []
    assert "who=" in answer.headers["set-cookie"]
    assert "HttpOnly" in answer.headers["set-cookie"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"token": "0" * 64}, 403),
        ({"token": ""}, 403),
        ({"token": "ы"}, 403),
        ({"headers": {"Origin": "https://evil.example"}}, 403),
        ({"headers": {"Sec-Fetch-Site": "cross-site"}}, 403),
        ({"headers": {"Sec-Fetch-Site": "same-site"}}, 403),
        ({"headers": {"Cookie": "session=" + "0" * 32}}, 403),
        ({"headers": {}}, 303),
        ({"by": "<b>"}, 422),
        ({"by": ""}, 422),
        ({"do": "drop spike:a1"}, 422),
        ({"do": "mute author:x 60"}, 422),
    ],
)
def test_only_forms_of_this_desk_and_browser_are_heard(change: dict[str, Any], status: int) -> None:
    world = busy()
    answer = pressed(world, "acknowledge spike:a1b2c3", **change)
    assert answer.status_code == status
    assert len(world.done) == (status == 303)


def test_the_token_of_another_browser_does_not_fit() -> None:
    async def test() -> None:
        world = busy()
        mine, other = Browser(world), Browser(world)
        found = re.search(r'name="token" value="([0-9a-f]{64})"', await other.open())
        assert found
        answer = await mine.do("acknowledge spike:a1b2c3", token=found[1])
        assert answer.status_code == 403
        assert world.done == []

    asyncio.run(test())


def test_a_get_does_nothing() -> None:
    async def test() -> None:
        browser = Browser(world := busy())
        answer = await browser.client.get("/actions?do=acknowledge+spike:a1b2c3&by=A+B")
        assert answer.status_code == 405
        assert world.done == []

    asyncio.run(test())


@pytest.mark.parametrize(
    ("language", "said"), [("ru", "Не удалось записать."), ("kk", "Жазылмады.")]
)
def test_a_log_that_is_away_is_said(language: Language, said: str) -> None:
    async def test() -> None:
        world = busy()
        world.busy = True
        browser = Browser(world, language=language)
        answer = await browser.do("acknowledge spike:a1b2c3")
        assert (answer.status_code, said in answer.text) == (503, True)
        assert "В работе: Айгүл, 14:05" not in await browser.open()

    asyncio.run(test())


def test_without_a_log_there_are_no_buttons_to_press() -> None:
    async def test() -> None:
        browser = Browser(busy(), act=None)
        html = await browser.open()
        assert 'id="act"' not in html
        assert '<body class="reading"' in html

    asyncio.run(test())


# ---- what the page says ----------------------------------------------------------------------


def shown(world: World, language: Language = "ru") -> str:
    return asyncio.run(Browser(world, language=language).open())


def test_who_has_it_in_hand_what_was_told_and_what_was_not() -> None:
    html = shown(busy())
    assert "В работе: Айгүл, 13:10" in html
    assert "13:07 · press → telegram · отправлено: всплеск начался" in html
    assert "13:08 · press → mail · не доставлено: сервис не принял" in html
    assert "не отправлено" in html
    assert "заглушено: Айгүл, до 17:35" in html
    assert "Полезно · 1" in html


def test_mutes_and_crisis_mode_stand_with_the_way_to_end_them() -> None:
    world = busy()
    world.rows["actions"].append(
        {"action": "c", "at_ms": int(NOW.timestamp() * 1000), "subject": "desk:*",
         "verb": "crisis", "by": "Ержан", "value": ago(-120).isoformat()}
    )  # fmt: skip
    html = shown(world)
    assert "Кризисный режим, до 16:05 (Ержан)" in html
    assert 'value="crisis desk:* off"' in html
    assert 'value="mute topic:transport off"' in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_order_that_has_ended_is_not_shown(language: Language) -> None:
    world = busy()
    world.rows["actions"][-1]["value"] = ago(1).isoformat()
    assert "mute topic:transport off" not in shown(world, language)


def test_a_spike_whose_id_is_no_id_has_no_buttons() -> None:
    html = shown(World(spikes=[row_of(spike(spike='"><script>'))]))
    assert 'name="do" value="acknowledge' not in html
