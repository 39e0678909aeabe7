"""The detector over one series of counts: the bank, the bars and the life of the live system.

What a live lane has and a series has not is left out: voices, places, and the floors below which
nobody is paged. Guarantee: causal; a row depends on the rows before it and itself.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TextIO, TypeAlias

import numpy as np

from streams.resonance import life
from streams.resonance.bank import Bank
from streams.resonance.judge import Verdict, Window, interval, judge
from streams.resonance.life import OpenSpike, Reading
from streams.resonance.rows import HABIT
from streams.resonance.series import Point, numbered
from streams.resonance.settings import ResonanceSettings

State: TypeAlias = Literal["none", "opened", "open", "escalated", "closed"]

LEAST_POSTS = 3.0
"""Posts within the hour below which a series can not open."""
TOLD = 0.49
"""The score of an open spike stays below an opening's."""
LANE = np.zeros(1, np.intp)
COLUMNS = ("timestamp", "value", "expected", "low", "high", "score", "state")


@dataclass(frozen=True)
class Row:
    """What is said of one row of the series."""

    point: Point
    expected: float
    """Of this row, from what was known an hour before."""
    low: float
    high: float
    """The interval that holds four rows of five."""
    score: float
    """0 to 1: odds of 1 to 1 (0.5) and more open, ten times the odds are ten times rarer. While
    a spike is open it stays below 0.5: it was told."""
    state: State


class Detector:
    """One lane. Rows in, in the order of time."""

    def __init__(self, settings: ResonanceSettings) -> None:
        self._settings = settings.model_copy(update={"floor_posts": LEAST_POSTS})
        self._width = settings.bin_seconds
        self._bank = Bank(self._width)
        self._bank.add(None)
        self._hour: deque[tuple[int, float | None]] = deque()
        self._open: OpenSpike | None = None

    def see(self, number: int, point: Point) -> Row:
        """The row of the bin `number`; bins that were left out are missing data."""
        self._pass_to(number)
        self._hour.append((number, point.value))
        verdict = judge(self._bank, self._window())
        state: State = "none"
        score = 0.0
        if self._bank.age * self._width >= self._settings.warmup_hours * 3600:
            reading = self._reading(verdict)
            if point.value is not None:
                state = self._live(number, reading)
            score = _odds(reading.score - reading.bar)
            score = score if state == "opened" else min(score, TOLD)
        mu = verdict.mu[-1]
        low, high = interval(mu, self._bank.phi(LANE))
        return Row(point, float(mu[0]), float(low[0]), float(high[0]), score, state)

    # -- bins --------------------------------------------------------------------------

    def _pass_to(self, number: int) -> None:
        """Bins older than an hour are learned; those that nobody brought are gaps."""
        last = self._hour[-1][0] if self._hour else number - 1
        keep = max(1, 3600 // self._width)
        for missing in range(max(last + 1, number - keep), number):
            self._hour.append((missing, None))
        while self._hour and self._hour[0][0] <= number - keep:
            self._close(*self._hour.popleft())

    def _close(self, number: int, value: float | None) -> None:
        if value is None:
            self._bank.skip(number)
        else:
            self._bank.learn(np.array([value], np.float32), number)

    def _window(self) -> Window:
        counts = np.array([[value or 0.0] for _, value in self._hour], np.float32)
        return Window(
            lanes=LANE,
            bins=range(self._hour[0][0], self._hour[-1][0] + 1),
            counts=counts,
            history=np.zeros(len(counts), np.bool_),
            looked=np.array([value is not None for _, value in self._hour]),
            elapsed=1.0,
            report=len(counts),
        )

    # -- life --------------------------------------------------------------------------

    def _reading(self, verdict: Verdict) -> Reading:
        bar = self._settings.threshold + float(self._bank[HABIT][0])
        return Reading.of(0, verdict, bar, at=0)

    def _live(self, number: int, reading: Reading) -> State:
        now = float((number + 1) * self._width)
        if self._open is None:
            if not life.surprising(reading, self._settings):
                return "none"
            self._open = OpenSpike("", number, now, now, reading.bar)
            self._open.alarm = self._alarm(reading)
            self._bank.habituate(0)
            self._bank.reset(0)
            return "opened"
        return self._go_on(self._open, now, reading)

    def _go_on(self, spike: OpenSpike, now: float, reading: Reading) -> State:
        life.note(spike, reading, now, self._settings)
        if life.ended(spike, now, self._settings):
            if now - spike.opened >= self._settings.longest_hours * 3600:
                self._bank.renew(0)
            self._open = None
            return "closed"
        alarm = self._alarm(reading)
        raised, spike.alarm = alarm > spike.alarm, max(alarm, spike.alarm)
        return "escalated" if raised else "open"

    def _alarm(self, reading: Reading) -> int:
        return life.alarm(reading, True, self._settings)


def _odds(decades: float) -> float:
    return float(1 / (1 + 10 ** -min(max(decades, -6.0), 12.0)))


def detect(points: Iterable[Point], settings: ResonanceSettings) -> Iterator[Row]:
    """The rows of a series in bins of the settings' width. `Malformed` where they do not fit."""
    detector = Detector(settings)
    for number, point in numbered(points, settings.bin_seconds):
        yield detector.see(number, point)


def write(rows: Iterable[Row], file: TextIO) -> dict[str, int]:
    """The rows as CSV; how many were in each state."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    states: dict[str, int] = {}
    for row in rows:
        value = "" if row.point.value is None else f"{row.point.value:.12g}"
        numbers = (f"{number:.5g}" for number in (row.expected, row.low, row.high))
        writer.writerow((row.point.timestamp, value, *numbers, f"{row.score:.9f}", row.state))
        states[row.state] = states.get(row.state, 0) + 1
    return states
