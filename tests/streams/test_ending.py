"""The end of a worker is bounded, whatever it waits for."""

from __future__ import annotations

import subprocess
import sys
from queue import SimpleQueue

from streams.ending import NOT_DRAINED, Ending

STUCK = """
import asyncio, sys
import faust, mode
from streams import app
from streams.ending import Ending

class Stuck(mode.Service):
    async def on_start(self):
        raise RuntimeError("the work fails")
    async def on_stop(self):
        await asyncio.Event().wait()  # as for a coordinator that is no more

sys.exit(app.run(faust.App("stuck", broker="aiokafka://127.0.0.1:9"), [Stuck()], Ending(0.5)))
"""


def test_who_does_not_end_in_time_is_ended_once() -> None:
    left: SimpleQueue[int] = SimpleQueue()
    ending = Ending(0.01, left.put)
    ending.begin()
    ending.begin()
    assert left.get(timeout=5) == NOT_DRAINED
    assert left.empty()


def test_a_worker_whose_service_never_stops_ends_all_the_same() -> None:
    done = subprocess.run(
        [sys.executable, "-c", STUCK], check=False, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == NOT_DRAINED
    assert "could not let go of the log in time" in done.stdout + done.stderr
