"""Kills parts of a run at random under load and counts what is left: `make faults`.

The ground truth is the source itself, made again from its seed. Prints one line a round and one
JSON object at the end: rounds, items shown, lost, doubled, dead letters, seconds until rows came
again (median, most), memory. Exit code 1 when something was lost or doubled.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import psutil

from tests.end_to_end.ground import (
    LETTERS,
    LIVE,
    STEADY,
    ask,
    count,
    cursor,
    shown,
    variables,
)
from tests.end_to_end.running import Running, running, wait_for

PARTS = ("worker", "store", "collect", "desk", "log")
RECOVERY_SECONDS = 120.0
CALM_SECONDS = 4.0


@dataclass(frozen=True)
class Report:
    rounds: int
    kills: dict[str, int]
    shown: int
    lost: int
    doubled: int
    dead_letters: int
    recovery_median_seconds: float
    recovery_most_seconds: float
    peak_rss_mb: float


def faults(state: Path, rounds: int, seed: int) -> Report:
    """So many kills, each followed by the wait for rows that were not there before."""
    rng = random.Random(seed)
    kills = dict.fromkeys(PARTS, 0)
    delays: list[float] = []
    peak = 0.0
    with running(state, env=variables(STEADY)) as run:
        addresses = run.addresses()
        wait_for(lambda: len(ask(addresses, state, LIVE)) > 100, RECOVERY_SECONDS)
        for number, part in enumerate(_victims(rng, rounds)):
            time.sleep(rng.uniform(0, CALM_SECONDS))  # at any moment of what it does
            before = count(addresses, state)
            started = time.monotonic()
            run.kill(part, RECOVERY_SECONDS)
            wait_for(lambda b=before: count(addresses, state) > b + 30, RECOVERY_SECONDS)
            kills[part] += 1
            delays.append(time.monotonic() - started)
            peak = max(peak, _rss_mb(run))
            print(f"{number + 1:>4} {part:<8} rows again after {delays[-1]:.1f} s", flush=True)
        reached = cursor(addresses, state)
        stored = ask(addresses, state, LIVE)
        letters = int(ask(addresses, state, LETTERS)[0])
    there = shown(STEADY, reached)
    return Report(
        rounds=rounds,
        kills=kills,
        shown=len(there),
        lost=len(there - set(stored)),
        doubled=len(stored) - len(set(stored)),
        dead_letters=letters,
        recovery_median_seconds=round(median(delays), 1),
        recovery_most_seconds=round(max(delays), 1),
        peak_rss_mb=round(peak, 1),
    )


def _victims(rng: random.Random, rounds: int) -> Iterator[str]:
    """At random, and each as often as the others."""
    while rounds > 0:
        turn = rng.sample(PARTS, len(PARTS))[:rounds]
        yield from turn
        rounds -= len(turn)


def _rss_mb(run: Running) -> float:
    total = 0
    for child in psutil.Process(run.process.pid).children(recursive=True):
        try:
            total += child.memory_info().rss
        except psutil.Error:  # it died while we looked
            continue
    return total / 2**20


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = faults(Path(folder) / "state", arguments.rounds, arguments.seed)
    print(json.dumps(asdict(report)))
    return 1 if report.lost or report.doubled or report.dead_letters else 0


if __name__ == "__main__":
    sys.exit(main())
