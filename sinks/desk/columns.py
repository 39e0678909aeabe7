"""A course of moods as columns of one picture, with the spikes as marks. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

WIDTH, HEIGHT = 1000, 160
MOODS = ("negative", "neutral", "positive", "unlabelled")


@dataclass(frozen=True)
class Span:
    """What was said from a moment on, by mood."""

    at: datetime
    counts: Sequence[int]
    """In the order of `MOODS`."""


@dataclass(frozen=True)
class Mark:
    """A spike on the course: where it stands, and what is said of it."""

    x: float
    text: str
    level: str


@dataclass(frozen=True)
class Bars:
    """A path a mood, in the order of `MOODS`; `most` is what the height stands for."""

    paths: Sequence[str]
    most: int
    marks: Sequence[Mark] = ()


def bars(
    spans: Sequence[Span],
    since: datetime,
    until: datetime,
    step_seconds: int,
    marks: Sequence[tuple[datetime, str, str]] = (),
) -> Bars:
    """Columns stacked from the worst mood upwards; a span without posts leaves a gap.

    `marks`: when, what is said, level. What began before the range stands at its edge.
    """
    most = max((sum(span.counts) for span in spans), default=0)
    paths = ["" for _ in MOODS]
    width = max(1.0, _across(step_seconds, since, until) - 1)
    for span in spans:
        x, y = _at(span.at, since, until), float(HEIGHT)
        for place, count in enumerate(span.counts):
            if count:
                tall = count / most * HEIGHT
                y -= tall
                paths[place] += f"M{x:.1f} {y:.1f}h{width:.1f}v{tall:.1f}h-{width:.1f}z"
    drawn = [Mark(_at(at, since, until), text, level) for at, text, level in marks]
    return Bars(paths, most, drawn)


def _at(at: datetime, since: datetime, until: datetime) -> float:
    across = _across((at - since).total_seconds(), since, until)
    return min(float(WIDTH), max(0.0, across))


def _across(seconds: float, since: datetime, until: datetime) -> float:
    return seconds / (until - since).total_seconds() * WIDTH
