"""The writer's attitude: negative, neutral or positive, by one head for each language.

The Russian head knows five classes. `speech` (greetings, thanks, congratulations) counts as
positive and `skip` (nothing can be said) as neutral: that is the folding rule. A mixed text takes
both heads by the share of its languages.

Posts of private life and reviews, which the heads are trained on, are not how people answer the
news. So a head carries a second opinion behind its classes: three scores learned from comments on
public life. What is shown weighs both (`shown`), by settings that were fitted on comments; the
classes of the head alone are what is compared with published figures.
"""

from __future__ import annotations

import numpy as np

from models import linear
from models.features import Floats
from models.linear import Head
from rezonans.records import Sentiment

CLASSES = ("negative", "neutral", "positive")
FOLD = {"speech": "positive", "skip": "neutral"}

FLOOR = np.float32(1e-4)
"""Least probability of a class that is weighed."""

load = linear.load


def fold(head: Head, probabilities: Floats) -> Floats:
    """Probabilities over `CLASSES`, shape (texts, 3), by the folding rule."""
    found = np.zeros((len(probabilities), len(CLASSES)), np.float32)
    for place, name in enumerate(head.classes):
        found[:, CLASSES.index(FOLD.get(name, name))] += probabilities[:, place]
    return found


def shown(head: Head, scores: Floats) -> Floats:
    """Probabilities over `CLASSES`, shape (texts, 3), from all scores of a head."""
    folded = fold(head, linear.normalise(scores[:, : head.width]))
    public = scores[:, head.width :]
    if not public.shape[1]:
        return folded
    weights = head.settings
    shifts = [weights[name] for name in CLASSES]
    both = weights["posts"] * np.log(folded + FLOOR) + weights["public"] * public
    return linear.normalise(both + np.array(shifts, np.float32))


def decide(russian: Floats, kazakh: Floats, share: Floats) -> list[Sentiment]:
    """Folded probabilities of both heads, weighted by the share of Kazakh in each text."""
    mixed = russian * (1 - share[:, None]) + kazakh * share[:, None]
    return [Sentiment(*(round(number, 4) for number in row)) for row in mixed.tolist()]
