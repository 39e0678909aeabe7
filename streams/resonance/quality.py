"""Data quality: many series change at once because of our sources, and that is one alert.

The rule. While everything floods (`faults.flood`) and at least `quality_share` of the lanes that
could fire do, or nothing but a region or everything asks to open, what asks is held back, but for
a topic that would be as loud without what the flood brings. When the flood was gone for
`CALM_SECONDS`, or has lasted `LONGEST_SECONDS` and is the new usual, the lanes forget their
surprises and are judged anew: what opens within `JUDGING_SECONDS` was released, the rest is
dropped. Silence holds nothing back: nothing rises by it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from rezonans.reasons import Quality, Trouble, TroubleKind
from rezonans.records import Change, Spike
from streams.resonance import faults
from streams.resonance.axes import LOOKS
from streams.resonance.company import BUSY_POSTS, Tick
from streams.resonance.fault import Fault, QualityState, began, judged
from streams.resonance.faults import Flood, Whole
from streams.resonance.judge import interval
from streams.resonance.lanes import WHOLE
from streams.resonance.life import ALARMS, OpenSpike, Reading
from streams.resonance.rows import LEVEL
from streams.resonance.settings import ResonanceSettings
from streams.resonance.sources import Sources
from streams.resonance.telling import Scene, Teller, moment, parts_of, scales
from streams.resonance.usual import DIMENSIONS
from streams.steps.explain import Case
from streams.steps.explain import explain as explained

LEAST_LANES = 4
FALLING_POSTS = 3.0
"""Lanes with so many posts an hour can be seen to fall silent."""
OUT_SHARE = 0.15
"""Sources that bring so much of all posts have to be out for lanes to fall by them."""
MOST_OUT = 0.5
"""From there on nothing can be seen: every lane has fallen."""
CALM_SECONDS = 600.0
JUDGING_SECONDS = 1200.0
LONGEST_SECONDS = 6 * 3600.0
UPDATE_SECONDS = 3600.0


NEARLY = 1.0
"""A lane fires from so many decades below its bar: in a flood they come one after the other."""


class Watchman:
    """Sees to it that what our sources do is not told as what people do."""

    def __init__(self, settings: ResonanceSettings, scene: Scene, sources: Sources) -> None:
        self._settings = settings
        self._scene = scene
        self._sources = sources
        self._windows = scene.windows
        self._teller = Teller(settings, scene)
        self.state = QualityState()

    # -- floods ------------------------------------------------------------------------

    def hold(self, asking: Sequence[int], tick: Tick) -> set[int]:
        """The lanes that may not open now, of those that ask."""
        holding = self.holding
        known = set(self.state.fault.held) if self.state.fault and holding else set()
        if not asking or (known.issuperset(asking) and not tick.new_bin):
            return known.intersection(asking)  # looked at once a bin
        firing = sum(_fires(reading) for reading in tick.readings.values())
        enough = firing >= self._least(self._busy)
        if not holding and not enough and any(map(self._topical, asking)):
            return set()
        whole = self._whole(tick.now)
        if whole is None:
            return set()
        found = faults.flood(whole, slight=holding or not enough)
        if found is not None:
            self._see("flood", found.sources, firing, self._busy, tick.now)
        elif not holding:
            return set()
        held = {lane for lane in asking if not self._real(lane, tick, whole, found)}
        assert self.state.fault is not None
        self.state.fault.held += sorted(held.difference(self.state.fault.held))
        return held

    def quiets(self, lane: int) -> bool:
        """Whether an open spike does not grow for now: of a region, or of everything, nobody can
        say what of it the flood brings."""
        return self.holding and not self._topical(lane)

    def _topical(self, lane: int) -> bool:
        return self._scene.intake.lanes.lanes[lane].topic is not None

    @property
    def holding(self) -> bool:
        """Whether a flood is on, in which next to nothing opens."""
        fault = self.state.fault
        return fault is not None and fault.quality.trouble == "flood" and fault.calm is None

    def _real(self, lane: int, tick: Tick, whole: Whole, found: Flood | None) -> bool:
        """Whether a topic would be as loud without what the flood brings."""
        if not self._topical(lane):
            return False
        reading = tick.readings[lane]
        scatter = float(self._scene.bank.scatter(np.array([lane], np.intp))[0])
        entries = list(self._scene.bins.hour(lane))
        rest = faults.alone(entries, reading.expected, scatter, found, whole.shares)
        return rest >= LOOKS + max(0.0, reading.bar)

    @property
    def _busy(self) -> int:
        """Lanes that could fire."""
        return self._scene.bank.busy(BUSY_POSTS)

    # -- every bin ---------------------------------------------------------------------

    def tick(self, spikes: Mapping[int, OpenSpike], now: float, new_bin: bool) -> list[Spike]:
        """What is to be told of data quality after a tick; `spikes`: the open ones by lane."""
        if new_bin:
            self._look(now)
        fault = self.state.fault
        if fault is None:
            return []
        if self._passed(fault, now):
            fault.quality = judged(fault, spikes)
            self.state.fault = None
            return [self._tell(fault, "closed", now)]
        alarm = int(fault.quality.affected >= fault.quality.lanes / 2)  # it is no event: never red
        change = self._change(fault, alarm, now)
        if change is None:
            return []
        fault.alarm = max(alarm, fault.alarm)
        return [self._tell(fault, change, now)]

    def _passed(self, fault: Fault, now: float) -> bool:
        """Whether all is told. After a flood the lanes are judged anew for a while."""
        lasts = now - fault.seen < CALM_SECONDS
        if fault.quality.trouble == "silence":
            return not lasts
        if fault.calm is None:
            usual = now - fault.opened >= LONGEST_SECONDS
            if lasts and not usual:
                return False
            if usual:
                self._accept(fault, now)
            fault.calm = now
            self._scene.bank.forget_surprises()
        return now - fault.calm >= JUDGING_SECONDS

    def _accept(self, fault: Fault, now: float) -> None:
        """Take what comes now as the usual."""
        if (whole := self._whole(now)) is not None:
            self._sources.accept(whole.by_source())
        for lane in fault.held:
            self._scene.bank.renew(lane)

    def _look(self, now: float) -> None:
        """Whether a flood goes on that nobody asks in, and whether sources are silent."""
        whole = self._whole(now)
        if whole is None:
            return
        fault = self.state.fault
        if fault is not None and fault.quality.trouble == "flood":
            found = faults.flood(whole, slight=True) if fault.calm is None else None
            if found is not None:
                self._see("flood", found.sources, 0, self._busy, now)
            return
        watermark = self._scene.watermark
        out = faults.missing(whole, watermark.out(), watermark.looking())
        share = sum(whole.shares[one.target] for one in out)
        if share < OUT_SHARE:
            return
        bank = self._scene.bank
        lanes = np.flatnonzero(bank[LEVEL] * (bank.day_bins / 24) >= FALLING_POSTS).tolist()
        fallen = faults.fallen(*self._windows.hours(bank, lanes, now))
        affected = len(lanes) if share >= MOST_OUT else fallen
        if fault is not None or affected >= self._least(len(lanes)):
            self._see("silence", out, affected, len(lanes), now)

    def _see(
        self, trouble: TroubleKind, out: Sequence[Trouble], affected: int, lanes: int, now: float
    ) -> None:
        """It is so now: begin a fault, or keep what is worst of it."""
        found = Quality(trouble=trouble, lanes=lanes, affected=affected, sources=tuple(out))
        if self.state.fault is None:
            self.state.fault = began(found, now, self._settings.bin_seconds)
        else:
            self.state.fault.see(found, now)

    # -- telling -----------------------------------------------------------------------

    def _change(self, fault: Fault, alarm: int, now: float) -> Change | None:
        if fault.revision < 0:
            return "opened"
        if alarm > fault.alarm:
            return "level"
        return "updated" if now - fault.told >= UPDATE_SECONDS else None

    def _tell(self, fault: Fault, change: Change, now: float) -> Spike:
        scene, settings = self._scene, self._settings
        number = scene.intake.lanes.find(WHOLE)
        assert number is not None
        entries = list(scene.bins.hour(number))
        expected = self._expected(number, now)
        mean = np.array([expected], np.float32)
        low, high = interval(mean, scene.bank.scatter(np.array([number], np.intp)))
        usual = {name: scene.usual.parts(number, name) for name in DIMENSIONS}
        parts = explained(
            Case(WHOLE, entries, expected, usual, fault.since),
            scales(settings, scene.intake.norms),
        )
        fault.told = now
        fault.revision += 1
        over = fault.seen if fault.calm is None else fault.calm
        return Spike(
            spike=fault.spike,
            revision=fault.revision,
            change=change,
            kind="data-quality",
            alarm=ALARMS[fault.alarm],
            lane=WHOLE,
            since=moment(fault.since),
            score=0.0,
            threshold=0.0,
            expected=expected,
            low=float(low[0]),
            high=float(high[0]),
            quality=msgspec.structs.replace(fault.quality, held=len(fault.held)),
            loud_until=moment(over) if change == "closed" else None,
            **parts_of(parts),
            **self._teller.background(entries, now, parts.observed),
        )

    # -- what is looked at -------------------------------------------------------------

    def _whole(self, now: float) -> Whole | None:
        """The hour of everything, `None` while too little is known of the sources."""
        shares, number = self._sources.shares(now), self._scene.intake.lanes.find(WHOLE)
        hour_ago = now - self._settings.window_bins * self._settings.bin_seconds
        begun = self._windows.live * self._settings.bin_seconds <= hour_ago
        if not shares or number is None or not begun:
            return None
        return Whole(
            entries=list(self._scene.bins.hour(number)),
            expected=self._expected(number, now),
            topics=self._scene.usual.parts(number, "topics"),
            shares=shares,
        )

    def _expected(self, number: int, now: float) -> float:
        return float(self._windows.expected(self._scene.bank, [number], now)[0])

    def _least(self, lanes: int) -> float:
        """Lanes that have to change at once to be more than an event."""
        return max(LEAST_LANES, self._settings.quality_share * lanes)


def _fires(reading: Reading) -> bool:
    above = reading.expected + reading.excess > reading.high
    return above and reading.score >= reading.bar - NEARLY
