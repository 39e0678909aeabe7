"""Does `make run` stay within its memory for a week? `make soak`, with time that runs faster.

A week of ten posts a second is 6 million posts and some fifteen lives of the embedded log. Here the
clock of every process runs `--factor` times as fast (`clock.c`), and the log, whose messages come
by looks and not by posts, is rolled as many times as often: an hour is to memory what `--factor`
hours are, whatever a part remembers for how long. Prints a line a minute, then a JSON object:
memory of each part at its most, what it grew by over the second half for every million posts, and
what a week would come to. Exit code 1 above the bound, or when something was lost or doubled.

A soak that goes through two rolls and more sees whole lives of the processes, which a roll starts
anew; a shorter one has to reckon with what they grow by. Two things it does not reach are added as
they stand: the limit of the log (`kafka.roll_memory_mb`), and what the ring of seen items takes
until it has its `resonance.seen_hours`.
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
from tests.end_to_end.ground import LIVE, STEADY, ask, cursor, live, shown, variables
from tests.end_to_end.memory import BOUND_MB
from tests.end_to_end.running import Running, running, wait_for
from tests.end_to_end.troubles import shifted

POSTS_A_SECOND = 10
WEEK_POSTS = POSTS_A_SECOND * 7 * 86_400
SEEN_POSTS = POSTS_A_SECOND * 3_600 * ResonanceSettings().seen_hours
SEEN_BYTES = 90
"""Of an item in the ring (`streams/resonance/seen.py`)."""
PARTS = ("log", "store", "worker", "desk", "collect")
LINE_SECONDS = 60.0
START_SECONDS = 600.0
"""On a machine that does other work too."""
MOST_FACTOR = 200


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
    more, clock = shifted(state.parent)
    if clock is None:
        raise SystemExit("soak: a clock that runs faster needs a C compiler (cc)")
    source = {**STEADY, "posts_per_day": POSTS_A_SECOND * 86_400, "pause_seconds": 1e6}
    rolling = {"REZONANS_KAFKA__ROLL_MESSAGES": str(lives)}
    memory = {part: Memory() for part in PARTS}
    with running(state, env={**variables(source), **rolling, **more}) as run:
        addresses = run.addresses()
        wait_for(lambda: len(ask(addresses, state, LIVE)) > 100, START_SECONDS)
        clock.write_text(f"0 {factor} {time.time()}", encoding="ascii")  # live by the true time
        began = said = time.monotonic()
        while time.monotonic() < began + seconds:
            time.sleep(2)
            posts = _look(run, addresses, memory)
            if time.monotonic() > said + LINE_SECONDS:
                said = time.monotonic()
                parts = " ".join(f"{part} {memory[part].seen[-1][1]:.0f}" for part in PARTS)
                print(f"{posts:>9} posts, {rolls(addresses)} rolls, MB: {parts}", flush=True)
        wait_for(lambda: ask(addresses, state, "SELECT 1"), START_SECONDS)
        reached = cursor(addresses, state)
        stored = live(addresses, state, START_SECONDS)
        there, lives_seen = shown(source, reached), rolls(addresses)
    lost, doubled = len(there - set(stored)), len(stored) - len(set(stored))
    return _report(memory, factor, lives_seen, (len(there), lost, doubled))


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
    ring = max(0, SEEN_POSTS - counts[0]) * SEEN_BYTES / 2**20
    week = most + growth * WEEK_POSTS / 1e6 + ring + Kafka().roll_memory_mb
    return {
        "factor": factor,
        "rolls": lives,
        "shown": counts[0],
        "lost": counts[1],
        "doubled": counts[2],
        "most_mb": {part: round(memory[part].most) for part in PARTS},
        "seen_items_to_come_mb": round(ring),
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
    parser.add_argument("--factor", type=float, default=30)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--roll", type=int, help="messages of a life of the log; default: as above")
    given = parser.parse_args()
    if not 1 <= given.factor <= MOST_FACTOR:
        parser.error(f"--factor: 1 to {MOST_FACTOR}; no machine keeps up with more")
    lives = given.roll or max(60, int(Kafka().roll_messages / given.factor))
    with tempfile.TemporaryDirectory() as folder:
        report = soak(Path(folder) / "state", given.factor, given.minutes * 60, lives)
    print(json.dumps(report))
    within = report["week_mb"] <= BOUND_MB and not (report["lost"] or report["doubled"])
    return 0 if within else 1


if __name__ == "__main__":
    sys.exit(main())
