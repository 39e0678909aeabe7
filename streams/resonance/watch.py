"""One tick: judge the lanes that are loud or open, and tell what changed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import msgspec
import numpy as np
from numpy.typing import NDArray

from rezonans.records import Spike
from streams.resonance import axes, life, story
from streams.resonance.bank import Bank
from streams.resonance.judge import Verdict, Window, judge, quiet_bins
from streams.resonance.lanes import breadth, contains
from streams.resonance.life import OpenSpike, Reading
from streams.resonance.rows import HABIT, HABIT_STEP
from streams.resonance.settings import ResonanceSettings
from streams.resonance.story import Company, Voice
from streams.resonance.telling import Scene, Teller
from streams.steps.explain import count_voices

LOUD_SECONDS = 3600.0
"""So long after its last loud moment an open spike still speaks for the lanes around it."""
BUSY_POSTS = 1.0
"""Posts an hour from which a lane shares the false alarms of wide lanes, districts too."""
LIVELY_POSTS = 2 / 24
"""Up to `BUSY_POSTS` a lane shares those of districts."""
DISTRICT_SECONDS = 600.0
"""A district waits so long for a wider lane to tell its story."""
CONFIRMING_TICKS = 2
CERTAIN = 2.0
"""Decades above the threshold from which one tick is enough."""


@dataclass(frozen=True)
class Tick:
    """One tick: the clock of the log, the judged lanes and how they read."""

    now: float
    window: Window
    verdict: Verdict
    readings: dict[int, Reading]
    new_bin: bool
    """The first tick of a bin."""
    _quiet: list[NDArray[np.bool_]] = field(default_factory=list)

    def quiet(self, bank: Bank) -> NDArray[np.bool_]:
        """Which bins were usual on the ten-minute scale, worked out when first asked for."""
        if not self._quiet:
            self._quiet.append(quiet_bins(bank, self.window, self.verdict.mu))
        return self._quiet[0]


class Watch:
    """The open spikes. Depends on the scene and the clock of the log, on nothing else."""

    def __init__(self, settings: ResonanceSettings, scene: Scene) -> None:
        self._settings = settings
        self._scene = scene
        self._wide, self._district = settings, settings.among_districts(1)
        """With the bars of this tick."""
        self._teller = Teller(settings, scene)
        self.open: dict[int, OpenSpike] = {}
        self.asking: dict[int, int] = {}
        """Lanes that may open, with the ticks they have been asking for."""
        self.ended: dict[int, int] = {}
        """The bin a lane's last spike ended in: the next one starts later."""
        self.patient: dict[int, float] = {}
        """Districts that asked to open within the hour, with the time when they first did."""

    def judged(self) -> list[int]:
        """Lanes worth a look: half of the floor within the hour (districts all of it), or open."""
        least = max(1.0, self._settings.floor_posts / 2)
        busy = set(self._scene.bins.busy(least))
        districts = self._scene.bins.busy(min(least, self._settings.district_posts))
        busy.update(lane for lane in districts if self._narrow(lane))
        return sorted({*busy, *self.open})

    def _narrow(self, lane: int) -> bool:
        return self._scene.intake.lanes.lanes[lane].district is not None

    def _rules(self, lane: int) -> ResonanceSettings:
        if self._narrow(lane) and self._scene.bank.posts_an_hour(lane) < BUSY_POSTS:
            return self._district
        return self._wide

    def tick(self, now: float, window: Window, new_bin: bool) -> list[Spike]:
        """Judge the window's lanes and tell what changed, closings and changes first."""
        busy, lively = (self._scene.bank.busy(posts) for posts in (BUSY_POSTS, LIVELY_POSTS))
        self._wide = self._settings.among(busy)
        self._district = self._settings.among_districts(lively - busy)
        verdict = judge(self._scene.bank, window)
        tick = Tick(now, window, verdict, self._read(window, verdict), new_bin)
        told = [spike for lane in list(self.open) for spike in self._go_on(lane, tick)]
        return told + self._open_new(tick)

    def _read(self, window: Window, verdict: Verdict) -> dict[int, Reading]:
        habit = self._scene.bank[HABIT][window.lanes]
        readings = {
            lane: Reading.of(lane, verdict, self._rules(lane).threshold + float(habit[i]), i)
            for i, lane in enumerate(window.lanes.tolist())
        }
        return {lane: self._with_axes(reading) for lane, reading in readings.items()}

    def _with_axes(self, reading: Reading) -> Reading:
        """The reading with what the hour is beside its size, where there is enough of it."""
        if reading.observed < self._settings.floor_posts:
            return reading
        entries = list(self._scene.bins.hour(reading.lane))
        scatter = float(self._scene.bank.scatter(np.array([reading.lane], np.intp))[0])
        learned = self._scene.bank.learned(reading.lane)
        usual = axes.Usual(*learned, expected=reading.expected, scatter=scatter)
        weights = (self._settings.engagement_weight, self._settings.reach_weight)
        return replace(
            reading,
            resonance=axes.resonance(sum(entry.weight(*weights) for entry in entries), usual),
            negatives=axes.negatives(*axes.moods(entries), usual),
        )

    # -- open spikes -------------------------------------------------------------------

    def _go_on(self, lane: int, tick: Tick) -> list[Spike]:
        spike, reading = self.open[lane], tick.readings[lane]
        life.note(spike, reading, tick.now, self._rules(lane))
        if life.ended(spike, tick.now, self._settings):
            return [self._close(lane, tick)]
        level = self._level(lane, tick)
        changed = life.change(spike, reading, level, tick.now, self._settings)
        if changed is None:
            return []
        spike.alarm = max(spike.alarm, level)
        return [self._teller.tell(spike, reading, changed, tick.now)]

    def _close(self, lane: int, tick: Tick) -> Spike:
        spike = self.open[lane]
        closed = self._teller.tell(spike, tick.readings[lane], "closed", tick.now)
        if tick.now - spike.opened >= self._settings.longest_hours * 3600:
            self._scene.bank.renew(lane)
        del self.open[lane]
        self.ended[lane] = tick.window.bins[-1]
        return closed

    def _level(self, lane: int, tick: Tick) -> int:
        """The alarm level. Red asks for places, which are counted once a bin."""
        reading, spike = tick.readings[lane], self.open[lane]
        places = 0
        may_be_red = spike.alarm < 2 and reading.score >= self._rules(lane).threshold + 2
        if may_be_red and (tick.new_bin or spike.revision < 0):
            places = self._teller.loud_places(reading)
        return life.alarm(reading, places, self._rules(lane))

    # -- new spikes --------------------------------------------------------------------

    def _open_new(self, tick: Tick) -> list[Spike]:
        asking = [lane for lane in tick.readings if self._asks(lane, tick)]
        self.asking = {lane: self.asking.get(lane, 0) + 1 for lane in asking}
        self._wait(asking, tick.now)
        ready = [self._voice(lane, tick) for lane in asking if self._sure(lane, tick)]
        told = []
        company = self._company(tick)
        for voice in story.order(ready):
            if not story.spoken_for(voice, company, self._settings):
                told.append(self._open(voice, tick))
                company = self._company(tick)
        return told

    def _wait(self, asking: list[int], now: float) -> None:
        """Few posts ask on and off: what asked within the hour waits from then."""
        self.patient = {k: since for k, since in self.patient.items() if now - since < LOUD_SECONDS}
        for lane in asking:
            if self._narrow(lane):
                self.patient.setdefault(lane, now)

    def _asks(self, lane: int, tick: Tick) -> bool:
        if lane in self.open or not self._surprising(lane, tick.readings[lane]):
            return False
        return count_voices(self._scene.bins.hour(lane)) >= self._rules(lane).floor_voices

    def _surprising(self, lane: int, reading: Reading) -> bool:
        """Rare enough; what an opinion leader started may be less rare."""
        rules = self._rules(lane)
        if life.surprising(reading, rules):
            return True
        lower = replace(reading, bar=reading.bar - self._settings.leader_decades)
        return life.surprising(lower, rules) and self._teller.led(lane)

    def _sure(self, lane: int, tick: Tick) -> bool:
        reading = tick.readings[lane]
        if self._narrow(lane):
            return tick.now - self.patient[lane] >= DISTRICT_SECONDS
        certain = reading.score >= reading.bar + CERTAIN
        return certain or self.asking[lane] >= CONFIRMING_TICKS

    def _open(self, voice: Voice, tick: Tick) -> Spike:
        lane, reading = voice.number, tick.readings[voice.number]
        spike = OpenSpike(
            spike=life.identity(voice.lane, voice.since),
            since=voice.since,
            opened=tick.now,
            loud=tick.now,
            bar=reading.bar,
            trigger="leader" if self._teller.led(lane) else "spread",
        )
        self.open[lane] = spike
        del self.asking[lane]
        life.note(spike, reading, tick.now, self._rules(lane))
        spike.alarm = self._level(lane, tick)
        self._scene.bank[HABIT][lane] += HABIT_STEP
        self._scene.bank.reset(lane)
        return self._teller.tell(spike, reading, "opened", tick.now)

    def _voice(self, lane: int, tick: Tick) -> Voice:
        spike = self.open.get(lane)
        excess = tick.readings[lane].excess
        loud = spike is not None and tick.now - spike.loud <= LOUD_SECONDS
        return Voice(
            number=lane,
            lane=self._scene.intake.lanes.lanes[lane],
            excess=excess,
            since=self._since(lane, tick) if spike is None else spike.since,
            peak=excess if spike is None else spike.excess,
            loud=loud,
            asked=self.asking.get(lane, 0),
        )

    def _since(self, lane: int, tick: Tick) -> int:
        """The bin after the last one that was usual on the ten-minute scale."""
        bins, at = tick.window.bins, int(np.searchsorted(tick.window.lanes, lane))
        last = np.flatnonzero(tick.quiet(self._scene.bank)[:, at])
        since = bins[0] if not len(last) else min(bins[int(last[-1])] + 1, bins[-1])
        return max(since, self.ended.get(lane, since - 1) + 1)

    def _company(self, tick: Tick) -> Company:
        return Company(
            open=tuple(self._voice(lane, tick) for lane in self.open),
            child_excess=lambda number: self._child_excess(number, tick),
            louder_twins=lambda number: self._louder_twins(number, tick),
            shared=self._shared,
            bin_seconds=self._settings.bin_seconds,
        )

    def _child_excess(self, number: int, tick: Tick) -> float:
        lanes = self._scene.intake.lanes.lanes
        inside = (
            reading.excess
            for lane, reading in tick.readings.items()
            if contains(lanes[number], lanes[lane]) and not self._narrow(lane)
        )
        return max(inside, default=0.0)

    def _louder_twins(self, number: int, tick: Tick) -> list[int]:
        """Lanes of the same kind and region with a larger excess: the other topic of posts
        that have two."""
        lanes, excess = self._scene.intake.lanes.lanes, tick.readings[number].excess
        here = lanes[number]
        return [
            lane
            for lane, reading in tick.readings.items()
            if reading.excess > excess
            and lanes[lane].region == here.region
            and breadth(lanes[lane]) == breadth(here)
        ]

    def _shared(self, number: int, other: int) -> float:
        entries = list(self._scene.bins.hour(number))
        both = sum(entry.organic for entry in entries if other in entry.lanes)
        return both / (sum(entry.organic for entry in entries) or 1.0)

    # -- state -------------------------------------------------------------------------

    def state(self) -> WatchState:
        """What a snapshot keeps of it."""
        return WatchState(self.open, self.asking, self.ended, self.patient)

    def restore(self, state: WatchState) -> None:
        """Go on from there."""
        self.open, self.asking = state.open, state.asking
        self.ended, self.patient = state.ended, state.patient


class WatchState(msgspec.Struct, array_like=True):
    """What of it goes into a snapshot."""

    open: dict[int, OpenSpike]
    asking: dict[int, int]
    ended: dict[int, int]
    patient: dict[int, float] = {}
