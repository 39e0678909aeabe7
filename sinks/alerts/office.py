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
from rezonans.records import Invalid, Spike
from sinks.alerts import life, orders, passing
from sinks.alerts.decisions import Decision
from sinks.alerts.life import DeskState
from sinks.alerts.orders import Orders
from sinks.alerts.outbox import Outbox
from sinks.alerts.situation import Situation

MOST_HEEDED = 1000


class Memory(msgspec.Struct, frozen=True):
    """What is kept between two moments, and across a crash."""

    desks: dict[str, DeskState] = {}
    orders: Orders = Orders()


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
            for spike in spikes:
                for at in self._situations(self._memory.orders, now):
                    state = states.get(at.name, DeskState())
                    states[at.name], found = life.heard(state, spike, at)
                    decisions += found
            return self._commit(states, self._memory.orders, decisions, now)

    def heed(self, actions: Iterable[Action]) -> list[Decision]:
        """Do what people ordered: mutes, acknowledgements, marks, crisis mode."""
        with self._lock:
            now = self._clock()
            known, states = self._memory.orders, dict(self._memory.desks)
            for action in actions:
                self._heeded.append(action)
                known = orders.applied(known, action)
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
        self, states: dict[str, DeskState], known: Orders, decisions: list[Decision], now: float
    ) -> list[Decision]:
        """What time brings belongs to every moment; then all of it goes to the disk at once."""
        for at in self._situations(known, now):
            state = states.get(at.name, DeskState())
            states[at.name], found = passing.passed(state, at)
            decisions += found
        memory = Memory({name: states[name] for name in self._desks}, known)
        if memory != self._memory or decisions:
            self._outbox.commit(msgspec.json.encode(memory), decisions)
            self._memory = memory
        return decisions

    def _situations(self, known: Orders, now: float) -> list[Situation]:
        return [Situation(name, desk, known, now) for name, desk in self._desks.items()]


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
