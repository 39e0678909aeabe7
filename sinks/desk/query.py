"""What the desk asks the store: SQL from files, rows as structs."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any, Protocol, TypeVar

import msgspec

from rezonans.handling import Verb
from sinks.clickhouse.reader import QueryError, Unavailable

Row = TypeVar("Row", bound=msgspec.Struct)


class Reader(Protocol):
    """Anything that answers SQL with `{name:Type}` parameters, or raises as the store's does."""

    async def query(
        self, sql: str, params: dict[str, Any] | None = None
    ) -> list[dict[str, Any]]: ...


class Unreachable(Exception):
    """The store did not answer, or not with what was asked; `str(error)` says why."""


class SpikeRow(msgspec.Struct, frozen=True):
    record: str


class LabelRow(msgspec.Struct, frozen=True, kw_only=True):
    """What the models say of an item; `None` where they abstain."""

    item: str
    topic: str | None = None
    topic_probability: float | None = None
    appeal: str | None = None
    stated_appeal: str | None = None
    appeal_probability: float | None = None
    sentiment: str | None = None
    sentiment_probability: float | None = None
    place: str | None = None
    language: str | None = None


class MentionRow(LabelRow, frozen=True, kw_only=True):
    title: str | None = None
    text: str = ""
    context: str | None = None
    url: str | None = None
    platform: str
    channel: str | None = None
    kind: str
    author_kind: str = "unknown"
    author_name: str | None = None
    published_ms: int
    stored_ms: int
    urgent: float | None = None
    region: str | None = None
    history: bool = False
    simulated: bool = False


class SlotRow(msgspec.Struct, frozen=True):
    """Five minutes of a lane: unix seconds, posts."""

    slot: int
    posts: int


class HourRow(msgspec.Struct, frozen=True):
    """A clock hour of the last day, and what of it is in the last 60 minutes."""

    hour: int
    posts: int
    recent: int
    before: int
    negative: int
    felt: int
    urgent: int
    simulated: int
    voices: int | None = None
    """Unique authors of the last whole clock hour, the same in each row."""


class SourceRow(msgspec.Struct, frozen=True, kw_only=True):
    target: str
    platform: str
    container: str
    collector: str
    history: bool
    posts_hour: int
    looked_until_ms: int
    observed_ms: int
    newest_ms: int | None = None


class ActionRow(msgspec.Struct, frozen=True, kw_only=True):
    action: str
    at_ms: int
    subject: str
    verb: Verb
    by: str
    value: str | None = None


class AlertRow(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one message to one channel, or to none (`""`)."""

    alert: str
    channel: str
    at_ms: int
    desk: str
    told: str
    outcome: str
    reason: str
    event: str = ""
    spike: str | None = None
    alarm: str | None = None
    topic: str | None = None
    region: str | None = None
    district: str | None = None
    by: str | None = None
    until_ms: int | None = None
    attempts: int = 0
    simulation: bool = False


async def ask(store: Reader, name: str, row: type[Row], **params: Any) -> list[Row]:
    """The rows of `sql/NAME.sql`. Whatever keeps the store from it is `Unreachable`."""
    try:
        found = await store.query(sql(name), params)
        return msgspec.convert(found, list[row], strict=False)  # type: ignore[valid-type]
    except (Unavailable, QueryError, OSError) as error:
        raise Unreachable(f"{name}: {error}") from error
    except msgspec.ValidationError as error:
        raise Unreachable(f"{name}: the store answered something else: {error}") from error


@cache
def sql(name: str) -> str:
    return (resources.files("sinks.desk") / "sql" / f"{name}.sql").read_text(encoding="utf-8")
