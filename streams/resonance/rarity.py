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
"""A day teaches at most so far above the usual largest: an incident is no habit."""
STEADY_TILT, LIFT = 1.5, 0.08
"""What a decade of a lane that does not wander is worth, and what is added to any."""
WANDER_COST = 16.0
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

    @property
    def mean(self) -> float:
        return self.location + EULER * self.scale

    @property
    def variance(self) -> float:
        return (GUMBEL_SD * self.scale) ** 2


BURST = Tail(location=0.95, scale=0.6, shift=-0.32, slope=0.72)
SWELL = Tail(location=0.7, scale=0.5, shift=-0.53, slope=0.6)
"""Alone, bursts would open 0.85 and swells 0.5 times the setting; many of it together."""


def law(mean: Floats, variance: Floats, days: float, tail: Tail) -> tuple[Floats, Floats]:
    """Location and scale of the days' largest, from moments over so many days and the prior."""
    centre = (days * mean + PRIOR_DAYS * tail.mean) / (days + PRIOR_DAYS)
    degrees = max(days - 1, 0.0)
    spread = (degrees * variance + PRIOR_DAYS * tail.variance) / (degrees + PRIOR_DAYS)
    scale = np.sqrt(spread) / GUMBEL_SD
    return centre - EULER * scale, scale


def decades(surprise: Floats, mean: Floats, variance: Floats, days: float, tail: Tail) -> Floats:
    """Score of a surprise: decades of weeks, `MOST_SCORE` at most."""
    location, scale = law(mean, variance, days, tail)
    reduced = (surprise - location) / scale
    chance = -np.expm1(-np.exp(-np.clip(reduced, -3, 12)))
    nominal = np.where(reduced > 12, reduced / math.log(10), -np.log10(chance)) - LOG_WEEK
    score: Floats = np.minimum(tail.shift + tail.slope * nominal, MOST_SCORE).astype(np.float32)
    return score


def calibrated(score: Floats, wander: Floats) -> Floats:
    """The score of lanes whose rate wanders so much: the largest of their days have the heavier
    tail the more they do, which two moments do not say."""
    found: Floats = np.minimum(LIFT + tilt(wander) * score, MOST_SCORE).astype(np.float32)
    return found


def tilt(wander: Floats) -> Floats:
    """True decades for one of a lane that wanders so much."""
    found: Floats = (STEADY_TILT / (1 + WANDER_COST * wander)).astype(np.float32)
    return found


def teach(top: Floats, mean: Floats, variance: Floats, days: int, tail: Tail) -> None:
    """A day is over: learn from its largest surprise, in place. `days` counts it."""
    known = min(days - 1.0, MEMORY_DAYS)
    location, scale = law(mean, variance, known, tail)
    capped = np.minimum(top, location + (CAP_SCALES + EULER) * scale)
    if days == 1:
        mean[:] = capped
        return
    off = capped - mean
    mean += off * ((1 + YOUNG_WEIGHT) / (known + 1 + YOUNG_WEIGHT))
    gain = min(1.0, (1 + YOUNG_WEIGHT) / (known + YOUNG_WEIGHT))
    variance += gain * (off * (capped - mean) - variance)
