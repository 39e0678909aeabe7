"""What a text is as an appeal: complaint, incident, question, suggestion, gratitude or none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from models import asking, linear
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


def least_of(head: Head, name: str, tokens: Sequence[str]) -> float:
    """The same for a text: a question that asks in so many words is believed earlier."""
    usual = least(head, name)
    if name == "question" and usual > asking.FROM and asking.asks(tokens):
        return asking.FROM
    return usual


def decide(
    head: Head, probabilities: Floats, tokens: Sequence[Sequence[str]]
) -> list[tuple[Appeal | None, float | None]]:
    """The likeliest class of each row and its probability; `None` when the head is not sure.
    `tokens`: of each row, those of `texts.tokens`.

    That a text is no appeal is said of every text of which it is likeliest; that it is one, only
    from what is `least_of` it on.
    """
    found: list[tuple[Appeal | None, float | None]] = []
    best = probabilities.argmax(axis=1).tolist()
    for place, row, own in zip(best, probabilities, tokens, strict=True):
        name, probability = cast("Appeal", head.classes[place]), round(float(row[place]), 4)
        sure = probability >= least_of(head, name, own)
        found.append((name, probability) if sure else (None, None))
    return found
