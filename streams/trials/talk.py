"""A region whose people answer each other: conversations without incidents, and with some.

Posts of one conversation excite each other, so a lane of a few posts a day is loud again and again
without anything having happened. What is made here are the cells that a backtest replays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from rezonans.reasons import Lane
from rezonans.records import Spike
from streams.backtest.cells import Cell
from streams.resonance.lanes import contains

START = datetime(2026, 3, 3, tzinfo=UTC)
REGION = "31"
TOPICS = ("water", "roads", "heating", "housing", "waste", "transport", "health", "prices")
DISTRICTS = tuple(f"{REGION}{number}00000" for number in range(30, 42))
ANSWERS, ANSWERS_SHAPE = 2.4, 0.4
"""Mean number of answers of a post, and the shape of its gamma law: most get none."""
ANSWER_MINUTES = 40.0
FOUND_WITHIN = timedelta(hours=3)
INCIDENT_HOURS = 2.0


@dataclass(frozen=True)
class Region:
    """How much is said."""

    days: int
    conversations: float
    """Begun in a day, over all topics and districts."""


class Event(NamedTuple):
    """An incident: conversations beyond the usual, with answers as usual, in two hours."""

    start: datetime
    topic: str
    district: str
    conversations: int

    @property
    def lane(self) -> Lane:
        return Lane(topic=self.topic, region=REGION, district=self.district)


def quiet(region: Region, chance: np.random.Generator) -> list[Cell]:
    """What is said where nothing happens, in order of time."""
    hours = np.arange(24 * region.days)
    rhythm = 1 + 0.8 * np.sin(((hours + 5) % 24 - 9) / 24 * 2 * np.pi)
    begun = chance.poisson(region.conversations / 24 * rhythm)
    minutes = 60 * (np.repeat(hours, begun) + chance.random(begun.sum()))
    topics = chance.choice(len(TOPICS), len(minutes), p=_shares(len(TOPICS)))
    places = chance.choice(len(DISTRICTS), len(minutes), p=_shares(len(DISTRICTS)))
    found = [
        cell
        for n, minute in enumerate(minutes)
        for cell in _conversation(
            START + timedelta(minutes=float(minute)),
            TOPICS[topics[n]],
            DISTRICTS[places[n]],
            1 + n,
            chance,
        )
    ]
    return sorted(found)


def with_events(
    cells: Iterable[Cell], events: Iterable[Event], chance: np.random.Generator
) -> list[Cell]:
    """The same with incidents."""
    put: list[Cell] = []
    number = 1 << 24
    for event in events:
        for after in np.sort(chance.random(event.conversations)) * INCIDENT_HOURS:
            number += 1
            at = event.start + timedelta(hours=float(after))
            put += _conversation(at, event.topic, event.district, number, chance)
    return sorted([*cells, *put])


def strangers(cells: Iterable[Cell]) -> list[Cell]:
    """The same posts as if nobody had answered anybody: how it was before conversations counted."""
    return [msgspec.structs.replace(cell, thread=0) for cell in cells]


def _shares(count: int) -> NDArray[np.float64]:
    """A few are large: shares fall like 1 / rank."""
    sizes = 1 / np.arange(1.0, count + 1)
    shares: NDArray[np.float64] = sizes / sizes.sum()
    return shares


def _conversation(
    at: datetime, topic: str, district: str, number: int, chance: np.random.Generator
) -> Iterator[Cell]:
    answers = int(
        min(chance.poisson(ANSWERS * chance.gamma(ANSWERS_SHAPE, 1 / ANSWERS_SHAPE)), 400)
    )
    delays = np.concatenate([[0.0], chance.exponential(ANSWER_MINUTES, answers)])
    for order, delay in enumerate(delays.tolist()):
        moment = at + timedelta(minutes=delay)
        yield Cell(
            minute=moment.replace(second=0, microsecond=0),
            topic=topic,
            sure=9,
            region=REGION,
            district=district,
            platform=f"simulation-{order}",
            thread=number,
        )


def openings(told: Iterable[Spike], districts: bool) -> list[Spike]:
    """Spikes that opened, of districts or of wider lanes."""
    opened = [one for one in told if one.change == "opened" and one.kind == "spike"]
    return [one for one in opened if (one.lane.district is not None) == districts]


def found(event: Event, told: Sequence[Spike]) -> timedelta | None:
    """How long after its start the incident was told, by its district or by a wider lane."""
    after = [
        one.at - event.start
        for one in told
        if one.change == "opened"
        and (one.lane == event.lane or contains(one.lane, event.lane))
        and timedelta(0) <= one.at - event.start <= FOUND_WITHIN
    ]
    return min(after, default=None)
