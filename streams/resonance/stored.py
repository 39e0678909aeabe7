"""What a snapshot holds of the state, and how it is known to be whole."""

from __future__ import annotations

import hashlib

import msgspec

from streams.resonance.bank import BankState
from streams.resonance.campaign import CampaignState
from streams.resonance.cascade import CascadeState
from streams.resonance.emergence import BreadthState
from streams.resonance.entries import Entry
from streams.resonance.fault import QualityState
from streams.resonance.forecast import ForecastState
from streams.resonance.intake import IntakeState
from streams.resonance.journey import JourneyState
from streams.resonance.sources import SourcesState
from streams.resonance.story_alerts import StoryState
from streams.resonance.usual import Parts
from streams.resonance.watch import WatchState
from streams.resonance.watermark import Target
from streams.resonance.words import WordDay

MAGIC = b"rezonans-bank-5\n"


class Unusable(Exception):
    """A snapshot that can not be read; `str(error)` says why and what to do."""


class Tallies(msgspec.Struct, array_like=True):
    """What happened to posts, since the state began."""

    counted: int = 0
    copies: int = 0
    again: int = 0
    """Items delivered a second time."""
    late: int = 0
    """Live posts older than the closed point: stored, never alerted."""
    late_history: int = 0
    """Posts of history that came after their bin was closed: not learned."""
    deleted: int = 0
    missed_bins: int = 0
    """Bins in which nobody looked."""


class State(msgspec.Struct, array_like=True):
    bin_seconds: int
    rows: int
    closed: int | None
    begun: bool
    live: int | None
    tick: int
    tallies: Tallies
    watermark: tuple[float | None, dict[str, Target]]
    intake: IntakeState
    bins: tuple[int | None, list[Entry], list[str]]
    bank: BankState
    usual: tuple[float | None, dict[int, dict[str, Parts]]]
    watch: WatchState
    campaigns: CampaignState = msgspec.field(default_factory=CampaignState)
    forecasts: ForecastState = msgspec.field(default_factory=ForecastState)
    words: dict[str, list[WordDay]] = {}
    cascades: CascadeState = msgspec.field(default_factory=CascadeState)
    breadth: BreadthState = msgspec.field(default_factory=BreadthState)
    sources: SourcesState = msgspec.field(default_factory=SourcesState)
    quality: QualityState = msgspec.field(default_factory=QualityState)
    journeys: JourneyState = msgspec.field(default_factory=JourneyState)
    stories: StoryState = msgspec.field(default_factory=StoryState)


def encode(state: State) -> bytes:
    """The state with version and checksum. Equal states give equal bytes."""
    payload = msgspec.msgpack.encode(state)
    return MAGIC + hashlib.sha256(payload).digest() + payload


def decode(data: bytes) -> State:
    """The opposite of `encode`; `Unusable` when the bytes are not what it wrote."""
    head = len(MAGIC) + 32
    payload = data[head:]
    if not data.startswith(MAGIC):
        reason = "this is no snapshot of this version: remove it and let the lanes learn again"
        raise Unusable(reason)
    if hashlib.sha256(payload).digest() != data[len(MAGIC) : head]:
        reason = "the snapshot is damaged: remove it and let the lanes learn again"
        raise Unusable(reason)
    try:
        return msgspec.msgpack.decode(payload, type=State)
    except msgspec.DecodeError:
        reason = "the snapshot is of another version: remove it and let the lanes learn again"
        raise Unusable(reason) from None
