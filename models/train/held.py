"""Rows that no training sees, with the question that a head is asked about them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from models.features import Floats
from models.train.rows import Row


@dataclass(frozen=True)
class Judged:
    """What a head says of rows, one entry a row."""

    guess: list[str]
    probabilities: Floats | None = None
    """Shape (rows, classes) where the head has any; the guess is the likeliest of `classes`."""
    classes: tuple[str, ...] = ()
    shown: npt.NDArray[np.bool_] | None = None
    """Whether the product shows the guess; `None` where it shows every one."""


Judge = Callable[[Any, Sequence[Row]], Judged]
"""Asks a loaded head (or word model) about rows."""


@dataclass(frozen=True)
class Held:
    """One test set. Its rows are never trained or tuned on."""

    name: str
    rows: list[Row]
    judge: Judge
    note: str = ""
    decisive: bool = True
    """Whether a model that is worse here is refused; not where labels are weak or few."""
    beside: str = ""
    """The test of the same rows by the head, where this is what a user could run instead."""


def likeliest(
    probabilities: Floats,
    classes: tuple[str, ...],
    shown: npt.NDArray[np.bool_] | None = None,
) -> Judged:
    """The likeliest class of each row, of probabilities of shape (rows, classes)."""
    guess = [classes[place] for place in probabilities.argmax(axis=1)]
    return Judged(guess, probabilities, classes, shown)
