"""One story, one spike: which of the lanes that are loud together speaks for them.

Leaves explain, parents page only for what no leaf explains. A lane stays silent while
- a narrower lane explains `child_share` of its excess (the most specific lane speaks), or a
  smaller share of an excess that started together with an open spike (texts of one event are
  not all given the same topic); of a narrower lane that is loud itself, a share of what topics
  can explain at all (half of what people cry out has none);
- a wider lane has an open, loud spike that it is part of;
- its posts are mostly those of a louder lane or of an open spike (a mention may have two
  topics);
- it is the weaker echo, in the same region or in the whole country, of a spike that has just
  opened, or a faint one of a spike that is loud (texts of one event are read as many topics).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rezonans.reasons import Axis, Lane
from streams.resonance.lanes import breadth, contains
from streams.resonance.settings import ResonanceSettings

PART_OF_WIDE = 0.3
"""Share of a wide lane's excess from which a lane without a common topic is part of it."""
TOGETHER_SHARE = 0.4
"""Share of the excess that a child has to explain when both started together."""
LEAST_TOLD = 0.4
"""Where fewer posts have a topic, a topic does not speak for the rest."""
SHARED_POSTS = 0.5
FAINT_SHARE = 0.1
"""Share of a loud spike's largest excess below which what rises later is its echo still."""
PATIENCE_TICKS = 12
"""So long a wide lane lets a narrower one that explains `TOGETHER_SHARE` of it open first."""


@dataclass(frozen=True)
class Voice:
    """A loud lane: either it asks to open, or its spike is open."""

    number: int
    lane: Lane
    excess: float
    since: int
    """First bin."""
    peak: float
    """Largest excess so far."""
    loud: bool
    asked: int = 0
    """Ticks for which it has been asking to open."""
    axis: Axis = "posts"
    """What it speaks of: an attitude is no echo of a number."""


@dataclass(frozen=True)
class Company:
    """What a lane is compared with."""

    open: tuple[Voice, ...]
    child_excess: Callable[[int], float]
    """Largest excess of the lanes inside a lane, by number."""
    louder_twins: Callable[[int], Iterable[int]]
    """Lanes of the same kind with a larger excess, by number."""
    shared: Callable[[int, int], float]
    """Share of the first lane's posts that are posts of the second too."""
    bin_seconds: int
    loud_child: Callable[[int], float] = lambda number: 0.0
    """The same of the lanes inside that ask to open themselves."""
    told: Callable[[int], float] = lambda number: 1.0
    """Share of a lane's excess that narrower lanes could explain: of a lane without a topic that
    of posts with one, `LEAST_TOLD` at least."""


def order(asking: Iterable[Voice]) -> list[Voice]:
    """The most specific first, then the largest: the order in which lanes may open."""
    return sorted(asking, key=lambda voice: (breadth(voice.lane), -voice.excess, voice.number))


def spoken_for(voice: Voice, company: Company, settings: ResonanceSettings) -> bool:
    """Whether another lane tells this lane's story."""
    share = TOGETHER_SHARE if voice.asked <= PATIENCE_TICKS else settings.child_share
    if company.child_excess(voice.number) >= share * voice.excess:
        return True
    if company.loud_child(voice.number) >= share * voice.excess * company.told(voice.number):
        return True
    if any(
        company.shared(voice.number, twin) >= SHARED_POSTS
        for twin in company.louder_twins(voice.number)
    ):
        return True
    return any(_tells(other, voice, company, settings) for other in company.open)


def _tells(other: Voice, voice: Voice, company: Company, settings: ResonanceSettings) -> bool:
    together = abs(other.since - voice.since) * company.bin_seconds <= settings.echo_minutes * 60
    if contains(voice.lane, other.lane):
        share = TOGETHER_SHARE if together else settings.child_share
        return other.excess >= share * voice.excess * company.told(voice.number)
    if not other.loud:
        return False
    if contains(other.lane, voice.lane):
        return other.lane.topic is not None or voice.excess >= PART_OF_WIDE * other.excess
    if company.shared(voice.number, other.number) >= SHARED_POSTS:
        return True
    faint = FAINT_SHARE if voice.axis == other.axis else 0.0
    share = settings.echo_share if together else faint
    return other.lane.region == voice.lane.region and voice.excess < share * other.peak
