"""What a setting would have sent over past data: the result of a backtest."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from rezonans.reasons import Lane
from rezonans.records import Alarm

_NONE = timedelta(0)


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened, as people noted it down: an alert about it would be right."""

    name: str
    start: datetime
    end: datetime
    topic: str | None = None
    region: str | None = None


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """One alert that a desk would have got."""

    spike: str
    kind: str
    trigger: str
    lane: Lane
    since: datetime
    at: datetime
    """When the desk would have been told."""
    closed: datetime | None
    alarm: Alarm
    """The highest level."""
    observed: float
    """Organic posts in the hour when it was told."""
    expected: float
    peak: float
    voices: int = 0
    """Unique authors of that hour, each once a minute."""
    regions: tuple[str, ...] = ()
    """Of an emergence: where it rose."""
    incident: str | None = None
    """The incident that it is about."""
    warmup: bool = False
    """Told before the bank had learned: shown, never counted."""

    @property
    def technical(self) -> bool:
        return self.kind == "data-quality"


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """One incident and what would have become of it."""

    incident: Incident
    delay_minutes: float | None
    """From its start to the first alert about it; `None`: missed."""
    warmup: bool = False
    """It began before the bank had learned: nothing can be said of it."""


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """Posts of a lane hour by hour."""

    lane: Lane
    start: datetime
    posts: tuple[int, ...]


class Messages(msgspec.Struct, frozen=True, kw_only=True):
    """What a desk with its hours and its budget makes of the alerts."""

    at_once: int = 0
    """Messages when something opened, rose, went on or was over."""
    digests: int = 0
    waited: int = 0
    """Events that waited for the morning."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What one desk would have got with one setting."""

    label: str
    since: datetime
    until: datetime
    warm: datetime
    """Before that it could only learn."""
    posts: int
    sent: tuple[Sent, ...]
    incidents: tuple[Judged, ...]
    courses: tuple[Course, ...]
    gaps: tuple[tuple[datetime, datetime], ...]
    """Times without any post at all: taken as missing data."""
    messages: Messages | None = None
    """`None` where no desk is set up."""
    setting: str = ""
    """Its name, where several are compared."""
    desk: str = ""

    @property
    def counted(self) -> tuple[Sent, ...]:
        """Alerts after the warm-up; what was said of sources claims no event."""
        return tuple(one for one in self.sent if not one.warmup and not one.technical)

    @property
    def about_sources(self) -> int:
        """Alerts of data quality after the warm-up."""
        return sum(one.technical and not one.warmup for one in self.sent)

    @property
    def judged(self) -> tuple[Judged, ...]:
        """Incidents after the warm-up."""
        return tuple(one for one in self.incidents if not one.warmup)

    @property
    def alerts_a_week(self) -> float:
        """Of the weeks that there are posts of."""
        away = (max(end - max(start, self.warm), _NONE) for start, end in self.gaps)
        days = (self.until - self.warm - sum(away, _NONE)).total_seconds() / 86400
        return 7 * len(self.counted) / days if days > 0 else 0.0

    @property
    def precision(self) -> float | None:
        """Share of the alerts that are about an incident; `None` without incidents or alerts."""
        if not self.judged or not self.counted:
            return None
        return sum(one.incident is not None for one in self.counted) / len(self.counted)

    @property
    def missed(self) -> tuple[Judged, ...]:
        return tuple(one for one in self.judged if one.delay_minutes is None)

    @property
    def median_delay(self) -> float | None:
        """Minutes, over the incidents that were found."""
        delays = sorted(one.delay_minutes for one in self.judged if one.delay_minutes is not None)
        return delays[len(delays) // 2] if delays else None
