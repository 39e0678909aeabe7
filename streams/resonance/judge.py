"""How surprising the open bins are: judged from the closed state, which stays untouched.

Late posts therefore simply correct their bin at the next tick.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

from streams.resonance.bank import Bank, Floats
from streams.resonance.rows import FLOW, VAR


@dataclass(frozen=True)
class Window:
    """The open bins of the lanes in question."""

    lanes: NDArray[np.intp]
    bins: range
    """From the first open bin to the one that the clock stands in."""
    counts: Floats
    """Organic posts as they happened, (bins, lanes)."""
    history: NDArray[np.bool_]
    """Bins that are known from history: they count as usual, or as what came live if more."""
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
    """Live organic posts of the hour."""
    expected: Floats
    excess: Floats
    """Posts above the expectation, those of history filling up to it."""
    low: Floats
    high: Floats
    mu: Floats
    """Expected posts, (bins, lanes)."""


def judge(bank: Bank, window: Window) -> Verdict:
    """Score and interval of each lane at the end of the window."""
    mu = bank.expected(window.lanes, window.bins)
    mu[-1] *= window.elapsed
    z, rarity = bank.rarity(window.lanes, _flow(bank, window, mu))
    observed = window.counts[-window.report :].sum(axis=0)
    filled = _filled(window, mu)[-window.report :].sum(axis=0)
    expected = mu[-window.report :].sum(axis=0)
    low, high = _interval(expected, bank.scatter(window.lanes))
    return Verdict(
        score=rarity.mean(axis=0),
        fast=rarity[0],
        slow=z[1],
        observed=observed,
        excess=filled - expected,
        expected=expected,
        low=low,
        high=high,
        mu=mu,
    )


def quiet_bins(bank: Bank, window: Window, mu: Floats) -> NDArray[np.bool_]:
    """Bins whose ten-minute average was within one standard deviation, (bins, lanes)."""
    gain = bank.gains[0]
    surprise = _surprise(window, mu)
    flow = bank[FLOW][window.lanes]
    flows = np.empty_like(surprise)
    for k, looked in enumerate(window.looked):
        if looked:
            flow = flow + gain * (surprise[k] - flow)
        flows[k] = flow
    return np.asarray(flows <= np.sqrt(bank[VAR][window.lanes]))


def _surprise(window: Window, mu: Floats) -> Floats:
    """(x - mu) / sqrt(mu + 1) by bin and lane, with the whole last bin's scale."""
    full = mu.copy()
    full[-1] /= window.elapsed
    return cast(Floats, (_filled(window, mu) - mu) / np.sqrt(full + 1))


def _filled(window: Window, mu: Floats) -> Floats:
    """Live posts; bins of history filled up to the expectation, so that they surprise nobody."""
    filled = np.where(window.history[:, None], np.maximum(window.counts, mu), window.counts)
    return cast(Floats, filled)


def _flow(bank: Bank, window: Window, mu: Floats) -> Floats:
    """Both averages at the end of the window, (2, lanes): the closed bins' fade by every bin
    that was looked at, those bins follow with what is left of their weight."""
    looked = window.looked
    surprise = _surprise(window, mu)[looked]
    ages = np.arange(len(surprise) - 1, -1, -1)
    flow = np.empty((2, len(window.lanes)), np.float32)
    for scale, gain in enumerate(bank.gains):
        weights = (gain * (1 - gain) ** ages).astype(np.float32)
        closed = bank[FLOW + scale][window.lanes]
        flow[scale] = closed * (1 - gain) ** len(surprise) + weights @ surprise
    return flow


def _interval(expected: Floats, scatter: Floats) -> tuple[Floats, Floats]:
    """The middle 80 % of a gamma law of this mean and over-dispersion (posts an hour)."""
    shape = np.maximum(expected, 1e-6) / scatter
    low = gammaincinv(shape, 0.1) * scatter
    high = np.maximum(gammaincinv(shape, 0.9) * scatter, 1.0)
    return low.astype(np.float32), high.astype(np.float32)
