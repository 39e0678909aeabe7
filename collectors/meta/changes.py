"""Meta's notifications as posts: the `feed` of pages, `comments` of Instagram, mentions. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Literal, NamedTuple

import msgspec

from collectors import Rejected
from collectors.runner.bodies import json_of
from collectors.runner.journal import Entry
from rezonans.records import Event, Post
from rezonans.troubles import Invalid

Platform = Literal["facebook", "instagram"]
OBJECTS: Mapping[str, str] = {"facebook": "page", "instagram": "instagram"}
_VERBS: Mapping[str, Event] = {
    "add": "created",
    "edit": "edited",
    "edited": "edited",
    "update": "edited",
    "remove": "deleted",
    "delete": "deleted",
}
_POSTS = ("post", "status", "photo", "video", "link", "share", "note", "album", "event")
_COMMENTS = ("comments", "live_comments")


class Frame(NamedTuple):
    """What the settings say about notifications."""

    platform: Platform
    legal_basis: str
    names: Mapping[str, str]
    """Accounts that are read, by id; others are not."""
    homes: Mapping[str, str | None]


class Mention(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody named an account of ours; what was said must be asked for."""

    account: str
    at: datetime
    post: str = ""
    comment: str = ""


class _Who(msgspec.Struct):
    id: str = ""
    name: str = ""
    username: str = ""


class _Media(msgspec.Struct):
    id: str = ""


class _Value(msgspec.Struct):
    """The part of a change that we use, of every kind of change."""

    id: str = ""
    item: str = ""
    verb: str = ""
    post_id: str = ""
    comment_id: str = ""
    parent_id: str = ""
    media_id: str = ""
    message: str = ""
    text: str = ""
    created_time: int | None = None
    from_: _Who | None = msgspec.field(default=None, name="from")
    media: _Media | None = None
    permalink_url: str | None = None


class _Change(msgspec.Struct):
    field: str
    value: Any = None


class _Entry(msgspec.Struct):
    id: str
    time: int = 0
    changes: list[Any] = []


class _Envelope(msgspec.Struct):
    object: str
    entry: list[Any] = []


class _Seen(NamedTuple):
    """One change with what is around it."""

    account: str
    at: datetime
    """As Meta says it."""
    heard: datetime
    value: _Value
    field: str


def envelope(text: str, platform: Platform) -> _Envelope | None:
    """A notification of a platform; `None` for anything else."""
    try:
        found = msgspec.convert(json_of(text.encode("utf-8", "replace")), _Envelope, strict=False)
    except (Invalid, msgspec.ValidationError, RecursionError):
        return None
    return found if found.object == OBJECTS[platform] else None


def pieces_in(entry: Entry, frame: Frame) -> Iterator[Post | Rejected]:
    """The posts of one notification."""
    for seen in _changes(entry, frame):
        if isinstance(seen, Rejected):
            yield seen
            continue
        try:
            post = _page_post(seen, frame) if seen.field == "feed" else _comment(seen, frame)
        except (ValueError, OverflowError, OSError) as error:
            yield _rejected(entry, str(error))
            continue
        if post is not None:
            yield post


def mentions_in(entry: Entry, frame: Frame) -> Iterator[Mention]:
    for seen in _changes(entry, frame):
        if isinstance(seen, Rejected) or seen.field not in ("mention", "mentions"):
            continue
        value = seen.value
        post, comment = value.post_id or value.media_id, value.comment_id
        if (post or comment) and _VERBS.get(value.verb or "add") != "deleted":
            yield Mention(account=seen.account, at=seen.at, post=post, comment=comment)


def _changes(entry: Entry, frame: Frame) -> Iterator[_Seen | Rejected]:
    whole = envelope(entry.said, frame.platform)
    for raw in whole.entry if whole else []:
        try:
            one = msgspec.convert(raw, _Entry, strict=False)
            if one.id not in frame.names:
                continue
            at = datetime.fromtimestamp(one.time, UTC) if one.time else entry.at
            at = min(at, entry.at)
            changes = [msgspec.convert(change, _Change) for change in one.changes]
        except (ValueError, OverflowError, OSError) as error:
            yield _rejected(entry, str(error))
            continue
        for change in changes:
            try:
                value = msgspec.convert(change.value, _Value, strict=False)
            except ValueError as error:
                yield _rejected(entry, f"{change.field}: {error}")
            else:
                yield _Seen(one.id, at, entry.at, value, change.field)


def _page_post(seen: _Seen, frame: Frame) -> Post | None:
    """A change of a page's feed: a post or a comment; likes and the like are none."""
    value, event = seen.value, _VERBS.get(seen.value.verb)
    comment = value.item == "comment"
    native = value.comment_id if comment else value.post_id
    if event is None or not native or not (comment or value.item in _POSTS):
        return None
    answers = comment and value.parent_id not in ("", value.post_id)
    parent = (value.parent_id if answers else value.post_id) if comment else ""
    return _post(
        seen,
        frame,
        native=native,
        kind="reply" if answers else "comment" if comment else "post",
        event=event,
        parent=parent,
        root=value.post_id if comment else "",
        text=value.message,
    )


def _comment(seen: _Seen, frame: Frame) -> Post | None:
    """A comment under a medium of Instagram."""
    value = seen.value
    if seen.field not in _COMMENTS or not value.id:
        return None
    root = value.media.id if value.media else ""
    return _post(
        seen,
        frame,
        native=value.id,
        kind="reply" if value.parent_id else "comment",
        event="created",
        parent=value.parent_id or root,
        root=root,
        text=value.text,
    )


def _post(
    seen: _Seen,
    frame: Frame,
    *,
    native: str,
    kind: Literal["post", "comment", "reply"],
    event: Event,
    parent: str,
    root: str,
    text: str,
) -> Post:
    value, own = seen.value, seen.value.from_ is not None and seen.value.from_.id == seen.account
    made = value.created_time
    published = datetime.fromtimestamp(made, UTC) if made else seen.at
    who = (value.from_.id or value.from_.username) if value.from_ else ""
    gone = event == "deleted"
    return Post(
        item=f"{frame.platform}:{native}",
        kind=kind,
        event=event,
        revision=int(seen.at.timestamp() * 1000) if event == "edited" else 0,
        published_at=min(published, seen.at),
        edited_at=seen.at if event == "edited" else None,
        observed_at=seen.heard,
        legal_basis=frame.legal_basis,
        channel=frame.platform,
        parent=f"{frame.platform}:{parent}" if parent else None,
        root=f"{frame.platform}:{root}" if root else None,
        author=None if gone else who or None,
        author_kind="unknown" if gone or not who else "page" if own else "person",
        author_name=(frame.names[seen.account] or None) if own and not gone else None,
        text="" if gone else text,
        url=None if gone else value.permalink_url,
        home=frame.homes[seen.account],
    )


def _rejected(entry: Entry, reason: str) -> Rejected:
    digest = sha256(entry.said.encode("utf-8", "replace")).hexdigest()
    return Rejected(place=f"push {entry.number}", reason=reason, digest=digest)
