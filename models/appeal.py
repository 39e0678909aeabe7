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


def least(head: Head, name: str) -> float:
    """From which probability on a text is said to be of a class; the settings of a head name it
    for each kind, or once for all."""
    if name == "none":
        return 0.0
    return head.settings.get(name, head.settings.get("least", 0.0))


def decide(head: Head, probabilities: Floats) -> list[tuple[Appeal | None, float | None]]:
    """The likeliest class of each row and its probability; `None` when the head is not sure.

    That a text is no appeal is said of every text of which it is likeliest; that it is one, only
    from what is `least` for its kind on.
    """
    from_on = [least(head, name) for name in head.classes]
    found: list[tuple[Appeal | None, float | None]] = []
    for place, row in zip(probabilities.argmax(axis=1).tolist(), probabilities, strict=True):
        name, probability = cast("Appeal", head.classes[place]), round(float(row[place]), 4)
        found.append((name, probability) if probability >= from_on[place] else (None, None))
    return found
