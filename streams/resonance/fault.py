"""What is remembered of a fault of our sources while it goes on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import msgspec

from rezonans.reasons import Quality, Trouble
from streams.resonance.life import OpenSpike

MOST_SOURCES = 10


class Fault(msgspec.Struct, array_like=True):
    """What is remembered of what goes on. Times are unix seconds of the log."""

    spike: str
    since: float
    opened: float
    seen: float
    """When it was seen last."""
    quality: Quality
    told: float = 0.0
    revision: int = -1
    alarm: int = 0
    held: list[int] = []
    """Lanes that were held back."""
    calm: float | None = None
    """Since when a flood is over, and the lanes are judged anew."""

    def see(self, found: Quality, now: float) -> None:
        """It is there still: keep what is worst; another trouble is said at once."""
        before, self.seen = self.quality, now
        worst = {one.target: one for one in found.sources}
        if before.trouble != found.trouble:
            self.told = 0.0
        else:
            for one in before.sources:
                known = worst.get(one.target)
                if known is None or _off(one) > _off(known):
                    worst[one.target] = one
        sources = sorted(worst.values(), key=lambda one: (-_off(one), one.target))
        self.quality = Quality(
            trouble=found.trouble,
            lanes=max(found.lanes, before.lanes),
            affected=max(found.affected, before.affected),
            sources=tuple(sources[:MOST_SOURCES]),
        )


class QualityState(msgspec.Struct, array_like=True):
    """What of it goes into a snapshot."""

    fault: Fault | None = None


def _off(one: Trouble) -> float:
    """How far a source is from its usual."""
    return abs(one.observed - one.expected) + (one.seconds or 0.0)


def began(found: Quality, now: float, bin_seconds: int) -> Fault:
    """A fault that is seen for the first time; it began when its sources fell silent."""
    since = now - max((one.seconds or 0.0 for one in found.sources), default=0.0)
    first = int(since // bin_seconds)
    name = hashlib.blake2b(f"data-quality/{found.trouble}/{first}".encode(), digest_size=8)
    begun = float(first * bin_seconds)
    fault = Fault(name.hexdigest(), begun, now, now, found)
    fault.see(found, now)
    return fault


def judged(fault: Fault, spikes: Mapping[int, OpenSpike]) -> Quality:
    """What became of the lanes that were held."""
    calm = fault.opened if fault.calm is None else fault.calm
    opened = {lane for lane, spike in spikes.items() if spike.opened >= calm}
    released = len(opened.intersection(fault.held))
    return msgspec.structs.replace(
        fault.quality, released=released, dropped=len(fault.held) - released
    )
