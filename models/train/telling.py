"""How sure the topic head is shown to be, and from where on a topic is shown at all.

Both are chosen on rows that the machine did not see: appeals and comments out of fold, by our
labels, and a third of the articles of `labels/tengri_dev`, whose reader is another one. The rows
of that third are never reported.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from models import topic as head_module
from models.features import Floats
from models.linear import Head
from models.train import comments, fit, folds, rows
from models.train.rows import Row

TUNED, PARTS = 1, 3
"""Of so many parts of the articles of the domain, so many are for the choice."""
_PRECISION = 0.82
"""What is shown must be right so often: surely by our own labels, among appeals and among comments
by themselves; as counted by the other reader's, who left few rows."""
_SECOND = 0.35
"""From where on a second topic is told beside the first."""
_EDGE = 1e-6


class Answers(NamedTuple):
    """Rows with what a machine that had not seen them says."""

    judged: Sequence[Row]
    probabilities: Floats
    """Shape (rows, classes), before the curve."""
    classes: tuple[str, ...]

    def right(self) -> npt.NDArray[np.bool_]:
        """Whether the likeliest is the label of each row."""
        best = self.probabilities.argmax(axis=1).tolist()
        pairs = zip(best, self.judged, strict=True)
        return np.array([self.classes[place] == row.label for place, row in pairs])


def is_tuned(row: Row) -> bool:
    """Whether a comment of the domain is for the choice: by its headline, always the same ones."""
    key = rows.conversation(row)
    return int(hashlib.sha256(f"told{key}".encode()).hexdigest(), 16) % PARTS < TUNED


def domain(data: Path, sure: bool = False) -> list[Row]:
    """The comments of the domain that are reported."""
    return [row for row in rows.domain(data, "topic", sure) if not is_tuned(row)]


def answers(data: Path, head: Head, fitted: folds.Fitted) -> Answers:
    """What is judged out of fold, and the comments of the domain that are for the choice."""
    others = [row for row in rows.domain(data, "topic") if is_tuned(row)]
    found = [fitted.probabilities]
    if others:
        found.append(fit.probabilities(head, others, head_module.CONTEXT))
    return Answers([*fitted.judged, *others], np.concatenate(found), head.classes)


def settings(found: Answers) -> dict[str, float]:
    """Curve and thresholds for `models.topic`."""
    curve = _curve(found)
    best = head_module.told(curve, found.probabilities).max(axis=1)
    return {"first": _first(found, best), "second": _SECOND, **curve}


def _curve(found: Answers) -> dict[str, float]:
    """How the likeliest is to be told so that what is told so often is right, among the rows of
    each source alike."""
    counts = Counter(row.source for row in found.judged)
    share = len(found.judged) / len(counts)
    weights = np.array([share / counts[row.source] for row in found.judged])
    sure = np.clip(found.probabilities.max(axis=1).astype(np.float64), _EDGE, 1 - _EDGE)
    odds = np.log(sure / (1 - sure))[:, None]
    slope, shift = fit.calibration(odds, found.right().astype(np.int64), weights)
    return {"slope": round(slope, 3), "shift": round(float(shift[0]), 3)}


def _first(found: Answers, best: Floats) -> float:
    """The lowest probability from which on what is shown is right often enough everywhere."""
    right, source = found.right(), np.array([row.source for row in found.judged])
    likeliest = np.array(found.classes)[found.probabilities.argmax(axis=1)]
    chosen = []
    for name, share in _SHARES.items():
        of = (likeliest != head_module.OTHER) & (source == name)
        if of.any():
            chosen.append(folds.threshold(best[of], right[of], _PRECISION, share))
    return max(chosen)


def _counted(right: npt.NDArray[np.bool_]) -> float:
    return float(right.mean())


_SHARES = {
    "kursk": folds.at_least,
    comments.SOURCE: folds.at_least,
    rows.DOMAIN: _counted,
}
