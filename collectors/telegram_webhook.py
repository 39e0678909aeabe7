"""Telegram's webhook: the same channels and groups as `telegram`, told in the moment they speak.

Guarantee: every message that Telegram gives the bot is told once, and its edits; an update is
acknowledged when it is on our disk. Once a day the collector tells Telegram again where the door
is, with a secret that is made of the bot's token, so a lost webhook mends itself. One bot either
polls or has a webhook. Deletions and figures are not given to bots.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import httpx
import msgspec
from pydantic import Field

from collectors import Answer, Offers, Rejected, Target
from collectors.bots.asking import HOST, check
from collectors.bots.messages import KINDS, ChatConfig, frame_of, pieces_of
from collectors.intake.knocks import NOT_TEXT, UNSIGNED, Knock, Reply, refused, text_of
from collectors.intake.reading import EMPTY, PushedConfig, Taking, Told, parsed, told
from collectors.intake.signatures import derived, same
from collectors.intake.state import Standing
from collectors.runner.answers import DAY
from collectors.runner.bodies import json_of
from collectors.runner.journal import Entry
from collectors.telegram import OFFERS as POLLED
from rezonans.records import Post
from rezonans.troubles import Invalid

VERSION = "1"
OFFERS = Offers(comments=True, edits=True, legal_note=POLLED.legal_note)


class Config(PushedConfig):
    """The token is that of the bot."""

    chats: tuple[ChatConfig, ...] = Field(min_length=1)
    gap_seconds: float = Field(default=0.1, ge=0, le=3600)


def targets(config: Config) -> Sequence[Target]:
    container = f"telegram:bot-{config.credential()[:8]}"
    return [Target(name="door", container=container, pushed=True)]


def trial(target: str) -> dict[str, object]:
    chat = int(target) if target.removeprefix("-").isdecimal() else 0
    return {"chats": [{"id": chat, "consent": "a trial by hand"}], "callback": "https://invalid/"}


def secret_of(config: Config) -> str:
    """What Telegram shows with each update."""
    return derived(config.secret, "telegram webhook")


def receive(config: Config, knock: Knock) -> Reply:
    if not same(knock.header("x-telegram-bot-api-secret-token"), secret_of(config)):
        return UNSIGNED
    text = text_of(knock.body)
    if text is None or knock.method != "POST":
        return NOT_TEXT
    update = _update(text)
    if update is None:
        return refused(400, "malformed", "not an update")
    return Reply(keep=(text,) if any(kind in update for kind in KINDS) else ())


def _update(text: str) -> dict[str, object] | None:
    try:
        update = json_of(text.encode("utf-8", "replace"))
    except Invalid:
        return None
    return update if isinstance(update, dict) and "update_id" in update else None


async def fetch(
    config: Config, target: Target, http: httpx.AsyncClient, cursor: str | None, now: datetime
) -> AsyncIterator[Answer]:
    async for answer in told(Taking(config, http, cursor, now), TOLD):
        cursor = answer.cursor
        yield answer
    state = Standing.recall(cursor)
    if state.leases.get("webhook", 0) <= now.timestamp():
        await _announce(config, http, now)
        leases = {"webhook": int(now.timestamp() + DAY)}
        cursor = msgspec.structs.replace(state, leases=leases).dump()
        yield Answer(body=EMPTY, cursor=cursor, context={"known": cursor})


async def _announce(config: Config, http: httpx.AsyncClient, now: datetime) -> None:
    response = await http.post(
        f"https://{HOST}/bot{config.secret}/setWebhook",
        json={
            "url": config.callback,
            "secret_token": secret_of(config),
            "allowed_updates": KINDS,
            "max_connections": 4,
        },
        extensions={"method": "setWebhook"},
    )
    check(response, now)


def parse(config: Config, target: Target, answer: Answer) -> Iterator[Post | Rejected]:
    yield from parsed(config, answer, TOLD)


def _read(config: Config, entry: Entry) -> Iterator[Post | Rejected]:
    update = _update(entry.said)
    if update is not None:
        yield from pieces_of(update, frame_of(config, entry.at))


TOLD = Told(_read)


if TYPE_CHECKING:
    from collectors import Collector, telegram_webhook  # noqa: PLW0406 - checked here
    from collectors.intake.knocks import Receiver

    _: Collector = telegram_webhook
    _door: Receiver = telegram_webhook
