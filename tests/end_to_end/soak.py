"""Does `make run` stay within its memory for a week? `make soak`, with time that runs faster.

A week of ten posts a second is 6 million posts and some fifteen lives of the embedded log. This
sends posts `--factor` times as fast, rolls the log as many times as often and lets the lanes
remember as many times as short, so that an hour of it is to memory what `--factor` hours are.
Prints a line a minute, then a JSON object: memory of each part at its most, what it grew by over
the second half for every million posts, and what a week would come to. Exit code 1 above the
bound, or when something was lost or doubled.

A soak that goes through two rolls and more sees whole lives of the processes, which a roll starts
anew; a shorter one has to reckon with what they grow by. The log is bounded by its own limit
(`kafka.roll_memory_mb`), which the soak does not reach: that is added as it stands.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from rezonans.settings import Kafka
from streams.resonance.settings import ResonanceSettings
from tests.end_to_end.ground import LIVE, STEADY, ask, cursor, shown, variables
from tests.end_to_end.running import Running, running, wait_for

POSTS_A_SECOND = 10
WEEK_POSTS = POSTS_A_SECOND * 7 * 86_400
BOUND_MB = 3_000
PARTS = ("log", "store", "worker", "desk", "collect")
LINE_SECONDS = 60.0
START_SECONDS = 600.0
"""On a machine that does other work too."""
MOST_FACTOR = 23


@dataclass
class Memory:
    """MB of a part by posts stored."""

    seen: list[tuple[int, float]] = field(default_factory=list)

    @property
    def most(self) -> float:
        return max(mb for _, mb in self.seen)

    @property
    def growth(self) -> float:
        """MB a million posts over the second half, by least squares."""
        half = self.seen[len(self.seen) // 2 :]
        count = len(half)
        posts, mbs = [p for p, _ in half], [m for _, m in half]
        middle, level = sum(posts) / count, sum(mbs) / count
        spread = sum((p - middle) ** 2 for p in posts)
        lean = sum((p - middle) * (m - level) for p, m in half)
        return lean / spread * 1e6 if spread else 0.0


def soak(state: Path, factor: float, seconds: float, lives: int) -> dict[str, Any]:
    """Run and look; the numbers of the last line. `lives`: messages after which the log rolls."""
    source = {**STEADY, "posts_per_day": int(POSTS_A_SECOND * factor * 86_400)}
    rolling = {"REZONANS_KAFKA__ROLL_MESSAGES": str(lives), **windows(factor)}
    memory = {part: Memory() for part in PARTS}
    with running(state, env={**variables(source), **rolling}) as run:
        addresses = run.addresses()
        wait_for(lambda: len(ask(addresses, state, LIVE)) > 100, START_SECONDS)
        began = said = time.monotonic()
        while time.monotonic() < began + seconds:
            time.sleep(2)
            posts = _look(run, addresses, memory)
            if time.monotonic() > said + LINE_SECONDS:
                said = time.monotonic()
                parts = " ".join(f"{part} {memory[part].seen[-1][1]:.0f}" for part in PARTS)
                print(f"{posts:>9} posts, {rolls(addresses)} rolls, MB: {parts}", flush=True)
        wait_for(lambda: ask(addresses, state, LIVE), START_SECONDS)
        reached, stored = cursor(addresses, state), ask(addresses, state, LIVE)
        there, lives_seen = shown(source, reached), rolls(addresses)
    lost, doubled = len(there - set(stored)), len(stored) - len(set(stored))
    return _report(memory, factor, lives_seen, (len(there), lost, doubled))


def windows(factor: float) -> dict[str, str]:
    """The times that the lanes remember, as many times as short: an hour of the soak holds as many
    posts in them as an hour of a run does."""
    usual = ResonanceSettings()
    hours = {"seen_hours": usual.seen_hours}
    minutes = {name: getattr(usual, name) for name in ("copy_minutes", "horizon_minutes")}
    return {
        f"REZONANS_RESONANCE__{name.upper()}": str(max(1, round(value / factor)))
        for name, value in {**hours, **minutes}.items()
    }


def _look(run: Running, addresses: Mapping[str, Any], memory: Mapping[str, Memory]) -> int:
    found = ask(addresses, run.state, "SELECT sum(posts) FROM looks")
    posts = int(found[0]) if found else 0
    for part in PARTS:
        rss = run.rss_mb(part)
        if rss and posts:
            memory[part].seen.append((posts, rss))
    return posts


def _report(
    memory: Mapping[str, Memory], factor: float, lives: int, counts: tuple[int, int, int]
) -> dict[str, Any]:
    others = [part for part in PARTS if part != "log"]
    most = sum(memory[part].most for part in others)
    # a roll starts every process anew: nothing grows from one life of the log into the next
    growth = 0.0 if lives > 1 else sum(max(0.0, memory[part].growth) for part in others)
    week = most + growth * WEEK_POSTS / 1e6 + Kafka().roll_memory_mb
    return {
        "factor": factor,
        "rolls": lives,
        "shown": counts[0],
        "lost": counts[1],
        "doubled": counts[2],
        "most_mb": {part: round(memory[part].most) for part in PARTS},
        "growth_mb_a_million_posts": {part: round(memory[part].growth, 1) for part in others},
        "week_mb": round(week),
        "bound_mb": BOUND_MB,
    }


def rolls(addresses: Mapping[str, Any]) -> int:
    """New lives of the log, as the supervisor's metrics say."""
    text = httpx.get(addresses["metrics"]["run"], timeout=10).text
    found = re.search(r"^rezonans_log_rolls_total (\S+)", text, re.MULTILINE)
    return int(float(found[1])) if found else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--factor", type=float, default=20)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--roll", type=int, help="messages of a life of the log; default: as above")
    given = parser.parse_args()
    if not 1 <= given.factor <= MOST_FACTOR:
        parser.error(f"--factor: 1 to {MOST_FACTOR}, the simulation writes no faster")
    lives = given.roll or max(60, int(Kafka().roll_messages / given.factor))
    with tempfile.TemporaryDirectory() as folder:
        report = soak(Path(folder) / "state", given.factor, given.minutes * 60, lives)
    print(json.dumps(report))
    within = report["week_mb"] <= BOUND_MB and not (report["lost"] or report["doubled"])
    return 0 if within else 1


if __name__ == "__main__":
    sys.exit(main())
