"""Deliver what the outbox holds: one task a channel, back-off, and an end to trying."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Literal, TypeAlias

import structlog

from rezonans.desks import Channel
from rezonans.metrics import ALERTS
from rezonans.troubles import Busy, Invalid
from sinks.alerts.channels import connect
from sinks.alerts.decisions import Letter
from sinks.alerts.notifier import Notice, Notifier, scheme
from sinks.alerts.outbox import Outbox, Task

POLL_SECONDS = 1.0
GIVE_UP_SECONDS = 6 * 3600.0
FIRST_PAUSE_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 900.0

Render = Callable[[Letter, str, Channel], Awaitable[Notice]]
"""A letter, the name of its channel and the channel, as a notice."""
Connect = Callable[[Channel], Notifier]
Outcome: TypeAlias = Literal["idle", "sent", "refused", "failed"]

log = structlog.get_logger("alerts")


class Sender:
    """Guarantee: a channel that fails, hangs or is misspelt delays no other.

    A letter is tried for `give_up_seconds` after it was kept, or until the service says that it
    will never take it; then it is noted as failed. Should the
    process die between the service's answer and our note of it, that one letter is sent again.
    `Invalid` at once where Apprise can not read a URL: a wrong setting, named without it.
    """

    def __init__(
        self,
        outbox: Outbox,
        channels: Mapping[str, Channel],
        render: Render,
        connect: Connect = connect,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        give_up_seconds: float = GIVE_UP_SECONDS,
    ) -> None:
        self._outbox = outbox
        self._render = render
        self._clock = clock
        self._sleep = sleep
        self._give_up = give_up_seconds
        self._delivered: set[int] = set()
        """Accepted, but not yet noted so: a full disk must not send them again."""
        self._channels = {
            name: (channel, _connect(name, channel, connect)) for name, channel in channels.items()
        }

    async def run(self) -> None:
        """Send until cancelled."""
        async with asyncio.TaskGroup() as group:
            for name in self._channels:
                group.create_task(self._serve(name), name=f"alerts.{name}")

    async def _serve(self, name: str) -> None:
        refusals = 0
        while True:
            outcome = await self._turn(name)
            refusals = refusals + 1 if outcome == "refused" else 0
            if outcome == "refused":
                await self._sleep(pause(refusals))
            elif outcome == "idle":
                await self._sleep(POLL_SECONDS)

    async def _turn(self, name: str) -> Outcome:
        """One look into the outbox: idle, sent, refused or failed."""
        try:
            task = self._outbox.next(name)
            return await self._deliver(name, task) if task else "idle"
        except Busy as busy:
            log.warning("outbox_busy", channel=name, reason=str(busy))
            return "idle"

    async def _deliver(self, name: str, task: Task) -> Outcome:
        tired = self._clock() - task.created > self._give_up
        outcome: Outcome = "failed" if tired else await self._tried(name, task)
        if outcome == "sent":
            self._delivered.add(task.id)
            self._outbox.finish(task, "sent", _why(task.letter))
            self._delivered.discard(task.id)
        elif outcome == "failed":
            self._outbox.finish(task, "failed", "refused")
            log.error(
                "alert_failed", channel=name, kind=self._kind(name), alert=task.letter.alert,
                attempts=task.attempts,
                remedy="check the URL of the channel and whether its service answers",
            )  # fmt: skip
        else:
            self._outbox.refused(task)
        ALERTS.labels(self._kind(name), outcome).inc()
        return outcome

    async def _tried(self, name: str, task: Task) -> Outcome:
        """What the service says. This is the runner of a channel: any error is its alone."""
        if task.id in self._delivered:
            return "sent"
        channel, notifier = self._channels[name]
        reason, never = "refused", False
        try:
            if await notifier.send(await self._render(task.letter, name, channel)):
                return "sent"
        except Invalid as error:
            reason, never = str(error), True
        except Exception as error:
            # The class alone: texts of such errors hold addresses with their tokens.
            reason = type(error).__name__
        log.warning(
            "alert_refused", channel=name, kind=self._kind(name), reason=reason,
            alert=task.letter.alert, attempts=task.attempts + 1,
        )  # fmt: skip
        return "failed" if never else "refused"

    def _kind(self, name: str) -> str:
        return scheme(self._channels[name][0].url.get_secret_value())


def pause(refusals: int) -> float:
    """Seconds a channel rests after so many refusals in a row: 5, 10, 20 ... 900."""
    return float(min(FIRST_PAUSE_SECONDS * 2 ** min(refusals - 1, 16), LONGEST_PAUSE_SECONDS))


def _why(letter: Letter) -> str:
    if letter.told == "crisis":
        return "crisis-on" if letter.on else "crisis-off"
    return letter.told


def _connect(name: str, channel: Channel, connect: Connect) -> Notifier:
    try:
        return connect(channel)
    except Invalid as error:
        raise Invalid(f"alerts.{name}.url: {error}") from None
