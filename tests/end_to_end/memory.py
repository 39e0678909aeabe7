"""Memory of all that a process started, together, at its most."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil

LOOK_SECONDS = 1.0
BOUND_MB = 3_000
"""Of all processes of the embedded default, for a week and through whatever is done to it."""


class Peak:
    """Looks again and again until it is told to stop."""

    def __init__(self, pid: int, leave_out: str = "") -> None:
        self._process = psutil.Process(pid)
        self._leave_out = leave_out
        self._stop = threading.Event()
        self.most_mb = 0.0

    def look_until_stopped(self) -> None:
        while not self._stop.wait(LOOK_SECONDS):
            self.most_mb = max(self.most_mb, self._together_mb())

    def stop(self) -> None:
        self._stop.set()

    def _together_mb(self) -> float:
        total = 0
        with suppress(psutil.Error):  # the whole of it has ended
            for one in self._process.children(recursive=True):
                with suppress(psutil.Error):  # it died while we looked
                    total += one.memory_info().rss if one.name() != self._leave_out else 0
        return total / 2**20


@contextmanager
def watched(pid: int, leave_out: str = "") -> Iterator[Peak]:
    """Looks once a second for as long as the block lasts, but not at programs of that name."""
    peak = Peak(pid, leave_out)
    thread = threading.Thread(target=peak.look_until_stopped, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        peak.stop()
        thread.join(timeout=5)
