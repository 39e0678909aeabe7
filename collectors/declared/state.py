"""Where we stand with a declared source: the content of its cursor."""

from __future__ import annotations

import msgspec

from collectors.lists.cursors import Remembered
from collectors.lists.memory import Memory


class Standing(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where we stand with one stream."""

    memory: Memory = Memory()
    after: str | None = None
    listed: list[str] = []


class Cursor(Remembered, frozen=True, omit_defaults=True):
    streams: dict[str, Standing] = {}

    def of(self, stream: str | None) -> Standing:
        return self.streams.get(stream or "", Standing())

    def after(self, stream: str, standing: Standing) -> Cursor:
        return Cursor({**self.streams, stream: standing})


_memories = msgspec.json.Decoder(Memory)


def dumped(memory: Memory) -> str:
    return msgspec.json.encode(memory).decode()


def loaded(memory: str) -> Memory:
    return _memories.decode(memory)
