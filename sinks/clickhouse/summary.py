"""What a run stored, in numbers that can be recomputed. Reads public views only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sinks.clickhouse.client import Client
from sinks.clickhouse.reader import Store

SUMMARY = """
SELECT
    (SELECT count() FROM mentions_public) AS stored,
    (SELECT uniqExact(item) FROM mentions_public) AS distinct_stored,
    (SELECT uniqExact(spike) FROM spikes) AS spikes,
    (SELECT count() FROM dead_letters_public) AS dead_letters,
    (SELECT sum(live) FROM arrivals) AS live,
    (SELECT quantilesExact(0.5, 0.99)(s) FROM arrivals ARRAY JOIN seconds AS s) AS delays
"""


def summary(client: Client) -> dict[str, Any]:
    """Counts of what stands, and seconds from publication to a visible row over live posts.

    The seconds are `None` where nothing live came.
    """
    found = client.query(SUMMARY)
    return _figures(dict(zip(found.column_names, found.result_rows[0], strict=True)))


def summary_from(store: Store) -> dict[str, Any]:
    """The same through the door, for a process that does not own the store."""
    return _figures(store.query_sync(SUMMARY)[0])


def _figures(row: Mapping[str, Any]) -> dict[str, Any]:
    figures = dict(row)
    p50, p99 = figures.pop("delays")
    live = figures["live"]
    return {
        **figures,
        "p50_seconds": round(p50, 3) if live else None,
        "p99_seconds": round(p99, 3) if live else None,
    }
