"""How rare a score is, in words of time."""

from __future__ import annotations

WEEKS_AT = 62.0
"""A lane passes `SCORE_AT` by chance once in so many weeks (false-alarm suite, SPIKES 3)."""
SCORE_AT = 3.5
FACTOR = 9.0
"""One more decade of score is so many times rarer."""


def once_in_days(score: float) -> float:
    """How often a lane is this loud by chance: once in so many days, at most ten years."""
    days: float = 7 * WEEKS_AT * FACTOR ** (score - SCORE_AT)
    return round(min(days, 3650.0), 1)
