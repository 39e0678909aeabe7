"""A snapshot is whole or refused, and belongs to one log."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streams.resonance.snapshot import MAGIC, Snapshot, read
from streams.steps.resonate import Resonance, ResonanceSettings, Unusable
from tests.streams.resonance.conftest import LIVE
from tests.streams.resonance.world import mention, page

SETTINGS = ResonanceSettings()


def saved(folder: Path, week: bytes) -> Path:
    path = folder / "resonance" / "lanes.snapshot"
    snapshot = Snapshot("log-1", Resonance.load(week, SETTINGS))
    snapshot.advance("mentions/0", 41)
    snapshot.advance("mentions/3", 7)
    snapshot.write(path)
    return path


def test_what_was_written_is_read(tmp_path: Path, week: bytes) -> None:
    snapshot = read(saved(tmp_path, week), "log-1", SETTINGS)
    assert snapshot.positions == {"mentions/0": 41, "mentions/3": 7}
    assert snapshot.state.dump() == week
    assert snapshot.covers("mentions/0", 41)
    assert not snapshot.covers("mentions/0", 42)
    assert not snapshot.covers("mentions/1", 0)


def test_positions_never_go_back(week: bytes) -> None:
    snapshot = Snapshot("log-1", Resonance.load(week, SETTINGS), {"mentions/0": 9})
    snapshot.advance("mentions/0", 4)
    assert snapshot.positions == {"mentions/0": 9}


def test_another_epoch_keeps_lanes_and_seen_items(tmp_path: Path, week: bytes) -> None:
    state = Resonance.load(week, SETTINGS)
    at = LIVE + timedelta(seconds=5)
    state.apply([page(at, [mention("x", at)])])
    path = tmp_path / "lanes.snapshot"
    Snapshot("log-1", state, {"mentions/0": 3}).write(path)
    other = read(path, "log-2", SETTINGS)
    assert (other.epoch, other.positions) == ("log-2", {})
    assert other.state.lanes == state.lanes
    before = other.state.tallies.counted
    other.state.apply([page(at + timedelta(seconds=5), [mention("x", at)])])
    assert other.state.tallies.counted == before


def test_without_a_file_it_starts_empty(tmp_path: Path) -> None:
    snapshot = read(tmp_path / "none", "log-1", SETTINGS)
    assert (snapshot.state.lanes, snapshot.positions) == (0, {})


def test_nothing_but_the_snapshot_stays_in_the_folder(tmp_path: Path, week: bytes) -> None:
    path = saved(tmp_path, week)
    assert list(path.parent.iterdir()) == [path]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(at=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
def test_any_damaged_byte_is_refused(tmp_path: Path, week: bytes, at: float, flip: int) -> None:
    path = saved(tmp_path, week)
    data = bytearray(path.read_bytes())
    data[int(at * len(data))] ^= flip
    path.write_bytes(data)
    with pytest.raises(Unusable, match=r"lanes\.snapshot.*remove it"):
        read(path, "log-1", SETTINGS)


@pytest.mark.parametrize("kept", [0, 10, 60, 5000])
def test_a_torn_file_is_refused(tmp_path: Path, week: bytes, kept: int) -> None:
    path = saved(tmp_path, week)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(Unusable, match="damaged"):
        read(path, "log-1", SETTINGS)


@pytest.mark.parametrize("of_another_version", [{"epoch": "e"}, ["e"], ["e", [], b""], 7])
def test_a_whole_file_of_another_version_is_refused(
    tmp_path: Path, of_another_version: object
) -> None:
    path = tmp_path / "lanes.snapshot"
    payload = msgspec.msgpack.encode(of_another_version)
    path.write_bytes(MAGIC + hashlib.sha256(payload).digest() + payload)
    with pytest.raises(Unusable, match=r"lanes\.snapshot.*another version: remove it"):
        read(path, "log-1", SETTINGS)


def test_a_snapshot_that_can_not_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="can not be read"):
        read(tmp_path, "log-1", SETTINGS)


def test_bins_of_another_width_are_refused_with_the_remedy(tmp_path: Path, week: bytes) -> None:
    other = ResonanceSettings(bin_seconds=30)
    with pytest.raises(Unusable, match="bins of 60 s, the settings say 30 s"):
        read(saved(tmp_path, week), "log-1", other)


@pytest.mark.parametrize("data", [b"", b"rubbish", b"rezonans-bank-4\n" + bytes(40)])
def test_bytes_that_are_no_state_are_refused(data: bytes) -> None:
    with pytest.raises(Unusable):
        Resonance.load(data, SETTINGS)


def test_times_stay_aware(week: bytes) -> None:
    state = Resonance.load(week, SETTINGS)
    posts = [mention(f"t{i}", LIVE + timedelta(seconds=i / 4)) for i in range(80)]
    pages = [page(LIVE + timedelta(seconds=s), posts[4 * s - 4 : 4 * s]) for s in range(1, 21)]
    spikes = state.apply(pages)
    assert spikes
    assert all(
        isinstance(time, datetime) and time.tzinfo is not None
        for spike in spikes
        for time in (spike.at, spike.since)
    )
