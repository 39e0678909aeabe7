"""Where a bin stands in the day and in the week."""

from __future__ import annotations

from typing import NamedTuple


class Season(NamedTuple):
    """Hours are centred: at half past, an hour's factor counts alone."""

    hour: int
    next_hour: int
    blend: float
    """Weight of `next_hour`."""
    weekday: int
    last_of_hour: bool
    midnight: bool
    """The bin ends a day of the calendar (UTC, like every time inside the system)."""


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
            midnight=start // 86400 != end // 86400,
        )
