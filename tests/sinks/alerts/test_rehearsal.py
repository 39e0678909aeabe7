"""What a desk would have had: counted by the rules that run live."""

from __future__ import annotations

from datetime import timedelta

from rezonans.outcome import Messages
from rezonans.reasons import Lane
from sinks.alerts.rehearsal import rehearsed
from tests.sinks.alerts.kit import AT, EVENING, desk, spike

NIGHT = desk(quiet=("22:00-08:00",), escalate=("boss",))
UNTIL = AT + timedelta(days=2)


def test_hours_of_a_desk_are_kept_and_nobody_is_asked_again() -> None:
    records = [
        spike(alarm="orange"),
        spike("closed", revision=1, at=AT + timedelta(hours=2)),
        spike(spike="b2", lane=Lane("gas", "75"), at=EVENING),
        *(spike("updated", spike="b2", lane=Lane("gas", "75"), revision=n,
                at=EVENING + timedelta(minutes=5 * n)) for n in range(1, 10)),
        spike("closed", spike="b2", lane=Lane("gas", "75"), revision=10,
              at=EVENING + timedelta(hours=1)),
        spike(spike="c3", lane=Lane("order", "71"), alarm="red", at=EVENING),
    ]  # fmt: skip
    assert rehearsed("press", NIGHT, records, AT, UNTIL) == Messages(at_once=3, digests=1, waited=1)


def test_what_was_before_the_time_is_not_counted_but_remembered() -> None:
    records = [spike(at=AT), spike("updated", revision=1, at=AT + timedelta(hours=2))]
    since = AT + timedelta(hours=1)
    assert rehearsed("press", desk(), records, since, UNTIL) == Messages(at_once=1)


def test_what_the_desk_does_not_watch_is_nothing() -> None:
    assert rehearsed("press", desk(topics=("gas",)), [spike()], AT, UNTIL) == Messages()
