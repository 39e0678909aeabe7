"""VK's Streaming API: its rules, its stream, its events as posts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
import msgspec

from collectors import Refused
from collectors.runner.answers import HOUR, MINUTE, check
from collectors.runner.bodies import json_of
from collectors.runner.journal import Entry
from collectors.runner.text import plain
from collectors.vkontakte.payload import response_of
from collectors.vkontakte.reading import name_of
from rezonans.records import Event, Kind, Post
from rezonans.troubles import Busy, Invalid

_HOST = re.compile(r"[a-z0-9.-]{1,80}\.vk\.(com|ru)")
_ACTIONS: Mapping[str, Event] = {
    "new": "created",
    "update": "edited",
    "restore": "edited",
    "delete": "deleted",
}


class Server(msgspec.Struct):
    """Where the stream is, and the key that opens it."""

    endpoint: str
    key: str


class _Rule(msgspec.Struct):
    tag: str
    value: str


class _Rules(msgspec.Struct):
    code: int = 0
    rules: list[_Rule] | None = None
    error: dict[str, Any] = {}


def server_of(body: bytes) -> Server:
    """`Invalid` for an answer that is none, or a host that is not VK's."""
    found = response_of(body, Server)
    if not _HOST.fullmatch(found.endpoint):
        raise Invalid("streaming.getServerUrl: not a host of VK")
    return found


async def settle_rules(
    http: httpx.AsyncClient, server: Server, wanted: Mapping[str, str], now: datetime
) -> None:
    """Make the rules of the stream those of the settings: tag to words."""
    there = await _rules(http, server, "GET", None, now)
    known = {rule.tag: rule.value for rule in there}
    for tag in [tag for tag, value in known.items() if wanted.get(tag) != value]:
        await _rules(http, server, "DELETE", {"tag": tag}, now)
    for tag, value in wanted.items():
        if known.get(tag) != value:
            await _rules(http, server, "POST", {"rule": {"tag": tag, "value": value}}, now)


async def _rules(
    http: httpx.AsyncClient, server: Server, method: str, said: Any, now: datetime
) -> list[_Rule]:
    response = await http.request(
        method,
        f"https://{server.endpoint}/rules",
        params={"key": server.key},
        json=said,
        extensions={"method": "streaming.rules"},
    )
    check(response, now)
    try:
        answer = msgspec.convert(json_of(response.content), _Rules)
    except (msgspec.ValidationError, RecursionError) as error:
        raise Invalid(f"streaming rules: not an answer of VK: {error}") from None
    if answer.code != 200:
        raise _refused(answer.error.get("error_code"))
    return answer.rules or []


def _refused(code: object) -> Busy:
    """What the Streaming API says no with; its words may repeat a rule, so they stay out."""
    if code in (1000, 1001, 1002, 1003):
        return Busy(f"VK does not open the stream ({code}); it is asked for a new key", MINUTE)
    return Refused(
        f"VK does not take a rule of the stream ({code}): at most 300 rules of 100 words and 4,096 "
        "bytes, none twice; correct rules in the settings",
        HOUR,
        lasting=True,
    )


# -- events ----------------------------------------------------------------------------


class _Names(msgspec.Struct):
    post_owner_id: int = 0
    post_id: int = 0
    comment_id: int = 0
    shared_post_owner_id: int = 0
    shared_post_id: int = 0


class _Author(msgspec.Struct):
    id: int = 0


class _Event(msgspec.Struct):
    event_type: str
    event_id: _Names
    creation_time: int
    event_url: str = ""
    text: str = ""
    action: str = "new"
    action_time: int = 0
    author: _Author | None = None


class _Message(msgspec.Struct):
    code: int
    event: Any = None
    service_message: dict[str, Any] = {}


def readable(message: _Message) -> bool:
    """Whether an event is of a wall that is read."""
    try:
        one = msgspec.convert(message.event, _Event, strict=False)
    except msgspec.ValidationError:
        return False
    return one.event_id.post_owner_id < 0 and one.event_type in _KINDS


def message_of(said: str) -> _Message | None:
    """A message of the stream; `None` for anything else."""
    try:
        return msgspec.convert(json_of(said.encode("utf-8", "replace")), _Message, strict=False)
    except (Invalid, msgspec.ValidationError, RecursionError):
        return None


def post_of(message: _Message, entry: Entry, legal_basis: str, home: str | None) -> Post | None:
    """The post of an event; `None` for kinds and walls that are not read. `ValueError` where an
    event is of another shape.
    """
    if message.code != 100:
        return None
    one = msgspec.convert(message.event, _Event, strict=False)
    names, event = one.event_id, _ACTIONS.get(one.action)
    if event is None or names.post_owner_id >= 0 or one.event_type not in _KINDS:
        return None  # the wall of a private person is nobody's business
    author = one.author.id if one.author else 0
    root = name_of(names.post_owner_id, names.post_id)
    comment = one.event_type == "comment" and bool(names.comment_id)
    happened = one.action_time or int(entry.at.timestamp())
    gone = event == "deleted"
    return Post(
        item=name_of(names.post_owner_id, names.post_id, names.comment_id) if comment else root,
        kind=_KINDS[one.event_type],
        event=event,
        revision=happened * 1000 if event == "edited" else 0,
        published_at=datetime.fromtimestamp(one.creation_time, UTC),
        edited_at=datetime.fromtimestamp(happened, UTC) if event == "edited" else None,
        observed_at=entry.at,
        legal_basis=legal_basis,
        channel="vk",
        parent=root if comment else None,
        root=root if comment else None,
        author=str(author) if author and not gone else None,
        author_kind="unknown" if gone or not author else "person" if author > 0 else "page",
        text="" if gone else plain(one.text),
        url=None if gone else one.event_url or None,
        repost_of=name_of(names.shared_post_owner_id, names.shared_post_id)
        if names.shared_post_owner_id < 0
        else None,
        home=home,
    )


_KINDS: Mapping[str, Kind] = {"post": "post", "share": "post", "comment": "comment"}
