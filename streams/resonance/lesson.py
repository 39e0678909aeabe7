"""When a bin is learned, and how much it may change."""

from __future__ import annotations

from dataclasses import dataclass

from streams.resonance.calendar import Season
from streams.resonance.rows import VAR_DAYS, VAR_POWER, VAR_WORTH
from streams.resonance.surprise import Scales


@dataclass(frozen=True)
class Lesson:
    """When it is learned."""

    season: Season
    age: int
    """Bins learned before."""
    day_bins: float
    """Bins of a day."""
    scales: Scales

    @property
    def grown(self) -> bool:
        """A day is known: before that nothing surprises and nothing is cut."""
        return self.age >= self.day_bins

    def gain(self, days: float, start: float = 0.0) -> float:
        """Weight of a bin in an average over so many days that began `start` days ago: young
        averages weigh bins by the square of their number and soon forget the first ones."""
        known = self.age - start * self.day_bins
        young = (VAR_POWER + 1) / (known + VAR_POWER + 1)
        return max(young, 1 / (days * self.day_bins))


def trust(age: float, day_bins: float) -> float:
    """How much learned variances count against their Poisson prior, 0 to 1."""
    days = max(0.0, min(age / day_bins - 1, VAR_DAYS))
    return days / (days + VAR_WORTH)
