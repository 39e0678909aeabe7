"""Office and outbox: on disk together, never twice, the beginning before the end."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rezonans.desks import DeskSettings
from rezonans.handling import Alert
from rezonans.reasons import Lane
from rezonans.records import Spike
from rezonans.troubles import Busy, Invalid
from sinks.alerts import Office, Outbox
from sinks.alerts.outbox import Task
from tests.sinks.alerts.kit import AT, action, desk, spike
from tests.sinks.alerts.test_life import lives, story

NOW = AT.timestamp() + 60
BOTH = {"press": desk(), "water": desk(channels=("aqua", "mail"), topics=("water",))}


class Place:
    """An office over a file, opened anew as often as it is killed."""

    def __init__(
        self,
        folder: Path,
        desks: dict[str, DeskSettings] | None = None,
        clock: Callable[[], float] = lambda: NOW,
    ) -> None:
        self.path = folder / "outbox.sqlite3"
        self._desks = {"press": desk()} if desks is None else desks
        self._clock = clock
        self.restart()

    def restart(self) -> None:
        self.outbox = Outbox(self.path, self._clock)
        self.office = Office(self.outbox, self._desks, self._clock)

    def drain(self, channel: str = "press") -> list[tuple[str, int]]:
        """What a channel is told, in order."""
        heard: list[tuple[str, int]] = []
        while task := self.outbox.next(channel):
            heard.append((task.letter.told, task.letter.spikes[0].revision))
            self.outbox.finish(task, "sent", task.letter.told)
        return heard

    def outcomes(self) -> list[Alert]:
        return [msgspec.json.decode(one.record, type=Alert) for one in self.outbox.outcomes()]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_what_was_decided_survives_the_process(place: Place) -> None:
    record = spike(simulation=True)
    place.office.take([record])
    place.restart()
    task = place.outbox.next("press")
    assert task is not None
    assert task.letter.spikes == (record,)
    assert place.office.take([record]) == []


def test_a_redelivered_spike_is_told_once(place: Place) -> None:
    records = [spike(), spike("level", "red", revision=1)]
    for _ in range(2):
        place.office.take(records)
        place.restart()
    assert place.drain() == [("opened", 0), ("level", 1)]
    place.office.take(records)
    assert place.drain() == []


def test_each_desk_decides_and_each_channel_has_its_own_line(tmp_path: Path) -> None:
    place = Place(tmp_path, BOTH)
    place.office.take([spike(), spike(spike="b2", lane=Lane("gas", "75"))])
    assert place.drain("press") == [("opened", 0), ("opened", 0)]
    assert place.drain("aqua") == [("opened", 0)]
    assert place.drain("mail") == [("opened", 0)]


def test_an_update_that_waits_is_replaced_by_what_is_newer(place: Place) -> None:
    hours = [timedelta(hours=n) for n in range(4)]
    place.office.take([spike(at=AT)])
    place.office.take([spike("updated", revision=n, at=AT + hours[n]) for n in (1, 2, 3)])
    assert place.drain() == [("opened", 0), ("updated", 3)]
    assert place.outbox.counts() == {("press", "sent"): 2, ("press", "replaced"): 2}
    ends = [(one.told, one.outcome, one.reason, one.attempts) for one in place.outcomes()]
    assert ends == [
        ("updated", "replaced", "newer", 0), ("updated", "replaced", "newer", 0),
        ("opened", "sent", "opened", 1), ("updated", "sent", "updated", 1),
    ]  # fmt: skip


def test_the_end_waits_for_the_beginning_and_a_refused_one_for_the_rest(place: Place) -> None:
    place.office.take([spike(), spike("closed", revision=1)])
    place.office.take([spike(spike="b2", lane=Lane("gas", "75"))])
    first = place.outbox.next("press")
    assert first is not None
    place.outbox.refused(first)
    other = place.outbox.next("press")
    assert other is not None
    assert other.letter.event == "b2"
    place.outbox.finish(other, "sent", "opened")
    assert place.drain() == [("opened", 0), ("closed", 1)]


def test_every_decision_is_said_with_its_reason_until_the_log_has_it(place: Place) -> None:
    place.office.heed([action("mute", "topic:water", (AT + timedelta(hours=1)).isoformat())])
    place.office.take([spike(), spike(spike="old", at=AT - timedelta(days=1))])
    place.restart()
    muted, old = place.outcomes()
    assert (muted.desk, muted.outcome, muted.reason, muted.by) == (
        "press", "suppressed", "muted", "Айгүл",
    )  # fmt: skip
    assert (muted.lane, muted.spike, muted.channel) == (Lane("water", "11"), "a1", None)
    assert (old.reason, old.spike) == ("history", "old")
    place.outbox.said(place.outbox.outcomes()[0].id)
    assert [one.reason for one in place.outcomes()] == ["history"]


def test_orders_survive_the_process_and_end(tmp_path: Path) -> None:
    now = NOW
    place = Place(tmp_path, clock=lambda: now)
    place.office.heed([action("mute", "topic:water", (AT + timedelta(hours=1)).isoformat())])
    place.restart()
    place.office.take([spike()])
    assert place.drain() == []
    now += 3700
    place.office.tick()
    place.restart()
    place.office.take([spike("updated", revision=1)])
    assert place.drain() == [("opened", 1)]


def test_a_timer_goes_on_where_the_process_was_killed(tmp_path: Path) -> None:
    now = NOW
    asking = {"press": desk(escalate=("boss",), escalate_minutes=15)}
    place = Place(tmp_path, asking, lambda: now)
    place.office.take([spike(alarm="orange")])
    now += 14 * 60
    place.restart()
    place.office.tick()
    assert place.drain("boss") == []
    now += 61
    place.restart()
    place.office.tick()
    place.office.tick()
    assert place.drain("boss") == [("escalated", 0)]


def test_a_memory_that_is_blank_recalls_what_the_store_knows(place: Place) -> None:
    later = (AT + timedelta(hours=1)).isoformat()
    assert place.office.blank
    place.office.heed([action("mute", "topic:gas", "off")])
    place.office.recall([action("mute", "topic:gas", later), action("mute", "topic:water", later)])
    place.office.take([spike(), spike(spike="b2", lane=Lane("gas", "75"))])
    assert [one.reason for one in place.outcomes()] == ["muted"]
    assert place.drain() == [("opened", 0)]
    place.restart()
    assert not place.office.blank


def test_letters_to_a_channel_that_is_gone_are_given_up(place: Place) -> None:
    place.office.take([spike()])
    assert place.outbox.close(["mail"]) == 1
    assert place.drain() == []
    assert [(one.outcome, one.reason) for one in place.outcomes()] == [("failed", "gone")]


def test_a_desk_that_is_gone_is_forgotten(tmp_path: Path) -> None:
    Place(tmp_path, BOTH).office.take([spike()])
    left = Place(tmp_path, {"press": desk()})
    left.office.take([spike("closed", revision=1)])
    assert left.drain() == [("opened", 0), ("closed", 1)]


def test_finished_letters_go_after_a_month(tmp_path: Path) -> None:
    now = NOW
    place = Place(tmp_path, clock=lambda: now)
    place.office.take([spike()])
    place.drain()
    now += 31 * 86400
    place.office.take([spike(spike="b2", at=AT + timedelta(days=31))])
    place.drain()
    assert place.outbox.counts() == {("press", "sent"): 1}


def test_a_disk_that_fails_is_busy_and_nothing_is_forgotten(place: Place) -> None:
    database = sqlite3.connect(place.path)
    database.execute("ALTER TABLE letters RENAME TO gone")
    with pytest.raises(Busy, match="outbox of the alerts"):
        place.office.take([spike()])
    database.execute("ALTER TABLE gone RENAME TO letters")
    database.close()
    place.office.take([spike()])
    assert place.drain() == [("opened", 0)]


def test_a_memory_that_can_not_be_read_says_what_to_do(place: Place) -> None:
    place.outbox.commit(b"{", [])
    with pytest.raises(Invalid, match="move the file away"):
        place.restart()


def test_nothing_new_writes_nothing(tmp_path: Path) -> None:
    class Counting(Outbox):
        commits = 0

        def commit(self, memory: bytes, decisions: Any) -> None:
            Counting.commits += 1
            super().commit(memory, decisions)

    office = Office(Counting(tmp_path / "o.sqlite3", lambda: NOW), BOTH, lambda: NOW)
    office.take([spike()])
    for _ in range(5):
        office.tick()
        office.take([spike()])
    assert Counting.commits == 1


@settings(max_examples=20, deadline=None)
@given(lives, st.data())
def test_however_it_is_killed_and_redelivered_each_letter_is_there_once(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Any], data: st.DataObject
) -> None:
    """Acknowledged is what was committed; the rest, and more, is delivered again."""
    records = story(steps)
    now = [NOW]
    plain = Place(tmp_path_factory.mktemp("plain"), BOTH, lambda: now[0])
    again = Place(tmp_path_factory.mktemp("again"), BOTH, lambda: now[0])
    for number, record in enumerate(records):
        now[0] = record.at.timestamp()
        plain.office.take([record])
        start = data.draw(st.integers(0, number))
        again.restart()
        again.office.take([*records[start:number], record])
    for channel in ("press", "aqua", "mail"):
        heard = again.drain(channel)
        assert heard == plain.drain(channel)
    assert _letters(again.path) == _letters(plain.path)


def _letters(path: Path) -> list[tuple[str, str]]:
    database = sqlite3.connect(path)
    rows = database.execute("SELECT channel, alert FROM letters ORDER BY 1, 2").fetchall()
    database.close()
    return rows


def test_a_task_is_what_was_posted(place: Place) -> None:
    place.office.take([spike()])
    task = place.outbox.next("press")
    assert isinstance(task, Task)
    assert (task.channel, task.created, task.attempts) == ("press", NOW, 0)
    assert Spike in {type(one) for one in task.letter.spikes}
