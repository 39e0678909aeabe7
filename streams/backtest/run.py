"""Stored minutes through a setting, and what desks would have got of it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from rezonans.outcome import Course, Incident, Judged, Outcome, Sent
from rezonans.reasons import Lane
from rezonans.records import Spike
from streams.backtest.cells import Cell, gaps, pages
from streams.resonance.lanes import breadth
from streams.resonance.life import ALARMS
from streams.resonance.settings import ResonanceSettings
from streams.resonance.state import Resonance

EARLY = timedelta(minutes=30)
"""An alert may come so long before the noted start of an incident."""
LATE = timedelta(hours=3)
"""And so long after its noted end."""
MOST_COURSES = 4
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Watcher:
    """What a desk watches."""

    name: str
    topics: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    alarm: int = 0
    """The least level, as a place in `ALARMS`."""

    def sees(self, spike: Spike) -> bool:
        """Whether the desk is told of this; a desk that names nothing watches all."""
        if spike.kind == "data-quality":
            return True
        topic = not self.topics or spike.lane.topic in self.topics
        risen: set[str | None] = {one.region for one in spike.risen}
        regions = risen or {spike.lane.region}
        return topic and (not self.regions or not self.regions.isdisjoint(regions))


@dataclass(frozen=True)
class Past:
    """What is replayed."""

    cells: Sequence[Cell]
    """In order of time."""
    since: datetime
    until: datetime
    warm: datetime
    """Alerts before that are shown, never counted."""
    incidents: Sequence[Incident] = ()


def spikes(
    cells: Sequence[Cell], settings: ResonanceSettings, progress: Callable[[datetime], None]
) -> list[Spike]:
    """What the bank would have said, by the code that runs live. `progress` is told each hour."""
    state, told, hour = Resonance(settings), [], None
    for page in pages(cells):
        told += state.apply([page])
        now = page.observed_at.replace(minute=0, second=0, microsecond=0)
        if now != hour:
            hour = now
            progress(now)
    return told


def outcome(past: Past, told: Sequence[Spike], watcher: Watcher, label: str) -> Outcome:
    """What the desk would have got, against what is known to have happened."""
    sent = [one for life in _lives(told) if (one := _sent(life, watcher, past))]
    found = [_with_incident(one, past.incidents) for one in sent]
    return Outcome(
        label=label,
        since=past.since,
        until=past.until,
        warm=past.warm,
        posts=sum(cell.posts for cell in past.cells),
        sent=tuple(found),
        incidents=tuple(_judged(one, sent, past) for one in past.incidents if _seen(one, watcher)),
        courses=_courses(past, found),
        gaps=tuple(gaps((cell.minute for cell in past.cells), past.since, past.until)),
    )


def _lives(told: Iterable[Spike]) -> list[list[Spike]]:
    lives: dict[str, list[Spike]] = {}
    for spike in told:
        lives.setdefault(spike.spike, []).append(spike)
    return list(lives.values())


def _sent(life: Sequence[Spike], watcher: Watcher, past: Past) -> Sent | None:
    """The alert of a spike, from the moment its level was high enough for the desk."""
    levels = [ALARMS.index(spike.alarm) for spike in life]
    heard = [spike for spike, level in zip(life, levels, strict=True) if level >= watcher.alarm]
    if not heard or heard[0].change == "closed" or not watcher.sees(heard[0]):
        return None
    first, last = heard[0], life[-1]
    return Sent(
        spike=first.spike,
        kind=first.kind,
        trigger=first.trigger,
        lane=first.lane,
        since=first.since,
        at=first.at,
        closed=last.at if last.change == "closed" else None,
        alarm=ALARMS[max(levels)],
        regions=tuple(one.region for one in first.risen),
        observed=round(first.observed, 1),
        voices=first.voices,
        expected=round(first.expected, 2),
        peak=max(spike.peak for spike in life),
        warmup=first.at < past.warm,
    )


def _with_incident(sent: Sent, incidents: Iterable[Incident]) -> Sent:
    about = [one for one in incidents if _about(sent, one)]
    return msgspec.structs.replace(sent, incident=about[0].name) if about else sent


def _about(sent: Sent, incident: Incident) -> bool:
    """Whether the alert is about the incident: its lane allows it and it was open or told then."""
    if sent.technical:
        return False
    topic = None in (incident.topic, sent.lane.topic) or incident.topic == sent.lane.topic
    places = sent.regions or (sent.lane.region,)
    region = incident.region is None or None in places or incident.region in places
    return topic and region and incident.start - EARLY <= sent.at <= incident.end + LATE


def _seen(incident: Incident, watcher: Watcher) -> bool:
    topic = incident.topic is None or not watcher.topics or incident.topic in watcher.topics
    region = incident.region is None or not watcher.regions or incident.region in watcher.regions
    return topic and region


def _judged(incident: Incident, sent: Iterable[Sent], past: Past) -> Judged:
    delays = [
        max(0.0, (one.at - incident.start).total_seconds() / 60)
        for one in sent
        if _about(one, incident)
    ]
    return Judged(
        incident=incident,
        delay_minutes=round(min(delays), 1) if delays else None,
        warmup=incident.start < past.warm,
    )


def _courses(past: Past, sent: Sequence[Sent]) -> tuple[Course, ...]:
    """Hours of the lanes that were told most, then of those that were loudest; what was told while
    learning only where nothing else was. Of everything when none was."""
    told = [one for one in sent if not one.warmup] or list(sent)
    often = Counter(one.lane for one in told)
    loud: dict[Lane, float] = {}
    for one in told:
        loud[one.lane] = max(one.observed - one.expected, loud.get(one.lane, 0.0))
    lanes = sorted(often, key=lambda lane: (-often[lane], -loud[lane], breadth(lane), repr(lane)))
    return tuple(_course(past, lane) for lane in lanes[:MOST_COURSES] or [Lane()])


def _course(past: Past, lane: Lane) -> Course:
    start = past.since.replace(minute=0, second=0, microsecond=0)
    posts = [0] * (int((past.until - start) / HOUR) + 1)
    for cell in past.cells:
        here = lane.region in (None, cell.region) and lane.district in (None, cell.district)
        if here and lane.topic in (None, cell.topic, cell.second):
            place = int((cell.minute - start) / HOUR)
            if 0 <= place < len(posts):
                posts[place] += cell.posts
    return Course(lane=lane, start=start, posts=tuple(posts))


def watchers(desks: Mapping[str, tuple[Iterable[str], Iterable[str], str]]) -> list[Watcher]:
    """Desks by name as (topics, regions, least level); one that watches all where none is."""
    found = [
        Watcher(name, frozenset(topics), frozenset(regions), ALARMS.index(alarm))
        for name, (topics, regions, alarm) in desks.items()
    ]
    return found or [Watcher("all")]
