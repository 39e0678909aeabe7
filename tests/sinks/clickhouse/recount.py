"""Counts over `mentions FINAL` the slow way, one row after the other: what rollups must equal."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sinks.clickhouse.client import Client

GRAINS = (300, 3600, 86400)
Row = Mapping[str, Any]
Cells = dict[tuple[Any, ...], tuple[int, ...]]


def stored(client: Client) -> list[dict[str, Any]]:
    found = client.query("SELECT * FROM mentions FINAL WHERE deleted = 0")
    return [dict(zip(found.column_names, row, strict=True)) for row in found.result_rows]


def span(moment: datetime, grain: int) -> datetime:
    """Beginning of the span as the store says it: UTC, without zone."""
    aware = moment.replace(tzinfo=UTC)
    if grain == 86400:
        local = aware.astimezone(ZoneInfo("Asia/Almaty"))
        start = local.replace(hour=0, minute=0, second=0, microsecond=0)
        return start.astimezone(UTC).replace(tzinfo=None)
    return (aware - timedelta(seconds=aware.timestamp() % grain)).replace(tzinfo=None)


def named(row: Row) -> dict[str, Any]:
    first = row["places"][0] if row["places"] else None
    level = first["level"] if first else ""
    return {
        name: row[name] or ""
        for name in (
            *("topic", "region", "district", "platform", "language", "appeal", "channel", "kind"),
            "official",
        )
    } | {
        "generation": row["generation"],
        "settlement": first["kato"] if first and level == "settlement" else "",
        "repost": row["repost_of"] is not None,
        "simulation": row["platform"] == "simulation" or "simulation" in row["flags"],
    }


def _counts(row: Row) -> dict[str, int]:
    mood = row["sentiment"]
    return {
        "posts": 1,
        "negative": mood == "negative",
        "neutral": mood == "neutral",
        "positive": mood == "positive",
        "urgent": row["urgent"] is not None and row["urgent"] >= 0.5,
        "stated": row["stated_appeal"] is not None,
        "with_topic": row["topic"] is not None,
        "with_appeal": row["appeal_guess"] is not None,
        "with_sentiment": mood is not None,
        "with_place": bool(row["places"]),
        "topic_thousandths": round((row["topic_probability"] or 0) * 1000),
        "appeal_thousandths": round((row["appeal_probability"] or 0) * 1000),
    }


def cells(
    rows: list[dict[str, Any]], grain: int, names: tuple[str, ...], counts: tuple[str, ...]
) -> Cells:
    found: dict[tuple[Any, ...], Counter[str]] = defaultdict(Counter)
    for row in rows:
        called = named(row)
        key = (span(row["published_at"], grain), *(called[name] for name in names))
        found[key].update(_counts(row))
    return {key: tuple(counter[name] for name in counts) for key, counter in found.items()}


def voices(rows: list[dict[str, Any]], grain: int) -> Cells:
    """Unique voices in every scope."""
    found: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    for row in rows:
        for scope, names in _scopes(named(row)):
            found[(span(row["published_at"], grain), scope, *names)].append(_voice(row))
    return {key: (len(said), len(set(said))) for key, said in found.items()}


def _scopes(called: dict[str, Any]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    columns = ("topic", "region", "district", "platform", "official")
    scopes = {
        "all": (), "topic": ("topic",), "region": ("region",),
        "topic_region": ("topic", "region"), "district": ("district",),
        "platform": ("platform",), "official": ("official",),
    }  # fmt: skip
    for scope, own in scopes.items():
        if all(called[name] for name in own):
            names = (called[name] if name in own else "" for name in columns)
            yield scope, (*names, called["simulation"])


def _voice(row: Row) -> str:
    if row["author"] is not None:
        return str(row["author"])
    if row["author_kind"] in ("page", "official", "media"):
        return f"{row['platform']}:{row['container']}"
    return str(row["item"])
