"""Structured logs: key=value on standard error, libraries included, never a post's text."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import Any

import structlog
from structlog.typing import EventDict

OURS = ("rezonans", "collectors", "streams", "alerts", "desk", "store")
"""Names of our own loggers: what they say is said once by themselves."""


def configure(process: str, level: int = logging.INFO) -> None:
    """One line a fact for this process; libraries speak only from WARNING on."""
    shared: list[structlog.typing.Processor] = [
        partial(_named, process),
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "process"]),
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    handler.addFilter(Calm())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _named(process: str, logger: Any, method: str, event: EventDict) -> EventDict:
    """Every line says whose it is, those of library threads too."""
    event["process"] = process
    return event


class Calm(logging.Filter):
    """Libraries repeat a trouble many times a second; one line in ten seconds says it all."""

    SECONDS = 10.0

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._said: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith(OURS) or record.levelno >= logging.CRITICAL:
            return True
        key, now = (record.name, str(record.msg)[:60]), self._clock()
        if now - self._said.get(key, -self.SECONDS) < self.SECONDS:
            return False
        if len(self._said) > 1000:
            self._said.clear()
        self._said[key] = now
        return True
