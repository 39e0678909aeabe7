"""Each mention enters the bank once, whatever crashed."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rezonans.records import DeadLetter, Mentions, encode
from rezonans.topics import DEAD_LETTERS
from streams.envelope import Envelope
from streams.resonance import snapshot as snapshots
from streams.resonance.settings import ResonanceSettings
from streams.stages.resonate import Resonate
from tests.streams.factories import NOON, mention

SETTINGS = ResonanceSettings()


def message(offset: int, *numbers: int, partition: int = 0) -> Envelope:
    page = Mentions(
        platform="test",
        container="test:group",
        target="test/group",
        looked_until=NOON,
        observed_at=NOON,
        sequence=offset,
        collector="test",
        collector_version="1",
        mentions=tuple(mention(n, topics=(("water", 0.9),)) for n in numbers),
    )
    return Envelope("mentions", partition, offset, b"k", encode(page))


class Life:
    """A stage between two crashes, over one snapshot file."""

    def __init__(self, path: Path, epoch: str = "one") -> None:
        self.seconds = 0.0
        self.snapshot = snapshots.read(path, epoch, SETTINGS)
        self.stage = Resonate(
            self.snapshot, path, 4.0, now=lambda: NOON, clock=lambda: self.seconds
        )

    def take(self, *batch: Envelope) -> list[DeadLetter]:
        outputs = asyncio.run(self.stage(batch))
        return [
            msgspec.json.decode(o.value, type=DeadLetter)
            for o in outputs
            if o.topic is DEAD_LETTERS
        ]

    def settle(self) -> bool:
        return asyncio.run(self.stage.settle())

    @property
    def counted(self) -> int:
        return self.snapshot.state.tallies.counted


def test_nothing_is_safe_before_the_snapshot(tmp_path: Path) -> None:
    life = Life(tmp_path / "s")
    life.take(message(0, 1))
    assert not life.settle()
    life.seconds = 5
    assert life.settle()
    assert (tmp_path / "s").exists()
    assert not life.settle(), "the next one waits its turn again"


def test_what_the_snapshot_holds_is_skipped_and_the_rest_is_counted(tmp_path: Path) -> None:
    life = Life(tmp_path / "s")
    life.take(message(0, 1), message(1, 2))
    life.seconds = 5
    assert life.settle()
    life.take(message(2, 3))  # crash before the next snapshot

    again = Life(tmp_path / "s")
    assert again.counted == 2
    again.take(message(0, 1), message(1, 2), message(2, 3))
    assert again.counted == 3
    assert again.snapshot.state.tallies.again == 0, "skipped by position, not by identity"


def test_another_log_starts_its_positions_anew_and_keeps_the_items(tmp_path: Path) -> None:
    life = Life(tmp_path / "s")
    life.take(message(7, 1))
    life.seconds = 5
    life.settle()
    other = Life(tmp_path / "s", epoch="two")
    other.take(message(0, 1), message(1, 2))
    assert other.counted == 2
    assert other.snapshot.state.tallies.again == 1


def test_bad_mention_is_a_dead_letter_and_its_neighbours_count(tmp_path: Path) -> None:
    life = Life(tmp_path / "s")
    good = message(0, 1, 2, 3)
    bad = Envelope("mentions", 0, 0, b"k", good.value.replace(b'"test:2"', b"2"))
    letters = life.take(bad, Envelope("mentions", 0, 1, b"k", b"nonsense"))
    assert [letter.place for letter in letters] == ["mentions/0/0/1", "mentions/0/1"]
    assert life.counted == 2


def test_a_fingerprint_that_no_snapshot_can_hold_is_a_dead_letter(tmp_path: Path) -> None:
    life = Life(tmp_path / "s")
    value = message(0, 1, 2).value.replace(b'"post":{', b'"fingerprint":%d,"post":{' % 2**64, 1)
    (letter,) = life.take(Envelope("mentions", 0, 0, b"k", value))
    assert "64 bits" in letter.reason
    life.seconds = 5
    assert life.settle()
    assert life.counted == 1


def test_page_in_parts_is_counted_whole_and_once(tmp_path: Path) -> None:
    """A suspect page among calm ones of its partition, twice delivered."""
    life = Life(tmp_path / "s")
    suspect = message(0, *range(10))
    parts = life.stage.split(suspect)
    assert [part.last for part in parts] == [False] * 10 + [True]
    for part in parts:
        life.take(part)
    life.take(message(1, *range(10, 20)))
    assert life.counted == 20
    life.take(suspect, message(1, 10))
    assert life.counted == 20


@pytest.mark.timeout(120)
@given(
    cuts=st.lists(st.integers(1, 4), min_size=1, max_size=6),
    crashes=st.sets(st.integers(0, 5)),
    saves=st.sets(st.integers(0, 5)),
)
def test_any_crashes_give_the_same_count(
    tmp_path_factory: pytest.TempPathFactory,
    cuts: list[int],
    crashes: set[int],
    saves: set[int],
) -> None:
    path = tmp_path_factory.mktemp("state") / "s"
    log = [message(n, n * 10, n * 10 + 1) for n in range(12)]
    life, read, acknowledged = Life(path), 0, 0
    for turn, size in enumerate(cuts):
        life.take(*log[read : read + size])
        read = min(read + size, len(log))
        if turn in saves:
            life.seconds += 5
            assert life.settle()
            acknowledged = read
        if turn in crashes:
            life, read = Life(path), acknowledged
    life.take(*log[read:])
    assert life.counted == 24
