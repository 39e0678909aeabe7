"""Scores on rows that were held out, with bootstrap intervals, calibration and parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
from sklearn.metrics import precision_recall_fscore_support

from models.features import Floats
from models.train import parts
from models.train.held import Held, Judged

RESAMPLES = 1000
BINS = 10

Labels = npt.NDArray[np.str_]


class Score(msgspec.Struct, frozen=True):
    """A measure with the interval that holds 95 of 100 resamples."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


class ClassScore(msgspec.Struct, frozen=True, kw_only=True):
    """One class of a test."""

    name: str
    precision: float
    recall: float
    f1: float
    rows: int


class Bin(msgspec.Struct, frozen=True, kw_only=True):
    """Rows whose shown probability lies in one tenth: what was shown, what was right."""

    shown: float
    right: float
    rows: int


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of one language, or of one way of writing."""

    of: str
    name: str
    rows: int
    scores: dict[str, Score]


class Test(msgspec.Struct, frozen=True, kw_only=True):
    """A head on one set of rows."""

    name: str
    rows: int
    scores: dict[str, Score]
    classes: list[ClassScore]
    calibration_error: float | None = None
    bins: list[Bin] = []
    parts: list[Part] = []
    note: str = ""


def _confusion(truth: Labels, guess: Labels) -> npt.NDArray[np.int64]:
    """Rows by what they are and what was said, over the names of both."""
    names, places = np.unique(np.concatenate([truth, guess]), return_inverse=True)
    cells = places[: len(truth)] * len(names) + places[len(truth) :]
    return np.bincount(cells, minlength=len(names) ** 2).reshape(len(names), len(names))


def _measures(tables: npt.NDArray[np.int64]) -> dict[str, npt.NDArray[np.float64]]:
    """Accuracy and F1 of confusion tables; shape (tables, classes, classes)."""
    hits = np.diagonal(tables, axis1=1, axis2=2)
    rows, said = tables.sum(axis=2), tables.sum(axis=1)
    each = 2 * hits / np.maximum(rows + said, 1)
    present = tables[0].sum(axis=1) > 0
    total = rows.sum(axis=1)
    return {
        "accuracy": hits.sum(axis=1) / total,
        "macro F1": each[:, present].mean(axis=1),
        "weighted F1": (each * rows).sum(axis=1) / total,
    }


def intervals(truth: Labels, guess: Labels) -> dict[str, Score]:
    """Measures with percentile intervals over resampled rows; the same for the same rows.

    Rows that are alike in truth and guess are the same to every measure, so a resample of rows
    is a draw of the cells of the confusion table.
    """
    table = _confusion(truth, guess)
    rng = np.random.default_rng(0)
    drawn = rng.multinomial(len(truth), table.ravel() / len(truth), size=RESAMPLES)
    tables = np.concatenate([table[None], drawn.reshape(-1, *table.shape)])
    found = {}
    for name, values in _measures(tables).items():
        low, high = np.percentile(values[1:], [2.5, 97.5])
        found[name] = Score(float(values[0]), float(low), float(high))
    return found


def _classes(truth: Labels, guess: Labels) -> list[ClassScore]:
    names = sorted(set(truth) | set(guess))
    table: Any = precision_recall_fscore_support(truth, guess, labels=names, zero_division=0)
    return [
        ClassScore(
            name=str(name), precision=float(p), recall=float(r), f1=float(f), rows=int(count)
        )
        for name, p, r, f, count in zip(names, *table, strict=True)
    ]


def _bins(shown: Floats, right: npt.NDArray[np.bool_]) -> list[Bin]:
    place = np.minimum((shown * BINS).astype(int), BINS - 1)
    return [
        Bin(
            shown=float(shown[place == number].mean()),
            right=float(right[place == number].mean()),
            rows=int((place == number).sum()),
        )
        for number in range(BINS)
        if (place == number).any()
    ]


Names = Sequence[str] | Labels


def of_guesses(name: str, truth: Names, guess: Names, note: str = "") -> Test:
    """A test of labels without probabilities."""
    known, said = np.array(truth, np.str_), np.array(guess, np.str_)
    scores = intervals(known, said)
    classes = _classes(known, said)
    return Test(name=name, rows=len(known), scores=scores, classes=classes, note=note)


def of_probabilities(
    name: str,
    truth: Names,
    probabilities: Floats,
    classes: Sequence[str],
    note: str = "",
) -> Test:
    """A test of the likeliest class, with calibration of its probability."""
    best = probabilities.argmax(axis=1)
    plain = of_guesses(name, truth, [classes[place] for place in best], note)
    shown = probabilities.max(axis=1)
    right = np.array([classes[place] for place in best]) == np.array(truth)
    bins = _bins(shown, right)
    error = sum(each.rows * abs(each.shown - each.right) for each in bins) / len(shown)
    return msgspec.structs.replace(plain, calibration_error=round(error, 4), bins=bins)


def _parts(held: Held, truth: Labels, guess: Labels) -> list[Part]:
    return [
        Part(of=of, name=name, rows=len(at), scores=intervals(truth[at], guess[at]))
        for (of, name), at in parts.places(held.rows).items()
    ]


def _shown(held: Held, truth: Labels, guess: Labels, shown: npt.NDArray[np.bool_]) -> Test:
    """The rows whose guess is shown: accuracy here is the precision of what is shown."""
    note = f"{shown.sum()} of {len(shown)} rows have a label shown"
    plain = of_guesses(f"{held.name}, shown only", truth[shown], guess[shown], note)
    rate = intervals(np.full(len(shown), "True"), shown.astype(np.str_))["accuracy"]
    precision = plain.scores["accuracy"]
    return msgspec.structs.replace(
        plain, scores={"precision": precision, "coverage": rate, **plain.scores}
    )


def of_held(held: Held, judged: Judged) -> list[Test]:
    """A test set judged: all rows, and those that are shown where some are not."""
    truth = np.array([row.label for row in held.rows], np.str_)
    guess = np.array(judged.guess, np.str_)
    if judged.probabilities is None:
        whole = of_guesses(held.name, truth, guess, held.note)
    else:
        whole = of_probabilities(held.name, truth, judged.probabilities, judged.classes, held.note)
    whole = msgspec.structs.replace(whole, parts=_parts(held, truth, guess))
    if judged.shown is None or not judged.shown.any():
        return [whole]
    return [whole, _shown(held, truth, guess, judged.shown)]
