"""Time as a budget counts it: hours that may spend more pass faster. Pure.

A page whose turn comes every thirty hours passes nights and days in between. Were its wait taken
from the hour that it happens to be looked at in, more looks would be asked for than there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np

HOUR, DAY = 3_600.0, 86_400.0


class Hours:
    """What each hour of the day (UTC) may spend, 1 on average."""

    def __init__(self, shares: Sequence[float]) -> None:
        given = np.asarray(shares, dtype=float)
        self.shares = given * 24.0 / given.sum()
        self._paid = np.concatenate([[0.0], np.cumsum(self.shares) * HOUR])
        """Paid seconds from midnight to the beginning of each hour."""

    def passed(self, start: float, seconds: float) -> float:
        """Paid seconds of a time that begins `start` seconds after midnight."""
        return self._at(start + seconds) - self._at(start)

    def until(self, start: datetime, paid: float) -> float:
        """Seconds from a moment until so much is paid."""
        at = _of_day(start)
        days, rest = divmod(self._at(at) + paid, DAY)
        hour = min(int(np.searchsorted(self._paid, rest, side="right")) - 1, 23)
        inside = (rest - self._paid[hour]) / self.shares[hour]
        return float(days * DAY + hour * HOUR + inside - at)

    def _at(self, seconds: float) -> float:
        """Paid seconds since the midnight that `seconds` count from."""
        days, rest = divmod(seconds, DAY)
        hour = min(int(rest // HOUR), 23)
        inside = (rest - hour * HOUR) * self.shares[hour]
        return float(days * DAY + self._paid[hour] + inside)


def _of_day(moment: datetime) -> float:
    utc = moment.astimezone(UTC)
    return utc.hour * HOUR + utc.minute * 60.0 + utc.second + utc.microsecond / 1e6


FLAT = Hours([1.0] * 24)
