"""The two errors that stages raise."""

from __future__ import annotations


class Invalid(Exception):
    """This input can never be processed; `str(error)` says where and why."""


class Busy(Exception):
    """The other side can not take it now; try again after `retry_after` seconds."""

    def __init__(self, reason: str, retry_after: float) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
