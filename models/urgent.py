"""Whether life, health or harm to many is at stake now."""

from __future__ import annotations

from models import linear
from models.features import Floats
from models.linear import Head

CLASSES = ("calm", "urgent")

load = linear.load


def decide(head: Head, probabilities: Floats) -> list[float]:
    """The probability of urgency of each row."""
    place = head.classes.index("urgent")
    return [round(number, 4) for number in probabilities[:, place].tolist()]
