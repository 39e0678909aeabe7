"""The life of a spike: opened, updated, raised, closed. One is open per lane at most."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import msgspec
import numpy as np

from rezonans.reasons import Axis, Lane, Leader, SpikeKind
from rezonans.records import Alarm, Change
from streams.resonance.axes import NEVER, NOTHING, SHARE_DECADES, Beside
from streams.resonance.judge import Verdict, interval
from streams.resonance.settings import ResonanceSettings

ALARMS: tuple[Alarm, ...] = get_args(Alarm)
LOUD_DECADES = 0.5
"""A lane stays loud down to so many decades below the threshold, while its hour is above its
interval."""
RED_DECADES = 2.0
FAST_LEAST = 0.5
"""Only a lane whose last ten minutes are loud themselves (decades) opens or lasts as a burst."""

_JUDGED = (
    *("burst", "swell", "fast", "observed", "expected", "low", "high", "excess"),
    *("usual", "bins", "scatter"),
)


class OpenSpike(msgspec.Struct, array_like=True):
    """What is remembered of an open spike. Times are unix seconds of the log."""

    spike: str
    since: int
    """The bin it started in."""
    opened: float
    loud: float
    """The last time it was loud."""
    bar: float
    """The threshold it passed, habituation included."""
    revision: int = -1
    alarm: int = 0
    told: float = 0.0
    told_observed: float = 0.0
    peak: float = 0.0
    excess: float = 0.0
    """Largest so far: echoes are measured by it."""
    trigger: Literal["spread", "leader"] = "spread"
    leaders: dict[str, Leader] = {}
    """Opinion leaders told so far, by item: their posts leave the window before the spike ends."""
    kind: SpikeKind = "spike"
    risen: dict[str, float] = {}
    """Of an emergence: the regions that took part, with the time when each rose first."""
    axis: Axis = "posts"
    """What opened it."""


@dataclass(frozen=True)
class Reading:
    """One lane at one tick."""

    lane: int
    burst: float
    """Score of the last minutes to hours."""
    swell: float
    """Score of a doubling that lasts."""
    bar: float
    """Threshold with the lane's habituation."""
    fast: float
    observed: float
    """Organic posts of the hour; in a district conversations, which `each` makes posts of."""
    expected: float
    low: float
    high: float
    excess: float
    """What is above the expectation."""
    usual: float
    """Of the expectation what `observed` is told against: of bins that were looked at live."""
    bins: float
    """How many of the last bins that is."""
    scatter: float
    beside: Beside = NOTHING
    """What the hour is beside its size; lanes above the floor only."""
    breadth: float = NEVER
    """Score of the number of regions that it rises in; topics only."""
    each: float = 1.0
    """Posts of what the lane counts: of a conversation in a district, else 1."""

    @classmethod
    def of(cls, lane: int, verdict: Verdict, bar: float, at: int) -> Reading:
        """The lane at place `at` of the verdict."""
        read: dict[str, Any] = {name: float(getattr(verdict, name)[at]) for name in _JUDGED}
        return cls(lane=lane, bar=bar, **read)

    @property
    def score(self) -> float:
        """Decades of weeks between openings like this in such a lane."""
        return max(self.burst, self.swell, self.breadth, self.beside.score)

    def fired(self, bar: float) -> tuple[Axis, ...]:
        """What is over the bar."""
        scores: tuple[tuple[Axis, float], ...] = (
            ("posts", self.burst),
            ("swell", self.swell),
            ("resonance", max(self.beside.resonance, self.beside.heard) - SHARE_DECADES),
            ("negatives", self.beside.negatives - SHARE_DECADES),
            ("regions", self.breadth),
        )
        return tuple(name for name, score in scores if score >= bar)

    @property
    def speaks(self) -> Axis:
        """What opens the lane first of all: its posts, unless only something beside them can."""
        if self.beside.score < self.bar or _grown(self, self.bar):
            return "posts"
        loud = self.beside.negatives >= self.beside.heard
        return "negatives" if loud else "resonance"

    def excess_of(self, axis: Axis) -> float:
        """What is above the usual, in posts."""
        if axis == "resonance":
            return self.beside.weight_excess
        if axis == "negatives":
            return self.beside.negative_excess
        return self.excess * self.each

    def in_posts(self) -> Reading:
        """The same as people are told it: in posts, what is usual of the bins that were looked
        at live."""
        low, high = self.low, self.high
        if not self.whole:
            bounds = interval(np.array([self.usual]), np.array([self.scatter]))
            low, high = (float(bound[0]) for bound in bounds)
        each, usual = self.each, self.usual * self.each
        return replace(
            self,
            each=1.0,
            observed=self.observed * each,
            expected=usual,
            usual=usual,
            low=low * each,
            high=high * each,
            excess=self.excess * each,
        )

    @property
    def whole(self) -> bool:
        """Whether somebody looked live all the hour."""
        return self.usual == self.expected

    @property
    def filled(self) -> float:
        """Posts of the hour, what was not looked at live filled up to the usual."""
        return self.observed if self.whole else self.expected + self.excess

    @property
    def ratio(self) -> float:
        """Observed against usual, of which there is at least one post."""
        return self.observed / max(self.usual, 1.0)


