"""Two models on the same held-out rows: whether the newer one is worse than chance explains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from models.train.evaluate import RESAMPLES, Score, Test
from models.train.held import Held, Judged

MEASURES = ("accuracy", "macro F1")


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One measure of one test set, before and after."""

    test: str
    measure: str
    old: float
    new: float
    difference: Score
    """New less old, with the interval that holds 95 of 100 resamples of the rows."""

    @property
    def worse(self) -> bool:
        """Whether even the better end of the interval is a loss."""
        return self.difference.high < 0

    def __str__(self) -> str:
        return f"{self.test}, {self.measure}: {self.old:.3f} -> {self.new:.3f}, {self.difference}"


Counts = npt.NDArray[np.int64]


def _f1(counts: Counts, truth: Counts, guess: Counts, classes: int) -> npt.NDArray[np.float64]:
    """Macro F1 of resamples over the classes that the rows have; counts (resamples, cells)."""
    every = np.eye(classes, dtype=np.int64)
    hits = counts @ (every[truth] * (truth == guess)[:, None])
    each = 2 * hits / np.maximum(counts @ every[truth] + counts @ every[guess], 1)
    return np.asarray(each[:, np.unique(truth)].mean(axis=1))


def _score(values: npt.NDArray[np.float64]) -> Score:
    low, high = np.percentile(values[1:], [2.5, 97.5])
    return Score(float(values[0]), float(low), float(high))


def paired(held: Held, old: Judged, new: Judged) -> list[Change]:
    """Changes of one set, resampled in pairs: the rows that both get right say nothing."""
    labels = [[row.label for row in held.rows], old.guess, new.guess]
    names, places = np.unique(np.array(labels, np.str_), return_inverse=True)
    cells, counts = np.unique(places.reshape(3, -1), axis=1, return_counts=True)
    rows, rng = len(held.rows), np.random.default_rng(0)
    drawn = np.vstack([counts, rng.multinomial(rows, counts / rows, size=RESAMPLES)])
    truth, before, after = cells
    values = {
        "accuracy": [drawn @ (truth == guess) / rows for guess in (before, after)],
        "macro F1": [_f1(drawn, truth, guess, len(names)) for guess in (before, after)],
    }
    return [
        Change(
            test=held.name,
            measure=measure,
            old=float(one[0]),
            new=float(two[0]),
            difference=_score(two - one),
        )
        for measure, (one, two) in values.items()
    ]


def all_paired(held: Sequence[Held], old: Sequence[Judged], new: Sequence[Judged]) -> list[Change]:
    """Changes on every decisive set that has rows."""
    found: list[Change] = []
    for each, before, after in zip(held, old, new, strict=True):
        if each.decisive and each.rows:
            found += paired(each, before, after)
    return found


def reported(held: Sequence[Held], old: Sequence[Test], new: Sequence[Test]) -> list[Change]:
    """The same from two reports, where the old model can not be asked any more.

    Not in pairs, so the interval is wider: half-widths of both are added as independent ones.
    """
    before: Mapping[str, Test] = {test.name: test for test in old}
    decisive = {each.name for each in held if each.decisive}
    found = []
    for test in new:
        if test.name not in decisive or test.name not in before:
            continue
        for measure in MEASURES:
            one, two = before[test.name].scores[measure], test.scores[measure]
            by = two.value - one.value
            low = by - float(np.hypot(two.value - two.low, one.high - one.value))
            high = by + float(np.hypot(two.high - two.value, one.value - one.low))
            found.append(
                Change(
                    test=test.name,
                    measure=measure,
                    old=one.value,
                    new=two.value,
                    difference=Score(by, low, high),
                )
            )
    return found
