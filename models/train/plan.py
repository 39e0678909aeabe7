"""What training a head gives: arrays to save and words for its card."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from models import features, linear
from models.train.rows import Row

Say = Callable[[str], None]
"""Tells the user which step has begun."""


class Trained(msgspec.Struct, frozen=True, kw_only=True):
    """A head before it is written."""

    classes: tuple[str, ...]
    arrays: dict[str, npt.NDArray[Any]]
    features: str
    settings: dict[str, float]
    sources: dict[str, int]
    """Rows by data set and label that it was trained on."""
    purpose: str
    data: str
    """Which rows, under which licence, and how labels were made."""
    failures: tuple[str, ...]
    """What it is known to do badly."""


def count(rows: Sequence[Row]) -> dict[str, int]:
    """Rows by source and label, sorted."""
    found: dict[str, int] = {}
    for row in rows:
        key = f"{row.source}: {row.label}"
        found[key] = found.get(key, 0) + 1
    return dict(sorted(found.items()))


def of_head(
    head: linear.Head,
    rows: Sequence[Row],
    *,
    purpose: str,
    data: str,
    failures: tuple[str, ...],
) -> Trained:
    """A linear head with its coefficients as float16, behind the hashed ones if it uses any."""
    uses_more = bool(head.coefficients[features.DIMENSION :].any())
    kept = head.coefficients if uses_more else head.coefficients[: features.DIMENSION]
    return Trained(
        classes=head.classes,
        arrays={
            "coefficients": kept.astype(np.float16),
            "intercept": head.intercept.astype(np.float32),
        },
        features=features.full_version() if uses_more else features.VERSION,
        settings=head.settings,
        sources=count(rows),
        purpose=purpose,
        data=data,
        failures=failures,
    )
