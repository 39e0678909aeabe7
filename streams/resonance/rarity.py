"""How rarely a lane is this loud by chance: decades of weeks, from its own days.

A surprise is compared with the largest of each day that the lane has lived (Gumbel's law, by
moments, with a prior of two days). 0 is once a week, 1 is once in ten weeks: the bar for N
false openings a lane-week is -log10 N. The last step, from nominal to true rates, was fitted once
on series without spikes (`docs/resonance.md`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from streams.resonance.rows import MOST_SCORE
from streams.resonance.surprise import Floats

EULER = 0.5772157
GUMBEL_SD = 1.2825498
"""Standard deviation over scale."""
PRIOR_DAYS = 2.0
MEMORY_DAYS = 40.0
YOUNG_WEIGHT = 0.5
"""Newer days weigh more while few are known."""
CAP_SCALES = 3.0
"""A day of bursts or swells teaches at most so far above the usual largest."""
HOUR_SCALES = 2.0
"""The same of whole hours. Their bins are cut, so what is louder than this is an incident; mean and
deviation are read as those of Gumbel's law cut there."""
HOUR_MEAN, HOUR_SD = 0.4463, 0.9946
STEADY_TILT, LIFT = 1.5, 0.08
"""What a decade of a lane that does not wander is worth, and what is added to any."""
WANDER_COST = 16.0
HOUR_POSTS = 0.5
"""Posts an hour from which on an hour says more than not."""
MOST_WANDER = 0.14
"""More than that was not measured."""
LOG_WEEK = math.log10(7)


@dataclass(frozen=True)
class Tail:
    """The law of a kind of surprise before anything is known, and its calibration."""

    location: float
    scale: float
    shift: float
    slope: float
    """True decades = shift + slope x nominal decades."""
    cap: float = CAP_SCALES + EULER
    """A day teaches at most so many scales above the location: an incident is no habit."""
    centre: float = EULER
    """Mean of the days' largest above the location, in scales."""
    deviation: float = GUMBEL_SD
    """Their standard deviation, in scales."""
    late: int = 0
    """Days that teach nothing: until the rhythm is known, a busy lane is as loud as never again."""
    least: int = 0
    """Days that have to be known before it says anything."""
    steady_tilt: float = STEADY_TILT
    wander_cost: float = WANDER_COST
    """What a decade of a lane that does not wander is worth, and what wandering costs."""
    shared: float = 0.0
    """Decades that an hour's share of the false openings costs, where an hour says something."""
    of_posts: bool = False
    """Whether it says nothing where there are hardly any posts."""

    @property
    def mean(self) -> float:
        return self.location + self.centre * self.scale

    @property
    def variance(self) -> float:
        return (self.deviation * self.scale) ** 2


BURST = Tail(
    location=0.95,
    scale=0.6,
    shift=-0.32,
    slope=0.72,
    steady_tilt=1.8,
    wander_cost=19.0,
    shared=0.14,
)
SWELL = Tail(location=0.7, scale=0.5, shift=-0.53, slope=0.6, shared=0.33)
HOUR = Tail(
    location=0.95,
    scale=0.6,
    shift=-0.6,
    slope=0.6,
    cap=HOUR_SCALES,
    centre=HOUR_MEAN,
    deviation=HOUR_SD,
    late=2,
    least=4,
    steady_tilt=1.3,
    wander_cost=10.0,
    of_posts=True,
)
"""Alone, bursts and hours would open 0.6 and swells 0.35 times the setting; many of it together."""


def law(mean: Floats, variance: Floats, days: float, tail: Tail) -> tuple[Floats, Floats]:
    """Location and scale of the days' largest, from moments over so many days and the prior."""
    centre = (days * mean + PRIOR_DAYS * tail.mean) / (days + PRIOR_DAYS)
    degrees = max(days - 1, 0.0)
    spread = (degrees * variance + PRIOR_DAYS * tail.variance) / (degrees + PRIOR_DAYS)
    scale = np.sqrt(spread) / tail.deviation
    return centre - tail.centre * scale, scale


def known(days: int, tail: Tail) -> float:
    """Of so many days those that its law is read from."""
    return float(min(max(0, days - tail.late), MEMORY_DAYS))


def decades(surprise: Floats, mean: Floats, variance: Floats, days: float, tail: Tail) -> Floats:
    """Score of a surprise: decades of weeks, `MOST_SCORE` at most and at least."""
    if days < tail.least:
        return np.full_like(surprise, -MOST_SCORE)
    location, scale = law(mean, variance, days, tail)
    reduced = (surprise - location) / scale
    chance = -np.expm1(-np.exp(-np.clip(reduced, -3, 12)))
    nominal = np.where(reduced > 12, reduced / math.log(10), -np.log10(chance)) - LOG_WEEK
    score: Floats = np.minimum(tail.shift + tail.slope * nominal, MOST_SCORE).astype(np.float32)
    return score


def calibrated(score: Floats, wander: Floats, tail: Tail, posts: Floats) -> Floats:
    """The score of lanes of so many posts an hour whose rate wanders so much: the largest of their
    days have the heavier tail the more they do, which two moments do not say."""
    says = posts / (posts + HOUR_POSTS)
    worth = tilt(wander, tail) * (says if tail.of_posts else 1)
    found = LIFT + worth * (score - tail.shared * says)
    return np.minimum(found, MOST_SCORE).astype(np.float32)


def tilt(wander: Floats, tail: Tail) -> Floats:
    """True decades for one of a lane that wanders so much."""
    found: Floats = (tail.steady_tilt / (1 + tail.wander_cost * wander)).astype(np.float32)
    return found


def teach(top: Floats, mean: Floats, variance: Floats, days: int, tail: Tail) -> None:
    """A day is over: learn from its largest surprise, in place. `days` counts it."""
    before = min(days - 1.0, MEMORY_DAYS)
    location, scale = law(mean, variance, before, tail)
    capped = np.minimum(top, location + tail.cap * scale)
    if days == 1:
        mean[:] = capped
        return
    off = capped - mean
    mean += off * ((1 + YOUNG_WEIGHT) / (before + 1 + YOUNG_WEIGHT))
    gain = min(1.0, (1 + YOUNG_WEIGHT) / (before + YOUNG_WEIGHT))
    variance += gain * (off * (capped - mean) - variance)
