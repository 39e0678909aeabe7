"""Where the processor time of a running process goes, by step: a thread looks what others do.

`python -m tests.bench.steps FILE MODULE ARGUMENT ...` runs a module and keeps in FILE, as JSON, the
seconds of each step since the start. At every look the time that a thread has used since the last
one goes to the innermost function of its stack that is known here; what threads of the engine
use, which run no Python, is the rest of the process.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

LOOK_SECONDS = 0.002
KEEP_SECONDS = 0.25
ENGINE = "engine, threads of its own: merges"
OTHER = "other"
LOOKING = "looking, left out"

STEPS: Mapping[tuple[str, str], str] = {
    ("models/understanding.py", "__call__"): "models",
    ("streams/stages/words.py", "_count"): "sample of words",
    ("streams/steps/understand.py", "_decode"): "decode posts",
    ("streams/steps/understand.py", "understand"): "mentions put together",
    ("streams/pages.py", "encoded"): "encode mentions",
    ("streams/reading.py", "read"): "decode mentions",
    ("streams/app.py", "send"): "send",
    ("streams/suspects.py", "_write"): "file of what is in hand",
    ("streams/resonance/state.py", "apply"): "lanes and spikes",
    ("streams/resonance/snapshot.py", "write"): "snapshot",
    ("sinks/clickhouse/rows.py", "batch"): "rows",
    ("sinks/clickhouse/blocks.py", "block"): "blocks of columns",
    ("sinks/clickhouse/journal.py", "touch"): "insert: journal",
    ("sinks/clickhouse/journal.py", "left"): "look for older versions",
    ("sinks/clickhouse/writer.py", "_arrival"): "delays",
    ("sinks/clickhouse/writer.py", "write"): "write: other",
    ("sinks/clickhouse/rollup.py", "_behind"): "rollups",
    ("sinks/clickhouse/rollup.py", "_run"): "rollups",
    ("sinks/clickhouse/rollup.py", "_tell"): "rollups",
    ("sinks/clickhouse/room.py", "look"): "free space",
    ("sinks/clickhouse/upkeep.py", "*"): "upkeep",
    ("streams/agent.py", "*"): "agent",
    ("aiokafka/*", "*"): "aiokafka",
    ("faust/*", "*"): "Faust",
    ("mode/*", "*"): "Faust",
    ("kafka/*", "*"): "kafka-python",
    ("asyncio/*", "*"): "asyncio",
    ("rezonans/cli/standing.py", "*"): "watch",
    ("prometheus_client/*", "*"): "metrics",
}
_FOLDERS = tuple(path[:-1] for path, _ in STEPS if path.endswith("/*"))
_PATHS = tuple(path for path, _ in STEPS)


def step_of(frame: FrameType | None) -> str:
    """Of the innermost function that has a name here."""
    while frame is not None:
        code = frame.f_code
        found = _named(code.co_filename, code.co_name, frame)
        if found:
            return found
        frame = frame.f_back
    return OTHER


_known: dict[tuple[str, str], str | None] = {}


def _named(path: str, name: str, frame: FrameType) -> str | None:
    if name == "_insert" and path.endswith("sinks/clickhouse/writer.py"):
        return f"insert: {frame.f_locals.get('table')}"
    key = (path, name)
    if key not in _known:
        short = next((one for one in _PATHS if path.endswith(one)), None) or next(
            (f"{one}*" for one in _FOLDERS if f"/{one}" in path), ""
        )
        _known[key] = STEPS.get((short, name)) or STEPS.get((short, "*"))
    return _known[key]


class Looks:
    """Seconds by step, of all threads that run Python."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._before: dict[int, float] = {}

    def look(self) -> None:
        own = threading.get_ident()
        alive = {one.ident for one in threading.enumerate()}
        for ident, frame in sys._current_frames().items():
            if ident not in alive:
                continue
            used = time.clock_gettime(time.pthread_getcpuclockid(ident))
            more = used - self._before.get(ident, 0.0)
            self._before[ident] = used
            if ident == own:
                self.seconds[LOOKING] += more
            elif more > 0:
                self.seconds[step_of(frame)] += more

    def told(self) -> dict[str, float]:
        """With what threads take that run no Python."""
        rest = time.process_time() - sum(self.seconds.values())
        return {**self.seconds, ENGINE: rest}


def keep(path: Path) -> None:
    looks, written = Looks(), 0.0
    while True:
        time.sleep(LOOK_SECONDS)
        looks.look()
        if time.monotonic() - written > KEEP_SECONDS:
            temporary = path.with_suffix(".new")
            temporary.write_text(json.dumps(looks.told()))
            os.replace(temporary, path)
            written = time.monotonic()


def main() -> None:
    path, module, *words = sys.argv[1:]
    sys.setswitchinterval(0.001)
    threading.Thread(target=keep, args=(Path(path),), daemon=True).start()
    sys.argv = [module, *words]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
