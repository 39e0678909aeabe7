"""Structured logs: key=value on standard error, libraries included, never a post's text.

Guarantee: no line, and no fault that ends the process, shows a secret of the settings.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Callable
from functools import partial
from time import monotonic
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict

from rezonans.redaction import SECRETS

OURS = ("rezonans", "collectors", "streams", "alerts", "desk", "store")
"""Names of our own loggers: what they say is said once by themselves."""


def configure(process: str, level: int = logging.INFO) -> None:
    """One line a fact for this process; libraries speak only from WARNING on."""
    shared: list[structlog.typing.Processor] = [
        partial(_named, process),
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    formatter = Redacting(
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
    sys.excepthook = last_words
    threading.excepthook = lambda fault: last_words(
        fault.exc_type, fault.exc_value, fault.exc_traceback
    )


class Redacting(structlog.stdlib.ProcessorFormatter):
    """The last that happens to a line, its traceback included: secrets leave it."""

    def format(self, record: logging.LogRecord) -> str:
        return SECRETS(super().format(record))


def last_words(
    kind: type[BaseException], fault: BaseException | None, where: TracebackType | None
) -> None:
    """A fault that nobody caught, as Python shows it, without secrets."""
    sys.stderr.write(SECRETS("".join(traceback.format_exception(kind, fault, where))))


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
