"""How long queries take, the way a board asks them: checked, on a connection of their own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from statistics import median
from time import perf_counter, process_time
from typing import Any

from sinks import boards
from sinks.bench.year import END
from sinks.clickhouse.engine import Engine
from sinks.clickhouse.guard import Guard

RANGES: Mapping[str, timedelta] = {
    "1 hour": timedelta(hours=1),
    "1 day": timedelta(days=1),
    "30 days": timedelta(days=30),
    "1 year": timedelta(days=365),
}
POINTS = 600
"""Of a course on a screen: the step of a range is its length over this."""


@dataclass
class Times:
    """Milliseconds of one query over one range."""

    values: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    """Of all threads of this process: what a busy machine does not change much."""

    def quantile(self, share: float) -> float:
        """The value that so many are not above; the largest of few."""
        ordered = sorted(self.values)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    @property
    def p50(self) -> float:
        return self.quantile(0.5)

    @property
    def p95(self) -> float:
        return self.quantile(0.95)


def cell(times: Times) -> str:
    """p50 / p95, and the processor's part."""
    return f"{shown(times.p50)} / {shown(times.p95)} ({shown(median(times.cpu))})"


def taken(work: Callable[[], Any], times: int) -> Times:
    """The first call warms and is not counted."""
    work()
    found = Times()
    for _ in range(times):
        started, used = perf_counter(), process_time()
        work()
        found.values.append(1000 * (perf_counter() - started))
        found.cpu.append(1000 * (process_time() - used))
    return found


class Door:
    """Asks as a reader at the door does, without the socket."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._guard = Guard(engine.database, engine.functions())

    def ask(self, sql: str) -> bytes:
        checked = self._guard.check(sql)
        return self._engine.run(checked.text, "JSONCompact", {}).body

    def rows(self, sql: str) -> list[list[Any]]:
        found: list[list[Any]] = json.loads(self.ask(sql))["data"]
        return found


def panels(
    door: Door, names: Sequence[str], times: int, say: Callable[[str], None]
) -> dict[str, dict[str, Times]]:
    """The query of each of these panels over every range."""
    found: dict[str, dict[str, Times]] = {}
    for number, name in enumerate(names, start=1):
        say(f"panel {number} of {len(names)}: {name}")
        found[name] = {}
        for called, length in RANGES.items():
            step = max(15, int(length.total_seconds() / POINTS))
            sql = boards.expand(boards.sql(name), END - length, END, step)
            found[name][called] = taken(partial(door.ask, sql), times)
    return found


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def shown(milliseconds: float) -> str:
    return f"{milliseconds:.0f}" if milliseconds >= 10 else f"{milliseconds:.1f}"
