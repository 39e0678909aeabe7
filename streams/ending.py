"""A worker that is asked to stop ends in bounded time, also when its log is gone for good.

Faust waits for the thread of its consumer, and that one for a coordinator of its group to take
leave of: for as long as no log answers. Guarantee: once the end has begun, the process is over
after `seconds`, if need be without leave-taking; what was not acknowledged is delivered again.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable

import structlog

DRAIN_SECONDS = 20.0
"""A batch and a snapshot take a few; a service manager gives 30 before it kills."""
NOT_DRAINED = 1
"""Exit code of a process that could not take leave."""

log = structlog.get_logger("rezonans")


class Ending:
    """The time that a process has for its end."""

    def __init__(
        self, seconds: float = DRAIN_SECONDS, leave: Callable[[int], object] = os._exit
    ) -> None:
        self._seconds = seconds
        self._leave = leave
        self._begun = threading.Lock()

    def begin(self) -> None:
        """The time runs; said again, it runs on."""
        if self._begun.acquire(blocking=False):
            timer = threading.Timer(self._seconds, self._over)
            timer.daemon = True  # who ends in time does not wait for it
            timer.start()

    def _over(self) -> None:
        log.error(
            "could not let go of the log in time; ends all the same, nothing is lost",
            seconds=self._seconds,
        )
        sys.stdout.flush()
        sys.stderr.flush()
        self._leave(NOT_DRAINED)
