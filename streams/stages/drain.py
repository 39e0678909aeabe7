"""What stages without state share, and the stage that writes records somewhere safe."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Literal

from streams import pages
from streams.dead import dead_letter
from streams.envelope import Envelope, Output
from streams.reading import Read

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


class Stateless:
    """What stages without state of their own share: all that was taken is safe."""

    def __init__(self, name: str, field: Literal["posts", "mentions"] | None, now: Clock) -> None:
        self._name = name
        self._field = field
        self._now = now

    async def settle(self, *, final: bool = False) -> bool:
        return True

    def split(self, envelope: Envelope) -> Sequence[Envelope]:
        if self._field is None:
            return [envelope]
        *parts, end = pages.one_by_one(envelope.value, self._field)
        first = [replace(envelope, value=part, last=False) for part in parts]
        return [*first, replace(envelope, value=end)]

    def refuse(self, envelope: Envelope) -> Sequence[Output]:
        reason = "the worker died each time this was in hand"
        return [
            dead_letter(
                self._name, envelope.place, reason, envelope.value, self._now(), kind="crashed"
            )
        ]


class Drain(Stateless):
    """records -> a place outside of the log. `write` returns when they are safe there."""

    def __init__(
        self,
        name: str,
        read: Read,
        write: Callable[[list[Any]], Awaitable[None]],
        *,
        field: Literal["mentions"] | None = None,
        now: Clock = utc_now,
    ) -> None:
        super().__init__(name, field, now)
        self._read = read
        self._write = write

    async def __call__(self, batch: Sequence[Envelope]) -> Sequence[Output]:
        outputs: list[Output] = []
        found = []
        for envelope in batch:
            record, letters = self._read(envelope, self._now())
            outputs += letters
            if record is not None:
                found.append(record)
        if found:
            await self._write(found)
        return outputs
