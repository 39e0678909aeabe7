"""Mentions that were understood before: what drift is seen in, and what two versions differ on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from models.texts import Text
from rezonans.troubles import Invalid


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """A text with the labels it was given; `None` where the models abstained."""

    item: str
    text: Text
    at: datetime
    language: str | None = None
    topic: str | None = None
    appeal: str | None = None
    sentiment: str | None = None
    urgent: float | None = None


class _Line(msgspec.Struct, frozen=True):
    """A line as `rezonans understand` writes it; other fields are passed over."""

    text: str
    published_at: datetime | None = None
    item: str | None = None
    title: str | None = None
    context: str | None = None
    home: str | None = None
    language: str | None = None
    topics: list[tuple[str, float]] = []
    appeal: str | None = None
    sentiment: dict[str, float] | None = None
    urgent: float | None = None


def of_lines(lines: Iterable[bytes], name: str, now: datetime) -> list[Past]:
    """Mentions of a file of JSON lines; `Invalid` names the line that can not be read.

    A line without `published_at` counts as of `now`.
    """
    found = []
    for number, raw in enumerate(lines, 1):
        if not raw.strip():
            continue
        try:
            line = msgspec.json.decode(raw, type=_Line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Invalid(f"{name}:{number}: {error}; expected an object with text") from error
        feeling = line.sentiment
        at = line.published_at or now
        found.append(
            Past(
                item=line.item or f"line {number}",
                text=Text(text=line.text, title=line.title, context=line.context, home=line.home),
                at=at if at.tzinfo else at.replace(tzinfo=now.tzinfo),
                language=line.language,
                topic=line.topics[0][0] if line.topics else None,
                appeal=line.appeal,
                sentiment=max(feeling, key=lambda name: feeling[name]) if feeling else None,
                urgent=line.urgent,
            )
        )
    return found
