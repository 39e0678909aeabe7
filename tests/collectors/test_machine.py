"""Whatever happens in whatever order, to every kind: a state machine over the real loop.

Publish, look, die between any two messages, two processes at once, a log that is away, faults of
the platform, hours that pass, clocks that are set: nothing is lost, nothing is told twice, nothing
is believed to be deleted, and no promise to the platform is broken.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from rezonans.troubles import Busy
from tests.collectors.play import FAULTS, Play, texts
from tests.collectors.stage import Log, Stopped
from tests.collectors.stands import STANDS

FAULT_NAMES = sorted(FAULTS.keys() - {"429 absurd"})


class Life(RuleBasedStateMachine):
    """One stand; `kind` is set by the subclass of each kind."""

    kind: str

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.play = Play(self.kind, Path(self.folder.name))
        self.step = 0

    @rule(count=st.integers(1, 5))
    def publish(self, count: int) -> None:
        self.step += 1
        self.play.publish(*texts(count, f"Қадам {self.step}"))

    @rule(minutes=st.integers(1, 3), together=st.sampled_from([1, 1, 1, 2]))
    def look(self, minutes: int, together: int) -> None:
        self.play.run(minutes, together=together)

    @rule(call=st.integers(1, 4), moment=st.sampled_from(["before", "after"]))
    def die(self, call: int, moment: str) -> None:
        """The process ends at a message, before or after the log has it."""
        self._with(Log(lambda n, when: Stopped() if (n, when) == (call, moment) else None))

    @rule(calls=st.integers(1, 4))
    def lose_the_log_for_a_while(self, calls: int) -> None:
        def away(call: int, when: str) -> BaseException | None:
            return Busy("away", 20.0) if when == "before" and call <= calls else None

        self._with(Log(away))

    def _with(self, log: Log) -> None:
        log.messages, before = self.play.log.messages, self.play.log
        self.play.log = log
        with suppress(Stopped):
            self.play.run(2)
        before.messages = log.messages
        self.play.log = before

    @rule(name=st.sampled_from(FAULT_NAMES), after=st.integers(0, 3))
    def fault(self, name: str, after: int) -> None:
        self.play.faults = [lambda request: None] * after + [FAULTS[name]]

    @rule(hours=st.sampled_from([1, 20]))
    def be_away(self, hours: int) -> None:
        asyncio.run(self.play.time.pass_for(hours * 3_600))

    @rule(minutes=st.sampled_from([-3, 3]))
    def set_the_clock(self, minutes: int) -> None:
        """Of our machine and, for the stand, of the world: monotonic time goes on."""
        self.play.time.now += timedelta(minutes=minutes)

    @invariant()
    def nothing_is_told_twice_or_deleted(self) -> None:
        assert max(self.play.told().values(), default=1) == 1
        assert not [post for post in self.play.log.posts if post.event == "deleted"]

    def teardown(self) -> None:
        try:
            self.play.faults = []
            asyncio.run(self.play.time.pass_for(600))
            self.play.run(75)
            assert self.play.missing() == set()
        finally:
            self.folder.cleanup()


@pytest.mark.parametrize("kind", sorted(STANDS))
def test_whatever_happens_in_whatever_order(kind: str) -> None:
    machine = type(f"Life_{kind}", (Life,), {"kind": kind})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=4, stateful_step_count=10, deadline=None)
    )
