"""How every source stands, published in a file: for commands, while the collectors run and after.

The same file is read at the next start: gaps and measured ages live on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec

from collectors.runner import kept
from collectors.runner.budget import Purse
from collectors.runner.freshness import Ages, wait
from collectors.runner.gaps import WEEK, Gaps
from collectors.runner.rhythm import Rhythm
from collectors.runner.status import State
from collectors.runner.tender import Tender

NAME = "standing.json"
HALF, NEARLY_ALL = 0.5, 0.95
FORETOLD = timedelta(minutes=10)
"""A day of a schedule is solved anew after so long: it costs some milliseconds."""


class TargetStanding(msgspec.Struct, kw_only=True):
    """One target, as its last look left it. Times are aware, durations in seconds."""

    instance: str
    kind: str
    target: str
    state: State
    reason: str
    since: datetime
    """When it was first looked at."""
    last_success: datetime | None = None
    until: datetime | None = None
    lag: float = 0.0
    every: float = 0.0
    """Between two looks, as things stand."""
    posts_a_day: float = 0.0
    gaps: Gaps = msgspec.field(default_factory=Gaps)

    def missing(self, now: datetime) -> tuple[float, float]:
        """Seconds of the last week that are missing, and seconds that it was watched."""
        start = max(self.since, now - WEEK)
        return self.gaps.seconds(start, now), max((now - start).total_seconds(), 1.0)


class BudgetStanding(msgspec.Struct, kw_only=True):
    """What one method may still be asked today; `left` is `None` where no limit is known."""

    instance: str
    method: str
    a_day: int | None = None
    left: int | None = None
    blocked_until: datetime | None = None
    why: str = ""


class SourceStanding(msgspec.Struct, kw_only=True):
    """One configured collector as a whole."""

    ages: Ages = msgspec.field(default_factory=Ages)
    half: float | None = None
    nearly_all: float | None = None
    """Seconds within which half, and 95 of 100, posts are seen, by the schedule's own account."""
    looks_a_day: float | None = None
    """What its budget is enough for."""


class Standing(msgspec.Struct, kw_only=True):
    """The file."""

    at: datetime | None = None
    targets: list[TargetStanding] = []
    budgets: list[BudgetStanding] = []
    sources: dict[str, SourceStanding] = {}


def read(folder: Path) -> Standing:
    """What was published last; nothing where nothing ever was."""
    return kept.read(folder / NAME, Standing)


class _Foretold(NamedTuple):
    at: datetime
    half: float | None
    nearly_all: float | None


class Board:
    """Knows how all stands, and writes it down."""

    def __init__(self, folder: Path | None) -> None:
        self._path = folder / NAME if folder else None
        before = kept.read(self._path, Standing)
        self._before = {(one.instance, one.target): one for one in before.targets}
        self._sources = before.sources
        self._tenders: list[Tender] = []
        self._purses: dict[str, Purse] = {}
        self._foretold: dict[str, _Foretold] = {}

    def add(self, tender: Tender) -> None:
        """A target that is looked at from now on; its gaps are those of before."""
        watch = tender.watch
        known = self._before.get((watch.instance, watch.target.name))
        if known is not None:
            tender.gaps, tender.since = known.gaps, known.since
        tender.ages = self._sources.setdefault(watch.instance, SourceStanding()).ages
        self._tenders.append(tender)
        self._purses[watch.instance] = tender.purse

    @property
    def targets(self) -> int:
        """How many there are."""
        return len(self._tenders)

    def write(self, now: datetime) -> None:
        """Publish how all stands."""
        if self._path is not None:
            kept.write(self._path, self.standing(now))

    def standing(self, now: datetime) -> Standing:
        """How all stands now."""
        names = {one.watch.instance for one in self._tenders}
        return Standing(
            at=now,
            targets=[one for tender in self._tenders if (one := _target(tender, now))],
            budgets=[one for name in sorted(names) for one in _budgets(name, self._purses[name])],
            sources={name: self._source(name, now) for name in sorted(names)},
        )

    def _source(self, name: str, now: datetime) -> SourceStanding:
        mine = [one for one in self._tenders if one.watch.instance == name]
        solved = self._foretold.get(name)
        if solved is None or not timedelta(0) <= now - solved.at < FORETOLD:
            rhythms = {id(one.rhythm): one.rhythm for one in mine}.values()
            solved = self._foretold[name] = _Foretold(now, *foretold(rhythms, now))
        looks = [one.rhythm.looks_a_day for one in mine if one.rhythm.looks_a_day is not None]
        return SourceStanding(
            ages=self._sources[name].ages,
            half=solved.half,
            nearly_all=solved.nearly_all,
            looks_a_day=max(looks, default=None),
        )


def foretold(rhythms: Iterable[Rhythm], now: datetime) -> tuple[float | None, float | None]:
    """The longest of the waits that the schedules promise, for half and for 95 of 100 posts."""
    days = [rhythm.day(now) for rhythm in rhythms]
    half = max((wait(HALF, day) for day in days), default=None)
    return half, max((wait(NEARLY_ALL, day) for day in days), default=None)


def _target(tender: Tender, now: datetime) -> TargetStanding | None:
    status = tender.status
    if status is None:
        return None
    return TargetStanding(
        instance=status.instance,
        kind=status.kind,
        target=status.target,
        state=status.state,
        reason=status.reason,
        since=tender.since or now,
        last_success=status.last_success,
        until=status.until,
        lag=tender.lag(tender.begun or now),
        every=tender.interval(),
        posts_a_day=tender.rhythm.rate(tender.watch.name),
        gaps=tender.gaps,
    )


def _budgets(name: str, purse: Purse) -> Sequence[BudgetStanding]:
    found = []
    for method in purse.methods():
        limit = purse.limits.get(method)
        blocked = purse.blocked(method)
        found.append(
            BudgetStanding(
                instance=name,
                method=method,
                a_day=limit.a_day if limit else None,
                left=purse.left(method),
                blocked_until=blocked[0] if blocked else None,
                why=blocked[1] if blocked else "",
            )
        )
    return [one for one in found if one.a_day is not None or one.blocked_until is not None]
