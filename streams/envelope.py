"""What goes into a step and what comes out: bytes with their place in the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rezonans.topics import Topic


@dataclass(frozen=True)
class Envelope:
    """One message as it was read."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes
    last: bool = True
    """Whether the message is through after it: parts of a message share its place."""

    @property
    def place(self) -> str:
        return f"{self.topic}/{self.partition}/{self.offset}"


@dataclass(frozen=True)
class Output:
    """One message to be written. Goes out whole or the batch is not acknowledged."""

    topic: Topic
    key: bytes
    """Kept from the input where there is one: what was in order stays in order."""
    value: bytes


class Step(Protocol):
    """A transformation bound to a topic by the agent."""

    async def __call__(self, batch: Sequence[Envelope]) -> Sequence[Output]:
        """Outputs of a batch. Raises only when our code or the world is broken."""
        ...

    async def settle(self, *, final: bool = False) -> bool:
        """Whether all that was taken so far is safe and may be acknowledged.

        `final`: the worker stops; what can be made safe is made safe now.
        """
        ...

    def split(self, envelope: Envelope) -> Sequence[Envelope]:
        """A message as the smallest messages that can be taken alone."""
        ...

    def refuse(self, envelope: Envelope) -> Sequence[Output]:
        """The dead letter of a message that crashed the worker, taken alone."""
        ...
