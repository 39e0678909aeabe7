"""A worker that is killed at any moment tells the same spikes, once each, and counts the same."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rezonans.records import Spike, encode
from rezonans.topics import SPIKES
from streams.envelope import Envelope
from streams.resonance import snapshot as snapshots
from streams.resonance.settings import ResonanceSettings
from streams.resonance.snapshot import Snapshot
from streams.resonance.state import Resonance
from streams.stages.resonate import Resonate
from tests.streams.resonance.test_exactness import stream

KNOBS = ResonanceSettings()
MOMENTS = ("before", "said", "sent", "safe")
"""When it dies: before it takes a batch; when what it says is made; when the log has it; when
all is on disk but nothing acknowledged."""
quick = settings(
    max_examples=7, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@cache
def messages(seed: int) -> tuple[Envelope, ...]:
    """The pages in two partitions, by their targets."""
    offsets = [0, 0]
    found = []
    for page in stream(seed):
        partition = int(page.target.startswith("rss"))
        found.append(Envelope("mentions", partition, offsets[partition], b"k", encode(page)))
        offsets[partition] += 1
    return tuple(found)


class Worker:
    """A stage that is killed and started again over one file; `log`: what was sent, in order."""

    def __init__(self, path: Path, week: bytes) -> None:
        self.path, self.log = path, list[bytes]()
        Snapshot("one", Resonance.load(week, KNOBS)).write(path)
        self._start()

    def _start(self) -> None:
        self.seconds = 0.0
        self.snapshot = snapshots.read(self.path, "one", KNOBS)
        self.stage = Resonate(self.snapshot, self.path, 4.0, clock=lambda: self.seconds)

    def take(self, batch: Sequence[Envelope], dies: str = "") -> bool:
        """Whether the batch was acknowledged."""
        if dies == "before":
            return self._dead()
        outputs = [one.value for one in asyncio.run(self.stage(batch)) if one.topic is SPIKES]
        if dies == "said":
            self.log += outputs[: len(outputs) // 2]  # some of them had left
            return self._dead()
        self.log += outputs
        if dies == "sent":
            return self._dead()
        self.seconds += 5
        safe = asyncio.run(self.stage.settle())
        return self._dead() if dies == "safe" else safe

    def _dead(self) -> bool:
        self._start()
        return False

    @property
    def told(self) -> dict[tuple[str, int], set[bytes]]:
        found: dict[tuple[str, int], set[bytes]] = {}
        for one in self.log:
            spike = msgspec.json.decode(one, type=Spike)
            found.setdefault((spike.spike, spike.revision), set()).add(one)
        return found


def batches(size: int, seed: int) -> list[Sequence[Envelope]]:
    found = messages(seed)
    return [found[at : at + size] for at in range(0, len(found), size)]


@quick
@given(
    seed=st.integers(0, 5),
    size=st.integers(3, 20),
    kills=st.dictionaries(st.integers(0, 19), st.sampled_from(MOMENTS), max_size=5),
)
def test_killed_anywhere_it_tells_and_counts_the_same(
    tmp_path: Path, week: bytes, seed: int, size: int, kills: dict[int, str]
) -> None:
    undisturbed = Resonance.load(week, KNOBS)
    expected = [encode(spike) for spike in undisturbed.apply(stream(seed))]
    worker = Worker(tmp_path / "killed", week)
    unacknowledged: list[Envelope] = []
    for number, batch in enumerate(batches(size, seed)):
        unacknowledged += batch
        if worker.take(unacknowledged, kills.get(number, "")):
            unacknowledged = []
    if unacknowledged:
        worker.take(unacknowledged)
    assert list(dict.fromkeys(worker.log)) == expected
    assert worker.snapshot.state.dump() == undisturbed.dump()


@quick
@given(
    seed=st.integers(0, 5),
    kills=st.dictionaries(st.integers(0, 9), st.sampled_from(MOMENTS), min_size=1, max_size=4),
    order=st.randoms(use_true_random=False),
)
def test_delivered_in_another_order_it_never_contradicts_what_it_told(
    tmp_path: Path, week: bytes, seed: int, kills: dict[int, str], order: random.Random
) -> None:
    """After a kill the partitions come as they will; within each the order is kept."""
    worker = Worker(tmp_path / "killed", week)
    waiting: list[Envelope] = []
    for number, batch in enumerate(batches(6, seed)):
        waiting += batch
        if worker.take(waiting, kills.get(number, "")):
            waiting = []
        else:
            first = order.randrange(2)
            waiting.sort(key=lambda one: one.partition != first)
    if waiting:
        worker.take(waiting)
    assert all(len(said) == 1 for said in worker.told.values())
    spikes = {spike for spike, _ in worker.told}
    revisions = {spike: {r for s, r in worker.told if s == spike} for spike in spikes}
    assert all(found == set(range(len(found))) for found in revisions.values())


@pytest.mark.parametrize("dies", ["said", "sent"])
def test_what_was_being_told_is_told_again_first(tmp_path: Path, week: bytes, dies: str) -> None:
    worker = Worker(tmp_path / "killed", week)
    for batch in batches(5, 0):
        before = len(worker.log)
        if not worker.take(batch, dies) and worker.snapshot.telling:
            break
    promised = list(worker.snapshot.telling)
    worker.log = worker.log[:before]
    worker.take(batch)
    assert worker.log[before:][: len(promised)] == promised
    worker.take([])
    assert worker.log[before:] == promised, "and then no more"
