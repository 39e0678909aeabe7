"""What a run stored, in numbers that can be recomputed. Reads public views only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sinks.clickhouse.client import Client
from sinks.clickhouse.reader import Store

SUMMARY = """
SELECT
    (SELECT count() FROM mentions_public) AS stored,
    (SELECT uniqExact(item) FROM mentions_public) AS distinct_stored,
    (SELECT uniqExact(spike) FROM spikes) AS spikes,
    (SELECT count() FROM dead_letters_public) AS dead_letters,
    (SELECT sum(live) FROM arrivals WHERE at >= {since:DateTime64(3)}) AS live,
    (
        SELECT if(count() = 0, [], quantilesExact(0.5, 0.99)(s))
        FROM arrivals ARRAY JOIN seconds AS s
        WHERE at >= {since:DateTime64(3)}
          AND s * 1000 <= dateDiff('millisecond', {since:DateTime64(3)}, at)
    ) AS delays
"""

EVER = datetime(2000, 1, 1, tzinfo=UTC)


def summary(client: Client, since: datetime = EVER) -> dict[str, Any]:
    """Counts of what stands, and seconds from publication to a visible row over live posts.

    Live posts are those that became visible after `since`, the seconds are of those published
    after it too: what appeared while nothing ran waits for no fault of ours. `None` where
    nothing live came.
    """
    found = client.query(SUMMARY, {"since": since})
    return _figures(dict(zip(found.column_names, found.result_rows[0], strict=True)))


def summary_from(store: Store, since: datetime = EVER) -> dict[str, Any]:
    """The same through the door, for a process that does not own the store."""
    return _figures(store.query_sync(SUMMARY, {"since": since})[0])


def _figures(row: Mapping[str, Any]) -> dict[str, Any]:
    figures = dict(row)
    p50, p99 = figures.pop("delays") or (None, None)
    return {**figures, "p50_seconds": _seconds(p50), "p99_seconds": _seconds(p99)}


def _seconds(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
