"""Where a bin stands in the day and in the week."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Season(NamedTuple):
    """Hours are centred: at half past, an hour's factor counts alone."""

    hour: int
    next_hour: int
    blend: float
    """Weight of `next_hour`."""
    weekday: int
    last_of_hour: bool


class Seasons(NamedTuple):
    """Seasons of a range of bins, (bins, 1) each."""

    hours: NDArray[np.intp]
    next_hours: NDArray[np.intp]
    blends: NDArray[np.float32]
    weekdays: NDArray[np.intp]


class Calendar:
    """Bins of a width, numbered from the unix epoch."""

    def __init__(self, bin_seconds: int) -> None:
        self.bin_seconds = bin_seconds

    def at(self, number: int) -> Season:
        """The season of a bin, taken at its middle."""
        start = number * self.bin_seconds
        end = start + self.bin_seconds
        hours = ((start + self.bin_seconds / 2) / 3600 - 0.5) % 24
        hour = int(hours)
        return Season(
            hour=hour,
            next_hour=(hour + 1) % 24,
            blend=hours - hour,
            weekday=(start // 86400 + 3) % 7,
            last_of_hour=start // 3600 != end // 3600,
        )

    def over(self, bins: range) -> Seasons:
        """The seasons of a range of bins."""
        return _over(self.bin_seconds, bins.start, bins.stop)


@lru_cache(maxsize=8)
def _over(bin_seconds: int, start: int, stop: int) -> Seasons:
    """The same open bins are judged tick after tick."""
    seasons = [Calendar(bin_seconds).at(number) for number in range(start, stop)]
    return Seasons(
        np.array([season.hour for season in seasons], np.intp)[:, None],
        np.array([season.next_hour for season in seasons], np.intp)[:, None],
        np.array([season.blend for season in seasons], np.float32)[:, None],
        np.array([season.weekday for season in seasons], np.intp)[:, None],
    )
