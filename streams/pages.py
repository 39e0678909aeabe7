"""Pages between bytes and records: decoded post by post, split when they grow too large."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, TypeVar, get_args, get_type_hints

import msgspec

from rezonans.records import Mention, Mentions, Post, RawMentions, RawPage, encode
from rezonans.troubles import Invalid

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
FAR_AHEAD = datetime(2106, 1, 1, tzinfo=UTC)
"""Times outside of these have no place in the store, nor in anybody's life."""

AHEAD = timedelta(minutes=5)
"""What clocks of honest machines may differ by."""

_ESCAPE = re.compile(
    rb'(\\(?:["\\/bfnrt]|u(?![dD][89a-fA-F])[0-9a-fA-F]{4}'
    rb"|u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}))|\\"
)
"""Escapes that are one, and the backslash of one that is none."""

Record = TypeVar("Record", bound=msgspec.Struct)

UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What decoding bytes of the log raises; the last for brackets in brackets without end."""

_PAGE = msgspec.json.Decoder(RawPage)
_MENTIONS = msgspec.json.Decoder(RawMentions)
_POST = msgspec.json.Decoder(Post)
_MENTION = msgspec.json.Decoder(Mention)


def raw_page(value: bytes) -> RawPage:
    """The envelope of a page. `Invalid` when it is not one."""
    page: RawPage = _entries_apart(_PAGE, value)
    return timely(page)


def raw_mentions(value: bytes) -> RawMentions:
    """The envelope of a page of mentions. `Invalid` when it is not one."""
    page: RawMentions = _entries_apart(_MENTIONS, value)
    return timely(page)


def post(value: msgspec.Raw | bytes) -> Post:
    """One post of a page. `Invalid` says which field is wrong."""
    found: Post = _decode(_POST, value)
    return timely(found)


def mention(value: msgspec.Raw | bytes) -> Mention:
    """One mention of a page. `Invalid` says which field is wrong."""
    found: Mention = _decode(_MENTION, value)
    timely(found.post)
    if not 0 <= (found.fingerprint or 0) < 1 << 64:
        raise Invalid("fingerprint is no number of 64 bits")
    return found


def timely(record: Record) -> Record:
    """The record, if each of its times has a zone and can be; else `Invalid` names the field."""
    for name in _times(type(record)):
        moment = getattr(record, name)
        if moment is None:
            continue
        if moment.tzinfo is None:
            raise Invalid(f"{name} has no time zone")
        if not LONG_AGO <= moment <= FAR_AHEAD:
            raise Invalid(f"{name}: {moment.isoformat()} is out of range")
    return record


@cache
def _times(kind: type[msgspec.Struct]) -> tuple[str, ...]:
    """Fields of a record that hold a time or none."""
    hints = get_type_hints(kind)
    return tuple(name for name, hint in hints.items() if datetime in (hint, *get_args(hint)))


def with_mentions(page: RawPage | RawMentions, mentions: Sequence[Mention]) -> Mentions:
    """The same envelope around other mentions."""
    return Mentions(
        platform=page.platform,
        container=page.container,
        target=page.target,
        looked_until=page.looked_until,
        observed_at=page.observed_at,
        sequence=page.sequence,
        collector=page.collector,
        collector_version=page.collector_version,
        cursor=page.cursor,
        history=page.history,
        mentions=tuple(mentions),
    )


def encoded(page: Mentions, limit: int) -> Iterator[tuple[bytes, Mentions]]:
    """A page as messages of at most `limit` bytes, each with what is in it; only the last carries
    the cursor."""
    value = encode(page)
    if len(value) <= limit or len(page.mentions) < 2:
        yield value, page
        return
    half = len(page.mentions) // 2
    head, tail = page.mentions[:half], page.mentions[half:]
    # The first part claims no more than what is not still to come.
    until = min([page.looked_until, *(mention.post.published_at for mention in tail)])
    first = msgspec.structs.replace(page, mentions=head, cursor=None, looked_until=until)
    yield from encoded(first, limit)
    yield from encoded(msgspec.structs.replace(page, mentions=tail), limit)


def one_by_one(value: bytes, field: str) -> list[bytes]:
    """A page as pages of one entry each, then an empty one that carries the cursor.

    A value that is no page comes back alone.
    """
    try:
        page: Any = raw_page(value) if field == "posts" else raw_mentions(value)
    except Invalid:
        return [value]
    parts = [alone(page, field, entry) for entry in getattr(page, field)]
    return [*parts, encode(msgspec.structs.replace(page, **{field: ()}))]


def alone(page: Any, field: str, entry: Any) -> bytes:
    """One entry of a page as a page. It does not say how far was looked: it is not all that was
    seen."""
    bare = {"cursor": None, "looked_until": LONG_AGO, field: (entry,)}
    return encode(msgspec.structs.replace(page, **bare))


def in_time(page: RawPage, now: datetime) -> RawPage:
    """A page that no clock ahead of ours has written: the newest page moves the clock of the
    log, so one wrong clock would age all other sources at once. Its times become `now`.
    """
    if page.observed_at <= now + AHEAD:
        return page
    return msgspec.structs.replace(page, observed_at=now, looked_until=min(page.looked_until, now))


def post_in_time(found: Post, now: datetime) -> Post:
    """The same of a post; its text is worth keeping, its time is when we had it."""
    if found.observed_at <= now + AHEAD:
        return found
    edited = found.edited_at
    return msgspec.structs.replace(
        found,
        observed_at=now,
        published_at=min(found.published_at, now),
        edited_at=edited and min(edited, now),
        flags=(*found.flags, *(("clock_skew",) if "clock_skew" not in found.flags else ())),
    )


def _decode(decoder: Any, value: Any) -> Any:
    try:
        return decoder.decode(value)
    except UNREADABLE as error:
        raise Invalid(f"not a record of this topic: {error}") from None


def _entries_apart(decoder: Any, value: bytes) -> Any:
    """An envelope whose entries are still bytes. An escape that is none spoils the entry it stands
    in and no other: it is replaced by a byte that no text may have.
    """
    try:
        return decoder.decode(value)
    except msgspec.DecodeError:
        return _decode(decoder, _ESCAPE.sub(lambda m: m[1] or b"\xff", value))
    except UNREADABLE as error:
        raise Invalid(f"not a record of this topic: {error}") from None
