"""The topics: record, key, partitions, retention. One table, nothing else knows them."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from rezonans import handling, records, remade

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


@dataclass(frozen=True)
class Topic:
    name: str
    record: type[msgspec.Struct]
    key: str
    """What the key is, in words."""
    partitions: int
    retention_ms: int | None
    """`None`: compacted by key."""


POSTS = Topic("posts", records.Page, "container", 4, 7 * DAY_MS)
MENTIONS = Topic("mentions", records.Mentions, "container", 4, 3 * DAY_MS)
REMADE = Topic("remade", remade.Remade, "day", 4, 3 * DAY_MS)
SPIKES = Topic("spikes", records.Spike, "spike id", 1, None)
ACTIONS = Topic("actions", handling.Action, "subject", 1, 30 * DAY_MS)
ALERTS = Topic("alerts", handling.Alert, "desk", 1, 30 * DAY_MS)
DEAD_LETTERS = Topic("dead-letters", records.DeadLetter, "source topic", 1, 30 * DAY_MS)

ALL = (POSTS, MENTIONS, REMADE, SPIKES, ACTIONS, ALERTS, DEAD_LETTERS)

MAX_PAGE_POSTS = 500
MAX_PAGE_BYTES = 400_000
"""Encoded size at which a page of posts is cut."""
MAX_MESSAGE_BYTES = 900_000
"""Encoded size at which an output is split; below the 1 MB default of brokers."""
