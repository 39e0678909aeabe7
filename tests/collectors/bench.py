"""`make bench-collect`: how fresh five thousand pages on one token are, against what the schedule
promises and what is possible; items a CPU-second; memory over a million items.

Freshness is measured through the real loop, client, budgets and VK collector against a fake of VK,
hours passing on a clock of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import time as clocks
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import httpx
import msgspec
import numpy as np
import psutil
import structlog

from collectors import BaseConfig, Collector, kinds
from collectors.runner import Instance, Options, Position, collect
from collectors.runner.budget import Ledger
from collectors.runner.clients import purse_of
from collectors.runner.freshness import Day, intervals, wait
from collectors.runner.look import Bench, Watch, look
from collectors.runner.pages import Head, pages
from collectors.runner.paid import Hours
from collectors.runner.privacy import Veil
from collectors.runner.refine import refine
from collectors.runner.rhythm import SHARE, Rhythm
from rezonans.records import Post
from tests.collectors.crowd import DAY, PROFILE, Crowd, Floats, Measuring, collector, watched, zipf
from tests.collectors.firehose import Firehose
from tests.collectors.kit import NOW, answers, case
from tests.collectors.stage import SECRET, START
from tests.collectors.virtual import VirtualTime

PAGES, POSTS_A_DAY = 5_000, 25_000.0
SHARES = (0.5, 0.95)


class Run(NamedTuple):
    """One measurement of freshness. Seconds."""

    name: str
    looks_a_day: int
    counted_days: float
    """Posts of the first so many days are counted, all of them, seen or not."""
    days: float
    every: float = 300.0


RUNS = (
    Run("VK, one token, 5,000 looks a day", 5_000, 1.0, 2.4),
    Run("VK, 25,000 looks a day granted", 25_000, 1.0, 1.4),
)


class Known:
    """The store of a system that ran before: nothing that is new now is history."""

    async def get(self, target: str) -> Position | None:
        return Position(cursor=None, sequence=1)


def freshness(run: Run, pages_count: int = PAGES) -> list[str]:
    """The lines of one run."""
    rates = zipf(pages_count, POSTS_A_DAY * pages_count / PAGES)
    crowd = Crowd(rates, run.days)
    one = collector(pages_count, run.looks_a_day, run.every)
    log, virtual = Measuring(crowd), VirtualTime()
    started = clocks.process_time()
    with TemporaryDirectory() as name:
        folder = Path(name)
        _seed(folder / "rhythms.json", one, rates)
        asyncio.run(_play(run, one, crowd, log, virtual, folder))
    spent = clocks.process_time() - started
    until = START.timestamp() + run.counted_days * DAY
    counted = [time for time in crowd.published if time < until]
    ages = sorted(seen.age for seen in log.seen.values() if seen.published < until)
    measured = [_quantile(ages, len(counted), share) for share in SHARES]
    promised = _promised(run, rates)
    best = _best(run, rates)
    equal = [share * pages_count * DAY / (run.looks_a_day * SHARE) for share in SHARES]
    looks = crowd.asked.get("wall.get", 0) / run.days
    return [
        f"{run.name}: {pages_count:,} pages, {len(counted):,} posts counted, {looks:,.0f} looks "
        f"a day, {spent:.0f} CPU-seconds",
        *(
            f"  {100 * share:.0f} %: measured {_long(got)}, promised {_long(said)} "
            f"({got / said:.3f}), optimum {_long(top)} ({got / top:.3f}), equal turns {_long(flat)}"
            for share, got, said, top, flat in zip(
                SHARES, measured, promised, best, equal, strict=True
            )
        ),
    ]


def _seed(path: Path, one: Instance, rates: Floats) -> None:
    purse = purse_of(one, Ledger(), VirtualTime().clock)
    books = {f"{purse.credential}/wall.get": watched(rates)}
    path.write_bytes(msgspec.json.encode({"books": books}))


async def _play(
    run: Run, one: Instance, crowd: Crowd, log: Measuring, virtual: VirtualTime, folder: Path
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        crowd.now = virtual.now
        return crowd(request)

    stop = asyncio.Event()
    options = Options(secret=SECRET, folder=folder, publish_seconds=DAY)
    running = asyncio.create_task(
        collect(
            [one],
            log,
            Known(),
            options=options,
            stop=stop,
            clock=virtual.clock,
            inner=httpx.MockTransport(answer),
            rng=random.Random(1),
        )
    )
    passing = asyncio.create_task(virtual.pass_for(run.days * DAY))
    await asyncio.wait({running, passing}, return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    passing.cancel()
    await running


def _promised(run: Run, rates: Floats) -> list[float]:
    """What the scheduler itself says, by what it has watched."""
    rhythm = Rhythm(run.every, float(run.looks_a_day), watched(rates))
    for number in range(1, len(rates) + 1):
        rhythm.add(f"crowd/club{number}")
    day = rhythm.day(START)
    return [wait(share, day) for share in SHARES]


def _best(run: Run, rates: Floats) -> list[float]:
    """The square-root rule over true rates and true hours, with what may be spent on looks."""
    looked = intervals(rates, run.looks_a_day * SHARE / DAY, run.every)
    busy = (PROFILE / PROFILE.mean()).tolist()
    day = Day(rates, looked, Hours(np.sqrt(PROFILE).tolist()), busy)
    return [wait(share, day) for share in SHARES]


def _quantile(ages: Sequence[float], of: int, share: float) -> float:
    """Of all posts, those that were not seen yet being the oldest."""
    at = int(share * of)
    return ages[at] if at < len(ages) else float("inf")


def _long(seconds: float) -> str:
    if seconds >= 2 * 3600:
        return f"{seconds / 3600:.1f} h"
    return f"{seconds / 60:.1f} min" if seconds >= 120 else f"{seconds:.0f} s"


# -- items a CPU-second ----------------------------------------------------------------------


def speed(kind: str, seconds: float = 1.0) -> tuple[float, int]:
    """Items a CPU-second from the bytes of an answer to encoded pages, and items an answer has."""
    one = case(kind)
    target = one.targets[0]
    got = answers(one, target)
    veil = Veil(SECRET)

    def once() -> int:
        count = 0
        for answer in got:
            pieces = list(one.collector.parse(one.config, target, answer))
            posts = [refine(p, kind, veil, NOW).post for p in pieces if isinstance(p, Post)]
            list(pages(_head(kind), posts, 1))
            count += len(pieces)
        return count

    each = once()
    started, rounds = clocks.process_time(), 0
    while clocks.process_time() - started < seconds and each:
        once()
        rounds += 1
    return (each * rounds / (clocks.process_time() - started) if each else 0.0), each


def _head(kind: str) -> Head:
    return Head(kind, kind, kind, "1", NOW, NOW, NOW, None, False)


# -- memory ----------------------------------------------------------------------------------


def memory(items: int) -> Iterator[tuple[int, float]]:
    """Items that went through the whole of a look, and megabytes resident then."""
    hose: Collector = Firehose()
    config = BaseConfig(kind="firehose", legal_basis="a measurement", every_seconds=60)
    watch = Watch(
        instance="x", kind="firehose", collector=hose, config=config, target=hose.targets(config)[0]
    )
    process = psutil.Process()

    async def drop(topic: str, key: bytes, value: bytes) -> None:
        return

    async def some(looks: int) -> None:
        bench = Bench(
            deliver=drop, veil=Veil(SECRET), clock=VirtualTime().clock, rng=random.Random(1)
        )
        async with httpx.AsyncClient() as http:
            for _ in range(looks):
                await look(watch, http, bench)

    part = items // 10
    for number in range(1, 11):
        asyncio.run(some(part // 500))
        yield number * part, process.memory_info().rss / 1e6


def main() -> None:
    """Print what was measured."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", default=["freshness", "speed", "memory"])
    parser.add_argument("--pages", type=int, default=PAGES)
    parser.add_argument("--items", type=int, default=1_000_000)
    given = parser.parse_args()
    parts: dict[str, Callable[[], None]] = {
        "freshness": lambda: _freshness(given.pages),
        "speed": _speed,
        "memory": lambda: _memory(given.items),
    }
    for part in given.parts:
        parts[part]()


def _freshness(count: int) -> None:
    for run in RUNS:
        print("\n".join(freshness(run, count)), flush=True)


def _speed() -> None:
    print("parse, mask, pseudonyms, encode: items a CPU-second")
    for kind in kinds():
        rate, each = speed(kind)
        print(f"  {kind:<20} {rate:8,.0f}  (answers of {each})", flush=True)


def _memory(items: int) -> None:
    started = clocks.process_time()
    found = list(memory(items))
    rate = items / (clocks.process_time() - started)
    print(f"{items:,} items through the loop's look, {rate:,.0f} a CPU-second; MB resident")
    print("  " + ", ".join(f"{count // 1000:,}k: {mb:.0f}" for count, mb in found))


if __name__ == "__main__":
    main()
