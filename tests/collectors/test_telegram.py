"""Telegram: nothing is confirmed that the store does not have, and only named chats are read."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import httpx
import pytest

from collectors import Refused, telegram
from collectors.runner import Options, collect, instance
from rezonans.records import Post
from rezonans.troubles import Busy
from tests.collectors.fakes.telegram import CHANNEL, TOKEN, Bot
from tests.collectors.kit import Case, answers, case, pieces
from tests.collectors.stage import SECRET, Log, Store
from tests.collectors.virtual import VirtualTime

TABLE = {
    "kind": "telegram",
    "legal_basis": "ours",
    "token": TOKEN,
    "chats": [{"id": CHANNEL, "consent": "ours"}],
}


class Slow(Store):
    """A store that has only so many pages of a log so far."""

    def __init__(self, log: Log) -> None:
        super().__init__()
        self.log, self.pages = log, 0

    async def get(self, target: str) -> Any:
        return await Store(self.log.pages[: self.pages]).get(target)


def test_nothing_is_confirmed_before_it_is_stored() -> None:
    bot, log, time = Bot(), Log(), VirtualTime()
    store = Slow(log)
    confirmed: list[Sequence[int]] = []

    async def main() -> None:
        stop = asyncio.Event()
        running = asyncio.create_task(
            collect(
                [instance("tg", TABLE)],
                log,
                store,
                options=Options(secret=SECRET),
                stop=stop,
                clock=time.clock,
                inner=httpx.MockTransport(bot),
            )
        )
        bot.post("бірінші")
        await time.pass_for(60)
        confirmed.append(list(bot.offsets))
        store.pages = 1
        await time.pass_for(5)
        confirmed.append(list(bot.offsets))
        stop.set()
        await running

    asyncio.run(main())
    assert confirmed[0] == [0], "the log has it, the store has not: no further question"
    assert set(confirmed[1]) == {0, 503}
    assert [post.text for post in log.posts] == ["бірінші"]


def recorded() -> Case:
    return case("telegram")


def test_a_comment_hangs_under_the_channels_post_and_answers_under_comments() -> None:
    one = recorded()
    got = pieces(one, one.targets[0], answers(one, one.targets[0]))
    posts = [piece for piece in got if isinstance(piece, Post)]
    assert [(post.kind, post.parent) for post in posts] == [
        ("post", None),
        ("comment", "telegram:-1001000000001:77"),
        ("reply", "telegram:-1001000000002:901"),
        ("post", None),
    ]
    assert [post.event for post in posts] == ["created", "created", "created", "edited"]


def test_letters_to_the_bot_and_chats_without_consent_are_not_read() -> None:
    one = recorded()
    only = one.config.model_copy(update={"chats": one.config.chats[:1]})
    got = answers(one, one.targets[0])
    texts = [
        piece.text
        for answer in got
        for piece in telegram.parse(only, one.targets[0], answer)
        if isinstance(piece, Post)
    ]
    assert texts == ["Су сағат 18:00-де қосылады", "Су сағат 20:00-де қосылады"]


@pytest.mark.parametrize(
    ("status", "body", "seconds", "lasting"),
    [
        (401, {}, 3600, True),
        (404, {}, 3600, True),
        (409, {"description": "Conflict"}, 60, True),
        (429, {"parameters": {"retry_after": 35}}, 35, None),
        (429, {"parameters": {"retry_after": "soon"}}, 60, None),
        (502, [], 60, None),
    ],
)
def test_refusals_do_not_repeat_the_address_which_is_the_password(
    status: int, body: Any, seconds: float, lasting: bool | None
) -> None:
    one = recorded()
    secret = one.config.token.get_secret_value()
    said = json.dumps(body).encode()
    with pytest.raises(Busy) as caught:
        answers(one, one.targets[0], handler=lambda r: httpx.Response(status, content=said))
    assert caught.value.retry_after == seconds
    assert secret not in str(caught.value)
    assert isinstance(caught.value, Refused) == (lasting is not None)


def test_a_person_is_no_chat() -> None:
    with pytest.raises(ValueError, match="less than 0"):
        telegram.Config.model_validate({**TABLE, "chats": [{"id": 7, "consent": "x"}]})
    with pytest.raises(ValueError, match="consent"):
        telegram.Config.model_validate({**TABLE, "chats": [{"id": -7}]})
