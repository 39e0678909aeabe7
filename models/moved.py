"""Whether two weeks of conversations differ by more than chance alone would make them. Pure.

Texts under one article are not so many opinions, so chance is that of drawing conversations:
the same weeks again and again, each from both together, as if nothing had moved.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt

FEWEST = 50
"""Texts on either side below which nothing is judged: so few draws do not show what chance does."""
MOVED = 0.2
"""Stability index from which on a mix has moved; below 0.1 is the usual unrest."""
JUMP = 0.05
"""Change of a share, in parts of one, that is worth a word."""
DRAWS = 400
_SPARE = 1.25
"""More texts than the rule asks for: chance is drawn, and half a text damps it where few are."""
_SURE = 95
"""Percent of the draws that chance is told of."""

Counts: TypeAlias = npt.NDArray[np.float64]
"""Shape (conversations, answers): texts of a conversation by answer."""
Verdict: TypeAlias = Literal["moved", "steady", "unsure"]


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """How far a mix of answers has moved against the weeks before."""

    index: float | None
    """Stability index; `None` where there is nothing before."""
    chance: float
    """What chance alone stays below 19 times of 20, with so many conversations as these."""
    needed: int
    """Texts a week, in two weeks, with which chance would stay below `MOVED`."""
    verdict: Verdict


class Jump(msgspec.Struct, frozen=True, kw_only=True):
    """How a share differs from that of the weeks before, in parts of one, with what holds 95 of
    100 draws of conversations."""

    by: float
    low: float
    high: float
    verdict: Verdict
    """`steady` where the upper end is below `JUMP`: a fall is nothing to warn of."""


def stability(before: Counts, now: Counts) -> Counts:
    """Population stability index of mixes, shape (..., answers); half a text is added to each."""
    one, two = ((each + 0.5) / (each + 0.5).sum(axis=-1, keepdims=True) for each in (before, now))
    return np.asarray(((two - one) * np.log(two / one)).sum(axis=-1))


class Drawn(NamedTuple):
    """Sums of draws of conversations of two sides, shape (DRAWS, answers)."""

    before: Counts
    now: Counts

    def of(self, columns: slice | list[int]) -> Drawn:
        """Of some answers alone."""
        return Drawn(self.before[:, columns], self.now[:, columns])


def by_chance(before: Counts, now: Counts) -> Drawn:
    """Both sides drawn from both together, as if nothing had moved; without any before, two weeks
    like this one."""
    rng, together = np.random.default_rng(0), np.vstack([before, now])
    return Drawn(_sums(rng, together, len(before) or len(now)), _sums(rng, together, len(now)))


def again(before: Counts, now: Counts) -> Drawn:
    """Each side drawn from itself: how sure what is seen of it is."""
    rng = np.random.default_rng(0)
    return Drawn(*(_sums(rng, side, len(side)) for side in (before, now)))


def move(before: Counts, now: Counts, drawn: Drawn) -> Move:
    """A week against those before. `drawn`: `by_chance` of them."""
    other, texts = before if len(before) else now, now.sum()
    chance = float(np.percentile(stability(drawn.before, drawn.now), _SURE))
    width = chance / (1 / max(other.sum(), 1) + 1 / max(texts, 1))
    index = float(stability(before.sum(axis=0), now.sum(axis=0))) if len(before) else None
    few = min(before.sum(), texts) < FEWEST
    return Move(
        index=None if index is None else round(index, 4),
        chance=round(chance, 4),
        needed=max(FEWEST, int(np.ceil(_SPARE * 2 * width / MOVED / 10)) * 10),
        verdict=_moved(index, chance, few),
    )


def _moved(index: float | None, chance: float, few: bool) -> Verdict:
    if index is None or few:
        return "unsure"
    if index >= MOVED:
        return "moved" if index > chance else "unsure"
    return "steady" if chance < MOVED else "unsure"


def jump(before: Counts, now: Counts, drawn: Drawn) -> Jump:
    """A share of a week against that of those before; columns: what is counted, out of how many.
    Neither side is empty. `drawn`: `again` of them."""
    past, last = _share(before.sum(axis=0)), _share(now.sum(axis=0))
    low, high = np.percentile(_share(drawn.now) - _share(drawn.before), [2.5, 97.5])
    by = float(last - past)
    verdict: Verdict = "unsure"
    if min(len(before), len(now)) > 1:
        verdict = "steady" if high < JUMP else "moved" if by >= JUMP and low > 0 else "unsure"
    return Jump(
        by=round(by, 4), low=round(float(low), 4), high=round(float(high), 4), verdict=verdict
    )


def _share(counts: Counts) -> Counts:
    return np.asarray(counts[..., 0] / np.maximum(counts[..., 1], 1))


def _sums(rng: np.random.Generator, pool: Counts, size: int) -> Counts:
    """Sums of so many conversations of a pool, shape (DRAWS, answers), drawn with replacement."""
    found = [
        np.bincount(rng.integers(len(pool), size=size), minlength=len(pool)) @ pool
        for _ in range(DRAWS)
    ]
    return np.array(found)
