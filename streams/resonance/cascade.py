"""Whether one post goes viral, from its first 15, 30 and 60 minutes. Pure but for its own state.

A self-exciting estimate in the manner of SEISMIC, with the same reach for everybody: each
reaction brings more of them, p on average, spread over time by a heavy-tailed memory. What is
left of the memory tells how many are still to come within a day. How far such estimates are off
was first set on simulated cascades (`streams.trials.cascades`), because no real ones are at
hand, and is learned from the own posts as their days pass; so is what counts as viral.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from statistics import NormalDist

import msgspec

from rezonans.reasons import Outlook
from streams.resonance.entries import Entry

AGES = (15, 30, 60)
"""Minutes at which a post is judged."""
DAY, HOUR = 86400.0, 3600.0
LEAST_REACTIONS = 5
"""Within the age; fewer say nothing."""
MEMORY_SECONDS, MEMORY_POWER = 300.0, 0.242
"""Of people's reactions (Zhao et al. 2015): flat for five minutes, then a power law."""
SHIFTS = (-0.32, -0.22, -0.19)
"""Mean of log(reactions within a day / estimate), from simulated cascades."""
SPREADS = (0.74, 0.70, 0.55)
"""Its deviation: simulated cascades are neater (0.26, 0.20, 0.15), so it starts from what was
measured for this kind of estimate on public cascades of another network (SPIKES 4)."""
PRIOR_POSTS = 30.0
MEMORY_POSTS = 500.0
FIRST_VIRAL = 100.0
VIRAL_STEP = 0.05
TENTH = 0.1
"""Viral are the largest tenth of the posts that are judged."""
MOST_CASCADES = 20_000
MOST_TIMES = 2_000


class Cascade(msgspec.Struct, array_like=True):
    """What followed one post."""

    published: float
    times: list[float] = []
    """Seconds after it of the reactions within the first hour."""
    total: int = 0
    """Reactions within a day."""


class Record(msgspec.Struct, array_like=True):
    """How estimates at one age did."""

    shift: float
    variance: float
    known: float = 0.0
    judged: int = 0
    brier: float = 0.0
    base: float = 0.0


class CascadeState(msgspec.Struct, array_like=True):
    """What goes into a snapshot."""

    open: dict[str, Cascade] = {}
    records: list[Record] = []
    viral: float = FIRST_VIRAL
    swept: float = 0.0


def followed(published: float, reactions: Iterable[float]) -> Cascade:
    """The cascade of a post from the times of what followed it (unix seconds)."""
    cascade = Cascade(published)
    for at in sorted(reactions):
        _follow(cascade, at)
    return cascade


def _follow(cascade: Cascade, at: float) -> None:
    after = max(0.0, at - cascade.published)
    cascade.total += after <= DAY
    if after <= HOUR and len(cascade.times) < MOST_TIMES:
        cascade.times.append(after)


def remembered(seconds: float) -> float:
    """Share of a reaction's effect that has come after so many seconds."""
    height = 1 / (MEMORY_SECONDS * (1 + 1 / MEMORY_POWER))
    if seconds <= MEMORY_SECONDS:
        return height * max(seconds, 0.0)
    tail = height * MEMORY_SECONDS / MEMORY_POWER
    left: float = tail * (seconds / MEMORY_SECONDS) ** -MEMORY_POWER
    return 1 - left


def estimate(times: Sequence[float], age: float) -> float:
    """Reactions within a day, from those until `age` (seconds), uncorrected."""
    seen = [0.0, *(time for time in times if time <= age)]
    came = sum(remembered(age - time) for time in seen)
    coming = sum(remembered(DAY - time) for time in seen) - came
    return (len(seen) - 1) * (1 + coming / max(came, 1e-9))


