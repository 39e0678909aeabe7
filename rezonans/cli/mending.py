"""The bytes of dead letters as a command gets them, and what a person may send in their place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

from rezonans import topics
from rezonans.cli import letters
from rezonans.cli.alerts import with_log
from rezonans.cli.positions import Log, message, values
from rezonans.records import DeadLetter, Post
from rezonans.settings import Settings
from rezonans.troubles import Invalid
from streams.letters import Ready, entry_of, is_cut, place_of

BytesOf = Callable[[DeadLetter], bytes]

_PSEUDONYM = re.compile(r"[a-z0-9]{1,8}:[a-z2-7]{26}")


@contextmanager
def mending(settings: Settings) -> Iterator[tuple[Any, BytesOf]]:
    """The store, and the bytes of letters: its own, or the log's where it kept a part only."""
    from rezonans.cli.reading import operating

    with operating(settings) as store:

        def bytes_of(letter: DeadLetter) -> bytes:
            text = store.payload(letter.stage, letter.place, letter.digest)
            if text is None:
                raise Invalid("no bytes are kept of what was not masked yet: read its source again")
            if is_cut(msgspec.structs.replace(letter, payload=text)):
                return _of_log(Log.of(with_log(settings).kafka), letter)
            return bytes(text.encode())

        yield store, bytes_of


def before(settings: Settings, query: letters.Query) -> set[str]:
    """Digests of what was sent back already."""
    log = Log.of(with_log(settings).kafka)
    return letters.sent_before(query, values(log, topics.ACTIONS))


def clean(one: Ready) -> None:
    """What a person has mended holds nothing that is masked before the log; else `Invalid`."""
    from collectors.runner.privacy import mask

    for post in _posts(one):
        if post.author is not None and not _PSEUDONYM.fullmatch(post.author):
            raise Invalid("author: not a pseudonym; leave the one that was there, or none")
        for name in ("text", "title", "context"):
            found = mask(getattr(post, name) or "")[1]
            found.pop("user", None)  # accounts of the public register keep their names
            for what in found:
                raise Invalid(f"{name}: holds personal data; write [{what}] in its place")


def _posts(one: Ready) -> list[Post]:
    if one.topic is topics.POSTS:
        return list(one.record.posts)
    if one.topic is topics.MENTIONS:
        return [mention.post for mention in one.record.mentions]
    return []


def _of_log(log: Log, letter: DeadLetter) -> bytes:
    place = place_of(letter, log.prefix)
    value = place and message(log, place.topic, place.partition, place.offset)
    if not place or not value:
        raise Invalid("too long to be kept whole, and the log does not have it any more")
    return entry_of(place, value)
