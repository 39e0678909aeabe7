"""What a text is about: codes of the taxonomy, or nothing when the head is not sure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np

from models import emergency, linear, taxonomy
from models.features import Floats
from models.linear import Head


class Weights(NamedTuple):
    """What the words of what a text answers (`texts.Above`) weigh beside its own."""

    headline: float
    beginning: float


CONTEXT = Weights(0.5, 0.2)
"""Chosen in five folds by article of the rows to learn from: of our comments .711 are right (.705
at 1 and 0.4), and the mean F1 of the codes is .41 (.36); from 0.4 to 0.7 alike. With more, the
article says the topic and the comment hardly a word."""
MOST = 2
"""Topics that one mention may have."""

_EDGE = 1e-6

OTHER = taxonomy.OTHER
"""What is about no public matter: where it is the likeliest, no topic is said."""

load = linear.load


Topics: TypeAlias = tuple[tuple[str, float], ...]


def told(settings: Mapping[str, float], probabilities: Floats) -> Floats:
    """Probabilities as they are shown, of the same order: those of a softmax are too sure of
    themselves near one and not enough below a half, so training fits a curve to what was right."""
    slope, shift = settings.get("slope", 1.0), settings.get("shift", 0.0)
    sure = np.clip(probabilities.astype(np.float64), _EDGE, 1 - _EDGE)
    odds = slope * np.log(sure / (1 - sure)) + shift
    return np.asarray(1 / (1 + np.exp(-odds)), np.float32)


def decide(head: Head, probabilities: Floats, named: Sequence[bool] = ()) -> list[Topics]:
    """Topics of each row of `told`, best first: the best from `first`, another from `second` up.
    `named`: rows that name an emergency; it is one of their topics, unless they are about no public
    matter (what happens elsewhere is none here)."""
    first, second = head.settings["first"], head.settings["second"]
    best = probabilities.argsort(axis=1)[:, ::-1][:, :MOST]
    likely = np.take_along_axis(probabilities, best, axis=1)
    found = []
    for number, (places, row) in enumerate(zip(best.tolist(), likely.tolist(), strict=True)):
        codes = [(head.classes[at], round(share, 4)) for at, share in zip(places, row, strict=True)]
        sure = codes[0][1] >= first and codes[0][0] != OTHER
        kept = tuple(code for code in codes if sure and code[1] >= second and code[0] != OTHER)
        if number < len(named) and named[number] and codes[0][0] != OTHER:
            kept = _with_emergency(kept)
        found.append(kept)
    return found


def unnamed(head: Head, topics: Collection[str] | None) -> frozenset[str]:
    """Codes that may come out and are none of a taxonomy with these topics: they are not said."""
    if topics is None:
        return frozenset()
    return frozenset({*head.classes, emergency.CODE}.difference(topics))


def _with_emergency(told: Topics) -> Topics:
    if any(code == emergency.CODE for code, _ in told):
        return told
    return (*told[: MOST - 1], (emergency.CODE, emergency.PROBABILITY))
