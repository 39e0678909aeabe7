"""What was said where an account of ours was named: asked for by the Graph API."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import msgspec

from collectors import Refused, Rejected
from collectors.declared.values import find
from collectors.meta.changes import Frame, Mention
from collectors.runner.answers import HOUR, MINUTE, check
from collectors.runner.bodies import json_of
from collectors.runner.budget import ALL
from rezonans.records import Post
from rezonans.troubles import Invalid

BASE = "https://graph.facebook.com/v26.0"
_DEAD = (102, 190, 463, 467)
_SPENT = (4, 17, 32, 613, 80001, 80002, 80006)
_NOTHING = (3, 10, 100, 110, 200, 294, 803)
_PAGE = "id,message,created_time,permalink_url,from"
_MEDIA = "id,caption,timestamp,permalink,username"
_COMMENT = "id,text,timestamp,username"


async def ask(http: httpx.AsyncClient, one: Mention, token: str, now: datetime) -> bytes | None:
    """The answer's bytes; `None` where there is nothing any more, or nothing for us."""
    address, fields = question(one)
    response = await http.get(
        f"{BASE}/{address}",
        params={"fields": fields},
        headers={"Authorization": f"Bearer {token}"},
        extensions={"method": "mention"},
    )
    code = _code(response)
    if code in _DEAD:
        says = "Meta does not take the token; make a new one in the business settings"
        raise Refused(f"{says} and set it anew", HOUR, ALL, lasting=True)
    if code in _SPENT:
        raise Refused("Meta: our allowance is used up for now", 15 * MINUTE, ALL)
    if code in _NOTHING:
        return None
    check(response, now)
    return response.content


def question(one: Mention) -> tuple[str, str]:
    """Address and fields. A page's mention is asked for itself, Instagram's by our account."""
    if "_" in (one.comment or one.post):
        return one.comment or one.post, _PAGE
    if one.comment:
        return one.account, f"mentioned_comment.comment_id({one.comment}){{{_COMMENT}}}"
    return one.account, f"mentioned_media.media_id({one.post}){{{_MEDIA}}}"


def _code(response: httpx.Response) -> int:
    if response.is_success:
        return 0
    try:
        code = find(json_of(response.content), "error.code")
    except Invalid:
        return 0
    return code if isinstance(code, int) else 0


class _Who(msgspec.Struct):
    id: str = ""


class _Said(msgspec.Struct):
    """A post, a comment or a medium, as far as we use it."""

    id: str
    message: str = ""
    caption: str = ""
    text: str = ""
    created_time: str = ""
    timestamp: str = ""
    """Times of ISO 8601, with a zone that has no colon."""
    permalink_url: str | None = None
    permalink: str | None = None
    username: str = ""
    from_: _Who | None = msgspec.field(default=None, name="from")


def mentioned(body: bytes, one: Mention, frame: Frame, now: datetime) -> list[Post | Rejected]:
    """The post of an answer. Pure; `Invalid` for an answer that is none."""
    value: Any = json_of(body)
    inner = find(value, "mentioned_comment") or find(value, "mentioned_media") or value
    try:
        said = msgspec.convert(inner, _Said)
    except (msgspec.ValidationError, RecursionError) as error:
        raise Invalid(f"not an answer of Meta: {error}") from None
    made = _moment(said.created_time or said.timestamp) or one.at
    who = said.from_.id if said.from_ else said.username
    return [
        Post(
            item=f"{frame.platform}:{said.id}",
            kind="comment" if one.comment else "post",
            published_at=min(made, now),
            observed_at=now,
            legal_basis=frame.legal_basis,
            channel=frame.platform,
            parent=f"{frame.platform}:{one.post}" if one.comment and one.post else None,
            root=f"{frame.platform}:{one.post}" if one.comment and one.post else None,
            author=who or None,
            author_kind="person" if who else "unknown",
            text=said.message or said.caption or said.text,
            url=said.permalink_url or said.permalink,
            home=frame.homes.get(one.account),
            flags=("mention",),
        )
    ]


def _moment(written: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(written)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
