"""Scores on rows that were held out, with bootstrap intervals and calibration."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
from sklearn.metrics import accuracy_score, f1_score, precision_recall_fscore_support

from models.features import Floats

RESAMPLES = 500
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


class Test(msgspec.Struct, frozen=True, kw_only=True):
    """A head on one set of rows."""

    name: str
    rows: int
    scores: dict[str, Score]
    classes: list[ClassScore]
    calibration_error: float | None = None
    bins: list[Bin] = []
    note: str = ""


def _macro(truth: Labels, guess: Labels) -> float:
    present = sorted(set(truth))
    return float(f1_score(truth, guess, labels=present, average="macro", zero_division=0))


def _weighted(truth: Labels, guess: Labels) -> float:
    return float(f1_score(truth, guess, average="weighted", zero_division=0))


MEASURES: dict[str, Callable[[Labels, Labels], float]] = {
    "accuracy": lambda truth, guess: float(accuracy_score(truth, guess)),
    "macro F1": _macro,
    "weighted F1": _weighted,
}


def interval(measure: Callable[[Labels, Labels], float], truth: Labels, guess: Labels) -> Score:
    """A measure and its percentile interval over resampled rows; the same for the same rows."""
    rng = np.random.default_rng(0)
    drawn = (rng.integers(0, len(truth), len(truth)) for _ in range(RESAMPLES))
    values = [measure(truth[rows], guess[rows]) for rows in drawn]
    low, high = np.percentile(values, [2.5, 97.5])
    return Score(measure(truth, guess), float(low), float(high))


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


def of_guesses(name: str, truth: Sequence[str], guess: Sequence[str], note: str = "") -> Test:
    """A test of labels without probabilities."""
    known, said = np.array(truth, np.str_), np.array(guess, np.str_)
    scores = {title: interval(measure, known, said) for title, measure in MEASURES.items()}
    classes = _classes(known, said)
    return Test(name=name, rows=len(known), scores=scores, classes=classes, note=note)


def of_probabilities(
    name: str,
    truth: Sequence[str],
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
