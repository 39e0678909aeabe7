"""One tick: judge the lanes that are loud or open, and tell what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import msgspec

from rezonans.records import Spike
from streams.resonance import axes, life, story
from streams.resonance.axes import NEVER
from streams.resonance.company import BUSY_POSTS, LOUD_SECONDS, Neighbours, Tick
from streams.resonance.emergence import Hour
from streams.resonance.judge import Verdict, Window, judge
from streams.resonance.lanes import in_region
from streams.resonance.life import OpenSpike, Reading
from streams.resonance.rows import HABIT
from streams.resonance.settings import ResonanceSettings
from streams.resonance.story import Voice
from streams.resonance.telling import Scene, Teller, moment
from streams.resonance.windows import Windows
from streams.steps.explain import count_voices

LIVELY_POSTS = 2 / 24
"""Up to `BUSY_POSTS` a lane shares those of districts."""
DISTRICT_SECONDS = 600.0
"""A district waits so long for a wider lane to tell its story."""
MOST_HISTORY = 0.5
"""Share of the hour that may be history where it is asked how people feel: what comes first after a
start may be one incident, and would pass for the mood of everybody."""
CONFIRMING_TICKS = 2
CERTAIN = 2.0
"""Decades above the threshold from which one tick is enough."""


class Keeper(Protocol):
    """Keeps back what is no doing of people."""

    def hold(self, asking: Sequence[int], tick: Tick) -> set[int]:
        """Of the lanes that ask, those that may not open now."""
        ...

    def quiets(self, lane: int) -> bool:
        """Whether an open spike does not grow for now."""
        ...


class Watch:
    """The open spikes. Depends on the scene and the clock of the log, on nothing else."""

    def __init__(self, settings: ResonanceSettings, scene: Scene, keeper: Keeper) -> None:
        self._settings = settings
        self._scene = scene
        self._wide, self._district = settings, settings.among_districts(1)
        """With the bars of this tick."""
        self._teller = Teller(settings, scene)
        self._keeper = keeper
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

    def hour(self, windows: Windows, clock: float) -> Hour:
        """The hour of every topic in a region that had a post."""
        table = self._scene.intake.lanes.lanes
        busy = [n for n in self._scene.bins.busy(1) if in_region(table[n])]
        return Hour(
            [table[number] for number in busy],
            *windows.hours(self._scene.bank, busy, clock),
            voices=lambda place: count_voices(self._scene.bins.hour(busy[place])),
        )

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
        readings = self._read(window, verdict)
        width, weights = self._settings.bin_seconds, self._settings.weights
        tick = Tick(now, window, verdict, readings, new_bin, width, weights)
        told = [spike for lane in list(self.open) for spike in self._go_on(lane, tick)]
        return told + self._open_new(tick)

    def _read(self, window: Window, verdict: Verdict) -> dict[int, Reading]:
        habit = self._scene.bank[HABIT][window.lanes]
        felt = bool(window.history[-window.report :].mean() <= MOST_HISTORY)
        readings = {
            lane: Reading.of(lane, verdict, self._rules(lane).threshold + float(habit[i]), i)
            for i, lane in enumerate(window.lanes.tolist())
        }
        return {
            lane: self._with_breadth(self._with_axes(self._sized(reading), felt))
            for lane, reading in readings.items()
        }

    def _sized(self, reading: Reading) -> Reading:
        """The reading with how many posts a conversation of its district has."""
        if not self._narrow(reading.lane):
            return reading
        return replace(reading, each=self._scene.bank.posts_each(reading.lane))

    def _with_breadth(self, reading: Reading) -> Reading:
        """The reading of a topic with what its regions bring, where several rise at once."""
        up = self._teller.emerging(reading)
        topic = self._scene.intake.lanes.lanes[reading.lane].topic
        if not up or topic is None:
            return reading
        excess = max(reading.excess, sum(one.excess for one in up))
        return replace(reading, breadth=self._scene.breadth.score(topic), excess=excess)

    def _with_axes(self, reading: Reading, felt: bool) -> Reading:
        """The reading with what the hour is beside its size, where there is enough of it; what
        people feel only where most of the hour was live (`felt`)."""
        if reading.observed < self._settings.floor_posts or self._narrow(reading.lane):
            return reading
        entries = list(self._scene.bins.hour(reading.lane))
        usual = self._scene.usual_of(reading.lane, reading.expected)
        found = axes.beside(entries, usual, self._settings.weights)
        return replace(reading, beside=found if felt else found.unfelt())

    # -- open spikes -------------------------------------------------------------------

    def _go_on(self, lane: int, tick: Tick) -> list[Spike]:
        spike, reading = self.open[lane], tick.readings[lane]
        life.note(spike, reading, tick.now, self._rules(lane))
        if life.ended(spike, tick.now, self._settings):
            return [self._close(lane, tick)]
        if self._keeper.quiets(lane):
            return []
        level = self._level(lane, tick)
        changed = life.change(spike, reading, level, tick.now, self._settings)
        if changed is None:
            return []
        spike.alarm = max(spike.alarm, level)
        return [self._teller.tell(spike, reading, changed, tick.now)]

    def _close(self, lane: int, tick: Tick) -> Spike:
        spike = self.open[lane]
        closed = msgspec.structs.replace(
            self._teller.tell(spike, tick.readings[lane], "closed", tick.now),
            loud_until=moment(spike.loud),
        )
        if tick.now - spike.opened >= self._settings.longest_hours * 3600:
            self._scene.bank.renew(lane)
        del self.open[lane]
        self.ended[lane] = tick.window.bins[-1]
        return closed

    def _level(self, lane: int, tick: Tick) -> int:
        """The alarm level. Red asks for places or people, which are counted once a bin."""
        reading, spike = tick.readings[lane], self.open[lane]
        rare = reading.score >= self._rules(lane).threshold + life.RED_DECADES
        counts = spike.alarm < 2 and rare and (tick.new_bin or spike.revision < 0)
        large = counts and self._large(reading)
        if self._narrow(lane) and reading.in_posts().observed < self._settings.floor_voices:
            return 0  # rare as they are, three posts wake nobody
        least = int(spike.kind == "emergence")  # several regions at once are no yellow
        return max(least, life.alarm(reading, large, self._rules(lane)))

    def _large(self, reading: Reading) -> bool:
        """Whether it is in many places, or many people write: in one town there is one place."""
        if count_voices(self._scene.bins.hour(reading.lane)) >= self._settings.red_voices:
            return True
        return self._teller.loud_places(reading) >= self._settings.red_places

    # -- new spikes --------------------------------------------------------------------

    def _open_new(self, tick: Tick) -> list[Spike]:
        asking = [lane for lane in tick.readings if self._asks(lane, tick)]
        self.asking = {lane: self.asking.get(lane, 0) + 1 for lane in asking}
        self._wait(asking, tick.now)
        seen = Neighbours(self._scene, tick, self.open, self.asking, self.ended)
        held = self._keeper.hold(asking, tick)
        sure = [lane for lane in asking if lane not in held and self._sure(lane, tick)]
        ready = [seen.voice(lane) for lane in sure]
        told = []
        company = seen.company()
        for voice in story.order(ready):
            if not story.spoken_for(voice, company, self._settings):
                told.append(self._open(voice, tick))
                company = seen.company()
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
            axis=reading.speaks,
            kind="spike" if reading.breadth == NEVER else "emergence",
        )
        self.open[lane] = spike
        del self.asking[lane]
        life.note(spike, reading, tick.now, self._rules(lane))
        spike.alarm = self._level(lane, tick)
        self._scene.bank.habituate(lane)
        self._scene.bank.reset(lane)
        return self._teller.tell(spike, reading, "opened", tick.now)

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
