"""All desks together: what they remember is on disk before anything follows from it.

Guarantee: a spike or an action that is delivered again decides nothing again, whatever was
killed in between; what `take` and `heed` returned from is on disk with the letters it caused.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from rezonans.desks import DeskSettings
from rezonans.handling import Action
from rezonans.records import Spike
from rezonans.troubles import Invalid
from sinks.alerts import life, orders, passing
from sinks.alerts.decisions import Decision
from sinks.alerts.life import DeskState
from sinks.alerts.orders import Orders
from sinks.alerts.outbox import Outbox
from sinks.alerts.situation import Situation
from sinks.alerts.stories import Marks, marks

MOST_HEEDED = 1000
STORY_SECONDS, MOST_STORIES = 3 * 86400.0, 300


class Said(msgspec.Struct, frozen=True):
    """What a spike told."""

    at: float
    story: Marks


class Memory(msgspec.Struct, frozen=True):
    """What is kept between two moments, and across a crash."""

    desks: dict[str, DeskState] = {}
    orders: Orders = Orders()
    stories: dict[str, Said] = {}
    """Of the spikes of some days, so that a story can be muted after its event."""


class Office:
    """Owns the memory; calls from several threads take turns."""

    def __init__(
        self,
        outbox: Outbox,
        desks: Mapping[str, DeskSettings],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._outbox = outbox
        self._desks = desks
        self._clock = clock
        self._lock = threading.Lock()
        self._memory = _remembered(outbox)
        self.blank = self._memory == Memory()
        """Whether it remembers nothing: `recall` gives it what the store knows."""
        self._heeded: deque[Action] = deque(maxlen=MOST_HEEDED)

    def take(self, spikes: Iterable[Spike]) -> list[Decision]:
        """Decide who hears of these. `Busy`: the disk is; the same call may be repeated."""
        with self._lock:
            now = self._clock()
            states, decisions = dict(self._memory.desks), []
            known, stories = self._memory.orders, dict(self._memory.stories)
            for spike in spikes:
                if spike.top or spike.spike not in stories:
                    stories[spike.spike] = Said(now, marks(spike))
                known = orders.told(known, spike.spike, stories[spike.spike].story)
                for at in self._situations(known, now):
                    state = states.get(at.name, DeskState())
                    states[at.name], found = life.heard(state, spike, at)
                    decisions += found
            return self._commit(states, known, decisions, now, stories)

    def heed(self, actions: Iterable[Action]) -> list[Decision]:
        """Do what people ordered: mutes, acknowledgements, marks, crisis mode."""
        with self._lock:
            now = self._clock()
            known, states = self._memory.orders, dict(self._memory.desks)
            for action in actions:
                self._heeded.append(action)
                known = orders.applied(known, action)
                first = action.subject.removeprefix("story:")
                if first in self._memory.stories:
                    known = orders.told(known, first, self._memory.stories[first].story)
                for name in self._desks:
                    states[name] = _heeded(states.get(name, DeskState()), action)
            return self._commit(states, orders.pruned(known, now), [], now)

    def recall(self, actions: Sequence[Action]) -> None:
        """Obey what was ordered before there was this memory; what is newer stands over it."""
        with self._lock:
            known, now = Orders(), self._clock()
            for action in [*actions, *self._heeded]:
                known = orders.applied(known, action)
            self._commit(dict(self._memory.desks), orders.pruned(known, now), [], now)

    def tick(self) -> list[Decision]:
        """Time has passed."""
        with self._lock:
            now = self._clock()
            known = orders.pruned(self._memory.orders, now)
            return self._commit(dict(self._memory.desks), known, [], now)

    def _commit(
        self,
        states: dict[str, DeskState],
        known: Orders,
        decisions: list[Decision],
        now: float,
        stories: dict[str, Said] | None = None,
    ) -> list[Decision]:
        """What time brings belongs to every moment; then all of it goes to the disk at once."""
        for at in self._situations(known, now):
            state = states.get(at.name, DeskState())
            states[at.name], found = passing.passed(state, at)
            decisions += found
        kept = _recent(self._memory.stories if stories is None else stories, now)
        memory = Memory({name: states[name] for name in self._desks}, known, kept)
        if memory != self._memory or decisions:
            self._outbox.commit(msgspec.json.encode(memory), decisions)
            self._memory = memory
        return decisions

    def _situations(self, known: Orders, now: float) -> list[Situation]:
        return [Situation(name, desk, known, now) for name, desk in self._desks.items()]


def _recent(stories: dict[str, Said], now: float) -> dict[str, Said]:
    """The newest of some days."""
    if len(stories) <= MOST_STORIES and all(
        now - one.at <= STORY_SECONDS for one in stories.values()
    ):
        return stories
    newest = sorted(stories.items(), key=lambda pair: pair[1].at)[-MOST_STORIES:]
    return {spike: one for spike, one in newest if now - one.at <= STORY_SECONDS}


def _heeded(state: DeskState, action: Action) -> DeskState:
    if action.verb == "acknowledge":
        return life.acknowledged(state, action)
    return life.marked(state, action) if action.verb == "mark" else state


def _remembered(outbox: Outbox) -> Memory:
    kept = outbox.memory()
    if kept is None:
        return Memory()
    try:
        return msgspec.json.decode(kept, type=Memory)
    except msgspec.DecodeError as error:
        raise Invalid(
            f"outbox.sqlite3: what the desks remember can not be read ({error}); move the file "
            "away to start anew"
        ) from None
