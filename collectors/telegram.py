"""Telegram: channels and their discussion groups whose owners admitted our bot.

Guarantee: every message that Telegram gives the bot is told once, and its edits. Telegram
forgets what is asked behind, so the next question waits until the store has the last answer.
Chats that the settings do not name are never read, and nothing else of Telegram is: its terms
forbid aggregation by preview pages and by user accounts. Deletions and figures are not given
to bots.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import httpx
import msgspec
from pydantic import Field

from collectors import Answer, Offers, Rejected, Target, TokenConfig
from collectors.bots.asking import HOST, check
from collectors.bots.messages import KINDS, ChatConfig, frame_of, number_of, pieces_of
from collectors.runner.bodies import json_of
from rezonans.records import Post
from rezonans.troubles import Invalid

VERSION = "1"
OFFERS = Offers(
    comments=True,
    edits=True,
    legal_note="By a bot that the owner of the channel or group admitted; write the consent into "
    "the settings. Telegram's terms forbid aggregation in any other way.",
)
MOST = 100


class Config(TokenConfig):
    """The token is that of the bot."""

    chats: tuple[ChatConfig, ...] = Field(min_length=1)
    every_seconds: float = Field(default=1.0, ge=0.1, le=86_400)
    gap_seconds: float = Field(default=0.1, ge=0, le=3600)
    wait_seconds: int = Field(default=10, ge=0, le=15)
    """How long Telegram holds a question that it has no answer to yet."""


class _Updates(msgspec.Struct):
    result: list[dict[str, Any]]


def targets(config: Config) -> Sequence[Target]:
    container = f"telegram:bot-{config.credential()[:8]}"
    return [Target(name="bot", container=container, confirms=True)]


def trial(target: str) -> dict[str, object]:
    chat = int(target) if target.removeprefix("-").isdecimal() else 0
    return {"chats": [{"id": chat, "consent": "a trial by hand"}], "wait_seconds": 0}


async def fetch(
    config: Config, target: Target, http: httpx.AsyncClient, cursor: str | None, now: datetime
) -> AsyncIterator[Answer]:
    last = int(cursor or 0)
    response = await http.post(
        f"https://{HOST}/bot{config.secret}/getUpdates",
        json={
            "limit": MOST,
            "timeout": config.wait_seconds,
            "allowed_updates": KINDS,
            **({"offset": last + 1} if last else {}),
        },
        extensions={"method": "getUpdates"},
    )
    check(response, now)
    newest = max((number_of(update) for update in _updates(response.content)), default=0)
    if newest > last:
        context = {"observed_at": now.isoformat(), "after": str(last)}
        yield Answer(body=response.content, cursor=str(newest), context=context)


def _updates(body: bytes) -> list[dict[str, Any]]:
    try:
        return msgspec.convert(json_of(body), _Updates).result
    except (msgspec.ValidationError, Invalid, RecursionError) as error:
        raise Invalid(f"getUpdates: not an answer of Telegram: {error}") from None


def parse(config: Config, target: Target, answer: Answer) -> Iterator[Post | Rejected]:
    after = int(answer.context["after"])
    frame = frame_of(config, datetime.fromisoformat(answer.context["observed_at"]))
    for update in _updates(answer.body):
        if number_of(update) > after:
            yield from pieces_of(update, frame)


if TYPE_CHECKING:
    from collectors import Collector, telegram  # noqa: PLW0406 - checked against the protocol here

    _: Collector = telegram
