"""Counts over `mentions FINAL` the slow way, one row after the other: what rollups must equal."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sinks.clickhouse.client import Client

GRAINS = (300, 3600, 86400, 2592000)
NEVER = datetime.fromtimestamp(0, UTC).replace(tzinfo=None)
Row = Mapping[str, Any]
Cells = dict[tuple[Any, ...], tuple[Any, ...]]


def stored(client: Client) -> list[dict[str, Any]]:
    found = client.query("SELECT * FROM mentions FINAL WHERE deleted = 0")
    return [dict(zip(found.column_names, row, strict=True)) for row in found.result_rows]


def span(moment: datetime, grain: int) -> datetime:
    """Beginning of the span as the store says it: UTC, without zone."""
    aware = moment.replace(tzinfo=UTC)
    if grain >= 86400:
        local = aware.astimezone(ZoneInfo("Asia/Almaty"))
        start = local.replace(hour=0, minute=0, second=0, microsecond=0)
        start = start if grain == 86400 else start.replace(day=1)
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


def pages(rows: list[dict[str, Any]], grain: int) -> Cells:
    """What is said where an authority has spoken: by container and platform, what `PAGE` counts."""
    found: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in _on_pages(rows):
        found[span(row["published_at"], grain), row["container"], row["platform"]].append(row)
    return {key: _page(said) for key, said in found.items()}


def _on_pages(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    known = {row["container"] for row in rows if row["author_kind"] == "official"}
    return [row for row in rows if row["container"] in known]


def _page(said: list[Row]) -> tuple[Any, ...]:
    own = [row for row in said if row["author_kind"] == "official"]
    people = [row for row in said if row["author_kind"] != "official"]
    return (
        max((row["author_name"] or "" for row in own), default=""),
        sum(row["parent"] is None for row in own),
        sum(row["parent"] is not None for row in own),
        len(people),
        sum(row["sentiment"] == "negative" for row in people),
        sum(row["sentiment"] is not None for row in people),
        max((_second(row["published_at"]) for row in own), default=NEVER),
    )


def questions(rows: list[dict[str, Any]], actions: list[tuple[str, datetime]]) -> set[Any]:
    """Every question as the view `questions` has it; `actions`: item, when somebody said that it
    is answered."""
    moments: dict[str, list[datetime]] = defaultdict(list)
    for item, at in actions:
        moments[item].append(_second(at))
    for row in rows:
        if row["author_kind"] == "official" and row["parent"] is not None:
            moments[row["parent"]].append(_second(row["published_at"]))
    return {
        (
            *(row["container"], row["platform"], row["topic"] or "", row["region"] or ""),
            _second(row["published_at"]),
            _tenths(_second(row["published_at"]), moments[row["item"]]),
            row["urgent"] is not None and row["urgent"] >= 0.5,
            *(row["day"], row["item"]),
        )
        for row in _on_pages(rows)
        if row["appeal"] in ("complaint", "incident", "question", "suggestion")
        and row["kind"] != "appeal"
        and row["author_kind"] not in ("official", "media", "page")
        and row["repost_of"] is None
    }


def _tenths(asked: datetime, moments: list[datetime]) -> int:
    near = (at for at in moments if timedelta(days=-1) <= at - asked <= timedelta(days=30))
    first = min(near, default=None)
    if first is None:
        return 65535
    return math.ceil(max(0, (first - asked).total_seconds()) / 360)


def _second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0, tzinfo=None)


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