def identity(lane: Lane, since: int) -> str:
    """The same lane and first bin give the same id, in every run."""
    place = lane.district or lane.region or "-"
    name = f"{lane.topic or '-'}/{place}/{since}"
    return hashlib.blake2b(name.encode(), digest_size=8).hexdigest()


def surprising(reading: Reading, settings: ResonanceSettings) -> bool:
    """Whether the lane may open: above the floor, and loud, rising in several regions, or not
    what it usually is."""
    return reading.observed >= settings.floor_posts and _loud(reading, reading.bar)


def _loud(reading: Reading, bar: float) -> bool:
    """Grown; or heard or disliked as rarely, whatever the number of posts."""
    return _grown(reading, bar) or reading.beside.score >= bar


def _grown(reading: Reading, bar: float) -> bool:
    """Rare, rising and above its interval; or rising in rarely many regions, whatever the sum."""
    return reading.breadth >= bar or (_rare(reading, bar) and _above(reading))


def _above(reading: Reading) -> bool:
    """The hour is above its interval, whatever the three hours before it were."""
    return reading.expected + reading.excess > reading.high


def _rare(reading: Reading, bar: float) -> bool:
    """An old burst that fades is not, a swell between two waves is."""
    rising = reading.burst >= bar and reading.fast >= FAST_LEAST
    return rising or reading.swell >= bar


def alarm(reading: Reading, large: bool, settings: ResonanceSettings) -> int:
    """0 yellow, 1 orange, 2 red. `large`: in many places, or of many people."""
    over = reading.score - settings.threshold
    if over >= RED_DECADES and large:
        return 2
    return 1 if over >= 1 else 0


def note(spike: OpenSpike, reading: Reading, now: float, settings: ResonanceSettings) -> None:
    """Keep what the tick showed."""
    if _loud(reading, settings.threshold - LOUD_DECADES):
        spike.loud = now
    spike.peak = max(spike.peak, reading.ratio)
    spike.excess = max(spike.excess, reading.excess_of(spike.axis))


def ended(spike: OpenSpike, now: float, settings: ResonanceSettings) -> bool:
    """Whether it is over: quiet for long, or the new normal."""
    if now - spike.loud >= settings.close_hours * 3600:
        return True
    return now - spike.opened >= settings.longest_hours * 3600


def change(
    spike: OpenSpike, reading: Reading, level: int, now: float, settings: ResonanceSettings
) -> Change | None:
    """What is worth telling now: a higher level, a doubling, an hour that has passed."""
    if level > spike.alarm:
        return "level"
    doubled = reading.observed >= 2 * max(spike.told_observed, 1.0)  # nothing doubles for ever
    hourly = now - spike.told >= settings.update_minutes * 60
    return "updated" if doubled or hourly else None
