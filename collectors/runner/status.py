"""How every target stands, in one sentence: for logs, metrics, the desk and people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Literal

import msgspec
import structlog

State = Literal["starting", "ok", "quiet", "silent", "waiting", "error"]

NORMAL = ("reads", "nothing new")
"""What is said of a look that went well."""

log = structlog.get_logger("collectors")


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the last look at a target."""

    instance: str
    kind: str
    target: str
    state: State
    reason: str
    """For people; never a text of a post, never a secret."""
    at: datetime
    until: datetime | None = None
    """When it is tried again, while it waits."""
    last_success: datetime | None = None
    failures: int = 0


Report = Callable[[Status], None]


def silent(seconds: float, a_day: float) -> str:
    """The sentence about a source that answers and brings nothing, in words that stay the same
    for hours, so that it is said once.
    """
    hours = seconds / 3_600
    since = (
        f"{hours / 24:.0f} days"
        if hours >= 48
        else "more than a day"
        if hours >= 24
        else (f"{6 * int(hours // 6)} hours")
    )
    return (
        f"answers, but has brought nothing for {since}, usually about {a_day:.2g} posts a day; "
        "look whether it moved, or shows us less than others"
    )


def log_change(old: Status | None, new: Status) -> None:
    """One line when a target comes to stand differently, nothing while it stays as it is."""
    if old is not None and (old.state, old.reason) == (new.state, new.reason):
        return
    plain = new.reason in NORMAL
    if plain and old is not None and old.state in ("ok", "quiet"):
        return  # news come and go: that is normal operation
    say = log.info if plain or new.state == "starting" else log.warning
    until = {"until": new.until.isoformat(timespec="seconds")} if new.until else {}
    say(
        "source " + new.state,
        collector=new.instance,
        target=new.target,
        reason=new.reason,
        **until,
    )
