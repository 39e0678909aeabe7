"""Telegram: channels and their discussion groups whose owners admitted our bot.

Guarantee: every message that Telegram gives the bot is told once, and its edits. Telegram
forgets what is asked behind, so the next question waits until the store has the last answer.
Chats that the settings do not name are never read, and nothing else of Telegram is: its terms
forbid aggregation by preview pages and by user accounts. Deletions and figures are not given
to bots.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx
import msgspec
from pydantic import BaseModel, ConfigDict, Field

from collectors import Answer, Offers, Refused, Rejected, Target, TokenConfig
from collectors.runner.answers import HOUR, MINUTE
from collectors.runner.bodies import json_of
from collectors.runner.budget import ALL
from collectors.runner.transport import retry_after
from rezonans.records import Busy, Invalid, Kind, Post

VERSION = "1"
OFFERS = Offers(
    comments=True,
    edits=True,
    legal_note="By a bot that the owner of the channel or group admitted; write the consent into "
    "the settings. Telegram's terms forbid aggregation in any other way.",
)
HOST = "api.telegram.org"
MOST = 100
_KINDS = ("channel_post", "edited_channel_post", "message", "edited_message")


class ChatConfig(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: int = Field(lt=0)
    """Of a channel or group, like -1001234567890; never of a person."""
    consent: str = Field(min_length=1)
    """Who agreed, and when."""
    home: str | None = Field(default=None, pattern=r"^\d{2}(\d{7})?$")


class Config(TokenConfig):
    """The token is that of the bot."""

    chats: tuple[ChatConfig, ...] = Field(min_length=1)
    every_seconds: float = Field(default=1.0, ge=0.1, le=86_400)
    gap_seconds: float = Field(default=0.1, ge=0, le=3600)
    wait_seconds: int = Field(default=10, ge=0, le=15)
    """How long Telegram holds a question that it has no answer to yet."""


class _Chat(msgspec.Struct):
    id: int
    title: str = ""
    username: str = ""


class _From(msgspec.Struct):
    id: int


class _Origin(msgspec.Struct):
    chat: _Chat | None = None
    message_id: int = 0


class _Message(msgspec.Struct):
    message_id: int
    date: int
    chat: _Chat
    from_: _From | None = msgspec.field(default=None, name="from")
    sender_chat: _Chat | None = None
    text: str = ""
    caption: str = ""
    edit_date: int = 0
    is_automatic_forward: bool = False
    forward_origin: _Origin | None = None
    reply_to_message: _Message | None = None


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
            "allowed_updates": _KINDS,
            **({"offset": last + 1} if last else {}),
        },
        extensions={"method": "getUpdates"},
    )
    _check(response, now)
    newest = max((_number(update) for update in _updates(response.content)), default=0)
    if newest > last:
        context = {"observed_at": now.isoformat(), "after": str(last)}
        yield Answer(body=response.content, cursor=str(newest), context=context)


def _check(response: httpx.Response, now: datetime) -> None:
    """Refusals in words of ours: the address of a bot is its password."""
    status = response.status_code
    if status == 200:
        return
    if status in (401, 404):
        says = f"Telegram does not know the bot ({status}); set its token anew"
        raise Refused(says, HOUR, ALL, lasting=True)
    if status == 409:
        says = "Telegram: somebody else reads this bot (409); give Rezonans a bot of its own"
        raise Refused(says, MINUTE, ALL, lasting=True)
    asked = retry_after(response.headers, now) or _asked(response.content)
    wait = asked or (MINUTE if status == 429 or status >= 500 else HOUR)
    raise Busy(f"Telegram answers {status}", max(wait, 1.0))


def _asked(body: bytes) -> float | None:
    try:
        answer = json_of(body)
        seconds = answer["parameters"]["retry_after"]
    except (Invalid, KeyError, TypeError, IndexError):
        return None
    return float(seconds) if isinstance(seconds, int) and 0 < seconds <= 86_400 else None


def _updates(body: bytes) -> list[dict[str, Any]]:
    try:
        return msgspec.convert(json_of(body), _Updates).result
    except (msgspec.ValidationError, Invalid, RecursionError) as error:
        raise Invalid(f"getUpdates: not an answer of Telegram: {error}") from None


def _number(update: dict[str, Any]) -> int:
    number = update.get("update_id")
    return number if isinstance(number, int) and 0 <= number < 2**62 else 0


class _Frame(NamedTuple):
    config: Config
    now: datetime
    edited: bool


def parse(config: Config, target: Target, answer: Answer) -> Iterator[Post | Rejected]:
    after = int(answer.context["after"])
    now = datetime.fromisoformat(answer.context["observed_at"])
    known = {chat.id: chat for chat in config.chats}
    for update in _updates(answer.body):
        for kind in _KINDS:
            if kind not in update or _number(update) <= after:
                continue
            try:
                message = msgspec.convert(update[kind], _Message)
                if message.chat.id in known:
                    frame = _Frame(config, now, kind.startswith("edited"))
                    yield from _posts(message, frame, known[message.chat.id])
            except (ValueError, OverflowError, OSError) as error:
                digest = sha256(repr(update).encode("utf-8", "replace")).hexdigest()
                yield Rejected(place=f"update {_number(update)}", reason=str(error), digest=digest)


def _posts(message: _Message, frame: _Frame, chat: ChatConfig) -> Iterator[Post]:
    """A message with words; the copy of a channel's post in its group is no second one."""
    text = message.text or message.caption
    if not text or message.is_automatic_forward:
        return
    parent, kind = _place(message)
    page = message.sender_chat or (None if message.from_ else message.chat)
    author = page.id if page else message.from_.id if message.from_ else None
    name = message.chat.username
    yield Post(
        item=_named(message.chat.id, message.message_id),
        kind=kind,
        event="edited" if frame.edited else "created",
        published_at=_moment(message.date),
        edited_at=_moment(message.edit_date) if message.edit_date else None,
        revision=message.edit_date * 1000,
        observed_at=frame.now,
        legal_basis=frame.config.legal_basis,
        channel="telegram",
        parent=parent,
        author=str(author) if author is not None else None,
        author_kind="page" if page else "person",
        author_name=page.title or None if page else None,
        text=text,
        url=f"https://t.me/{name}/{message.message_id}" if name else None,
        repost_of=_source(message.forward_origin),
        home=chat.home or frame.config.home,
    )


def _place(message: _Message) -> tuple[str | None, Kind]:
    """What a message answers: a channel's post through its copy in the group, or a message."""
    above = message.reply_to_message
    if above is None:
        return None, "post"
    source = _source(above.forward_origin) if above.is_automatic_forward else None
    if source:
        return source, "comment"
    return _named(above.chat.id, above.message_id), "reply"


def _source(origin: _Origin | None) -> str | None:
    """Where a channel's post was copied from; persons are not named."""
    if origin is None or origin.chat is None or not origin.message_id:
        return None
    return _named(origin.chat.id, origin.message_id)


def _named(chat: int, message: int) -> str:
    return f"telegram:{chat}:{message}"


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


if TYPE_CHECKING:
    from collectors import Collector, telegram  # noqa: PLW0406 - checked against the protocol here

    _: Collector = telegram
