"""The writer's attitude: negative, neutral or positive, by one head for each language.

The Russian head knows five classes. `speech` (greetings, thanks, congratulations) counts as
positive and `skip` (nothing can be said) as neutral: that is the folding rule. A mixed text takes
both heads by the share of its languages.
"""

from __future__ import annotations

import numpy as np

from models import linear
from models.features import Floats
from models.linear import Head
from rezonans.records import Sentiment

CLASSES = ("negative", "neutral", "positive")
FOLD = {"speech": "positive", "skip": "neutral"}

load = linear.load


def fold(head: Head, probabilities: Floats) -> Floats:
    """Probabilities over `CLASSES`, shape (texts, 3), by the folding rule."""
    found = np.zeros((len(probabilities), len(CLASSES)), np.float32)
    for place, name in enumerate(head.classes):
        found[:, CLASSES.index(FOLD.get(name, name))] += probabilities[:, place]
    return found


def decide(russian: Floats, kazakh: Floats, share: Floats) -> list[Sentiment]:
    """Folded probabilities of both heads, weighted by the share of Kazakh in each text."""
    mixed = russian * (1 - share[:, None]) + kazakh * share[:, None]
    return [Sentiment(*(round(number, 4) for number in row)) for row in mixed.tolist()]
