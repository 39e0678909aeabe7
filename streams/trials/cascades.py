"""How far estimates of a post's reactions are off, on simulated cascades.

    python -m streams.trials.cascades

No real cascades are at hand. These are branching processes with the memory of people's
reactions, accounts of unequal reach, and an interest that fades within hours; sizes from ten to
thousands. The first two thirds set the constants of `streams.resonance.cascade`, the rest is
what is reported: error, coverage of the 80 % interval, and how well the viral tenth is told.
"""

from __future__ import annotations

import heapq
import math
import sys
from collections.abc import Iterator
from statistics import fmean, median, pstdev

import numpy as np

from streams.resonance.cascade import (
    AGES,
    DAY,
    LEAST_REACTIONS,
    MEMORY_POWER,
    MEMORY_SECONDS,
    estimate,
)

CASCADES = 900
MOST = 5_000


def simulated(seed: int = 1, count: int = CASCADES) -> Iterator[list[float]]:
    """Seconds of the reactions within a day, in order."""
    chance = np.random.default_rng(seed)
    for _ in range(count):
        root = float(chance.lognormal(3.2, 0.9))
        branching = float(chance.uniform(0.2, 0.75))
        fades = float(chance.uniform(2, 12)) * 3600
        yield _one(chance, root, branching, fades)


def _one(chance: np.random.Generator, root: float, branching: float, fades: float) -> list[float]:
    waiting: list[tuple[float, float]] = [(0.0, root)]
    found: list[float] = []
    while waiting and len(found) < MOST:
        at, reach = heapq.heappop(waiting)
        if at > 0:
            found.append(at)
        for _ in range(chance.poisson(reach)):
            after = at + _delay(chance)
            if after <= DAY and chance.random() < math.exp(-after / fades):
                heapq.heappush(waiting, (after, branching * chance.lognormal(-0.5, 1.0)))
    return sorted(found)


def _delay(chance: np.random.Generator) -> float:
    flat = 1 / (1 + 1 / MEMORY_POWER)
    if chance.random() < flat:
        return float(chance.uniform(0, MEMORY_SECONDS))
    return MEMORY_SECONDS * float((1 - chance.random()) ** (-1 / MEMORY_POWER))


def auc(scores: list[float], viral: list[bool]) -> float:
    """Chance that a viral post has the larger score."""
    high = [score for score, is_viral in zip(scores, viral, strict=True) if is_viral]
    low = [score for score, is_viral in zip(scores, viral, strict=True) if not is_viral]
    pairs = len(high) * len(low)
    return sum((a > b) + 0.5 * (a == b) for a in high for b in low) / pairs if pairs else math.nan


def main() -> int:
    """Print the constants and how they do on cascades that did not set them."""
    cascades = list(simulated())
    cut = len(cascades) * 2 // 3
    viral_from = float(np.quantile([len(one) for one in cascades[:cut]], 0.9))
    print(f"{len(cascades)} simulated cascades, viral: {viral_from:.0f} reactions and more")
    print("minutes  shift  spread   held out: error  cover  AUC of viral")
    for age in AGES:
        rests = [_rest(one, age) for one in cascades[:cut] if _judged(one, age)]
        shift, spread = fmean(rests), pstdev(rests)
        held = [one for one in cascades[cut:] if _judged(one, age)]
        offs = [_rest(one, age) - shift for one in held]
        error = median(abs(math.expm1(-off)) for off in offs)
        cover = fmean(abs(off) <= 1.2816 * spread for off in offs)
        scores = [estimate(one, 60.0 * age) for one in held]
        area = auc(scores, [len(one) >= viral_from for one in held])
        print(f"{age:7}  {shift:5.2f}  {spread:6.2f}   {error:14.2f}  {cover:5.2f}  {area:.3f}")
    return 0


def _judged(times: list[float], age: int) -> bool:
    return sum(time <= 60 * age for time in times) >= LEAST_REACTIONS


def _rest(times: list[float], age: int) -> float:
    return math.log(len(times) / estimate(times, 60.0 * age))


if __name__ == "__main__":
    sys.exit(main())
