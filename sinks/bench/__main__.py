"""`make bench-store`: a year at the volume of the country, every panel, and others beside it."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from sinks import boards
from sinks.bench import beside, copies, insertion, rivals, year
from sinks.bench.measure import RANGES, Door, Times, cell, panels, shown, table, taken
from sinks.bench.questions import (
    COLUMNS,
    POSTGRES_WORD,
    QUESTIONS,
    WORDS,
    of_others,
    of_store,
)
from sinks.clickhouse import place_names
from sinks.clickhouse.client import DATABASE, Client, open_client
from sinks.clickhouse.engine import Engine, Limits
from sinks.clickhouse.migrate import migrate
from sinks.clickhouse.rollup import Rollups

_DISK = """
SELECT table, sum(rows), sum(bytes_on_disk), sum(secondary_indices_compressed_bytes)
FROM system.parts WHERE active AND database = currentDatabase()
GROUP BY table HAVING sum(rows) > 300 ORDER BY 3 DESC
"""


AIM = 200.0
"""Milliseconds that a panel is to stay under."""
SAME, SAME_DAYS = "same_rows", 30
"""Database and days of what is compared with others."""
SAME_RANGES = {name: RANGES[name] for name in ("1 hour", "1 day", "30 days")}


def say(text: str) -> None:
    print(f"bench-store: {text}", file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sinks.bench", description=__doc__)
    parser.add_argument("--thin", type=int, default=100, help="mentions: one in so many (100)")
    parser.add_argument("--same", type=int, default=30, help="beside others: 1/N of a day (30)")
    parser.add_argument("--days", type=int, default=365, help="days of the year (365)")
    parser.add_argument("--times", type=int, default=7, help="how often a query is asked (7)")
    parser.add_argument("--only", choices=["year", "others"], help="one half of it")
    parser.add_argument("--alone", action="store_true", help="without PostgreSQL and DuckDB")
    parser.add_argument(
        "--panels",
        nargs="*",
        default=boards.names(),
        choices=boards.names(),
        metavar="PANEL",
        help="these alone (all)",
    )
    parser.add_argument(
        "--before",
        type=Path,
        metavar="FOLDER",
        help="deploy/grafana of another checkout: its panels beside ours",
    )
    chosen = parser.parse_args()
    try:
        before = beside.sql_of(chosen.before) if chosen.before else None
    except ValueError as error:
        parser.error(str(error))
    with tempfile.TemporaryDirectory(prefix="rezonans-bench-") as name:
        if chosen.only != "others":
            _year(Path(name), chosen, before)
        if chosen.only != "year":
            _rivals(Path(name), chosen)
    return 0


def _year(folder: Path, chosen: Any, before: Mapping[str, str] | None) -> None:
    client = open_client(f"chdb://{folder}/store")
    migrate(client)
    place_names.fill(client)
    _insertion(client)
    _fill(client, chosen.thin, chosen.days)
    _disk(client)
    door = Door(Engine(folder / "store", DATABASE, Limits(seconds=120.0)))
    if before is None:
        _panels(door, chosen.panels, chosen.times)
        _searched(door, chosen.times)
    else:
        print(f"\n### Panels before and now: CPU in ms, medians of {chosen.times} turns\n")
        print(beside.told(beside.compared(door, before, chosen.panels, chosen.times)))
    client.close()


def _insertion(client: Client) -> None:
    say("insertion")
    found = insertion.measured(client)
    print("\n### Insertion (pages of 500 mentions through the writer, the text index included)\n")
    print(table(["what", "value"], found))


@contextmanager
def timed(what: str) -> Iterator[None]:
    say(what)
    started = perf_counter()
    yield
    say(f"{what}: {perf_counter() - started:.1f} s")


def _fill(client: Client, thin: int, days: int) -> None:
    with timed(f"a day of {year.A_DAY} mentions"):
        year.fill(client, year.Span(0, year.A_DAY, year.LAST, 1))
    _compute(client)
    first, a_day = year.LAST - timedelta(days=days - 1), year.A_DAY // thin
    thin_days = max(0, days - 2)
    with timed(f"{thin_days} days of {a_day}"):
        for start in range(0, thin_days, 30):
            some = min(30, thin_days - start)
            at = first + timedelta(days=start)
            year.fill(client, year.Span(10_000_000 + start * a_day, some * a_day, at, some))
    with timed("other days of the full volume"):
        copies.copy_mentions(client, days)
    with timed("rollups of the days before"):
        copies.copy_rollups(client, days)
        year.fill_rest(client)
    with timed("merging what nobody writes to"):
        client.command("OPTIMIZE TABLE mentions FINAL")


def _compute(client: Client) -> None:
    rollups = Rollups(client, lambda: datetime.now(UTC))
    hours = [year.END - timedelta(hours=n) for n in range(1, 25)]
    rows: list[tuple[str, str, str]] = []
    works: tuple[tuple[str, Callable[[], object]], ...] = (
        ("one hour, as the live path does", partial(rollups.compute, hours[:1])),
        ("24 hours at once, as catching up does", partial(rollups.compute, hours)),
        ("the day, with its voices", partial(rollups.compute_days, hours[6:7])),
    )
    for what, work in works:
        say(what)
        started, used = perf_counter(), process_time()
        work()
        took, cpu = perf_counter() - started, process_time() - used
        rows.append((what, f"{took:.2f}", f"{cpu:.2f}"))
    rollups.compute_days([hours[0], hours[-1]])
    cells = client.query(
        "SELECT max(length(by_flow.posts)), max(length(by_place.posts)), "
        "max(length(by_appeal.posts)) FROM rollup_hours FINAL"
    ).result_rows[0]
    volume = f"{year.A_DAY:,} mentions, one thread"
    print(f"\n### Computing rollups at the full volume of a day ({volume})\n")
    print(table(["what", "seconds", "CPU-seconds"], rows))
    print(f"\nCells of one hour: flow {cells[0]:,}, places {cells[1]:,}, appeals {cells[2]:,}.")


def _disk(client: Client) -> None:
    rows = client.query(_DISK).result_rows
    print("\n### Disk\n")
    print(
        table(
            ["table", "rows", "MB", "bytes a row", "of that indexes"],
            [
                (name, f"{n:,}", f"{size / 1e6:.0f}", f"{size / n:.0f}", f"{index / n:.0f}")
                for name, n, size, index in rows
            ],
        )
    )


def _panels(door: Door, names: list[str], times: int) -> None:
    found = panels(door, names, times, say)
    print(f"\n### Panels: p50 / p95 (CPU) in ms, {times} calls after one that warms\n")
    rows = [[name, *(cell(one) for one in by_range.values())] for name, by_range in found.items()]
    together = {
        name: Times(
            [value for by_range in found.values() for value in by_range[name].values],
            [value for by_range in found.values() for value in by_range[name].cpu],
        )
        for name in RANGES
    }
    rows.append(["**all**", *(f"**{cell(one)}**" for one in together.values())])
    print(table(["panel", *RANGES], rows))
    print()
    for called in RANGES:
        slow = sorted(name for name, by_range in found.items() if by_range[called].p95 >= AIM)
        print(f"Not under {AIM:.0f} ms at p95, {called}: {', '.join(slow) or 'none'}.")


def _searched(door: Door, times: int) -> None:
    """Words of the texts over every range: the one kind of question that may take a second."""
    rows = [
        [
            what,
            *(
                cell(taken(partial(door.ask, of_store(sql, year.END - length, year.END)), times))
                for length in RANGES.values()
            ),
        ]
        for what, sql in WORDS.items()
    ]
    print("\n### Words of the texts: p50 / p95 (CPU) in ms\n")
    print(table(["what", *RANGES], rows))


def _rivals(folder: Path, chosen: Any) -> None:
    """A store of its own with thirty days, all of their mentions, and the others beside it."""
    for missing in () if chosen.alone else rivals.absent():
        say(f"will be left out: {missing}")
    client = open_client(f"chdb://{folder}/store", database=SAME)
    migrate(client)
    place_names.fill(client)
    a_day = year.A_DAY // chosen.same
    with timed(f"{SAME_DAYS} days of {a_day}, with their rollups"):
        first = year.LAST - timedelta(days=SAME_DAYS - 1)
        year.fill(client, year.Span(0, SAME_DAYS * a_day, first, SAME_DAYS))
        copies.compute_all(client)
    door = Door(Engine(folder / "store", SAME, Limits(seconds=120.0)))
    measured: dict[str, Mapping[tuple[str, str], Times]] = {
        "rollups": _asked(door.rows, lambda one: one.rollup, of_store, chosen.times),
        "mentions": _asked(door.rows, lambda one: one.mentions, of_store, chosen.times),
    }
    if not chosen.alone:
        csv = folder / "mentions.csv"
        with timed("rows for the others"):
            exported(client, csv)
        for name, opening in (("PostgreSQL", rivals.postgres), ("DuckDB", rivals.duckdb)):
            try:
                with timed(name), opening(csv, folder) as ask:
                    measured[name] = _asked(ask, lambda one: one.plain, of_others, chosen.times)
                    if name == "PostgreSQL":
                        measured["PostgreSQL, GIN"] = _words(ask, chosen.times)
            except rivals.Missing as error:
                say(f"left out: {error}")
    client.close()
    _compare(measured, SAME_DAYS * a_day, chosen.same)


def _asked(ask: Any, dialect: Any, bounded: Any, times: int) -> Any:
    found: dict[tuple[str, str], Times] = {}
    for question, one in QUESTIONS.items():
        for name, length in SAME_RANGES.items():
            sql = bounded(dialect(one), year.END - length, year.END)
            found[question, name] = taken(partial(ask, sql), times)
    return found


def _words(ask: Any, times: int) -> Any:
    return {
        ("a word in the texts", name): taken(
            partial(ask, of_others(POSTGRES_WORD, year.END - length, year.END)), times
        )
        for name, length in SAME_RANGES.items()
    }


def exported(client: Any, csv: Path) -> None:
    columns = ", ".join(
        "formatDateTime(published_at, '%F %T')" if name == "published_at" else name
        for name in COLUMNS
    )
    csv.touch(mode=0o644)
    with csv.open("wb") as file:
        stream = client.raw_stream(f"SELECT {columns} FROM mentions FINAL", fmt="CSV")  # noqa: S608
        shutil.copyfileobj(stream, file, 1 << 20)


def _compare(
    measured: Mapping[str, Mapping[tuple[str, str], Times]], rows_of_all: int, thinner: int
) -> None:
    scale = f"{rows_of_all:,} mentions of {SAME_DAYS} days, 1/{thinner} of the country"
    print("\n### The same questions on the same rows: p50 in ms, and times that of the rollups\n")
    print(f"{scale}.\n")
    rows = []
    for question in QUESTIONS:
        for name in SAME_RANGES:
            base = measured["rollups"][question, name].p50
            cells = [shown(base)]
            for rival in list(measured)[1:]:
                one = measured[rival].get((question, name))
                cells.append(f"{shown(one.p50)} (x{one.p50 / base:.1f})" if one else "")
            rows.append([question, name, *cells])
    print(table(["question", "range", *measured], rows))


if __name__ == "__main__":
    sys.exit(main())
