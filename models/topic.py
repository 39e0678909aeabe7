"""What a text is about: codes of the taxonomy, or nothing when the head is not sure."""

from __future__ import annotations

from models import linear
from models.features import Floats
from models.linear import Head

CONTEXT = 1.0
"""What the words of the context weigh beside those of the text itself."""
MOST = 2
"""Topics that one mention may have."""

OTHER = "other"
"""What is about no public matter: where it is the likeliest, no topic is said."""

load = linear.load


def decide(head: Head, probabilities: Floats) -> list[tuple[tuple[str, float], ...]]:
    """Topics of each row, best first: the best from `first`, another from `second` up."""
    first, second = head.settings["first"], head.settings["second"]
    found = []
    for row in probabilities:
        best = row.argsort()[::-1][:MOST]
        codes = [(head.classes[place], round(float(row[place]), 4)) for place in best]
        sure = codes[0][1] >= first and codes[0][0] != OTHER
        found.append(
            tuple(code for code in codes if sure and code[1] >= second and code[0] != OTHER)
        )
    return found
