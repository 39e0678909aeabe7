"""Comments of a page, found by selectors that the settings name. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from collectors import time_zone
from collectors.runner.text import plain

MOST_COMMENTS = 500
"""Of one page."""


def _selector(said: str) -> str:
    css = said.rpartition("@")[0] if "@" in said else said
    try:
        LexborHTMLParser("<p>").css(css or "p")
    except SelectolaxError:
        raise ValueError(
            f"{said}: not a CSS selector; write it like .comment or time@datetime"
        ) from None
    return said


Selector = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_selector)]
"""CSS within the comment; `css@name` takes an attribute, `@name` one of the comment itself."""

Zone = Annotated[str, AfterValidator(time_zone)]


class CommentsConfig(BaseModel):
    """How comments stand on the pages of a site."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    each: Selector
    """What holds one comment."""
    text: Selector
    id: Selector | None = None
    """Default: a hash of author, time and text."""
    time: Selector | None = None
    time_formats: tuple[str, ...] = ("%d.%m.%Y %H:%M", "%d.%m.%Y, %H:%M", "%H:%M, %d.%m.%Y")
    """Beside ISO 8601."""
    time_zone: Zone = "Asia/Almaty"
    author: Selector | None = None
    """Becomes a pseudonym before anything is kept."""
    parent: Selector | None = None
    """The id of the comment that is answered."""
    hours: int = Field(default=72, ge=1, le=720)
    """For so long after its publication an article is looked at."""


class Comment(msgspec.Struct, frozen=True, kw_only=True):
    """One comment as the page has it."""

    id: str
    text: str
    at: datetime | None = None
    author: str | None = None
    parent: str | None = None

    @property
    def digest(self) -> str:
        """Of what it says: another one is an edit."""
        return hashlib.sha256(self.text.encode("utf-8", "replace")).hexdigest()[:8]


def comments_of(page: str, how: CommentsConfig) -> Iterator[Comment]:
    """The comments of a page in its order; those without words are none."""
    seen: set[str] = set()
    for node in LexborHTMLParser(page).css(how.each)[:MOST_COMMENTS]:
        text = _value(node, how.text)
        if not text:
            continue
        author, said = _value(node, how.author), _value(node, how.time)
        name = _value(node, how.id) or _hash(author, said, text)
        if name in seen:
            continue
        seen.add(name)
        yield Comment(
            id=name[:100],
            text=text,
            at=_time(said, how),
            author=author or None,
            parent=_value(node, how.parent)[:100] or None,
        )


def _value(node: LexborNode, selector: str | None) -> str:
    if selector is None:
        return ""
    css, mark, name = selector.rpartition("@") if "@" in selector else (selector, "", "")
    found = node.css_first(css) if css else node
    if found is None:
        return ""
    if mark:
        return (found.attributes.get(name) or "").strip()
    return plain(found.html or "")


def _hash(*said: str) -> str:
    return hashlib.sha256("\0".join(said).encode("utf-8", "replace")).hexdigest()[:16]


def _time(said: str, how: CommentsConfig) -> datetime | None:
    zone = ZoneInfo(how.time_zone)
    for form in how.time_formats:
        try:
            return datetime.strptime(said, form).replace(tzinfo=zone).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    try:
        at = datetime.fromisoformat(said)
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
