"""Buttons under Telegram's messages: what somebody presses becomes an action.

The bot is asked for presses (long polling), so it must be this channel's alone. Only presses in
the chats of the channel count. Guarantee: at least once, with the same id; what one person has
acknowledged or marked twice is acknowledged or marked once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Container
from datetime import UTC, datetime

import httpx
import msgspec
import structlog

from rezonans.handling import Action
from rezonans.i18n import Language, mark, translator
from rezonans.troubles import Busy, Invalid
from sinks import actions
from sinks.alerts.notifier import apprise_service
from sinks.alerts.telegram import API

HOLD_SECONDS = 50
"""How long Telegram holds a question for presses open."""
REST_SECONDS = 5.0
LONG_REST_SECONDS = 60.0

log = structlog.get_logger("alerts")


class _Person(msgspec.Struct):
    first_name: str = ""
    last_name: str = ""
    username: str = ""


class _Chat(msgspec.Struct):
    id: int
    username: str = ""


class _Message(msgspec.Struct):
    chat: _Chat


class _Press(msgspec.Struct):
    id: str
    sender: _Person = msgspec.field(name="from")
    message: _Message | None = None
    data: str = ""


class _Numbered(msgspec.Struct):
    update_id: int


class _Update(_Numbered):
    callback_query: _Press | None = None


class _Updates(msgspec.Struct):
    result: list[msgspec.Raw] = []


class Buttons:
    """Listens for one channel. `act` puts an action into the log; `Busy`: it can not now."""

    def __init__(
        self,
        name: str,
        url: str,
        act: Callable[[Action], Awaitable[None]],
        *,
        language: Language = "ru",
        topics: Container[str] | None = None,
        api: str = API,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        service = apprise_service(url)
        self._name = name
        self._base = f"{api}/bot{service.bot_token}"
        self._chats = {str(chat).lower() for chat, _topic in service.targets}
        self._act = act
        self._words = translator(language)
        self._topics = topics
        self._transport = transport
        self._clock = clock
        self._sleep = sleep
        self._offset = 0

    async def run(self) -> None:
        """Listen until cancelled. Whatever Telegram does costs the buttons alone."""
        async with httpx.AsyncClient(
            timeout=HOLD_SECONDS + 15, transport=self._transport, trust_env=False
        ) as client:
            while True:
                try:
                    rest = await self.turn(client)
                except (httpx.HTTPError, msgspec.DecodeError) as error:
                    # The class alone: texts of such errors hold the address with its token.
                    log.warning("buttons_unheard", channel=self._name, reason=type(error).__name__)
                    rest = REST_SECONDS
                await self._sleep(rest)

    async def turn(self, client: httpx.AsyncClient) -> float:
        """One question for presses; seconds to rest before the next."""
        question = {
            "offset": self._offset, "timeout": HOLD_SECONDS, "allowed_updates": ["callback_query"],
        }  # fmt: skip
        answer = await client.post(f"{self._base}/getUpdates", json=question)
        if not answer.is_success:
            log.warning(
                "buttons_unheard", channel=self._name, reason=str(answer.status_code),
                remedy="the bot must be this channel's alone, without a webhook, its token valid",
            )  # fmt: skip
            return LONG_REST_SECONDS
        for raw in msgspec.json.decode(answer.content, type=_Updates).result:
            number = msgspec.json.decode(raw, type=_Numbered).update_id
            try:
                await self._pressed(client, msgspec.json.decode(raw, type=_Update))
            except msgspec.DecodeError:  # one that would be asked for again for ever
                log.warning("press_not_understood", channel=self._name, update=number)
            except Busy as busy:
                return busy.retry_after
            self._offset = number + 1
        return 0.0

    async def _pressed(self, client: httpx.AsyncClient, update: _Update) -> None:
        press = update.callback_query
        if press is None:
            return
        said = mark("Written down.")
        try:
            if not self._ours(press):
                raise Invalid(mark("That can not be done here."))
            now = datetime.fromtimestamp(self._clock(), UTC)
            action = actions.act(
                press.data, _name(press.sender), now, self._topics,
                new_id=lambda: f"telegram-{update.update_id}",
            )  # fmt: skip
            await self._act(action)
        except Invalid as error:
            said = str(error)
        reply = {"callback_query_id": press.id, "text": self._words.gettext(said)}
        await client.post(f"{self._base}/answerCallbackQuery", json=reply)

    def _ours(self, press: _Press) -> bool:
        chat = press.message.chat if press.message else None
        names = (str(chat.id), f"@{chat.username.lower()}") if chat else ()
        return any(name in self._chats for name in names)


def _name(sender: _Person) -> str:
    """As others will see it; what Telegram lets people call themselves may be no name."""
    for text in (f"{sender.first_name} {sender.last_name}", sender.first_name, sender.username):
        try:
            return actions.name(text[: actions.NAME_LENGTH])
        except Invalid:
            continue
    return "Telegram"
