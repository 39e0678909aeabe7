"""Through which regions a story goes: one text that is copied, one post that is repeated.

A journey begins with the second post of a text within `copy_minutes`, or with the first repost.
A region is on it once somebody writes there who has not written of it elsewhere and is neither
an authority nor a medium: spreading news is their daily work, and one who posts everywhere is one
voice. How rare it is that a story is in so many regions is read from the widest of each day: by the
law of their mean and variance, and never as rarer than such days have been, since ordinary and wide
days mixed have no law of two moments.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import msgspec
import numpy as np

from rezonans.records import AuthorKind
from streams.resonance import rarity
from streams.resonance.axes import NEVER
from streams.resonance.emergence import DAY, Days
from streams.resonance.entries import Entry
from streams.resonance.rows import MOST_SCORE

KEPT_SECONDS = 3 * 3600.0
"""A story that nobody wrote for so long is over."""
REGION_SECONDS = 6 * 3600.0
"""So long after its last post there a region is still on its way."""
MOST_FIRSTS, MOST_JOURNEYS, MOST_VOICES = 50_000, 20_000, 1_000
CARRIERS = frozenset({"official", "media"})
REACH = rarity.Tail(location=2.5, scale=0.8, shift=-0.1, slope=0.65)
"""The regions of the widest story of a day before anything is known."""


WIDTH_DAYS = 90.0
"""So long it is remembered how often a story was how wide."""


class First(msgspec.Struct, array_like=True, gc=False):
    """A text that came once: half of what makes a journey."""

    item: str
    region: str | None
    at: float
    voice: int
    topic: str | None
    fingerprint: int
    carrier: bool
    """Written by an authority or a medium."""


class Stay(msgspec.Struct, array_like=True, gc=False):
    """A story in one region. Times are of publication, unix seconds."""

    first: float
    last: float
    posts: int = 1


class Journey(msgspec.Struct, array_like=True):
    """One story: the near-identical texts of a post and the reposts of it."""

    item: str
    """The post that it is known by."""
    fingerprint: int
    """0 where only reposts are known."""
    began: float
    last: float
    posts: int = 0
    regions: dict[str, Stay] = {}
    voices: dict[int, None] = {}
    topics: dict[str, int] = {}
    campaign: bool = False
    """Told as one: it stays one when its copies have become few."""

    @property
    def topic(self) -> str | None:
        """What most of its posts are about."""
        return max(sorted(self.topics), key=self.topics.__getitem__, default=None)

    def here(self, now: float) -> Mapping[str, Stay]:
        """The regions that it is in, in the order it came there."""
        staying = [
            (stay.first, region, stay)
            for region, stay in self.regions.items()
            if now - stay.last <= REGION_SECONDS
        ]
        return {region: stay for _, region, stay in sorted(staying, key=lambda one: one[:2])}

    def holds(self, entry: Entry, distance: int) -> bool:
        """Whether a post is one of this story."""
        return tells(entry, self.item, self.fingerprint, distance)

    def add(self, first: First) -> None:
        """Count a post in."""
        self.posts += 1
        self.began, self.last = min(self.began, first.at), max(self.last, first.at)
        if first.topic is not None:
            self.topics[first.topic] = self.topics.get(first.topic, 0) + 1
        if first.region is None or first.carrier:
            return
        stay, new = self.regions.get(first.region), first.voice not in self.voices
        if stay is not None:
            stay.first, stay.last = min(stay.first, first.at), max(stay.last, first.at)
            stay.posts += 1
        elif new:
            self.regions[first.region] = Stay(first.at, first.at)
        if new and len(self.voices) < MOST_VOICES:
            self.voices[first.voice] = None


class JourneyState(msgspec.Struct, array_like=True):
    """What of it goes into a snapshot."""

    firsts: dict[int, First] = {}
    """By cluster of copies."""
    under_way: dict[str, Journey] = {}
    day: int = 0
    days: Days = msgspec.field(default_factory=Days)
    widths: dict[int, float] = {}
    """Days by the regions of their widest story, fading."""


class Journeys:
    """The stories that are under way. `copy_seconds`: so long a text waits for its copy."""

    def __init__(self, copy_seconds: float) -> None:
        self._copy_seconds = copy_seconds
        self.state = JourneyState()

    def see(self, entry: Entry, author: AuthorKind, root: Entry | None) -> None:
        """Take a live post in. `root`: the post that it repeats, while its bin is open."""
        if entry.history or not (entry.cluster or entry.repost):
            return
        found = _first(entry, author in CARRIERS)
        before = self._before(entry, found, root)
        if before is None:
            return
        journey = self.state.under_way.get(before.item)
        if journey is None:
            journey = self._begin(before, repeated=root is None and entry.repost)
        journey.add(found)
        here = float(len(journey.here(entry.published)))
        self.state.days.top = max(self.state.days.top, here)

    def _before(self, entry: Entry, found: First, root: Entry | None) -> First | None:
        """The post that this one is of a story with, `None` when it is the first."""
        if not entry.repost:
            before = self.state.firsts.setdefault(entry.cluster, found)
            return None if before is found else before
        if root is not None:
            spoke = root.speaker
            return _first(root, spoke is not None and spoke.standing in CARRIERS)
        return First(entry.story, None, entry.published, 0, None, 0, carrier=True)

    def _begin(self, first: First, *, repeated: bool) -> Journey:
        journey = Journey(first.item, first.fingerprint, first.at, first.at)
        if not repeated:
            journey.add(first)
        if len(self.state.under_way) >= MOST_JOURNEYS:
            del self.state.under_way[next(iter(self.state.under_way))]
        self.state.under_way[first.item] = journey
        return journey

    def tick(self, now: float) -> None:
        """Once a bin: a day may be over, and what is over is forgotten."""
        self._turn(int(now // DAY))
        state = self.state
        for number in [
            number
            for number, one in state.firsts.items()
            if now - one.at > self._copy_seconds and one.item not in state.under_way
        ]:
            del state.firsts[number]
        while len(state.firsts) > MOST_FIRSTS:
            del state.firsts[next(iter(state.firsts))]
        for item in [i for i, one in state.under_way.items() if now - one.last > KEPT_SECONDS]:
            del state.under_way[item]

    def score(self, regions: int) -> float:
        """How rare a story in so many regions is: decades of weeks."""
        if not regions:
            return NEVER
        days = self.state.days
        known = min(float(days.days), rarity.MEMORY_DAYS)
        top, mean, variance = (
            np.array([value], np.float32) for value in (regions, days.mean, days.variance)
        )
        lawful = float(rarity.decades(top, mean, variance, known, REACH)[0])
        return min(lawful, self._seen(regions))

    def _seen(self, regions: int) -> float:
        """How rare days with so wide a story have been: decades of weeks."""
        widths = self.state.widths
        such = sum(days for width, days in widths.items() if width >= regions)
        if not such:
            return MOST_SCORE
        return -math.log10(7 * such / (sum(widths.values()) + 1))

    def _turn(self, day: int) -> None:
        before, self.state.day = self.state.day, max(day, self.state.day)
        if not before or day <= before:
            return
        days = self.state.days
        days.days += 1
        top, mean, variance = (
            np.array([value], np.float32) for value in (days.top, days.mean, days.variance)
        )
        rarity.teach(top, mean, variance, days.days, REACH)
        self._remember(int(days.top))
        days.top, days.mean, days.variance = 0.0, float(mean[0]), float(variance[0])

    def _remember(self, width: int) -> None:
        kept = 1 - 1 / WIDTH_DAYS
        widths = {regions: days * kept for regions, days in self.state.widths.items()}
        widths[width] = widths.get(width, 0.0) + 1
        self.state.widths = dict(sorted(widths.items()))


def tells(entry: Entry, item: str, fingerprint: int, distance: int) -> bool:
    """Whether a post is one of the story that is known by a post and its fingerprint (0: none):
    that post itself, a repost of it, a text within so many bits of 64."""
    if entry.item == item:
        return True
    if entry.repost:
        return entry.story == item
    if not fingerprint or not entry.fingerprint:
        return False
    return (entry.fingerprint ^ fingerprint).bit_count() <= distance


def _first(entry: Entry, carrier: bool) -> First:
    return First(
        item=entry.item,
        region=entry.region,
        at=entry.published,
        voice=entry.voice,
        topic=entry.topic,
        fingerprint=entry.fingerprint,
        carrier=carrier,
    )