class Cascades:
    """The posts of the last day that people react to."""

    def __init__(self) -> None:
        self.state = CascadeState(
            records=[
                Record(shift, spread**2) for shift, spread in zip(SHIFTS, SPREADS, strict=True)
            ]
        )

    def see(self, entry: Entry, root: Entry | None, clock: float) -> None:
        """A new post. `root`: the post that it answers or repeats, where that is known."""
        self._sweep(clock)
        if entry.story == entry.item or entry.history:
            return
        cascade = self.state.open.get(entry.story)
        if cascade is None:
            if root is None or root.history or len(self.state.open) >= MOST_CASCADES:
                return
            cascade = self.state.open[entry.story] = Cascade(root.published)
        _follow(cascade, entry.published)

    def outlook(self, item: str, now: float) -> Outlook | None:
        """What is to be expected of a post, at the largest age that it has reached."""
        cascade = self.state.open.get(item)
        if cascade is None:
            return None
        reached = [place for place, age in enumerate(AGES) if now - cascade.published >= 60 * age]
        return self._outlook(cascade, reached[-1]) if reached else None

    def outlooks(self, cascade: Cascade, now: float) -> list[Outlook]:
        """The same of any post, at each age that it has reached with enough reactions."""
        ages = [place for place, age in enumerate(AGES) if now - cascade.published >= 60 * age]
        return [told for place in ages if (told := self._outlook(cascade, place)) is not None]

    def dump(self) -> CascadeState:
        """Everything, in the order it came."""
        return self.state

    def restore(self, state: CascadeState) -> None:
        """The opposite of `dump`."""
        if state.records:
            self.state = state

    def _outlook(self, cascade: Cascade, place: int) -> Outlook | None:
        seconds, record = 60.0 * AGES[place], self.state.records[place]
        reactions = sum(time <= seconds for time in cascade.times)
        if reactions < LEAST_REACTIONS:
            return None
        middle = math.log(estimate(cascade.times, seconds)) + record.shift
        law = NormalDist(middle, math.sqrt(record.variance))
        least = float(reactions)
        viral = max(self.state.viral, 1.0)
        certain = reactions >= viral
        return Outlook(
            minutes=AGES[place],
            reactions=reactions,
            probability=1.0 if certain else round(1 - law.cdf(math.log(viral)), 3),
            viral_from=round(viral),
            expected=round(max(least, math.exp(middle)), 1),
            low=round(max(least, math.exp(law.inv_cdf(0.1))), 1),
            high=round(max(least, math.exp(law.inv_cdf(0.9))), 1),
            judged=record.judged,
            brier=round(record.brier, 4) if record.judged else None,
            base=round(record.base, 4) if record.judged else None,
        )

    def _sweep(self, clock: float) -> None:
        """Judge the posts whose day has passed, ten minutes apart."""
        if clock < self.state.swept + 600:
            return
        self.state.swept = clock
        over = [item for item, one in self.state.open.items() if one.published < clock - DAY - HOUR]
        for item in over:
            self.judge(self.state.open.pop(item))

    def judge(self, cascade: Cascade) -> None:
        """Learn from a post whose day has passed: first the record, then the correction, then
        what is viral."""
        judged = False
        for place in range(len(AGES)):
            told = self._outlook(cascade, place)
            if told is None:
                continue
            judged, record = True, self.state.records[place]
            came = float(cascade.total >= told.viral_from)
            record.judged += 1
            gain = max(1 / record.judged, 1 / MEMORY_POSTS)
            record.brier += gain * ((told.probability - came) ** 2 - record.brier)
            record.base += gain * (came - record.base)
            record.known = min(record.known + 1, MEMORY_POSTS)
            off = math.log(cascade.total / estimate(cascade.times, 60.0 * AGES[place]))
            step = 1 / (record.known + PRIOR_POSTS)
            before = off - record.shift
            record.shift += step * before
            record.variance += step * (before * (off - record.shift) - record.variance)
        if judged:
            larger = cascade.total > self.state.viral
            self.state.viral *= math.exp(VIRAL_STEP * (larger - TENTH))
