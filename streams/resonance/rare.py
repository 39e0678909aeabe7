"""How rare a score is, in words of time."""

from __future__ import annotations


def once_in_days(score: float) -> float:
    """How often a lane opens like this by chance: once in so many days, at most ten years. A
    score is decades of weeks, calibrated on series where nothing happens."""
    days: float = 7 * 10.0**score
    return round(min(days, 3650.0), 1)
