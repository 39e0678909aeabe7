"""Faults under load, with the truth: `make faults`.

Kills parts of a run at random, then does to it what else can go wrong (`troubles.py`), while a
source writes ten times what the whole country does. The ground truth is the source itself, made
again from its seed. Prints one line a trouble and one JSON object at the end: what was shown, lost,
doubled, left out; seconds until rows came again; memory at its most.
Exit code 1 when something was lost, doubled, or left out without reason.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from math import ceil
from pathlib import Path
from statistics import median

from tests.end_to_end import troubles
from tests.end_to_end.ground import (
    LETTERS,
    LIVE,
    STEADY,
    ask,
    count,
    cursor,
    live,
    looked_until,
    shown,
    variables,
)
from tests.end_to_end.memory import BOUND_MB, watched
from tests.end_to_end.running import Running, running, wait_for

PARTS = ("worker", "store", "collect", "desk", "log")
RECOVERY_SECONDS = 600.0
"""Of a machine that has other work too."""
CALM_SECONDS = 4.0


@dataclass
class Report:
    kills: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PARTS, 0))
    troubles: dict[str, float] = field(default_factory=dict)
    """Seconds from the end of each until rows came again."""
    left_out: list[str] = field(default_factory=list)
    """Troubles that can not be made on this machine."""
    late: list[str] = field(default_factory=list)
    """After what no rows came again in time; the counts are made all the same."""
    shown: int = 0
    lost: int = 0
    doubled: int = 0
    dead_letters: int = 0
    expected_letters: int = 0
    recovery_median_seconds: float = 0.0
    recovery_p95_seconds: float = 0.0
    recovery_most_seconds: float = 0.0
    recovery_medians: dict[str, float] = field(default_factory=dict)
    """Seconds by the part that died."""
    peak_rss_mb: float = 0.0

    @property
    def well(self) -> bool:
        right = self.dead_letters == self.expected_letters and not self.late
        return right and not (self.lost or self.doubled) and self.peak_rss_mb < BOUND_MB


@dataclass(frozen=True)
class Order:
    """What is to happen."""

    rounds: int
    seconds: float = 0
    """How long each trouble beside the kills lasts; 0: none of them."""
    hour_seconds: float = troubles.HOUR_SECONDS
    """What passes while the store is away."""
    only: str = ""
    """The one trouble that is to happen; all of them without a name."""
    seed: int = 1


def faults(state: Path, order: Order) -> Report:
    """Each followed by the wait for rows that were not there before."""
    report, ground = Report(), troubles.Ground()
    more, clock = troubles.shifted(state.parent) if order.seconds else ({}, None)
    with (
        troubles.small_disk(state / "store") as small,
        running(state, env={**variables(STEADY), **more}) as run,
        watched(run.process.pid) as memory,
    ):
        addresses = run.addresses()
        wait_for(lambda: len(ask(addresses, state, LIVE)) > 100, RECOVERY_SECONDS)
        _kills(run, addresses, order, report)
        if order.seconds:
            disk = state / "store" if small else None
            means = troubles.Means(disk, clock, order.hour_seconds)
            every = troubles.every(means)
            chosen = {order.only: every[order.only]} if order.only else every
            _troubles(run, order.seconds, chosen, ground, report)
        _held(run, addresses, ground, report)
    report.peak_rss_mb = round(memory.most_mb, 1)
    return report


def _kills(run: Running, addresses: Mapping[str, str], order: Order, report: Report) -> None:
    rng = random.Random(order.seed)
    delays: dict[str, list[float]] = {part: [] for part in PARTS}
    for number, part in enumerate(_victims(rng, order.rounds)):
        time.sleep(rng.uniform(0, CALM_SECONDS))  # at any moment of what it does
        before = count(addresses, run.state)
        started = time.monotonic()
        run.kill(part, RECOVERY_SECONDS)
        with _noted(report, part):
            _again(run, addresses, before)
        delays[part].append(time.monotonic() - started)
        report.kills[part] += 1
        print(f"{number + 1:>4} {part:<12} rows again after {delays[part][-1]:.1f} s", flush=True)
    _tell(delays, report)


def _tell(delays: Mapping[str, Sequence[float]], report: Report) -> None:
    together = sorted(one for some in delays.values() for one in some) or [0.0]
    report.recovery_median_seconds = round(median(together), 1)
    report.recovery_p95_seconds = round(together[ceil(0.95 * len(together)) - 1], 1)
    report.recovery_most_seconds = round(together[-1], 1)
    report.recovery_medians = {
        part: round(median(some), 1) for part, some in delays.items() if some
    }


def _troubles(
    run: Running,
    seconds: float,
    chosen: Mapping[str, troubles.Trouble | None],
    ground: troubles.Ground,
    report: Report,
) -> None:
    addresses = run.addresses()
    for name, act in chosen.items():
        if act is None:
            report.left_out.append(name)
            continue
        act(run, seconds, ground)
        before, started = count(addresses, run.state), time.monotonic()
        with _noted(report, name):
            _again(run, addresses, before, ground.reach)
        report.troubles[name] = round(time.monotonic() - started, 1)
        print(f"     {name:<22} rows again after {report.troubles[name]:.1f} s", flush=True)


@contextmanager
def _noted(report: Report, name: str) -> Iterator[None]:
    """What does not come again is noted, and the counts are made all the same."""
    try:
        yield
    except AssertionError:
        report.late.append(name)


def _again(
    run: Running, addresses: Mapping[str, str], before: int, reach: datetime | None = None
) -> None:
    """Return when there are rows that were not there before, and all until a given time."""
    wait_for(lambda: count(addresses, run.state) > before + 30, RECOVERY_SECONDS)
    if reach:
        wait_for(lambda: looked_until(addresses, run.state) >= reach, RECOVERY_SECONDS)


def _held(
    run: Running, addresses: Mapping[str, str], ground: troubles.Ground, report: Report
) -> None:
    """What the store holds against what the source showed until the stored cursor."""
    report.expected_letters = ground.bad
    with _noted(report, "counts"):
        brought = troubles.BROUGHT
        wait_for(lambda: ground.good <= set(ask(addresses, run.state, brought)), RECOVERY_SECONDS)
        wait_for(lambda: _letters(addresses, run.state) >= ground.bad, RECOVERY_SECONDS)
    reached = cursor(addresses, run.state)
    stored = live(addresses, run.state, RECOVERY_SECONDS)
    report.dead_letters = _letters(addresses, run.state)
    there = shown(STEADY, reached) | ground.good
    report.shown = len(there)
    report.lost = len(there - set(stored))
    report.doubled = len(stored) - len(set(stored))


def _letters(addresses: Mapping[str, str], state: Path) -> int:
    """Dead letters that are stored; 0 while the store does not answer."""
    return int((ask(addresses, state, LETTERS) or ["0"])[0])


def _victims(rng: random.Random, rounds: int) -> Iterator[str]:
    """At random, and each as often as the others."""
    while rounds > 0:
        turn = rng.sample(PARTS, len(PARTS))[:rounds]
        yield from turn
        rounds -= len(turn)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=60, help="of each other trouble; 0: none")
    parser.add_argument("--seed", type=int, default=1)
    names = list(troubles.every(troubles.Means(None, None)))
    parser.add_argument("--only", default="", choices=names, help="this trouble alone")
    parser.add_argument("--hour", type=float, default=troubles.HOUR_SECONDS, help="without store")
    given = parser.parse_args()
    order = Order(given.rounds, given.seconds, given.hour, given.only, given.seed)
    with tempfile.TemporaryDirectory() as folder:
        report = faults(Path(folder) / "state", order)
    print(json.dumps(asdict(report)))
    return 0 if report.well else 1


if __name__ == "__main__":
    sys.exit(main())
