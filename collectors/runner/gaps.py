"""What a source did not show any more when we looked: written down, and closed or shown. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from collectors import Stretch

WEEK = timedelta(days=7)
MOST = 200


class Gaps(msgspec.Struct):
    """The gaps of one target within a week."""

    open: list[Stretch] = []
    closed: int = 0
    """So many were found again."""

    def note(self, missed: Iterable[Stretch], found: Iterable[Stretch], now: datetime) -> None:
        """What a look says."""
        self.open += missed
        for stretch in found:
            left = [gap for gap in self.open if not _overlap(gap, stretch)]
            self.closed += len(self.open) - len(left)
            self.open = left
        self.open = [gap for gap in self.open if gap.until > now - WEEK][-MOST:]

    def seconds(self, since: datetime, until: datetime) -> float:
        """How much of a time is missing; gaps that overlap count once."""
        total, end = 0.0, since
        for gap in sorted(self.open):
            start, stop = max(gap.since, end), min(gap.until, until)
            total += max((stop - start).total_seconds(), 0.0)
            end = max(end, stop)
        return total


def said(missed: Iterable[Stretch]) -> str:
    """The sentence about what a look could not find; empty for nothing."""
    longest = max(missed, key=lambda gap: gap.until - gap.since, default=None)
    if longest is None:
        return ""
    return (
        f"reads, but between {longest.since:%d.%m. %H:%M} and {longest.until:%H:%M} UTC more was "
        "published than it shows; look more often (every_seconds)"
    )


def _overlap(one: Stretch, other: Stretch) -> bool:
    return one.since <= other.until and other.since <= one.until
