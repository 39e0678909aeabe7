"""Which targets carry what is loud now: from open spikes back to where their posts came from."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from rezonans.troubles import Busy

Query = Callable[[str, dict[str, Any]], Awaitable[list[dict[str, Any]]]]

MOST_SPIKES, MOST_TARGETS = 20, 20

_OPEN = """
SELECT topic, region, toUnixTimestamp(since) AS since FROM spikes_latest
WHERE change != 'closed' AND simulation = 0 AND at >= now() - INTERVAL 6 HOUR
ORDER BY score DESC LIMIT {most:UInt32}
"""
_CARRY = """
SELECT target, count() AS posts FROM mentions_public
WHERE published_at >= toDateTime({since:UInt32}, 'UTC') AND history = 0
  AND ({topic:String} = '' OR topic = {topic:String})
  AND ({region:String} = '' OR region = {region:String})
GROUP BY target ORDER BY posts DESC, target LIMIT {most:UInt32}
"""


async def loud_targets(query: Query) -> set[str]:
    """Targets by the names that the collectors know them by; `Busy` while the store is away."""
    from sinks.clickhouse.reader import QueryError, Unavailable

    found: set[str] = set()
    try:
        for spike in await query(_OPEN, {"most": MOST_SPIKES}):
            lane = {name: spike[name] or "" for name in ("topic", "region")}
            asked = {**lane, "since": int(spike["since"]), "most": MOST_TARGETS}
            found |= {row["target"] for row in await query(_CARRY, asked)}
    except (Unavailable, QueryError) as error:
        raise Busy(str(error), 60.0) from None
    return found
