"""A question to a board, and how mentions are counted one after the other. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.sinks.clickhouse import recount

Row = Mapping[str, Any]
Rows = Sequence[Row]
Said = dict[tuple[Any, ...], dict[str, Any]]
"""Rows of a panel: what names one, and its numbers."""


@dataclass(frozen=True)
class Question:
    """A range that begins and ends with whole spans, and a choice."""

    rows: Rows
    since: datetime
    until: datetime
    step: int
    """Seconds of a point of a course."""
    chosen: Mapping[str, Sequence[str]]
    answered: Mapping[str, datetime]
    """Items that a person of the desk has marked as answered."""

    def narrowed(self, *names: str, before: bool = False) -> Rows:
        """Mentions of the range, or of that before it, that pass the choice in these names."""
        since = self.since - (self.until - self.since) if before else self.since
        until = self.since if before else self.until
        return [
            row
            for row in self.rows
            if since <= row["published_at"] < until
            and all(
                (recount.named(row)[name] or "-") in self.chosen.get(name, (row_of(row, name),))
                for name in names
            )
        ]


def row_of(row: Row, name: str) -> str:
    return str(recount.named(row)[name] or "-")


Recount = Callable[["Question"], Said]
Panels = Mapping[str, tuple[tuple[str, ...], Recount]]
"""Panel -> columns that name a row (none: it is the only one; #: its number), and the recount."""

FLOW = ("topic", "region", "platform", "language")
PLACE = ("topic", "region", "district")


def share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def moods(rows: Rows) -> Counter[str | None]:
    return Counter(row["sentiment"] for row in rows)


def negative_share(rows: Rows) -> float | None:
    found = moods(rows)
    return share(found["negative"], len(rows) - found[None])


def urgent(rows: Rows) -> int:
    return sum(row["urgent"] is not None and row["urgent"] >= 0.5 for row in rows)


def measured(rows: Rows) -> dict[str, Any]:
    return {
        "posts": len(rows),
        "negative_share": negative_share(rows),
        "urgent_posts": urgent(rows),
    }


def change(now: Rows, before: Rows) -> float | None:
    return len(now) / len(before) - 1 if before else None


def reposts(rows: Rows) -> int:
    return sum(row["repost_of"] is not None for row in rows)


def by(rows: Iterable[Row], *names: str) -> dict[tuple[Any, ...], list[Row]]:
    found: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        called = recount.named(row)
        found[tuple(called[name] for name in names)].append(row)
    return found


def without(groups: dict[tuple[Any, ...], list[Row]]) -> dict[tuple[Any, ...], list[Row]]:
    """Groups that are named in full."""
    return {key: rows for key, rows in groups.items() if all(key)}


def at(row: Row, step: int) -> str:
    return str(recount.span(row["published_at"], step))


def course(rows: Rows, step: int, names: Mapping[str, Callable[[Row], bool]]) -> Said:
    """Points of a course: how many of the rows are of each kind."""
    points: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        points[at(row, step)].append(row)
    return {
        (moment,): {name: sum(map(of, found)) for name, of in names.items()}
        for moment, found in points.items()
    }


def series(rows: Rows, step: int, name: str) -> Said:
    found: Counter[tuple[str, str]] = Counter()
    for row in rows:
        found[at(row, step), recount.named(row)[name]] += 1
    return {key: {"posts": posts} for key, posts in found.items()}
