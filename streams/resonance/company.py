"""Who else is loud at a tick: the lanes around a lane that asks to open, and when it began."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from streams.resonance import axes
from streams.resonance.bank import Bank
from streams.resonance.judge import Verdict, Window, quiet_bins
from streams.resonance.lanes import breadth, contains
from streams.resonance.life import OpenSpike, Reading
from streams.resonance.story import LEAST_TOLD, Company, Voice
from streams.resonance.telling import Scene

LOUD_SECONDS = 3600.0
"""So long after its last loud moment an open spike still speaks for the lanes around it."""

BUSY_POSTS = 1.0
"""Posts an hour from which a lane shares the false alarms of wide lanes, districts too."""


@dataclass(frozen=True)
class Tick:
    """One tick: the clock of the log, the judged lanes and how they read."""

    now: float
    window: Window
    verdict: Verdict
    readings: dict[int, Reading]
    new_bin: bool
    """The first tick of a bin."""
    bin_seconds: int
    weights: tuple[float, float]
    """Of engagement and of reach."""
    _quiet: list[NDArray[np.bool_]] = field(default_factory=list)

    def quiet(self, bank: Bank) -> NDArray[np.bool_]:
        """Which bins were usual on the ten-minute scale, worked out when first asked for."""
        if not self._quiet:
            self._quiet.append(quiet_bins(bank, self.window, self.verdict.mu))
        return self._quiet[0]


class Neighbours:
    """The lanes that are loud together at one tick, as `story` compares them."""

    def __init__(
        self,
        scene: Scene,
        tick: Tick,
        spikes: Mapping[int, OpenSpike],
        asking: Mapping[int, int],
        ended: Mapping[int, int],
    ) -> None:
        self._scene = scene
        self._tick = tick
        self._open = spikes
        self._asking = asking
        self._ended = ended
        self._lanes = scene.intake.lanes.lanes

    def company(self) -> Company:
        """What a lane is compared with now: the open spikes grow as lanes open."""
        return Company(
            open=tuple(self.voice(lane) for lane in self._open),
            child_excess=self._child_excess,
            louder_twins=self._louder_twins,
            shared=self._shared,
            bin_seconds=self._tick.bin_seconds,
            loud_child=lambda number: self._child_excess(number, self._asking),
            told=self._told,
        )

    def voice(self, lane: int) -> Voice:
        """A lane that asks to open, or whose spike is open."""
        spike = self._open.get(lane)
        reading = self._tick.readings[lane]
        axis = reading.speaks if spike is None else spike.axis
        excess = reading.excess_of(axis)
        loud = spike is not None and self._tick.now - spike.loud <= LOUD_SECONDS
        return Voice(
            number=lane,
            lane=self._lanes[lane],
            excess=excess,
            since=self._since(lane) if spike is None else spike.since,
            peak=excess if spike is None else spike.excess,
            loud=loud,
            asked=self._asking.get(lane, 0),
            axis=axis,
        )

    def _since(self, lane: int) -> int:
        """The bin after the last one that was usual on the ten-minute scale; a mood or a resonance
        began with the post from which on the hour is not as usual."""
        window = self._tick.window
        if self._tick.readings[lane].speaks != "posts":
            return max(self._turned(lane), self._ended.get(lane, -1) + 1)
        bins, at = window.bins, int(np.searchsorted(window.lanes, lane))
        last = np.flatnonzero(self._tick.quiet(self._scene.bank)[:, at])
        since = bins[0] if not len(last) else min(bins[int(last[-1])] + 1, bins[-1])
        return max(since, self._ended.get(lane, since - 1) + 1)

    def _turned(self, lane: int) -> int:
        """The bin in which the mood or the resonance of the hour turned."""
        reading = self._tick.readings[lane]
        entries = sorted(self._scene.bins.hour(lane), key=lambda one: (one.published, one.item))
        usual = self._scene.usual_of(lane, reading.expected)
        first = axes.began(entries, usual, self._tick.weights, reading.speaks == "negatives")
        return self._scene.bins.number(entries[first].published)

    def _child_excess(self, number: int, among: Collection[int] | None = None) -> float:
        axis = self._tick.readings[number].speaks
        inside = (
            reading.excess_of(axis)
            for lane, reading in self._tick.readings.items()
            if contains(self._lanes[number], self._lanes[lane])
            and self._lanes[lane].district is None
            and (among is None or lane in among)
        )
        return max(inside, default=0.0)

    def _told(self, number: int) -> float:
        if self._lanes[number].topic is not None:
            return 1.0
        entries = list(self._scene.bins.hour(number))
        known = sum(entry.organic for entry in entries if entry.topic is not None)
        share = known / (sum(entry.organic for entry in entries) or 1.0)
        return max(share, LEAST_TOLD)

    def _louder_twins(self, number: int) -> list[int]:
        """Lanes of the same kind and region with a larger excess: the other topic of posts
        that have two."""
        readings, here = self._tick.readings, self._lanes[number]
        axis = readings[number].speaks
        return [
            lane
            for lane, reading in readings.items()
            if reading.excess_of(axis) > readings[number].excess_of(axis)
            and self._lanes[lane].region == here.region
            and breadth(self._lanes[lane]) == breadth(here)
        ]

    def _shared(self, number: int, other: int) -> float:
        entries = list(self._scene.bins.hour(number))
        both = sum(entry.organic for entry in entries if other in entry.lanes)
        return both / (sum(entry.organic for entry in entries) or 1.0)
