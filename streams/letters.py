"""A dead letter on its way back: the message it would be, and whether it can be read now. Pure.

A letter holds the message that could not be taken; where one entry of a page was the trouble,
a page of that entry alone, which claims no cursor and no time that was looked at. Digests tell
bytes that were sent back before: a message that dies again is known by them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from rezonans import topics
from rezonans.records import DeadLetter
from rezonans.topics import ALL, Topic
from rezonans.troubles import Invalid
from streams import pages
from streams.dead import MAX_PAYLOAD

_PLACE = re.compile(r"(?P<topic>[a-z0-9.-]+)/(?P<partition>\d+)/(?P<offset>\d+)(/(?P<index>\d+))?")
_BY_NAME: Mapping[str, Topic] = {topic.name: topic for topic in ALL}
STORE = "store"
"""The stage whose letters are mentions that were read and found no place in the tables."""
ID_LENGTH = 12


@dataclass(frozen=True)
class Place:
    """Where in the log a letter comes from."""

    topic: Topic
    partition: int
    offset: int
    index: int | None
    """Of the entry in its page."""


@dataclass(frozen=True)
class Ready:
    """A message that can be read by this version, ready to be sent."""

    topic: Topic
    key: bytes
    value: bytes
    record: Any
    digests: frozenset[str]
    """Of the message, and of its entry where it has only one: what dies again has one of them."""


def identity(stage: str, place: str, digest: str) -> str:
    """The short name of a letter: the same letter has the same, also when it is stored twice."""
    return hashlib.sha256(f"{stage}\n{place}\n{digest}".encode()).hexdigest()[:ID_LENGTH]


def topic_of(letter: DeadLetter, prefix: str = "") -> Topic:
    """The topic that a letter goes back to. `Invalid`: to none."""
    if letter.stage == STORE:
        return topics.MENTIONS
    found = place_of(letter, prefix)
    if found is None:
        raise Invalid(
            f"comes from a source ({letter.place}), not from the log: correct it there and the "
            "collector reads it again"
        )
    return found.topic


def place_of(letter: DeadLetter, prefix: str = "") -> Place | None:
    """Where in the log it lay; `None`: it never was there."""
    found = _PLACE.fullmatch(letter.place)
    name = found["topic"].removeprefix(prefix) if found else ""
    if found is None or not found["topic"].startswith(prefix) or name not in _BY_NAME:
        return None
    index = None if found["index"] is None else int(found["index"])
    return Place(_BY_NAME[name], int(found["partition"]), int(found["offset"]), index)


def is_cut(letter: DeadLetter) -> bool:
    """Whether only the beginning of the bytes was kept."""
    return len(letter.payload or "") >= MAX_PAYLOAD


def entry_of(place: Place, value: bytes) -> bytes:
    """The message a letter would hold, made again from the whole message of its place."""
    if place.index is None or place.topic not in _PAGES:
        return value
    field = _PAGES[place.topic]
    page: Any = pages.raw_page(value) if field == "posts" else pages.raw_mentions(value)
    entries = getattr(page, field)
    if place.index >= len(entries):
        raise Invalid(f"the page has {len(entries)} entries, none of number {place.index}")
    return pages.alone(page, field, entries[place.index])


def ready(topic: Topic, value: bytes) -> Ready:
    """The message, checked against the record of its topic. `Invalid` says which field is wrong."""
    if len(value) > topics.MAX_MESSAGE_BYTES:
        raise Invalid(f"{len(value)} bytes; a message has at most {topics.MAX_MESSAGE_BYTES}")
    if topic in _PAGES:
        return _page(topic, _PAGES[topic], value)
    try:
        record = pages.timely(msgspec.json.decode(value, type=topic.record))
    except pages.UNREADABLE as error:
        raise Invalid(f"not a {topic.record.__name__}: {error}") from None
    key = getattr(record, _KEYS[topic.name])
    return Ready(topic, str(key).encode(), value, record, frozenset({_digest(value)}))


_PAGES: Mapping[Topic, str] = {topics.POSTS: "posts", topics.MENTIONS: "mentions"}
_KEYS = {
    "spikes": "spike",
    "actions": "subject",
    "alerts": "desk",
    "dead-letters": "stage",
    "remade": "day",
}


def _page(topic: Topic, field: str, value: bytes) -> Ready:
    page: Any = pages.raw_page(value) if field == "posts" else pages.raw_mentions(value)
    entries = getattr(page, field)
    read: Any = pages.post if field == "posts" else pages.mention
    found = []
    for index, entry in enumerate(entries):
        try:
            found.append(read(entry))
        except Invalid as error:
            raise Invalid(f"{field}[{index}]: {error}") from None
    digests = {_digest(value)} | ({_digest(bytes(entries[0]))} if len(entries) == 1 else set())
    record = msgspec.structs.replace(page, **{field: tuple(found)})
    return Ready(topic, page.container.encode(), value, record, frozenset(digests))


def _digest(value: bytes) -> str:
    return hashlib.sha256(value).hexdigest()
