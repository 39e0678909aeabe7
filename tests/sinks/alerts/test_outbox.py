"""The outbox: on disk when it says so, never twice, the beginning before the end."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rezonans.records import Busy, Spike
from sinks.alerts import Outbox
from tests.sinks.alerts.test_rules import AT, channel, spike

NOW = AT.timestamp() + 60


def box(folder: Path, clock: Callable[[], float] = lambda: NOW, **channels: Any) -> Outbox:
    return Outbox(folder / "outbox.sqlite3", channels or {"press": channel()}, clock)


def drain(outbox: Outbox, name: str = "press") -> list[tuple[str, int]]:
    """What a channel hears, in order."""
    heard: list[tuple[str, int]] = []
    while task := outbox.next(name):
        heard.append((task.spike.change, task.spike.revision))
        outbox.finish(task, "sent")
    return heard


def test_what_was_kept_survives_the_process(tmp_path: Path) -> None:
    record = spike(places=(), simulation=True)
    assert box(tmp_path).enqueue([record]) == 1
    task = box(tmp_path).next("press")
    assert task is not None
    assert task.spike == record


def test_a_redelivered_spike_is_kept_once(tmp_path: Path) -> None:
    outbox = box(tmp_path)
    records = [spike(), spike("level", "red", revision=1)]
    outbox.enqueue(records)
    outbox.enqueue(records)
    assert drain(outbox) == [("opened", 0), ("level", 1)]
    assert outbox.enqueue(records) == 0
    assert drain(outbox) == []


def test_each_channel_has_its_own_line(tmp_path: Path) -> None:
    outbox = box(tmp_path, press=channel(alarm="red"), water=channel(topics=("water",)))
    assert outbox.enqueue([spike("opened", "yellow")]) == 1
    assert drain(outbox, "press") == []
    assert outbox.enqueue([spike("level", "red", revision=1)]) == 2
    assert drain(outbox, "press") == [("level", 1)]
    assert drain(outbox, "water") == [("opened", 0), ("level", 1)]


def test_what_waits_is_replaced_by_what_is_newer(tmp_path: Path) -> None:
    outbox = box(tmp_path)
    hours = [timedelta(hours=n) for n in range(4)]
    outbox.enqueue([spike(at=AT)])
    outbox.enqueue([spike("updated", revision=n, at=AT + hours[n]) for n in (1, 2, 3)])
    assert drain(outbox) == [("opened", 0), ("updated", 3)]
    assert outbox.counts() == {("press", "sent"): 2, ("press", "replaced"): 2}


def test_the_end_waits_for_the_beginning_and_a_refused_one_for_the_rest(tmp_path: Path) -> None:
    outbox = box(tmp_path)
    outbox.enqueue([spike(), spike("closed", revision=1), spike(spike="b2")])
    first = outbox.next("press")
    assert first is not None
    outbox.refused(first)
    heard = [outbox.next("press")]
    assert heard[0] is not None
    assert heard[0].spike.spike == "b2"
    outbox.finish(heard[0], "sent")
    assert drain(outbox) == [("opened", 0), ("closed", 1)]


def test_history_is_no_news(tmp_path: Path) -> None:
    outbox = box(tmp_path)
    assert outbox.enqueue([spike(at=AT - timedelta(hours=6))]) == 0
    assert outbox.enqueue([spike(at=AT - timedelta(hours=5))]) == 1


def test_finished_rows_go_after_a_month(tmp_path: Path) -> None:
    now = NOW
    outbox = box(tmp_path, lambda: now)
    outbox.enqueue([spike()])
    drain(outbox)
    now += 31 * 86400
    outbox.enqueue([spike(spike="b2", at=AT + timedelta(days=31))])
    drain(outbox)
    assert outbox.counts() == {("press", "sent"): 1}


def test_a_disk_that_fails_is_busy(tmp_path: Path) -> None:
    outbox = box(tmp_path)
    database = sqlite3.connect(tmp_path / "outbox.sqlite3")
    database.execute("ALTER TABLE alerts RENAME TO gone")
    with pytest.raises(Busy, match="outbox of the alerts"):
        outbox.enqueue([spike()])
    database.execute("ALTER TABLE gone RENAME TO alerts")
    database.close()
    assert outbox.enqueue([spike()]) == 1


def test_a_spike_that_fails_leaves_none_of_its_batch(tmp_path: Path) -> None:
    outbox = box(tmp_path)
    unwritable = spike(spike="b2", revision=2**63)
    with pytest.raises(OverflowError):
        outbox.enqueue([spike(), unwritable])
    assert outbox.counts() == {}


changes = st.sampled_from(["updated", "level", "closed"])
alarms = st.sampled_from(["yellow", "orange", "red"])
lives = st.lists(st.tuples(changes, alarms, st.integers(0, 200)), max_size=8)


def life(steps: list[tuple[Any, Any, int]]) -> list[Spike]:
    records, at = [spike("opened", "yellow")], AT
    for number, (change, alarm, minutes) in enumerate(steps, 1):
        at += timedelta(minutes=minutes)
        records.append(spike(change, alarm, revision=number, at=at))
    return records


@settings(max_examples=25, deadline=None)
@given(lives, st.data())
def test_however_it_is_redelivered_each_revision_is_heard_once(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Any], data: st.DataObject
) -> None:
    records = life(steps)
    plain = box(tmp_path_factory.mktemp("plain"))
    for record in records:
        plain.enqueue([record])
    again = box(tmp_path_factory.mktemp("again"))
    for number, record in enumerate(records):
        start = data.draw(st.integers(0, number))
        again.enqueue([*records[start:number], record])
    heard = drain(again)
    assert heard == drain(plain)
    assert len(set(heard)) == len(heard)
