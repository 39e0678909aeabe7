"""VK's Callback API: posts and comments of a community of your own, in the second they appear.

Guarantee: every event that VK sends is told once (its `event_id` is remembered), and acknowledged
when it is on our disk. Comments are told when they appear, change, go and come back; of posts VK
sends the first version only, and no figures: `vk` on the same wall beside it finds edits, figures
and deletions of posts, and both count as one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import httpx
import msgspec
from pydantic import Field, SecretStr

from collectors import Answer, Offers, Rejected, Target
from collectors.intake.knocks import NOT_TEXT, UNSIGNED, DoorConfig, Knock, Reply, refused, text_of
from collectors.intake.reading import Taking, Told, parsed, told
from collectors.intake.signatures import same
from collectors.runner.bodies import json_of
from collectors.runner.journal import Entry
from collectors.vkontakte.reading import Frame, comments_of, name_of, posts_of
from collectors.vkontakte.state import Community
from rezonans.records import Event, Post
from rezonans.troubles import Invalid

VERSION = "1"
OFFERS = Offers(
    comments=True,
    edits=True,
    deletions=True,
    partly={"edits": "of comments", "deletions": "of comments"},
    legal_note="Communities of your own, as their administrator; VK sends what happens in them.",
)
_OK = "ok"
_POSTS = ("wall_post_new", "wall_repost")
_COMMENTS: Mapping[str, Event] = {
    "wall_reply_new": "created",
    "wall_reply_edit": "edited",
    "wall_reply_restore": "edited",  # it was counted when it appeared
    "wall_reply_delete": "deleted",
}
_LIVING = ("post", "reply", "photo", "video", "")
"""Kinds of posts that are public; suggestions and postponed posts are not."""


class Config(DoorConfig):
    """Secrets come from the environment: `REZONANS_COLLECTORS__NAME__SECRET`."""

    group: int = Field(gt=0)
    """Number of the community."""
    title: str = ""
    """Its name, for posts in its own name."""
    secret: SecretStr = Field(min_length=8)
    """As it was written into VK's settings of the server."""
    confirmation: SecretStr = Field(min_length=4)
    """What the server must answer, as VK's settings show it."""


def targets(config: Config) -> Sequence[Target]:
    return [Target(name="door", container=f"vk:club{config.group}", pushed=True)]


def trial(target: str) -> dict[str, object]:
    group = target.rstrip("/").rpartition("/")[2].removeprefix("club").removeprefix("public")
    return {
        "group": int(group[:15]) if group.isdecimal() else 0,
        "secret": "a trial by hand",
        "confirmation": "a trial by hand",
    }


# -- the door --------------------------------------------------------------------------


def receive(config: Config, knock: Knock) -> Reply:
    text = text_of(knock.body)
    if text is None or knock.method != "POST":
        return NOT_TEXT
    event = _event(text)
    if event is None or event.get("group_id") != config.group:
        return refused(400, "malformed", "not an event of this community")
    shown = event.get("secret")
    known = same(shown if isinstance(shown, str) else "", config.secret.get_secret_value())
    if event.get("type") == "confirmation" and (known or shown is None):
        return Reply(body=config.confirmation.get_secret_value())
    if not known:
        return UNSIGNED
    wanted = event.get("type") in _POSTS or event.get("type") in _COMMENTS
    return Reply(body=_OK, keep=(_kept(event),) if wanted else ())


def _event(text: str) -> dict[str, Any] | None:
    try:
        event = json_of(text.encode("utf-8", "replace"))
    except Invalid:
        return None
    return event if isinstance(event, dict) else None


def _kept(event: dict[str, Any]) -> str:
    """The event without its secret."""
    return msgspec.json.encode({k: v for k, v in event.items() if k != "secret"}).decode()


# -- the journal -----------------------------------------------------------------------


async def fetch(
    config: Config, target: Target, http: httpx.AsyncClient, cursor: str | None, now: datetime
) -> AsyncIterator[Answer]:
    async for answer in told(Taking(config, http, cursor, now), TOLD):
        yield answer


def parse(config: Config, target: Target, answer: Answer) -> Iterator[Post | Rejected]:
    yield from parsed(config, answer, TOLD)


def _read(config: Config, entry: Entry) -> Iterator[Post | Rejected]:
    event = _event(entry.said) or {}
    said = event.get("object")
    if not isinstance(said, dict):
        return
    owner = Community(id=config.group, name=config.title)
    frame = Frame(
        observed_at=entry.at, legal_basis=config.legal_basis, owner=owner, home=config.home
    )
    place = f"push {entry.number}"
    if event.get("type") in _POSTS:
        if said.get("post_type", "") in _LIVING:
            found = posts_of([said], frame, place)
            yield from (_stamped(piece, "created", "wall_post_new", entry) for piece in found)
    elif event.get("type") in _COMMENTS:
        what = _COMMENTS[str(event["type"])]
        found = [_removed(said, frame)] if what == "deleted" else _comment(said, frame, place)
        yield from (_stamped(piece, what, str(event["type"]), entry) for piece in found)


def _comment(said: dict[str, Any], frame: Frame, place: str) -> list[Post | Rejected]:
    post = said.get("post_id")
    frame = msgspec.structs.replace(frame, post=post if isinstance(post, int) else 0)
    return comments_of([said], frame, place)


def _removed(said: dict[str, Any], frame: Frame) -> Post | Rejected:
    """A comment that is gone. VK does not say when it had appeared."""
    post, comment = said.get("post_id"), said.get("id")
    if not isinstance(post, int) or not isinstance(comment, int) or frame.owner is None:
        return Rejected(place="wall_reply_delete", reason="post_id and id are missing", digest="")
    return Post(
        item=name_of(-frame.owner.id, post, comment),
        kind="comment",
        event="deleted",
        published_at=frame.observed_at,
        observed_at=frame.observed_at,
        legal_basis=frame.legal_basis,
    )


def _stamped(piece: Post | Rejected, what: Event, kind: str, entry: Entry) -> Post | Rejected:
    """Edits and returns have no time of their own: that of the event."""
    if isinstance(piece, Rejected):
        return piece
    # figures of the first moment are always zero and are never sent again: not offered
    piece = msgspec.structs.replace(piece, counters=None)
    if kind not in ("wall_reply_edit", "wall_reply_restore"):
        return piece
    revision = int(entry.at.timestamp() * 1000)
    edited = entry.at if what == "edited" else None
    return msgspec.structs.replace(piece, event=what, revision=revision, edited_at=edited)


def _name(entry: Entry) -> str:
    name = (_event(entry.said) or {}).get("event_id")
    return name[:64] if isinstance(name, str) else ""


TOLD = Told(_read, _name)


if TYPE_CHECKING:
    from collectors import Collector, vk_callback  # noqa: PLW0406 - checked here
    from collectors.intake.knocks import Receiver

    _: Collector = vk_callback
    _door: Receiver = vk_callback
