"""mentions -> spikes, with the state that only a snapshot makes safe.

Guarantee: each mention enters the bank once, whatever crashed. Messages are acknowledged when a
snapshot that holds them is on disk; what is delivered again at or below its positions is
skipped; what is delivered again above them was never counted. What is said of spikes is on disk
with them before it is sent, so a worker that was killed says the same again and nothing else,
in whatever order partitions are delivered then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic

import msgspec
import structlog

from rezonans import metrics, topics
from rezonans.records import Mentions, encode
from streams import reading
from streams.envelope import Envelope, Output
from streams.kept import Kept
from streams.resonance.snapshot import Snapshot
from streams.stages.drain import Clock, Stateless, utc_now

log = structlog.get_logger("streams")


class Resonate(Stateless):
    """Owns the state. One instance a process."""

    def __init__(
        self,
        snapshot: Snapshot,
        path: Path,
        every_seconds: float,
        *,
        now: Clock = utc_now,
        clock: Callable[[], float] = monotonic,
        kept: Kept | None = None,
    ) -> None:
        super().__init__("resonate", "mentions", now)
        self._read = reading.mentions("resonate")
        self._kept = kept or Kept(0)
        self._snapshot = snapshot
        self._path = path
        self._every = every_seconds
        self._clock = clock
        self._written = clock()
        self._untold = list(snapshot.telling)
        """What a worker before this one was about to say when it died."""

    async def __call__(self, batch: Sequence[Envelope]) -> Sequence[Output]:
        outputs: list[Output] = []
        pages: list[Mentions] = []
        for envelope in [one for one in batch if not self._covers(one)]:
            page, letters = self._kept.take(envelope.value), list[Output]()
            if page is None:
                page, letters = self._read(envelope, self._now())
            outputs += letters
            pages += [page] if page is not None else []
            if envelope.last:
                self._snapshot.advance(_partition(envelope), envelope.offset)
        state = self._snapshot.state
        late = state.tallies.late
        spikes = [encode(spike) for spike in state.apply(pages)]
        told, self._untold = [*self._untold, *spikes], []
        metrics.LATE.labels("resonate").inc(state.tallies.late - late)
        metrics.LANES.set(state.lanes)
        metrics.OPEN_SPIKES.set(state.open_spikes)
        self._snapshot.telling = told  # what was told before is in the log by now
        if spikes:
            self._write()
        return [*outputs, *(Output(topics.SPIKES, _name(one), one) for one in told)]

    async def settle(self, *, final: bool = False) -> bool:
        """Safe as soon as a snapshot is written; one is written every few seconds."""
        if not final and self._clock() - self._written < self._every:
            return False
        self._snapshot.telling = []  # a batch settles when the log has what it said
        self._write()
        return True

    def _write(self) -> None:
        with metrics.SNAPSHOT.time():
            self._snapshot.write(self._path)
        self._written = self._clock()

    def _covers(self, envelope: Envelope) -> bool:
        return self._snapshot.covers(_partition(envelope), envelope.offset)


class _Named(msgspec.Struct):
    spike: str


def _name(record: bytes) -> bytes:
    return msgspec.json.decode(record, type=_Named).spike.encode()


def _partition(envelope: Envelope) -> str:
    return f"{envelope.topic}/{envelope.partition}"
