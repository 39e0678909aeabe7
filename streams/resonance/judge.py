"""How surprising the open bins are: judged from the closed state, which stays untouched.

Late posts therefore simply correct their bin at the next tick.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

from streams.resonance.bank import Bank
from streams.resonance.rows import FLOW, HOUR_VAR, LEVEL, SCALES, SWELL, VAR
from streams.resonance.surprise import (
    LN10,
    Floats,
    Law,
    deviance,
    doubling,
    spread,
    steady,
    swelling,
)


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

    burst: Floats
    """Score of the last minutes to hours, or of the hour: decades of weeks between its like."""
    swell: Floats
    """Score of a doubling that lasts."""
    fast: Floats
    """Decades of the last ten minutes alone, under the lane's count model."""
    observed: Floats
    """Live organic posts of the hour."""
    expected: Floats
    excess: Floats
    """Posts above the expectation, those of history filling up to it."""
    low: Floats
    high: Floats
    usual: Floats
    """Of the expectation what stands against `observed`: of bins that were looked at live."""
    bins: NDArray[np.intp]
    """How many of the last bins that is, from the first of them on."""
    scatter: Floats
    """Variance of whole hours over their expectation."""
    mu: Floats
    """Expected posts, (bins, lanes)."""


def judge(bank: Bank, window: Window) -> Verdict:
    """Score and interval of each lane at the end of the window."""
    mu = bank.expected(window.lanes, window.bins)
    mu[-1] *= window.elapsed
    fast, burst = _bursts(bank, window, mu)
    hour = bank.score(2, window.lanes, _hour(bank, window, mu))
    observed = window.counts[-window.report :].sum(axis=0)
    filled = _filled(window, mu)[-window.report :].sum(axis=0)
    expected = mu[-window.report :].sum(axis=0)
    usual, bins = told(window, mu)
    scatter = bank.scatter(window.lanes)
    low, high = interval(expected, scatter)
    return Verdict(
        burst=np.maximum(bank.score(0, window.lanes, burst), hour - bank.scales.sliding),
        swell=bank.score(1, window.lanes, _swell(bank, window, mu)),
        fast=fast,
        observed=observed,
        excess=filled - expected,
        expected=expected,
        low=low,
        high=high,
        usual=usual,
        bins=bins,
        scatter=scatter,
        mu=mu,
    )


def quiet_bins(bank: Bank, window: Window, mu: Floats) -> NDArray[np.bool_]:
    """Bins whose ten-minute average was within one standard deviation, (bins, lanes)."""
    gain = bank.scales.gains[0]
    surprise = _surprise(bank, window, mu)
    own = bank.rows(VAR, 1, window.lanes)[0]
    law = bank.scales.law(0, bank[LEVEL][window.lanes])
    var = spread(own, law, bank.trust, _work(2, own))
    flow = bank[FLOW][window.lanes]
    flows = np.empty_like(surprise)
    for k, looked in enumerate(window.looked):
        if looked:
            flow = flow + gain * (surprise[k] - flow)
        flows[k] = flow
    return np.asarray(flows <= np.sqrt(var))


def _surprise(bank: Bank, window: Window, mu: Floats) -> Floats:
    """(x - mu) / sqrt(mu + soft) by bin and lane, with the whole last bin's scale."""
    full = mu.copy()
    full[-1] /= window.elapsed
    return cast(Floats, (_filled(window, mu) - mu) / np.sqrt(full + bank.scales.soft))


def _filled(window: Window, mu: Floats) -> Floats:
    """Live posts; bins of history filled up to the expectation, so that they surprise nobody."""
    filled = np.where(window.history[:, None], np.maximum(window.counts, mu), window.counts)
    return cast(Floats, filled)


def told(window: Window, mu: Floats) -> tuple[Floats, NDArray[np.intp]]:
    """What is usual of the hour where its live posts are told, and how many bins that is. Bins in
    which nobody looked are left out, and of those of history what did not come live."""
    report = slice(-window.report, None)
    counts, history, looked = window.counts[report], window.history[report], window.looked[report]
    usual = np.where(history[:, None], np.minimum(counts, mu[report]), mu[report])
    heard = looked[:, None] & (~history[:, None] | (counts > 0))
    bins = np.where(heard.any(axis=0), len(heard) - heard.argmax(axis=0), 1)
    return cast(Floats, usual[looked].sum(axis=0)), bins


def _bursts(bank: Bank, window: Window, mu: Floats) -> tuple[Floats, Floats]:
    """Decades of ten minutes, mean decades of all scales."""
    flows, scales = _flow(bank, window, mu), bank.scales
    white, bins = (np.array(own, np.float32)[:, None] for own in (scales.white, scales.bins))
    law = Law(bank[LEVEL][window.lanes], white, bins, scales.soft)
    var = spread(bank.rows(VAR, SCALES, window.lanes), law, bank.trust, _work(2, flows))
    decades = deviance(flows, var, law, _work(4, flows))
    return decades[0], decades.mean(axis=0)


def _hour(bank: Bank, window: Window, mu: Floats) -> Floats:
    """Decades of the hour that ends now, each bin cut; what nobody looked at is as usual."""
    bins = slice(-min(window.report, bank.scales.hour), None)
    full = mu[bins].copy()
    full[-1] /= window.elapsed
    filled, phi = _filled(window, mu)[bins] + full - mu[bins], bank.phi(window.lanes)
    surprise = steady(filled, full, phi, bank.scales.soft, _work(2, full))
    mean = surprise[window.looked[bins]].sum(axis=0) / bank.scales.hour
    law = bank.scales.hour_law(bank[LEVEL][window.lanes])
    var = spread(bank.rows(HOUR_VAR, 1, window.lanes)[0], law, bank.trust, _work(2, mean))
    return deviance(mean, var, law, _work(4, mean))


def _swell(bank: Bank, window: Window, mu: Floats) -> Floats:
    """Decades of evidence for a doubling at the end of the window."""
    looked = window.looked
    counts, expected = _filled(window, mu)[looked], mu[looked]
    swell = bank.rows(SWELL, 1, window.lanes)[0]
    if len(expected):
        phi, scatter = bank.phi(window.lanes), bank.scatter(window.lanes)
        swell = swelling(swell, doubling(counts, expected, phi, scatter, _work(2, expected)))
    return cast(Floats, swell / np.float32(LN10))


def _work(rows: int, like: Floats) -> Floats:
    return np.empty((rows, *like.shape), np.float32)


def _flow(bank: Bank, window: Window, mu: Floats) -> Floats:
    """The averages at the end of the window, (scales, lanes): the closed bins' fade by every
    bin that was looked at, those bins follow with what is left of their weight."""
    surprise = _surprise(bank, window, mu)[window.looked]
    ages = np.arange(len(surprise) - 1, -1, -1)
    flow = bank.rows(FLOW, SCALES, window.lanes)
    for scale, gain in enumerate(bank.scales.gains):
        weights = (gain * (1 - gain) ** ages).astype(np.float32)
        flow[scale] = flow[scale] * (1 - gain) ** len(surprise) + weights @ surprise
    return flow


def interval(expected: Floats, scatter: Floats) -> tuple[Floats, Floats]:
    """The middle 80 % of a gamma law of this mean and over-dispersion (posts an hour)."""
    shape = np.maximum(expected, 1e-6) / scatter
    low = gammaincinv(shape, 0.1) * scatter
    high = np.maximum(gammaincinv(shape, 0.9) * scatter, 1.0)
    return low.astype(np.float32), high.astype(np.float32)
