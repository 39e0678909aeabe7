"""The state of `resonate`: pages in, spikes out, no clock but the log's, no I/O.

Guarantee: what comes out depends on the pages and their order only. How they are cut into
batches, whether the state was dumped and loaded in between, and pages delivered again change
nothing: not the counts, not the spikes, not their ids.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rezonans.records import Mention, Mentions, Spike
from streams.resonance import rows
from streams.resonance.bank import Bank
from streams.resonance.bins import Cell, OpenBins
from streams.resonance.campaign import Campaigns
from streams.resonance.cascade import Cascades
from streams.resonance.emergence import Breadth
from streams.resonance.entries import axes
from streams.resonance.forecast import Forecaster
from streams.resonance.intake import Intake, update
from streams.resonance.journey import Journeys
from streams.resonance.lanes import WHOLE
from streams.resonance.quality import Watchman
from streams.resonance.settings import ResonanceSettings
from streams.resonance.sources import Sources
from streams.resonance.stored import State, Tallies, Unusable, decode, encode
from streams.resonance.story_alerts import StoryAlerts
from streams.resonance.surprise import Floats
from streams.resonance.telling import Scene
from streams.resonance.usual import Usual
from streams.resonance.watch import Watch
from streams.resonance.watermark import Watermark
from streams.resonance.windows import Windows
from streams.resonance.words import Words

MOST_SPAN_HOURS = 6
"""While the closed point is further behind, history is being learned and nothing is judged."""


class Resonance:
    """The reducer `(state, pages) -> (state, spikes)`; see the module for its guarantee."""

    def __init__(self, settings: ResonanceSettings) -> None:
        self._settings = settings
        self._intake = Intake(settings)
        self._bins = OpenBins(settings.bin_seconds, settings.window_bins, settings.max_recent)
        self._bank = Bank(settings.bin_seconds)
        self._usual = Usual()
        self._watermark = Watermark(60.0 * settings.silence_minutes)
        self._forecaster = Forecaster(self._bank, settings.bin_seconds)
        self._words = Words()
        self._cascades = Cascades()
        self._breadth = Breadth()
        self._sources = Sources()
        self._windows = Windows(
            self._bins, self._watermark, settings.bin_seconds, settings.window_bins
        )
        scene = Scene(
            self._bank, self._bins, self._intake, self._usual, self._watermark, self._forecaster,
            self._words, self._cascades, self._breadth, self._windows,
        )  # fmt: skip
        self._watchman = Watchman(settings, scene, self._sources)
        self._watch = Watch(settings, scene, self._watchman)
        self._campaigns = Campaigns(settings, scene)
        self._journeys = Journeys(60.0 * settings.copy_minutes)
        self._stories = StoryAlerts(settings, scene, self._journeys)
        self._closed: int | None = None
        self._begun = False
        self._live: int | None = None
        """The bin of the first live page."""
        self._tick = 0
        self._sums: Floats = np.zeros((4, 64), np.float32)
        self.tallies = Tallies()

    @property
    def lanes(self) -> int:
        """How many series are watched."""
        return len(self._intake.lanes)

    @property
    def open_spikes(self) -> int:
        """How many spikes are open."""
        return len(self._watch.open)

    def apply(self, pages: Sequence[Mentions]) -> list[Spike]:
        """Count the pages in their order; what changed in the life of spikes, in order."""
        return [spike for page in pages for spike in self._page(page)]

    def _page(self, page: Mentions) -> list[Spike]:
        observed, looked = page.observed_at.timestamp(), page.looked_until.timestamp()
        clock = max(self._watermark.clock, observed)
        published = [
            time for time in (self._fact(page, fact, clock) for fact in page.mentions) if time
        ]
        further = self._watermark.see(
            page.target, min(looked, clock), observed, page.history, published
        )
        if self._closed is None:
            self._closed = self._bins.number(looked)
        if self._live is None and not page.history:
            self._live = self._bins.number(clock)
        tick = int(clock // self._settings.tick_seconds)
        passed, self._tick = tick > self._tick, max(tick, self._tick)
        if passed or (page.history and further):
            self._close_bins(clock)
        return self._judge(clock) if passed else []

    # -- counting ----------------------------------------------------------------------

    def _fact(self, page: Mentions, mention: Mention, clock: float) -> float | None:
        """Take one fact in; the publication time of a post that was counted."""
        post = mention.post
        if post.event == "created":
            return self._count(page, mention, clock)
        if post.event == "deleted":
            self.tallies.deleted += self._bins.entry(post.item) is not None
            self._bins.remove(post.item)
        else:
            entry = self._bins.entry(post.item)
            if entry is not None:
                update(entry, post)
        return None

    def _count(self, page: Mentions, mention: Mention, clock: float) -> float | None:
        published = min(mention.post.published_at.timestamp(), clock)
        if not self._intake.is_new(mention.post, clock):
            self.tallies.again += 1
            return None
        if not self._reaches(self._bins.number(published), clock):
            self.tallies.late += not page.history
            self.tallies.late_history += page.history
            return None
        entry = self._intake.entry(page, mention, published)
        while self._bank.size < len(self._intake.lanes):
            self._bank.add(self._intake.lanes.parent(self._bank.size))
        root = self._bins.entry(entry.story)
        self._cascades.see(entry, root, clock)
        self._journeys.see(entry, mention.post.author_kind, root)
        self._bins.add(entry)
        self.tallies.counted += 1
        self.tallies.copies += self._intake.copies.copies(entry.cluster) > 1
        return published

    def _reaches(self, number: int, clock: float) -> bool:
        """Whether the bin is open. Until the first bin closes, history may come before it."""
        if not self._begun:
            oldest = self._bins.number(clock) - int(
                self._settings.history_days * 86400 / self._settings.bin_seconds
            )
            if number < oldest:
                return False
            self._closed = number if self._closed is None else min(number, self._closed)
        return self._closed is None or number >= self._closed

    # -- closing -----------------------------------------------------------------------

    def _close_bins(self, clock: float) -> None:
        assert self._closed is not None
        width = self._settings.bin_seconds
        looked = self._watermark.looked_until(self._closed * width)
        until = self._closed
        if looked is not None:
            until = int((min(looked, clock) - self._settings.horizon_seconds) // width)
        if len(self._bins) > self._settings.max_recent:
            until = max(until, int((clock - self._settings.horizon_seconds) // width))
        if until <= self._closed:
            return
        self._begun = True
        for number in range(self._closed, until):
            self._close(number)
        self._closed = until
        self._watermark.forget(until * width)

    def _close(self, number: int) -> None:
        width = self._settings.bin_seconds
        cells = self._bins.close(number)
        if not self._watermark.watched(number * width, (number + 1) * width):
            self.tallies.missed_bins += 1
            self._bank.skip(number)
            self._forecaster.count(number, None)
            return
        self._learn(number, cells)

    def _learn(self, number: int, cells: dict[int, Cell]) -> None:
        size = self._bank.size
        if self._sums.shape[1] < size:
            self._sums = np.zeros((4, 2 * size), np.float32)
        sums = self._sums[:, :size]
        for lane, cell in cells.items():
            sums[0, lane] = cell.live + cell.past
        self._forecaster.begin(number)
        kept = self._bank.learn(sums[0], number)
        self._forecaster.count(number, {lane: float(sums[0, lane]) for lane in cells})
        start = float(number * self._settings.bin_seconds)
        whole = self._intake.lanes.find(WHOLE)
        everything = cells[whole].entries if whole in cells else []
        self._sources.learn(everything, start)
        for entry in everything:
            self._words.learn(entry.published, entry.topic, entry.text)
        for lane, cell in cells.items():
            worth = cell.worth(float(kept[lane]))
            self._usual.learn(lane, cell.entries, worth, start)
            sums[1:, lane] = axes(cell.entries, worth, self._settings)
        for row, values in zip((rows.POSTS, rows.WEIGHT, rows.NEGATIVE), sums[1:], strict=True):
            self._bank.teach_usual(row, values)
        sums[:, list(cells)] = 0

    # -- judging -----------------------------------------------------------------------

    def _judge(self, clock: float) -> list[Spike]:
        assert self._closed is not None
        width, now = self._settings.bin_seconds, self._bins.number(clock)
        new_bin = self._bins.move(now)
        learned = self._bank.age * width >= self._settings.warmup_hours * 3600
        if not learned or (now - self._closed) * width > MOST_SPAN_HOURS * 3600:
            return []
        self._windows.live = self._live or 0
        told = self._campaigns.tick(clock) if new_bin else []
        if new_bin:
            self._breadth.tick(self._watch.hour(self._windows, clock), clock)
        lanes = self._watch.judged()
        if lanes:
            window = self._windows.of(lanes, range(self._closed, now + 1), self._bank.size, clock)
            told += self._watch.tick(clock, window, new_bin)
        else:
            self._watch.asking.clear()
        if new_bin:
            campaigns = self._campaigns.fingerprints
            told += self._stories.tick(clock, self._watch.open, campaigns, self._watchman.holding)
        return told + self._watchman.tick(self._watch.open, clock, new_bin)

    # -- snapshot ----------------------------------------------------------------------

    def dump(self) -> bytes:
        """The whole state, with version and checksum. Equal states give equal bytes."""
        state = State(
            bin_seconds=self._settings.bin_seconds,
            rows=rows.ROWS,
            closed=self._closed,
            begun=self._begun,
            live=self._live,
            tick=self._tick,
            tallies=self.tallies,
            watermark=self._watermark.dump(),
            intake=self._intake.dump(),
            bins=self._bins.dump(),
            bank=self._bank.dump(),
            usual=self._usual.dump(),
            watch=self._watch.state(),
            campaigns=self._campaigns.state,
            forecasts=self._forecaster.dump(),
            words=self._words.dump(),
            cascades=self._cascades.dump(),
            breadth=self._breadth.state,
            sources=self._sources.state,
            quality=self._watchman.state,
            journeys=self._journeys.state,
            stories=self._stories.state,
        )
        return encode(state)

    @classmethod
    def load(cls, data: bytes, settings: ResonanceSettings) -> Resonance:
        """The state that `dump` wrote; `Unusable` when it is damaged or of other bins."""
        state = decode(data)
        if state.bin_seconds != settings.bin_seconds or state.rows != rows.ROWS:
            reason = (
                f"the snapshot holds bins of {state.bin_seconds} s, the settings say "
                f"{settings.bin_seconds} s (resonance.bin_seconds): restore the setting, or "
                "remove the snapshot and let the lanes learn again"
            )
            raise Unusable(reason)
        resonance = cls(settings)
        resonance._restore(state)
        return resonance

    def _restore(self, state: State) -> None:
        self._closed, self._begun, self._live = state.closed, state.begun, state.live
        self._tick = state.tick
        self.tallies = state.tallies
        self._watermark.restore(state.watermark)
        self._intake.restore(state.intake)
        self._bank.restore(state.bank)
        self._bins.restore(state.bins)
        self._usual.restore(state.usual)
        self._watch.restore(state.watch)
        self._campaigns.state = state.campaigns
        self._forecaster.restore(state.forecasts)
        self._words.restore(state.words)
        self._cascades.restore(state.cascades)
        self._breadth.state = state.breadth
        self._sources.state = state.sources
        self._watchman.state = state.quality
        self._journeys.state = state.journeys
        self._stories.restore(state.stories)
