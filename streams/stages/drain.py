"""What stages without state share, and the stage that writes records somewhere safe."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from rezonans.records import Invalid, Mentions
from streams import pages
from streams.dead import dead_letter
from streams.envelope import Envelope, Output

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


class Stateless:
    """What stages without state of their own share: all that was taken is safe."""

    def __init__(self, name: str, field: Literal["posts", "mentions"] | None, now: Clock) -> None:
        self._name = name
        self._field = field
        self._now = now

    async def settle(self) -> bool:
        return True

    def split(self, envelope: Envelope) -> Sequence[Envelope]:
        if self._field is None:
            return [envelope]
        return [replace(envelope, value=v) for v in pages.one_by_one(envelope.value, self._field)]

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
        decode: Callable[[bytes], Any],
        write: Callable[[list[Any]], Awaitable[None]],
        *,
        field: Literal["mentions"] | None = None,
        now: Clock = utc_now,
    ) -> None:
        super().__init__(name, field, now)
        self._decode = decode
        self._write = write

    async def __call__(self, batch: Sequence[Envelope]) -> Sequence[Output]:
        outputs: list[Output] = []
        records = []
        for envelope in batch:
            try:
                records.append(self._decode(envelope.value))
            except Invalid as error:
                outputs.append(
                    dead_letter(self._name, envelope.place, str(error), envelope.value, self._now())
                )
        if records:
            await self._write(records)
        return outputs


def record_decoder(record: type[msgspec.Struct]) -> Callable[[bytes], Any]:
    """Decodes one kind of record; `Invalid` says what is wrong."""
    decoder = msgspec.json.Decoder(record)

    def decode(value: bytes) -> Any:
        try:
            return decoder.decode(value)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Invalid(f"not a {record.__name__}: {error}") from None

    return decode


def mentions_decoder(value: bytes) -> Mentions:
    """A page of mentions, whole; `Invalid` when any part of it can not be read."""
    return pages.mentions_of(pages.raw_mentions(value))
