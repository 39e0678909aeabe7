"""Two models on the same held-out rows: whether the newer one is worse than chance explains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from models.train import resampling
from models.train.evaluate import Test
from models.train.held import Held, Judged
from models.train.resampling import Counts, Score, Shares

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
        alike = self.difference == Score(0, 0, 0)
        by = "no difference" if alike else str(self.difference)
        return f"{self.test}, {self.measure}: {self.old:.3f} -> {self.new:.3f}, {by}"


def _f1(counts: Counts | Shares, truth: Counts, guess: Counts, classes: int) -> Shares:
    """F1 of resamples by class, shape (resamples, classes); counts (resamples, cells)."""
    every = np.eye(classes, dtype=np.int64)
    hits = counts @ (every[truth] * (truth == guess)[:, None])
    either = counts @ every[truth] + counts @ every[guess]
    return np.asarray(2 * hits / np.where(either > 0, either, 1))


def _measures(
    counts: Counts | Shares, truth: Counts, guess: Counts, classes: int
) -> dict[str, Shares]:
    """Measures of resamples."""
    each = _f1(counts, truth, guess, classes)
    rows = counts @ np.eye(classes, dtype=np.int64)[truth]
    total = rows.sum(axis=1)
    return {
        "accuracy": counts @ (truth == guess) / total,
        "macro F1": resampling.macro(each, rows),
        "weighted F1": (each * rows).sum(axis=1) / total,
    }


def differences(
    truth: Sequence[str],
    old: Sequence[str],
    new: Sequence[str],
    share: Mapping[str, float] | None = None,
    conversations: Counts | None = None,
) -> dict[str, tuple[float, float, Score]]:
    """Each measure of two answers about the same rows, old and new, with the difference.

    Resampled in pairs: the rows that both get right say nothing. `share`: how many there are of
    each class elsewhere; rows weigh so that they are as many here. `conversations`: a number for
    each row, where rows that share one are drawn together.
    """
    names, places = np.unique(np.array([truth, old, new], np.str_), return_inverse=True)
    cells, kinds = np.unique(places.reshape(3, -1), axis=1, return_inverse=True)
    alone = np.arange(len(truth))
    drawn: Counts | Shares = resampling.drawn(
        kinds, cells.shape[1], alone if conversations is None else conversations
    )
    known, *said = cells
    if share is not None:
        drawn = _in_share(drawn, known, np.array([share.get(str(name), 0.0) for name in names]))
    before, after = (_measures(drawn, known, guess, len(names)) for guess in said)
    return {
        name: (float(one[0]), float(after[name][0]), resampling.score(after[name] - one))
        for name, one in before.items()
    }


def _in_share(counts: Counts | Shares, truth: Counts, wanted: Shares) -> Shares:
    """Counts of cells (resamples, cells), weighed so that the classes are in a share."""
    have = counts @ np.eye(len(wanted))[truth]
    return np.asarray(counts * (wanted / np.maximum(have, 1))[:, truth])


def paired(held: Held, old: Judged, new: Judged) -> list[Change]:
    """Changes of one set, in pairs."""
    together = resampling.conversations(held.rows)
    truth = [row.label for row in held.rows]
    found = differences(truth, old.guess, new.guess, conversations=together)
    return [
        Change(test=held.name, measure=name, old=before, new=after, difference=by)
        for name, (before, after, by) in found.items()
        if name in MEASURES
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
