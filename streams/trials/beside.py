"""Lanes whose posts are as many as usual while people like them less, or react to them more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from streams.resonance import axes, rows
from streams.resonance.bank import Bank
from streams.trials.made import DAY, FIRST, WEEK, WIDTH, Counts, Weeks, wander
from streams.trials.rivals import HOUR, NEVER

USUAL_SHARE, SHARE_SPREAD = 0.25, 0.4
"""Usual share of negatives, and the standard deviation of its log-odds from hour to hour."""
WORSE_SHARE = 0.7
HEARD_TIMES = 16.0
LASTS = 2 * HOUR
LEAST_POSTS = 20
EVERY = 3
"""Bins between two looks."""


@dataclass(frozen=True)
class Told:
    """Lanes with what their posts were: (bins, lanes) each."""

    counts: Counts
    weight: Counts
    negative: Counts
    starts: tuple[tuple[int, int], ...] = ()
    """(lane, first row) of what was put in."""


def quiet(weeks: Weeks, chance: np.random.Generator) -> Told:
    """Posts with moods and reactions as usual."""
    return _told(weeks, chance, ())


def turned(weeks: Weeks, after: int, chance: np.random.Generator, worse: bool) -> Told:
    """The same with two hours a week in which posts are `worse`, or reacted to instead."""
    starts = tuple(
        (lane, week * WEEK + int(chance.integers(0, 6)) * DAY + (hour - 5) % 24 * HOUR)
        for lane in range(len(weeks.kinds))
        for week in range(after, len(weeks.counts) // WEEK)
        for hour in ((14, 20)[(lane + week) % 2],)
    )
    return _told(weeks, chance, starts, worse)


def _told(
    weeks: Weeks,
    chance: np.random.Generator,
    starts: tuple[tuple[int, int], ...],
    worse: bool = True,
) -> Told:
    counts = weeks.counts
    heard, share = np.ones(counts.shape), _shares(counts, chance)
    for lane, start in starts:
        if worse:
            share[start : start + LASTS, lane] = WORSE_SHARE
        else:
            heard[start : start + LASTS, lane] = HEARD_TIMES
    negative = chance.binomial(counts.astype(np.int64), share).astype(np.float32)
    weight = np.stack([_weight(counts[:, i], heard[:, i], chance) for i in range(len(weeks.kinds))])
    return Told(counts, weight.T.astype(np.float32), negative, starts)


def _shares(counts: Counts, chance: np.random.Generator) -> NDArray[np.float64]:
    odds = np.log(USUAL_SHARE / (1 - USUAL_SHARE))
    moved = np.stack([wander(len(counts), chance) for _ in range(counts.shape[1])], axis=1)
    shares: NDArray[np.float64] = 1 / (1 + np.exp(-odds - moved * SHARE_SPREAD / 0.4))
    return shares


def _weight(
    counts: NDArray[Any], heard: NDArray[np.float64], chance: np.random.Generator
) -> NDArray[np.float64]:
    """Sums over the posts of each bin of what a post weighs: a few are reacted to a hundredfold."""
    of = np.repeat(np.arange(len(counts)), counts.astype(np.int64))
    reactions = chance.lognormal(-1.1, 1.5, len(of)) * heard[of]
    reach = np.minimum(chance.exponential(1.0, len(of)), 8)
    each = 1 + 0.5 * np.log2(1 + reactions) + 0.25 * reach
    sums = np.bincount(of, weights=each, minlength=len(counts))
    return sums.astype(np.float64)


def scores(told: Told) -> dict[str, Counts]:
    """Scores of resonance and of negatives as the live system has them, less their share of the
    false openings; an hour is learned when it is closed. `NEVER` between two looks."""
    bins, lanes = told.counts.shape
    bank = Bank(WIDTH)
    for _ in range(lanes):
        bank.add(None)
    found = {name: np.full((bins, lanes), NEVER, np.float32) for name in ("resonance", "negatives")}
    for at in range(bins):
        if at >= HOUR:
            _learn(bank, told, at - HOUR)
        if bank.age >= bank.day_bins and at % EVERY == 0:
            for lane, beside in _judged(bank, told, at):
                found["resonance"][at, lane] = beside.heard - axes.SHARE_DECADES
                found["negatives"][at, lane] = beside.negatives - axes.SHARE_DECADES
    return found


def _learn(bank: Bank, told: Told, at: int) -> None:
    kept = bank.learn(told.counts[at], FIRST + at)
    worth = np.clip(kept / np.maximum(told.counts[at], 1e-6), 0, 1)
    for row, values in (
        (rows.POSTS, told.counts),
        (rows.WEIGHT, told.weight),
        (rows.NEGATIVE, told.negative),
    ):
        bank.teach_usual(row, worth * values[at])


def _judged(bank: Bank, told: Told, at: int) -> Iterator[tuple[int, axes.Beside]]:
    hour = slice(at - HOUR + 1, at + 1)
    posts = told.counts[hour].sum(axis=0)
    loud = np.flatnonzero(posts >= LEAST_POSTS)
    expected = bank.expected(loud, range(FIRST + hour.start, FIRST + hour.stop)).sum(axis=0)
    scatter = bank.scatter(loud)
    for n, lane in enumerate(loud.tolist()):
        usual = axes.Usual(*bank.learned(lane), float(expected[n]), float(scatter[n]))
        negative, weight = int(told.negative[hour, lane].sum()), told.weight[hour, lane].sum()
        disliked = axes.negatives(int(posts[lane]), negative, usual)
        heard = axes.heard(float(weight), float(posts[lane]), usual)
        yield lane, axes.Beside(negatives=disliked, heard=heard)


def found(scores: Counts, told: Told, bar: float) -> list[float | None]:
    """Minutes from the start of what was put in until the bar, `None` where it was not found."""
    return [
        _minutes(scores[start : start + LASTS + HOUR, lane], bar) for lane, start in told.starts
    ]


def _minutes(course: NDArray[Any], bar: float) -> float | None:
    loud = np.flatnonzero(course >= bar)
    return float((loud[0] + 1) * WIDTH / 60) if len(loud) else None
