"""The columns of each table as structs; a test holds them equal to the migrations.

Rows travel as blocks of columns (`sinks.clickhouse.blocks`); chDB and servers take the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

import msgspec


class PlaceRow(NamedTuple):
    kato: str
    level: str
    name: str
    how: str


class MentionRow(msgspec.Struct, frozen=True, gc=False):
    item: str
    day: date
    version: int
    """128 bits (`sinks.clickhouse.versions`)."""
    revision: int
    generation: int
    deleted: int
    platform: str
    container: str
    target: str
    collector: str
    kind: str
    channel: str | None
    stated_appeal: str | None
    parent: str | None
    root: str | None
    context: str | None
    author: str | None
    author_kind: str
    author_name: str | None
    author_followers: int | None
    title: str | None
    text: str
    url: str | None
    published_at: datetime
    published_precision: str
    published_origin: str
    edited_at: datetime | None
    observed_at: datetime
    stored_at: datetime
    history: bool
    geo_lat: float | None
    geo_lon: float | None
    home: str | None
    repost_of: str | None
    flags: tuple[str, ...]
    legal_basis: str
    language: str | None
    script: str | None
    languages: Mapping[str, float]
    topic: str | None
    topic_probability: float | None
    topics: tuple[tuple[str, float], ...]
    appeal: str | None
    appeal_guess: str | None
    appeal_probability: float | None
    sentiment: str | None
    negative: float | None
    neutral: float | None
    positive: float | None
    urgent: float | None
    region: str | None
    district: str | None
    place: str | None
    place_how: str | None
    places: Sequence[PlaceRow]
    fingerprint: int | None
    official: str | None
    model: Mapping[str, str]


class CounterRow(msgspec.Struct, frozen=True, gc=False):
    item: str
    observed_at: datetime
    platform: str
    container: str
    counters: dict[str, int]
    stored_at: datetime


class DeletionRow(msgspec.Struct, frozen=True, gc=False):
    item: str
    observed_at: datetime
    platform: str
    container: str
    stored_at: datetime


class _PageRow(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    target: str
    sequence: int
    platform: str
    container: str
    collector: str
    collector_version: str
    looked_until: datetime
    observed_at: datetime
    history: bool
    posts: int
    stored_at: datetime


class LookRow(_PageRow, frozen=True, gc=False, kw_only=True):
    part: int
    newest: datetime | None


class CursorRow(_PageRow, frozen=True, gc=False, kw_only=True):
    cursor: str


class ShareRow(NamedTuple):
    key: str
    observed: float
    expected: float


class SpikeRow(msgspec.Struct, frozen=True, gc=False):
    spike: str
    revision: int
    change: str
    kind: str
    alarm: str
    topic: str | None
    region: str | None
    district: str | None
    regions: list[str]
    """Of an emergence: where it rises."""
    at: datetime
    since: datetime
    score: float
    threshold: float
    observed: float
    expected: float
    low: float
    high: float
    window_seconds: int
    posts: int
    voices: int
    peak: float
    trigger: str
    simulation: bool
    places: list[ShareRow]
    sentiments: list[ShareRow]
    platforms: list[ShareRow]
    topics: list[ShareRow]
    record: str
    stored_at: datetime


class ActionRow(msgspec.Struct, frozen=True, gc=False):
    action: str
    at: datetime
    subject: str
    verb: str
    by: str
    value: str | None
    note: str | None
    stored_at: datetime


class AlertRow(msgspec.Struct, frozen=True, gc=False):
    alert: str
    channel: str
    """Empty where no channel was to hear."""
    at: datetime
    desk: str
    told: str
    outcome: str
    reason: str
    event: str
    spike: str | None
    revision: int | None
    alarm: str | None
    topic: str | None
    region: str | None
    district: str | None
    by: str | None
    until: datetime | None
    attempts: int
    simulation: bool
    stored_at: datetime


class DeadLetterRow(msgspec.Struct, frozen=True, gc=False):
    at: datetime
    stage: str
    kind: str
    reason: str
    place: str
    digest: str
    payload: str | None
    stored_at: datetime


class ArrivalRow(msgspec.Struct, frozen=True, gc=False):
    at: datetime
    rows: int
    live: int
    targets: list[str]
    seconds: list[float]


TABLES: Mapping[str, type[msgspec.Struct]] = {
    "mentions": MentionRow,
    "counters": CounterRow,
    "deletions": DeletionRow,
    "looks": LookRow,
    "cursors": CursorRow,
    "spikes": SpikeRow,
    "actions": ActionRow,
    "alerts": AlertRow,
    "dead_letters": DeadLetterRow,
    "arrivals": ArrivalRow,
}
