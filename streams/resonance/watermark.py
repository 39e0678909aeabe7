"""The clock of the log, who is looking, until where bins are complete, and what was missed."""

from __future__ import annotations

import math
from collections.abc import Iterable

import msgspec

HOUR, DAY = 3600.0, 86400.0
MOST_TARGETS = 20_000
MOST_GAPS = 16
FORGET_SECONDS = 7 * DAY
SETTLE_SECONDS = 600.0


class Target(msgspec.Struct, array_like=True):
    """What is known of one target of a collector. Times are unix seconds."""

    looked: float
    observed: float
    since: float
    """Where its first look began: before that it says nothing."""
    joined: float
    """Clock of the log at its first page."""
    settling: bool
    """It has sent nothing but a listing of its history yet."""
    interval: float = 0.0
    """Usual time between two looks."""
    posts: float = 0.0
    """Posts it brought, fading over a week: its weight."""
    gaps: list[tuple[float, float]] = []


class Watermark:
    """Follows pages. Seeing a page again changes nothing.

    Guarantee: depends on pages and their order only.
    """

    def __init__(self, silence_seconds: float) -> None:
        self._silence = silence_seconds
        self._targets: dict[str, Target] = {}
        self.clock = -math.inf
        """Newest `observed_at` of the log."""

    def see(
        self, name: str, looked: float, observed: float, history: bool, posts: list[float]
    ) -> bool:
        """One page: until when it looked, when, and when its new posts were published. Whether
        the target looked further than before."""
        self.clock = max(self.clock, observed)
        earliest = min([looked, *posts]) if history else looked
        target = self._targets.get(name)
        further = target is None or looked > target.looked
        if target is None:
            settling = history and looked >= observed - HOUR
            target = Target(looked, observed, earliest, self.clock, settling)
            self._admit(name, target)
        else:
            self._advance(target, looked, observed, history)
        if history:
            target.since = min(target.since, earliest)
        target.settling = target.settling and history
        target.posts += len(posts)
        if target.gaps and posts:
            target.gaps = _shrink(target.gaps, posts)
        return further

    def _advance(self, target: Target, looked: float, observed: float, history: bool) -> None:
        jump = looked - target.looked
        if not history and jump > max(self._silence, 3 * target.interval):
            target.gaps = [*target.gaps, (target.looked, looked)][-MOST_GAPS:]
        if observed > target.observed:
            passed = observed - target.observed
            target.posts *= math.exp(-passed / FORGET_SECONDS)
            target.interval += 0.2 * (min(passed, 6 * HOUR) - target.interval)
            target.observed = observed
        target.looked = max(target.looked, looked)

    def _admit(self, name: str, target: Target) -> None:
        if len(self._targets) >= MOST_TARGETS:
            stalest = min(self._targets, key=lambda known: self._targets[known].observed)
            del self._targets[stalest]
        self._targets[name] = target

    def looked_until(self, closed: float) -> float | None:
        """Least `looked_until` of the targets that are not silent and not behind `closed`;
        `None` when nobody looks or somebody is still listing its first history."""
        looked = math.inf
        for target in self._targets.values():
            if target.observed < self.clock - self._silence or target.looked <= closed:
                continue
            if target.settling and self.clock < target.joined + SETTLE_SECONDS:
                return None
            looked = min(looked, target.looked)
        return None if math.isinf(looked) else looked

    def watched(self, start: float, end: float) -> bool:
        """Whether targets that bring at least half of the posts looked at this time."""
        total = covered = 0.0
        for target in self._targets.values():
            if target.since > start:
                continue
            weight = 1 + target.posts
            total += weight
            if target.looked >= end and not _missed(target.gaps, start, end):
                covered += weight
        return covered > 0 and covered >= total / 2

    def coverage(self) -> tuple[int, dict[str, float]]:
        """How many targets there are, and seconds of silence by target of those that are due."""
        silent = {
            name: self.clock - target.observed
            for name, target in self._targets.items()
            if target.observed < self.clock - max(self._silence, 3 * target.interval)
        }
        return len(self._targets), silent

    def out(self) -> dict[str, float]:
        """Seconds by target that did not answer: those that are due, and those that were within
        the hour and have not shown since what they missed."""
        _, found = self.coverage()
        for name, target in self._targets.items():
            for start, end in target.gaps:
                if end >= self.clock - HOUR:
                    found[name] = max(end - start, found.get(name, 0.0))
        return found

    def looking(self) -> set[str]:
        """Targets that have answered within the time that makes a silence."""
        earliest = self.clock - self._silence
        return {name for name, target in self._targets.items() if target.looked >= earliest}

    def forget(self, closed: float) -> None:
        """Drop gaps before `closed` and targets that have been silent for a week."""
        gone = [n for n, t in self._targets.items() if t.observed < self.clock - FORGET_SECONDS]
        for name in gone:
            del self._targets[name]
        for target in self._targets.values():
            if target.gaps:
                target.gaps = [gap for gap in target.gaps if gap[1] > closed]

    def dump(self) -> tuple[float | None, dict[str, Target]]:
        """Clock and targets in the order they came."""
        return None if math.isinf(self.clock) else self.clock, self._targets

    def restore(self, data: tuple[float | None, dict[str, Target]]) -> None:
        """The opposite of `dump`."""
        clock, targets = data
        self.clock = -math.inf if clock is None else clock
        self._targets = targets


def _missed(gaps: Iterable[tuple[float, float]], start: float, end: float) -> bool:
    return any(gap_start < end and start < gap_end for gap_start, gap_end in gaps)


def _shrink(gaps: list[tuple[float, float]], posts: list[float]) -> list[tuple[float, float]]:
    """A gap ends where the target's own posts begin: a source that shows older posts after an
    interruption has covered it."""
    shrunk = []
    for start, end in gaps:
        inside = [published for published in posts if start < published < end]
        shrunk.append((start, min([end, *inside])))
    return [gap for gap in shrunk if gap[1] > gap[0]]
