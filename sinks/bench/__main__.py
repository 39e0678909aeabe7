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

from sinks.bench import insertion, rivals, year
from sinks.bench.measure import RANGES, Door, Times, cell, panels, shown, table, taken
from sinks.bench.questions import COLUMNS, POSTGRES_WORD, QUESTIONS, of_others, of_store
from sinks.clickhouse.client import DATABASE, Client, open_client
from sinks.clickhouse.engine import Engine, Limits
from sinks.clickhouse.migrate import migrate
from sinks.clickhouse.rollup import Rollups

_DISK = """
SELECT table, sum(rows), sum(bytes_on_disk), sum(secondary_indices_compressed_bytes)
FROM system.parts WHERE active AND database = currentDatabase()
GROUP BY table HAVING sum(rows) > 300 ORDER BY 3 DESC
"""


SAME_ROWS = {
    # ranges in which all mentions are there; the others get those of the last day
    "1 hour": RANGES["1 hour"],
    "1 day": RANGES["1 day"],
    f"{year.FULL_DAYS} days": timedelta(days=year.FULL_DAYS),
}


def say(text: str) -> None:
    print(f"bench-store: {text}", file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sinks.bench", description=__doc__)
    parser.add_argument("--thin", type=int, default=100, help="mentions: one in so many (100)")
    parser.add_argument("--days", type=int, default=365, help="days of the year (365)")
    parser.add_argument("--times", type=int, default=7, help="how often a query is asked (7)")
    parser.add_argument("--alone", action="store_true", help="without PostgreSQL and DuckDB")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rezonans-bench-") as name:
        folder = Path(name)
        client = open_client(f"chdb://{folder}/store")
        migrate(client)
        _insertion(client)
        _fill(client, chosen.thin, chosen.days)
        _disk(client)
        door = Door(Engine(folder / "store", DATABASE, Limits(seconds=120.0)))
        _panels(door, chosen.times)
        _rivals(client, door, folder, chosen)
        client.close()
    return 0


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
    thin_days = max(0, days - year.FULL_DAYS)
    with timed(f"{thin_days} days of {a_day}"):
        for start in range(0, thin_days, 30):
            some = min(30, thin_days - start)
            at = first + timedelta(days=start)
            year.fill(client, year.Span(10_000_000 + start * a_day, some * a_day, at, some))
    with timed(f"{year.FULL_DAYS - 1} days of the full volume"):
        year.copy_mentions(client, min(days, year.FULL_DAYS) - 1)
    with timed("rollups of the days before"):
        year.copy_rollups(client, days)
        year.fill_rest(client)
    with timed("merging what nobody writes to"):
        client.command("OPTIMIZE TABLE mentions FINAL")


def _compute(client: Client) -> None:
    rollups = Rollups(client, lambda: datetime.now(UTC))
    hours = [year.END - timedelta(hours=n) for n in range(1, 25)]
    rows: list[tuple[str, str, str]] = []
    works: tuple[tuple[str, Callable[[], None]], ...] = (
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


def _panels(door: Door, times: int) -> None:
    found = panels(door, times, say)
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


def _rivals(client: Client, door: Door, folder: Path, chosen: Any) -> None:
    times = chosen.times
    lengths = {**SAME_ROWS, **RANGES}
    spans = {name: (year.END - length, year.END) for name, length in lengths.items()}
    full = {name: spans[name] for name in SAME_ROWS}
    measured: dict[str, Mapping[tuple[str, str], Times]] = {
        "rollups": _asked(door.rows, lambda one: one.rollup, of_store, spans, times),
        "mentions": _asked(door.rows, lambda one: one.mentions, of_store, full, times),
    }
    spans = {name: full[name] for name in list(SAME_ROWS)[:2]}
    if not chosen.alone:
        csv = folder / "mentions.csv"
        with timed("rows for the others"):
            exported(client, csv)
        for name, opening in (("PostgreSQL", rivals.postgres), ("DuckDB", rivals.duckdb)):
            try:
                with timed(name), opening(csv, folder) as ask:
                    measured[name] = _asked(ask, lambda one: one.plain, of_others, spans, times)
                    if name == "PostgreSQL":
                        measured["PostgreSQL, GIN"] = _words(ask, spans, times)
            except rivals.Missing as error:
                say(f"left out: {error}")
    _compare(measured)


def _asked(ask: Any, dialect: Any, bounded: Any, spans: Any, times: int) -> Any:
    found: dict[tuple[str, str], Times] = {}
    for question, one in QUESTIONS.items():
        for name, (since, until) in spans.items():
            sql = bounded(dialect(one), since, until)
            found[question, name] = taken(partial(ask, sql), times)
    return found


def _words(ask: Any, spans: Any, times: int) -> Any:
    return {
        ("a word in the texts", name): taken(
            partial(ask, of_others(POSTGRES_WORD, since, until)), times
        )
        for name, (since, until) in spans.items()
    }


def exported(client: Any, csv: Path) -> None:
    columns = ", ".join(
        "formatDateTime(published_at, '%F %T')" if name == "published_at" else name
        for name in COLUMNS
    )
    csv.touch(mode=0o644)
    sql = f"SELECT {columns} FROM mentions FINAL WHERE day = '{year.LAST}'"  # noqa: S608 ours
    with csv.open("wb") as file:
        stream = client.raw_stream(sql, fmt="CSV")
        shutil.copyfileobj(stream, file, 1 << 20)


def _compare(measured: Mapping[str, Mapping[tuple[str, str], Times]]) -> None:
    print("\n### The same questions on the same rows: p50 in ms, and times that of the rollups\n")
    rows = []
    for question in QUESTIONS:
        for name in {**SAME_ROWS, **RANGES}:
            base = measured["rollups"][question, name].p50
            cells = [shown(base)]
            for rival in list(measured)[1:]:
                one = measured[rival].get((question, name))
                cells.append(f"{shown(one.p50)} (x{one.p50 / base:.1f})" if one else "")
            rows.append([question, name, *cells])
    print(table(["question", "range", *measured], rows))


if __name__ == "__main__":
    sys.exit(main())
