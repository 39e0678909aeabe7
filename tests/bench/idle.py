"""What `rezonans run` takes while next to nothing comes, by process."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from tests.end_to_end.running import environment, wait_for

SETTLED_SECONDS = 25.0
PARTS = ("store", "worker", "desk", "collect")
POSTS_PER_DAY = "2000"


def idle(seconds: float) -> Iterator[tuple[str, float, float]]:
    """Process, seconds of processor time a minute, voluntary wake-ups of its threads a second."""
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder) / "state"
        env = environment(
            state,
            REZONANS_COLLECTORS__LOAD__KIND="simulate",
            REZONANS_COLLECTORS__LOAD__LEGAL_BASIS="benchmark",
            REZONANS_COLLECTORS__LOAD__INCIDENTS="false",
            REZONANS_COLLECTORS__LOAD__HISTORY_DAYS="0.001",
            REZONANS_COLLECTORS__LOAD__POSTS_PER_DAY=POSTS_PER_DAY,
        )
        run = subprocess.Popen(
            [sys.executable, "-m", "rezonans", "run"],
            env=env, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            wait_for((state / "run.json").exists, 180)
            time.sleep(SETTLED_SECONDS)
            whole = psutil.Process(run.pid)
            processes = [whole, *whole.children(recursive=True)]
            before = [(_cpu(one), _wakes(one)) for one in processes]
            time.sleep(seconds)
            for one, (cpu, wakes) in zip(processes, before, strict=True):
                a_minute = (_cpu(one) - cpu) / seconds * 60
                yield _name(one, run.pid), a_minute, (_wakes(one) - wakes) / seconds
        finally:
            run.terminate()
            run.wait(60)


def _name(process: psutil.Process, run: int) -> str:
    words = process.cmdline()
    return "run" if process.pid == run else next((one for one in PARTS if one in words), "log")


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _wakes(process: psutil.Process) -> int:
    """Of all threads that there are now."""
    found = 0
    for status in Path(f"/proc/{process.pid}/task").glob("*/status"):
        lines = status.read_text().splitlines()
        found += sum(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt"))
    return found
