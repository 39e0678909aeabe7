"""Hours of the week in words: `mon-fri 22:00-08:00`. Pure; local time, whatever the zone does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_SPAN = re.compile(
    r"(?:(?P<days>[a-z]{3}(?:-[a-z]{3})?(?:,[a-z]{3}(?:-[a-z]{3})?)*)(?:\s+|$))?"
    r"(?:(?P<start>\d\d?:\d\d)-(?P<end>\d\d?:\d\d))?"
)


@dataclass(frozen=True)
class Span:
    """Hours of some days. One that ends before it starts goes on into the next morning."""

    days: frozenset[int]
    """Days it starts on, 0 is Monday."""
    start: time
    end: time
    """24:00 is the midnight that ends the day, written 00:00 here."""

    def covers(self, local: datetime) -> bool:
        """Whether a local time is within; the start belongs to it, the end does not."""
        clock, day = local.time(), local.weekday()
        if self.start < self.end:
            return day in self.days and self.start <= clock < self.end
        evening = day in self.days and clock >= self.start
        return evening or ((day - 1) % 7 in self.days and clock < self.end)


def span(text: str) -> Span:
    """`22:00-08:00`, `sat,sun 10:00-18:00`, `sat-sun`. `ValueError` says what is wrong."""
    found = _SPAN.fullmatch(text.strip().lower())
    if found is None or not text.strip():
        raise ValueError(f"hours are written like 'mon-fri 22:00-08:00', not '{text[:40]}'")
    days = _days(found["days"]) if found["days"] else frozenset(range(7))
    return Span(days, moment(found["start"] or "0:00"), moment(found["end"] or "24:00"))


def moment(text: str) -> time:
    """`08:30`, up to `24:00`, which is midnight. `ValueError` says what is wrong."""
    hour, colon, minute = text.strip().partition(":")
    if not (colon and hour.isdecimal() and minute.isdecimal() and len(minute) == 2):
        raise ValueError(f"a time of day is written like '08:30', not '{text[:40]}'")
    if int(hour) > 24 or int(minute) > 59 or (int(hour) == 24 and int(minute)):
        raise ValueError(f"'{text[:40]}' is no time of day")
    return time(int(hour) % 24, int(minute))


def latest(at: time, local: datetime) -> datetime:
    """The last time that the clock showed `at`, now included. Both are aware local times."""
    today = local.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    return today if today <= local else today - timedelta(days=1)


def _days(text: str) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        for name in (first, last or first):
            if name not in DAYS:
                raise ValueError(f"'{name}' is no day; days are {', '.join(DAYS)}")
        start, end = DAYS.index(first), DAYS.index(last or first)
        found.update((start + n) % 7 for n in range((end - start) % 7 + 1))
    return frozenset(found)
