"""What a lane's hour is beside its size: how much it resonates, and how much of it is negative.

Both are compared with what is usual in the lane and scored like posts: decades of weeks between
hours like this. Neighbouring hours repeat each other, so a week is worth `LOOKS` of them. Of the
false openings that a lane may have each has a share of its own, `SHARE_DECADES` below the posts'.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from scipy.special import betaln, gammaincc, gammaln

from streams.resonance.entries import Entry
from streams.resonance.rows import MOST_SCORE

LOOKS = math.log10(5 * 168)
LEAST_POSTS = 20
"""Below so many posts a share says nothing."""
PRIOR_POSTS = 20.0
"""Posts that the priors below are worth."""
POSTS_ALIKE = 1.0
"""Over-dispersion of what a given number of posts is heard: those of one story resemble."""
NEGATIVE_PRIOR, WEIGHT_PRIOR = 0.3, 1.5
CONCENTRATION = 20.0
"""How alike the shares of ordinary hours are: worth so many posts of a Beta law."""
SHARE_DECADES = 1.0
"""Each may open a tenth as often as the posts."""
NEVER = -9.0


class Beside(NamedTuple):
    """What an hour is beside its size: scores, and what is above the usual."""

    resonance: float = NEVER
    negatives: float = NEVER
    heard: float = NEVER
    """Score of the resonance that the number of posts, where it is more than usual, does not
    explain: what opens a spike."""
    usual_weight: float = 0.0
    """Resonance that is usual in such an hour."""
    weight_excess: float = 0.0
    """Resonance above it, in organic post equivalents."""
    negative_excess: float = 0.0
    """Negative posts above the usual share of the hour's posts."""

    def unfelt(self) -> Beside:
        """The same without what would open a spike by itself."""
        return self._replace(negatives=NEVER, heard=NEVER)

    @property
    def score(self) -> float:
        """Decades of weeks, less the share that the lane's posts have of its false openings."""
        return max(self.heard, self.negatives) - SHARE_DECADES


NOTHING = Beside()


@dataclass(frozen=True)
class Usual:
    """What the bank knows of a lane."""

    posts: float
    """Posts it has learned from."""
    weight: float
    """Their resonance."""
    negative: float
    """Those of them that were negative."""
    expected: float
    """Posts expected in the hour."""
    scatter: float
    """Variance of whole hours over their expectation."""

    @property
    def each(self) -> float:
        """Usual resonance of a post."""
        return (self.weight + WEIGHT_PRIOR * PRIOR_POSTS) / (self.posts + PRIOR_POSTS)

    @property
    def share(self) -> float:
        """Usual share of negatives."""
        found = (self.negative + NEGATIVE_PRIOR * PRIOR_POSTS) / (self.posts + PRIOR_POSTS)
        return min(max(found, 0.02), 0.98)


def beside(entries: Sequence[Entry], usual: Usual, weights: tuple[float, float]) -> Beside:
    """What the entries of an hour are. `weights`: of engagement and of reach."""
    weight, (total, negative) = sum(entry.weight(*weights) for entry in entries), moods(entries)
    posts = sum(entry.organic for entry in entries)
    return Beside(
        resonance=resonance(weight, usual),
        negatives=negatives(total, negative, usual),
        heard=heard(weight, posts, usual),
        usual_weight=usual.expected * usual.each,
        weight_excess=weight - usual.expected * usual.each,
        negative_excess=negative - usual.share * total,
    )


def began(entries: Sequence[Entry], usual: Usual, weights: tuple[float, float], mood: bool) -> int:
    """From which of the entries on, in their order, the hour is not as usual: after the place where
    the sum of what is above the usual was least. `mood`: of negatives, else of resonance."""
    if mood:
        above = [
            entry.organic * ((entry.sentiment == "negative") - usual.share)
            if entry.sentiment is not None
            else 0.0
            for entry in entries
        ]
    else:
        above = [entry.weight(*weights) - entry.organic * usual.each for entry in entries]
    sums = np.concatenate([[0.0], np.cumsum(above)[:-1]])
    return int(np.argmin(sums))


def moods(entries: Sequence[Entry]) -> tuple[int, int]:
    """Organic posts whose mood is known, and the negative ones among them."""
    known = [entry for entry in entries if entry.sentiment is not None]
    negative = sum(entry.organic for entry in known if entry.sentiment == "negative")
    return round(sum(entry.organic for entry in known)), round(negative)


def negatives(total: int, negative: int, usual: Usual) -> float:
    """Score of the share of negatives: the upper tail of a Beta-binomial law."""
    if total < LEAST_POSTS:
        return NEVER
    share = usual.share
    if negative <= share * total:
        return NEVER
    a, b = share * CONCENTRATION, (1 - share) * CONCENTRATION
    some = np.arange(negative, total + 1)
    chosen = gammaln(total + 1) - gammaln(some + 1) - gammaln(total - some + 1)
    chance = np.exp(chosen + betaln(some + a, total - some + b) - betaln(a, b)).sum()
    return _score(float(chance))


def resonance(weight: float, usual: Usual) -> float:
    """Score of the weighted resonance of an hour: the upper tail of a gamma law."""
    mean = max(usual.expected, 0.1) * usual.each
    variance = mean * usual.each * (usual.scatter + 1)
    if weight <= mean:
        return NEVER
    return _score(float(gammaincc(mean**2 / variance, weight * mean / variance)))


def heard(weight: float, posts: float, usual: Usual) -> float:
    """Score of the resonance of so many posts, by what posts of the lane usually have."""
    told = replace(usual, expected=max(posts, usual.expected), scatter=POSTS_ALIKE)
    return resonance(weight, told)


def _score(chance: float) -> float:
    return min(-math.log10(max(chance, 1e-30)) - LOOKS, MOST_SCORE)
