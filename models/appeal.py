"""What a text is as an appeal: complaint, incident, question, suggestion, gratitude or none."""

from __future__ import annotations

from typing import cast

from models import linear
from models.features import Floats
from models.linear import Head
from rezonans.records import Appeal

CLASSES: tuple[Appeal, ...] = (
    "complaint",
    "gratitude",
    "incident",
    "none",
    "question",
    "suggestion",
)

load = linear.load


def decide(head: Head, probabilities: Floats) -> list[tuple[Appeal, float]]:
    """The likeliest class of each row and its probability."""
    best = probabilities.argmax(axis=1)
    return [
        (cast("Appeal", head.classes[place]), round(float(row[place]), 4))
        for place, row in zip(best, probabilities, strict=True)
    ]
