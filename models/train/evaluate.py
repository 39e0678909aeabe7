"""Scores on rows that were held out, with bootstrap intervals, calibration and parts."""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt

from models.features import Floats
from models.train import parts, resampling
from models.train.held import Held, Judged
from models.train.resampling import Said, Score

BINS = 10


class ClassScore(msgspec.Struct, frozen=True, kw_only=True):
    """One class of a test."""

    name: str
    precision: float
    """0 where nothing is said to be of it."""
    recall: float
    f1: float
    rows: int
    intervals: dict[str, Score] = {}
    """Precision, recall and F1 with what chance does to them; those that the rows can tell."""


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


def _classes(found: Said) -> list[ClassScore]:
    drawn = resampling.tables(found)
    return [_class(found, drawn, place) for place in range(len(drawn.names))]


def _class(found: Said, drawn: resampling.Tables, place: int) -> ClassScore:
    """A class; what no row and no guess can tell has no interval."""
    name = str(drawn.names[place])
    hits, told, rows = (each[:, place] for each in (drawn.hits, drawn.told, drawn.rows))
    intervals = {}
    if told[0]:
        intervals["precision"] = _rate(hits, told, found.conversations[found.guess == name])
    if rows[0]:
        intervals["recall"] = _rate(hits, rows, found.conversations[found.truth == name])
        intervals["F1"] = resampling.score(drawn.f1[:, place])
    values = {key: each.value for key, each in intervals.items()}
    return ClassScore(
        name=name,
        precision=values.get("precision", 0.0),
        recall=values.get("recall", 0.0),
        f1=values.get("F1", 0.0),
        rows=int(rows[0]),
        intervals=intervals,
    )


def _rate(above: resampling.Counts, below: resampling.Counts, of: resampling.Counts) -> Score:
    with np.errstate(invalid="ignore"):
        return resampling.share(above / below, len(np.unique(of)))


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


def of_said(name: str, found: Said, note: str = "") -> Test:
    """A test of labels without probabilities."""
    return Test(
        name=name,
        rows=len(found.truth),
        scores=resampling.intervals(found),
        classes=_classes(found),
        note=note,
    )


def _calibrated(plain: Test, found: Said, probabilities: Floats) -> Test:
    """A test of the likeliest class, with calibration of its probability."""
    shown = probabilities.max(axis=1)
    bins = _bins(shown, found.guess == found.truth)
    error = sum(each.rows * abs(each.shown - each.right) for each in bins) / len(shown)
    return msgspec.structs.replace(plain, calibration_error=round(error, 4), bins=bins)


def _parts(held: Held, found: Said) -> list[Part]:
    return [
        Part(of=of, name=name, rows=len(at), scores=resampling.intervals(found.at(at)))
        for (of, name), at in parts.places(held.rows).items()
    ]


def _shown(held: Held, found: Said, shown: npt.NDArray[np.bool_]) -> Test:
    """The rows whose guess is shown: accuracy here is the precision of what is shown."""
    note = f"{shown.sum()} of {len(shown)} rows have a label shown"
    plain = of_said(f"{held.name}, shown only", found.at(shown), note)
    every = np.full(len(shown), "True")
    rate = resampling.intervals(Said(every, shown.astype(np.str_), found.conversations))
    scores = {"precision": plain.scores["accuracy"], "coverage": rate["accuracy"]}
    return msgspec.structs.replace(plain, scores={**scores, **plain.scores})


def of_held(held: Held, judged: Judged) -> list[Test]:
    """A test set judged: all rows, and those that are shown where some are not."""
    truth = np.array([row.label for row in held.rows], np.str_)
    found = Said(truth, np.array(judged.guess, np.str_), resampling.conversations(held.rows))
    whole = of_said(held.name, found, held.note)
    if judged.probabilities is not None:
        whole = _calibrated(whole, found, judged.probabilities)
    whole = msgspec.structs.replace(whole, parts=_parts(held, found))
    if judged.shown is None or not judged.shown.any():
        return [whole]
    return [whole, _shown(held, found, judged.shown)]
