"""How surprising the open bins are: judged from the closed state, which stays untouched.

Late posts therefore simply correct their bin at the next tick.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

from streams.resonance.bank import FLOW, Bank, Floats


@dataclass(frozen=True)
class Window:
    """The open bins of the lanes in question."""

    lanes: NDArray[np.intp]
    bins: range
    """From the first open bin to the one that the clock stands in."""
    counts: Floats
    """Organic posts as they happened, (bins, lanes)."""
    past: Floats
    """Organic posts from history, (bins, lanes): they fill up to the expectation, not above."""
    looked: NDArray[np.bool_]
    """Bins in which somebody was looking; the others are missing data."""
    elapsed: float
    """Share of the last bin that has passed."""
    report: int
    """How many of the last bins a spike reports."""


@dataclass(frozen=True)
class Verdict:
    """What the bank says of the lanes now, one value a lane."""

    score: Floats
    fast: Floats
    """Rarity of the last ten minutes alone."""
    slow: Floats
    """The three-hour average in its own standard deviations."""
    observed: Floats
    expected: Floats
    low: Floats
    high: Floats
    mu: Floats
    """Expected posts, (bins, lanes)."""


def judge(bank: Bank, window: Window) -> Verdict:
    """Score and interval of each lane at the end of the window."""
    mu = bank.expected(window.lanes, window.bins)
    mu[-1] *= window.elapsed
    flow = _flows(bank, window, mu)[:, -1]
    z, rarity = bank.rarity(window.lanes, flow)
    observed = window.counts[-window.report :].sum(axis=0)
    expected = mu[-window.report :].sum(axis=0)
    low, high = _interval(expected, bank.scatter(window.lanes))
    return Verdict(
        score=rarity.mean(axis=0),
        fast=rarity[0],
        slow=z[1],
        observed=observed,
        expected=expected,
        low=low,
        high=high,
        mu=mu,
    )


def quiet_bins(bank: Bank, window: Window, mu: Floats) -> NDArray[np.bool_]:
    """Bins whose ten-minute average was within one standard deviation, (bins, lanes)."""
    flows = _flows(bank, window, mu)
    quiet = [bank.rarity(window.lanes, flows[:, k])[0][0] <= 1 for k in range(len(window.bins))]
    return np.array(quiet)


def _flows(bank: Bank, window: Window, mu: Floats) -> Floats:
    """Both averages after each open bin, (2, bins, lanes)."""
    full = mu.copy()
    full[-1] /= max(window.elapsed, 1e-6)
    counts = window.counts + np.minimum(window.past, np.maximum(mu - window.counts, 0))
    surprise = (counts - mu) / np.sqrt(full + 1)
    flow = np.stack([bank[FLOW][window.lanes], bank[FLOW + 1][window.lanes]])
    gains = np.array(bank.gains, np.float32)[:, None]
    flows = np.empty((2, len(window.bins), len(window.lanes)), np.float32)
    for k, looked in enumerate(window.looked):
        if looked:
            flow += gains * (surprise[k] - flow)
        flows[:, k] = flow
    return flows


def _interval(expected: Floats, scatter: Floats) -> tuple[Floats, Floats]:
    """The middle 80 % of a gamma law of this mean and over-dispersion (posts an hour)."""
    shape = np.maximum(expected, 1e-6) / scatter
    low = gammaincinv(shape, 0.1) * scatter
    high = np.maximum(gammaincinv(shape, 0.9) * scatter, 1.0)
    return low.astype(np.float32), high.astype(np.float32)
