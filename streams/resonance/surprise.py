"""How far a lane is above what is expected of it, in decades of a count model.

An average over minutes is read as a count in a window of as many bins as it is worth, and
compared with a negative binomial law of the lane's own dispersion by its deviance. One formula
serves a lane with a post a day and one with a hundred a minute.

An excess is measured in roots of what is expected at that time, and read as if it had come in an
hour of the lane's usual level. With the few posts expected by night the deviance would grow slower
than by day, and one bar for both would hear little of the night.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from streams.resonance.rows import (
    BIN_DEVIATIONS,
    BIN_TIMES,
    MOST_SWELL,
    SCALE_MINUTES,
    SWELL_CAP_DEVIATIONS,
)

Floats: TypeAlias = np.ndarray[Any, np.dtype[np.float32]]

LN10 = math.log(10)
DOUBLE = math.log(2)
SOFT_POSTS = 4.0
"""Posts an hour that are added to an expectation before its root is taken: next to nothing expected
is no measure."""
LEAST_OVER = 1e-3
"""A dispersion over 1 that a Poisson law is read as."""


SLIDING, FIVE_MINUTES = 0.32, 12
"""Hours of the clock are learned, any sixty minutes judged: in bins of a minute more of them."""


class Law(NamedTuple):
    """How an average of a lane varies. Posts are a bin's."""

    usual: Floats
    """The lane's level, posts."""
    white: float | Floats
    """Variance of the average of independent bins, against that of one bin."""
    bins: float | Floats
    """Bins that the average is worth."""
    soft: float


class Scales:
    """The averages over bins of a width."""

    def __init__(self, bin_seconds: int) -> None:
        self.gains = [1 - math.exp(-bin_seconds / 60 / minutes) for minutes in SCALE_MINUTES]
        """Weight of the newest bin."""
        self.white = [gain / (2 - gain) for gain in self.gains]
        """Variance of the average of independent bins, against that of one bin."""
        self.bins = [(2 - gain) / gain for gain in self.gains]
        """Bins that an average is worth."""
        self.soft = SOFT_POSTS * bin_seconds / 3600
        """Posts a bin that soften the root of an expectation."""
        self.hour = max(1, 3600 // bin_seconds)
        """Bins of an hour."""
        self.sliding = max(0.0, SLIDING * math.log10(self.hour / FIVE_MINUTES))
        """Decades that an hour is commoner than in bins of five minutes, as it was fitted."""

    def hour_law(self, usual: Floats) -> Law:
        """Of the mean of an hour's bins, for lanes of these levels."""
        return Law(usual, 1 / self.hour, self.hour, self.soft)

    def law(self, scale: int, usual: Floats) -> Law:
        """Of one average, for lanes of these levels."""
        return Law(usual, self.white[scale], self.bins[scale], self.soft)


def spread(own: Floats, law: Law, trust: float, work: Floats) -> Floats:
    """Variance of an average: Poisson's, and `trust` (0 to 1) of what the lane's `own` is
    more. The answer is the first of two rows of scratch."""
    var: Floats = work[0]
    poisson = work[1]
    np.add(law.usual, law.soft, out=poisson)
    np.divide(law.usual, poisson, out=poisson)
    poisson *= law.white
    np.subtract(own, poisson, out=var)
    np.maximum(var, 0, out=var)
    var *= trust
    var += poisson
    return var


def deviance(flow: Floats, var: Floats, law: Law, work: Floats) -> Floats:
    """Decades of an average above zero. The answer is the first of four rows of scratch.

    With M = usual x bins posts, r the relative excess and V = M (1 + 1 / k) their
    variance, the negative binomial deviance is
    M ((1 + r) ln(1 + r) - (1 + r + k) ln(1 + r / (1 + k))).
    """
    decades: Floats = work[0]
    excess, k, spare = work[1:]
    np.add(law.usual, law.soft, out=spare)
    np.multiply(var, spare, out=k)
    k /= law.usual
    k *= law.bins
    k -= 1
    np.maximum(k, LEAST_OVER, out=k)
    np.reciprocal(k, out=k)
    np.sqrt(spare, out=spare)
    np.maximum(flow, 0, out=excess)
    excess *= spare
    excess /= law.usual
    k += 1
    np.divide(excess, k, out=spare)
    np.log1p(spare, out=spare)
    k += excess
    k *= spare
    np.log1p(excess, out=decades)
    excess += 1
    decades *= excess
    decades -= k
    decades *= law.usual
    decades *= law.bins / LN10
    np.maximum(decades, 0, out=decades)
    return decades


def steady(counts: Floats, mu: Floats, phi: Floats, soft: float, work: Floats) -> Floats:
    """Surprise of bins of which each counts up to `BIN_TIMES` its expectation and `BIN_DEVIATIONS`
    deviations: what came in a moment does not make an hour. The answer is the first of two rows
    of scratch."""
    surprise: Floats = work[0]
    spare = work[1]
    np.multiply(mu, phi, out=surprise)
    surprise += 1
    np.sqrt(surprise, out=surprise)
    surprise *= BIN_DEVIATIONS
    np.multiply(mu, BIN_TIMES, out=spare)
    surprise += spare
    np.minimum(counts, surprise, out=surprise)
    surprise -= mu
    np.add(mu, soft, out=spare)
    np.sqrt(spare, out=spare)
    surprise /= spare
    return surprise


def doubling(counts: Floats, mu: Floats, phi: Floats, scatter: Floats, work: Floats) -> Floats:
    """What bins say for a doubling against the usual, nats: the log-likelihood ratio of the
    capped counts over the over-dispersion of whole hours. The answer is the first of two rows
    of scratch."""
    evidence: Floats = work[0]
    spare = work[1]
    np.multiply(mu, phi, out=evidence)
    np.sqrt(evidence, out=evidence)
    evidence *= SWELL_CAP_DEVIATIONS
    np.multiply(mu, 2, out=spare)
    evidence += spare
    np.minimum(counts, evidence, out=evidence)
    evidence *= DOUBLE
    evidence -= mu
    evidence /= scatter
    return evidence


def swelling(before: Floats, evidence: Floats) -> Floats:
    """Evidence for a doubling that still lasts, after bins of `evidence` (bins, lanes)."""
    total = np.cumsum(evidence, axis=0, dtype=np.float32)
    reached = np.maximum(total[-1] - total.min(axis=0), before + total[-1])
    swell: Floats = np.clip(reached, 0, MOST_SWELL)
    return swell
