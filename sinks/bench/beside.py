"""The panels of another checkout beside ours: on one store, in one process, turn by turn."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from sinks import boards
from sinks.bench.measure import POINTS, RANGES, Door, Times, shown, table, taken
from sinks.bench.year import END


def sql_of(folder: Path) -> dict[str, str]:
    """The SQL of every panel as the boards of a folder like `deploy/grafana` hold it, by the name
    of the panel. `ValueError`: there are no boards."""
    found: dict[str, str] = {}
    for path in sorted((folder / "boards" / "ru").glob("*.json")):
        for panel in json.loads(path.read_text(encoding="utf-8"))["panels"]:
            asked: list[Mapping[str, Any]] = panel.get("targets", [])
            found |= {one["refId"]: one["rawSql"] for one in asked if "rawSql" in one}
    if not found:
        raise ValueError(f"{folder}: no boards here; name deploy/grafana of another checkout")
    return found


@dataclass
class Pair:
    """One panel over one range, before and now."""

    before: Times = field(default_factory=Times)
    now: Times = field(default_factory=Times)
    alike: bool = True
    """Whether both gave the same rows, in whatever order."""

    def __str__(self) -> str:
        """Medians of the processor's time, and how many times cheaper by it and by the clock."""
        cpu = median(self.before.cpu), median(self.now.cpu)
        clock = median(self.before.values) / median(self.now.values)
        differ = "" if self.alike else ", other rows"
        return (
            f"{shown(cpu[0])} -> {shown(cpu[1])} "
            f"(x{cpu[0] / cpu[1]:.2f}, clock x{clock:.2f}{differ})"
        )


def compared(
    door: Door,
    before: Mapping[str, str],
    names: Collection[str],
    times: int,
    until: datetime = END,
) -> Iterator[tuple[str, dict[str, Pair]]]:
    """These panels, where both have them, over every range."""
    for name in names:
        if name in before:
            found = {
                called: _pair(door, before[name], boards.sql(name), (until - length, until), times)
                for called, length in RANGES.items()
            }
            yield name, found


def told(found: Iterable[tuple[str, Mapping[str, Pair]]]) -> str:
    """The pairs as a table."""
    return table(["panel", *RANGES], [[name, *map(str, one.values())] for name, one in found])


def _pair(door: Door, before: str, now: str, span: tuple[datetime, datetime], times: int) -> Pair:
    length: timedelta = span[1] - span[0]
    step = max(15, int(length.total_seconds() / POINTS))
    old, new = (boards.expand(text, *span, step) for text in (before, now))
    found = Pair(alike=_rows(door, old) == _rows(door, new))
    for _ in range(times):
        for sql, kept in ((old, found.before), (new, found.now)):
            once = taken(lambda sql=sql: door.ask(sql), 1)  # type: ignore[misc]
            kept.values += once.values
            kept.cpu += once.cpu
    return found


def _rows(door: Door, sql: str) -> list[str]:
    return sorted(map(repr, door.rows(sql)))
