"""Updates of the Bot API as posts, however they reached us. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple, Protocol

import msgspec
from pydantic import BaseModel, ConfigDict, Field

from collectors import Rejected
from rezonans.records import Kind, Post

KINDS = ("channel_post", "edited_channel_post", "message", "edited_message")
"""Of updates that are read; no others are asked for."""


class ChatConfig(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: int = Field(lt=0)
    """Of a channel or group, like -1001234567890; never of a person."""
    consent: str = Field(min_length=1)
    """Who agreed, and when."""
    home: str | None = Field(default=None, pattern=r"^\d{2}(\d{7})?$")


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


class Listening(Protocol):
    """Settings that name chats."""

    @property
    def legal_basis(self) -> str: ...
    @property
    def home(self) -> str | None: ...
    @property
    def chats(self) -> Sequence[ChatConfig]: ...


class Frame(NamedTuple):
    """What the posts of an update share, beside what it says."""

    now: datetime
    legal_basis: str
    home: str | None
    chats: Mapping[int, ChatConfig]
    """Those that the settings name; others are never read."""


def frame_of(config: Listening, now: datetime) -> Frame:
    """What the settings say about updates."""
    return Frame(now, config.legal_basis, config.home, {chat.id: chat for chat in config.chats})


def number_of(update: Mapping[str, Any]) -> int:
    number = update.get("update_id")
    return number if isinstance(number, int) and 0 <= number < 2**62 else 0


def pieces_of(update: Mapping[str, Any], frame: Frame) -> Iterator[Post | Rejected]:
    """What one update tells; nothing for kinds and chats that are not read."""
    for kind in KINDS:
        if kind not in update:
            continue
        try:
            message = msgspec.convert(update[kind], _Message)
            if message.chat.id in frame.chats:
                yield from _posts(message, frame, kind.startswith("edited"))
        except (ValueError, OverflowError, OSError) as error:
            digest = sha256(repr(update).encode("utf-8", "replace")).hexdigest()
            place = f"update {number_of(update)}"
            yield Rejected(place=place, reason=str(error), digest=digest)


def _posts(message: _Message, frame: Frame, edited: bool) -> Iterator[Post]:
    """A message with words; the copy of a channel's post in its group is no second one."""
    text = message.text or message.caption
    if not text or message.is_automatic_forward:
        return
    parent, kind = _place(message)
    page = message.sender_chat or (None if message.from_ else message.chat)
    author = page.id if page else message.from_.id if message.from_ else None
    name, chat = message.chat.username, frame.chats[message.chat.id]
    yield Post(
        item=_named(message.chat.id, message.message_id),
        kind=kind,
        event="edited" if edited else "created",
        published_at=_moment(message.date),
        edited_at=_moment(message.edit_date) if message.edit_date else None,
        revision=message.edit_date * 1000,
        observed_at=frame.now,
        legal_basis=frame.legal_basis,
        channel="telegram",
        parent=parent,
        author=str(author) if author is not None else None,
        author_kind="page" if page else "person",
        author_name=page.title or None if page else None,
        text=text,
        url=f"https://t.me/{name}/{message.message_id}" if name else None,
        repost_of=_source(message.forward_origin),
        home=chat.home or frame.home,
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
