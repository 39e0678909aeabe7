"""The scoring of the Numenta Anomaly Benchmark, to the last digit of its sweeper.

A row inside a labelled window is worth what its place in the window is worth, the best row of a
window counts; a row outside costs by its distance from the window before. The threshold that
scores best is chosen over all series together, as the benchmark does.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from streams.resonance.series import Point, read

PROBATION_SHARE, PROBATION_ROWS = 0.15, 5000
EVENT_SECONDS = 6 * 3600
"""Openings nearer than this are one event."""


class Profile(NamedTuple):
    """What hits, misses and false detections are worth."""

    hit: float
    miss: float
    false: float


PROFILES = {
    "standard": Profile(1.0, 1.0, 0.11),
    "low FP": Profile(1.0, 1.0, 0.22),
    "low FN": Profile(1.0, 2.0, 0.11),
}


@dataclass(frozen=True)
class Labelled:
    """A series with its windows, unix seconds, ends included."""

    name: str
    points: Sequence[Point]
    windows: Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Marks:
    """What each row of a series is worth when it is detected."""

    worth: Sequence[float]
    """Inside a window 1 at its start, falling; outside 0 to -1."""
    window: Sequence[int | None]
    probation: int
    """Rows that are not scored."""


def load(folder: Path) -> list[Labelled]:
    """The benchmark's folder: `combined_windows.json` and the series it names that are there."""
    found = []
    windows: Mapping[str, list[list[str]]] = json.loads(
        (folder / "combined_windows.json").read_text("utf-8")
    )
    for key, limits in windows.items():
        path = folder / "data" / Path(key).name
        if path.is_file():
            with path.open(encoding="utf-8", newline="") as lines:
                points = read(lines)
            name = path.stem.removeprefix("Twitter_volume_")
            found.append(Labelled(name, points, [_span(limit) for limit in limits]))
    return found


def _span(limits: Sequence[str]) -> tuple[float, float]:
    start, end = (datetime.fromisoformat(time).replace(tzinfo=UTC) for time in limits)
    return start.timestamp(), end.timestamp()


def mark(series: Labelled) -> Marks:
    """The worth of each row."""
    times = [point.time for point in series.points]
    rows = {time: row for row, time in enumerate(times)}
    spans = [(rows[start], rows[end]) for start, end in series.windows]
    worth: list[float] = []
    inside: list[int | None] = []
    last: tuple[int, int] | None = None
    for row in range(len(times)):
        at = next((k for k, (start, end) in enumerate(spans) if start <= row <= end), None)
        if at is not None:
            start, end = spans[at]
            worth.append(_sigmoid(-(end - row + 1) / (end - start + 1)) / _sigmoid(-1.0))
            last = spans[at]
        else:
            past = 3.0 if last is None else (row - last[1]) / (last[1] - last[0])
            worth.append(_sigmoid(past))
        inside.append(at)
    probation = min(math.floor(PROBATION_SHARE * len(times)), PROBATION_SHARE * PROBATION_ROWS)
    return Marks(worth, inside, int(probation))


def _sigmoid(place: float) -> float:
    return -1.0 if place >= 3.0 else 2 / (1 + math.exp(5 * place)) - 1


@dataclass(frozen=True)
class Result:
    """The best threshold of a profile and its score, 100 for a perfect detector, 0 for none."""

    score: float
    threshold: float


def sweep(
    scores: Mapping[str, Sequence[float]], marks: Mapping[str, Marks], cost: Profile
) -> Result:
    """Try every score as the threshold, over all series at once."""
    rows = sorted(
        (
            (-score, name, row)
            for name, column in scores.items()
            for row, score in enumerate(column)
            if row >= marks[name].probation
        ),
    )
    windows = sum(
        len({w for w in m.window[m.probation :] if w is not None}) for m in marks.values()
    )
    if not windows:
        return Result(0.0, math.inf)
    total = least = -windows * cost.miss
    best = Result(0.0, math.inf)
    hits: dict[tuple[str, int], float] = {}
    for place, (score, name, row) in enumerate(rows):
        window, worth = marks[name].window[row], marks[name].worth[row]
        if window is None:
            total += worth * cost.false
        else:
            before = hits.get((name, window), -cost.miss)
            hits[name, window] = max(before, worth * cost.hit)
            total += hits[name, window] - before
        if place + 1 < len(rows) and rows[place + 1][0] == score:
            continue
        normal = 100 * (total - least) / (windows * cost.hit - least)
        if normal > best.score:
            best = Result(normal, -score)
    return best


@dataclass(frozen=True)
class Events:
    """Openings against windows."""

    windows: int
    hit: int
    false: int
    right: int
    delays: Sequence[float]
    """Hours from the middle of a window, where the label is, to its first opening."""

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.false)

    @property
    def recall(self) -> float:
        return self.hit / max(1, self.windows)


def events(opened: Mapping[str, Iterable[int]], series: Iterable[Labelled]) -> Events:
    """Openings (rows by series) less than six hours apart are one event; it is right when one of
    them is in a window."""
    windows = hit = false = right = 0
    delays: list[float] = []
    for one in series:
        marks, times = mark(one), [point.time for point in one.points]
        windows += len(one.windows)
        first: dict[int, float] = {}
        for group in _groups((row for row in opened[one.name] if row >= marks.probation), times):
            inside = [(marks.window[row], times[row]) for row in group]
            for window, time in inside:
                if window is not None:
                    first.setdefault(window, time)
            found = any(window is not None for window, _ in inside)
            right, false = right + found, false + (not found)
        hit += len(first)
        delays += [(time - sum(one.windows[w]) / 2) / 3600 for w, time in first.items()]
    return Events(windows, hit, false, right, delays)


def _groups(rows: Iterable[int], times: Sequence[float]) -> list[list[int]]:
    groups: list[list[int]] = []
    for row in rows:
        if groups and times[row] - times[groups[-1][-1]] < EVENT_SECONDS:
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def scores_of(lines: Iterable[str]) -> list[float]:
    """The `score` column of a file that a detector wrote."""
    return [float(row["score"]) for row in csv.DictReader(lines)]
