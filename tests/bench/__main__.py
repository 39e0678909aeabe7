"""`make bench`: one table in one run. Everything side by side on the same machine, medians of
rounds, processor time and not the clock of the wall; only delays and memory are what they are.

Peers run from an environment of their own (`PEERS=folder/bin/python`); one that is not there is
said, not guessed.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

from tests.bench.job import PAGE, texts
from tests.bench.systems import (
    BARE_STORE,
    Found,
    Start,
    beside_ours,
    ours,
    peer,
    side_by_side,
)  # fmt: skip
from tests.end_to_end.ground import at_any_hour
from tests.end_to_end.running import environment

PEERS = {"plain aiokafka loop": "plain", "Bytewax": "wax", "Quix Streams": "quix"}
IMPORTS = {"plain": "aiokafka", "quix": "quixstreams", "wax": "bytewax"}
UNDERSTAND = ("worker", "--only", "understand")
OURS = "rezonans"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--posts", type=int, default=5000)
    parser.add_argument("--peers", type=Path, help="python of their environment")
    parser.add_argument("--live", type=float, default=40, help="seconds of each live run; 0: none")
    parser.add_argument("--minutes", type=float, default=6, help="for the rounds of all tables")
    parser.add_argument("--only", choices=("systems", "live", "profile", "steps", "idle", "kafka"))
    given = parser.parse_args()
    # who is told to stop lets go of what it has started
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(143))
    seconds = 60 * given.minutes
    if given.only in (None, "systems", "profile"):
        posts = texts(given.posts)
        _profile(posts)
        if given.only != "profile":
            alone = _alone(posts)
            _table(A, side_by_side(_rows(given.peers), posts, alone, seconds * 0.6))
            _table(B, side_by_side(_beside(given.peers), posts, alone, seconds * 0.4))
    if given.only == "steps":
        _steps(texts(given.posts))
    if given.only == "idle":
        _idle(given.live)
    if given.only == "kafka":
        _kafka(texts(given.posts), seconds)
    if given.live and given.only in (None, "live"):
        _live(given.live)
    return 0


A = "(a) from the log to understood mentions in a topic to stored rows"
B = "(b) the same with lanes and spikes and their snapshots, and with rollups"


def _rows(peers: Path | None) -> dict[str, Start]:
    return {
        OURS: ours([UNDERSTAND], BARE_STORE),
        f"{OURS}, two workers": ours([UNDERSTAND] * 2, BARE_STORE),
        **_peers(peers, "rows"),
        "plain loop, no topic between": peer("plain", peers or Path(sys.executable), "shortcut"),
    }


def _beside(peers: Path | None) -> dict[str, Start]:
    return {OURS: ours([["worker"]]), **_peers(peers, "beside")}


def _peers(peers: Path | None, job: str) -> dict[str, Start]:
    found, python = {}, peers or Path(sys.executable)
    for name, module in PEERS.items():
        there = subprocess.run(
            [str(python), "-c", f"import {IMPORTS[module]}"],
            env=beside_ours(),
            check=False,
            capture_output=True,
        )
        if there.returncode:
            print(f"{name}: not installed in this environment; left out", file=sys.stderr)
        else:
            found[name] = peer(module, python, job)
    return found


def _kafka(posts: Sequence[Any], seconds: float) -> None:
    """One worker and two on a real Apache Kafka: what a post costs, how long all of it takes."""
    from tests.kafka.cluster import kafka

    starts = {f"{count} worker(s)": ours([UNDERSTAND] * count, BARE_STORE) for count in (1, 2)}
    with tempfile.TemporaryDirectory() as folder, kafka(Path(folder) / "kafka") as log:
        first, second = side_by_side(starts, posts, _alone(posts), seconds, log.servers[0])
    _table("on Apache Kafka, the broker left out", (first, second))
    both = zip(first.rounds, second.rounds, strict=True)
    dearer = median(two / one for one, two in both)
    print(f"  processor time of a post, two workers to one, in the same round: {dearer:.2f}")
    print(f"  wall clock, one worker to two: {first.wall_seconds / second.wall_seconds:.2f}")


def _alone(posts: Sequence[Any]) -> Callable[[], float]:
    """Microseconds of a post by the models alone, in bulk: the limit of everything."""
    from models.understanding import load
    from streams.steps.understand import _text

    model, found = load(), [_text(post) for post in posts]
    model(found)

    def once() -> float:
        started = process_time()
        for first in range(0, len(found), PAGE):
            model(found[first : first + PAGE])
        return (process_time() - started) / len(found) * 1e6

    return once


def _table(title: str, systems: Sequence[Found]) -> None:
    print(
        f"\n{title}; models alone: 1.00; pages of {PAGE}, the shipped models, words known, medians"
    )
    named = f"{'':30}{'posts/CPU-s':>12}{'of limit':>9}{'busy':>6}{'idle CPU':>9}"
    print(f"{named}{'RSS MB':>7}{'wall s':>7}  microseconds")
    for one in systems:
        rounds = " ".join(f"{each:.0f}" for each in one.rounds)
        parts = " + ".join(f"{each:.0f}" for each in one.parts)
        shares = f"{one.posts_a_second:12.0f}{one.of_limit:9.2f}{one.busy_of_limit:6.2f}"
        figures = f"{shares}{one.idle:9.3f}{one.rss_mb:7.0f}{one.wall_seconds:7.1f}"
        print(f"{one.name:30}{figures}  {parts} (rounds {rounds})", flush=True)


def _profile(posts: Sequence[Any]) -> None:
    """What a post costs at each stage, in this process."""
    from tests.bench.profile import stages

    print(f"microseconds a post by stage, pages of {PAGE}")
    for name, micros in stages(posts):
        print(f"  {micros:7.1f}  {name}")


def _steps(posts: Sequence[Any]) -> None:
    """What the whole job takes of a post by step, in its processes."""
    from tests.bench.backlog import shares

    found = list(shares(posts, _alone(posts)))
    whole = sum(share for *_, share in found)
    print(f"whole job under a backlog by step; models alone, offline: 1.00; all of it {whole:.2f}")
    for process, step, share in found:
        print(f"  {share:6.3f}{share / whole:7.1%}  {process}: {step}")


def _idle(seconds: float) -> None:
    from tests.bench.idle import idle

    print("an idle `rezonans run`: processor time a minute, wake-ups a second")
    for name, cpu, wakes in idle(seconds):
        print(f"  {cpu:6.2f} s {wakes:7.1f}  {name}", flush=True)


def _live(seconds: float) -> None:
    print("\nfrom publication to a visible row, `rezonans run`, live posts of the simulation")
    print(f"{'posts/s':>9}{'p50 s':>8}{'p99 s':>8}{'posts':>8}{'peak RSS MB':>13}")
    for rate in (10, 100):
        with tempfile.TemporaryDirectory() as folder:
            env = environment(
                Path(folder) / "state",
                REZONANS_COLLECTORS__LOAD__KIND="simulate",
                REZONANS_COLLECTORS__LOAD__LEGAL_BASIS="benchmark",
                REZONANS_COLLECTORS__LOAD__INCIDENTS="false",
                REZONANS_COLLECTORS__LOAD__HISTORY_DAYS="0.001",
                REZONANS_COLLECTORS__LOAD__POSTS_PER_DAY=str(at_any_hour(rate * 86_400)),
            )
            done = subprocess.run(
                [sys.executable, "-m", "rezonans", "run", "--for", str(seconds)],
                env=env,
                cwd=folder,
                capture_output=True,
                text=True,
                timeout=seconds + 240,
                check=True,
            )
        said = json.loads(done.stdout.splitlines()[-1])
        p50, p99 = said["p50_seconds"], said["p99_seconds"]
        print(
            f"{rate:9}{p50:8.2f}{p99:8.2f}{said['live_posts']:8}{said['peak_rss_mb']:13.0f}",
            flush=True,
        )


if __name__ == "__main__":
    sys.exit(main())
