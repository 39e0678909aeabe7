"""What time brings: the morning, escalation, the rota, crisis mode, and clocks that jump."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rezonans.desks import Crisis, DeskSettings, Shift
from rezonans.reasons import Lane
from sinks.alerts import rules
from sinks.alerts.life import DeskState
from sinks.alerts.passing import passed
from tests.sinks.alerts.kit import AT, EVENING, Bench, action, desk, spike, why

NIGHT = desk(quiet=("22:00-08:00",))
ASKING = desk(escalate=("boss", "minister"), escalate_minutes=15)


def at(record: Any, bench: Bench, **values: Any) -> Any:
    return spike(*record, at=bench.moment(), **values)


# ---- quiet hours and the digest --------------------------------------------------------------


def test_yellow_and_orange_wait_for_the_morning_and_red_goes_out() -> None:
    bench = Bench(NIGHT, EVENING)
    assert why(bench.hears(at(("opened", "yellow"), bench))) == ["held: quiet-hours"]
    assert why(
        bench.hears(at(("opened", "orange"), bench, spike="b2", lane=Lane("gas", "75")))
    ) == ["held: quiet-hours"]
    red = at(("opened", "red"), bench, spike="c3", lane=Lane("transport", "71"))
    assert why(bench.hears(red)) == ["opened"]
    over = at(("closed", "orange"), bench, spike="b2", lane=Lane("gas", "75"), revision=1)
    assert why(bench.hears(over, 60)) == ["held: waits"]
    assert bench.waits(7 * 60) == []
    [digest] = bench.waits(61)
    assert digest.told == "digest"
    assert [(one.spike, one.change) for one in digest.spikes] == [
        ("a1", "updated"), ("b2", "closed"),
    ]  # fmt: skip
    assert bench.moment().hour == 3, "08:00 in Almaty"
    assert bench.waits(26 * 60) == [], "once"


def test_what_waits_says_once_why_and_is_one_that_waits() -> None:
    bench = Bench(NIGHT, EVENING)
    bench.hears(at(("opened", "yellow"), bench))
    for n in range(1, 5):
        assert why(bench.hears(at(("updated", "yellow"), bench, revision=n), 60)) == ["held: waits"]
    assert [one.told for one in bench.waits(6 * 60)] == ["digest"]


def test_what_was_kept_back_until_it_was_calm_is_not_told_as_new() -> None:
    bench = Bench()
    until = bench.moment(4 * 60).isoformat()
    bench.ordered(action("mute", "topic:water", until))
    assert why(bench.hears(spike())) == ["suppressed: muted"]
    calm: dict[str, Any] = {"observed": 9.0, "fired": ()}
    told = bench.hears(at(("updated", "yellow"), bench, revision=1, **calm), 5 * 60)
    assert why(told) == ["suppressed: calm"]
    again = at(("updated", "yellow"), bench, revision=2, observed=60.0)
    assert why(bench.hears(again)) == ["opened"]


def test_what_rises_to_red_in_the_night_is_told_then_and_not_again_in_the_morning() -> None:
    bench = Bench(NIGHT, EVENING)
    bench.hears(at(("opened", "orange"), bench))
    assert why(bench.hears(at(("level", "red"), bench, revision=1), 30)) == ["opened"]
    assert bench.waits(10 * 60) == []


def test_after_the_digest_an_open_event_goes_on_as_told() -> None:
    bench = Bench(NIGHT, EVENING)
    bench.hears(at(("opened", "yellow"), bench))
    bench.waits(10 * 60)
    assert why(bench.hears(at(("updated", "yellow"), bench, revision=1))) == ["updated"]
    assert why(bench.hears(at(("level", "orange"), bench, revision=2))) == ["level"]


def test_the_end_of_a_red_event_waits_as_well() -> None:
    bench = Bench(NIGHT, EVENING)
    bench.hears(at(("opened", "red"), bench))
    assert why(bench.hears(at(("closed", "red"), bench, revision=1), 60)) == ["held: quiet-hours"]
    [digest] = bench.waits(9 * 60)
    assert [one.change for one in digest.spikes] == ["closed"]
    assert bench.state.events == {}


def test_a_quiet_weekend_waits_for_monday() -> None:
    bench = Bench(desk(quiet=("sat,sun", "22:00-08:00")), AT)
    bench.hears(at(("opened", "yellow"), bench))
    [digest] = bench.waits(48 * 60)
    assert digest.told == "digest"
    sent = next(n for n in range(1, 49) if _morning_at(n))
    assert sent == 18, "Monday 08:00 is 18 hours after Sunday 14:00"


def _morning_at(hours: int) -> bool:
    bench = Bench(desk(quiet=("sat,sun", "22:00-08:00")), AT)
    bench.hears(at(("opened", "yellow"), bench))
    bench.now += hours * 3600
    return bool(passed(bench.state, bench.situation)[1])


def test_what_was_muted_meanwhile_is_not_in_the_digest() -> None:
    bench = Bench(NIGHT, EVENING)
    bench.hears(at(("opened", "yellow"), bench))
    bench.ordered(action("mute", "topic:water", bench.moment(24 * 60).isoformat()))
    assert bench.waits(10 * 60) == []


# ---- escalation ------------------------------------------------------------------------------


def test_nobody_acknowledges_and_it_goes_on_to_the_next() -> None:
    bench = Bench(ASKING)
    [opened] = bench.hears(at(("opened", "orange"), bench))
    assert opened.channels == ("press",)
    told = bench.waits(60)
    assert [(d.told, d.channels) for d in told] == [
        ("escalated", ("boss",)), ("escalated", ("minister",)),
    ]  # fmt: skip
    [level] = bench.hears(at(("level", "red"), bench, revision=1))
    assert level.channels == ("press", "boss", "minister")
    assert bench.waits(60) == [], "nobody is left to ask"


def test_updates_go_also_to_those_it_went_on_to() -> None:
    bench = Bench(ASKING)
    bench.hears(at(("opened", "orange"), bench))
    bench.waits(16)
    bench.now += 3600
    [update] = bench.hears(at(("updated", "orange"), bench, revision=1))
    assert update.channels == ("press", "boss")


def test_who_acknowledges_is_named_and_nobody_else_is_asked() -> None:
    bench = Bench(ASKING)
    bench.hears(at(("opened", "orange"), bench))
    bench.ordered(action("acknowledge", "spike:a1"))
    assert bench.waits(120) == []
    [update] = bench.hears(at(("updated", "orange"), bench, revision=1))
    assert update.by == "Айгүл"


def test_an_acknowledged_event_that_gets_worse_asks_again() -> None:
    bench = Bench(ASKING)
    bench.hears(at(("opened", "orange"), bench))
    bench.ordered(action("acknowledge", "spike:a1"))
    bench.hears(at(("level", "red"), bench, revision=1), 5)
    assert [d.channels for d in bench.waits(16)] == [("boss",)]


def test_yellow_asks_nobody_unless_the_desk_wants_it() -> None:
    for settings_of, steps in ((ASKING, 0), (desk(escalate=("boss",), escalate_alarm="yellow"), 1)):
        bench = Bench(settings_of)
        bench.hears(at(("opened", "yellow"), bench))
        assert len(bench.waits(60)) == steps


def test_a_closed_event_asks_nobody() -> None:
    bench = Bench(ASKING)
    bench.hears(at(("opened", "orange"), bench))
    bench.hears(at(("closed", "orange"), bench, revision=1), 5)
    assert bench.waits(60) == []


def test_orange_of_the_evening_escalates_in_the_morning() -> None:
    given_desk = desk(escalate=("boss",), quiet=("22:00-08:00",))
    bench = Bench(given_desk, EVENING - timedelta(minutes=65))
    bench.hears(at(("opened", "orange"), bench))
    told = bench.waits(5)
    assert told == []
    bench.now += 3600
    assert bench.waits(8 * 60) == []
    assert why(bench.waits(70)) == ["escalated"]


# ---- the rota --------------------------------------------------------------------------------

ROTA = desk(
    rota=(
        Shift(when=("mon-fri 09:00-18:00",), channels=("office",)),
        Shift(when=("sat-sun",), channels=("weekend",), who="Айгүл"),
    )
)


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        (datetime(2026, 11, 22, 9, tzinfo=UTC), "weekend"),
        (datetime(2026, 11, 23, 4, tzinfo=UTC), "office"),
        (datetime(2026, 11, 23, 14, tzinfo=UTC), "press"),
        (datetime(2026, 11, 20, 18, 59, tzinfo=UTC), "press"),
        (datetime(2026, 11, 20, 19, 0, tzinfo=UTC), "weekend"),  # Saturday begins in Almaty
    ],
)
def test_who_is_on_duty_hears(moment: datetime, told: str) -> None:
    bench = Bench(ROTA, moment)
    [decision] = bench.hears(at(("opened", "red"), bench))
    assert decision.channels == (told,)
    assert decision.letter().duty == ("Айгүл" if told == "weekend" else "")


# ---- crisis mode -----------------------------------------------------------------------------

CALM = DeskSettings(
    channels=("press",), escalate=("boss",), alarm="orange", quiet=("00:00-24:00",),
    crisis=Crisis(update_minutes=15),
)  # fmt: skip


def test_crisis_mode_changes_who_hears_of_what_and_how_often() -> None:
    bench = Bench(CALM)
    bench.ordered(action("crisis", "desk:press", bench.moment(120).isoformat()))
    [on] = bench.waits(1)
    assert (on.reason, on.channels, on.by) == ("crisis-on", ("press", "boss"), "Айгүл")
    [opened] = bench.hears(at(("opened", "yellow"), bench))
    assert (opened.told, opened.channels) == ("opened", ("press", "boss"))
    early = spike("updated", "yellow", revision=1, at=bench.moment(14))
    assert why(bench.hears(early)) == ["suppressed: hourly"]
    due = spike("updated", "yellow", revision=2, at=bench.moment(15))
    assert why(bench.hears(due)) == ["updated"]
    assert why(bench.waits(120)) == ["crisis-off"], "it ends by itself"
    assert bench.waits(60) == []


@pytest.mark.parametrize("subject", ["desk:press", "desk:*"])
def test_crisis_mode_is_switched_off_and_its_end_can_be_moved(subject: str) -> None:
    bench = Bench(desk())
    bench.ordered(action("crisis", subject, bench.moment(120).isoformat()))
    bench.waits(1)
    bench.ordered(action("crisis", subject, bench.moment(240).isoformat()))
    assert why(bench.waits(1)) == ["crisis-on"]
    bench.ordered(action("crisis", subject, "off"))
    assert why(bench.waits(2)) == ["crisis-off"]


def test_crisis_mode_of_another_desk_is_not_ours() -> None:
    bench = Bench(desk())
    bench.ordered(action("crisis", "desk:other", bench.moment(120).isoformat()))
    assert bench.waits(2) == []


def test_what_waited_is_told_when_a_crisis_begins() -> None:
    bench = Bench(NIGHT, EVENING)
    bench.hears(at(("opened", "yellow"), bench))
    bench.ordered(action("crisis", "desk:*", bench.moment(120).isoformat()))
    assert why(bench.waits(1)) == ["crisis-on", "digest"]


# ---- clocks ----------------------------------------------------------------------------------


def test_a_clock_that_is_set_back_delays_by_no_more_than_the_time_itself() -> None:
    bench = Bench(ASKING)
    bench.hears(at(("opened", "orange"), bench))
    bench.now -= 5 * 3600
    assert bench.waits(14) == []
    assert why(bench.waits(3)) == ["escalated"]


def test_a_clock_that_was_a_year_ahead_keeps_nothing_waiting() -> None:
    bench = Bench(NIGHT, EVENING + timedelta(days=365))
    bench.hears(spike(at=bench.moment()))
    assert why(bench.all) == ["held: quiet-hours"]
    bench.now = EVENING.timestamp()
    assert why(bench.waits(10 * 60)) == ["digest"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-3 * 86400, 3 * 86400), max_size=12), st.integers(0, 86400))
def test_whatever_the_clock_does_a_moment_asked_twice_brings_nothing_new(
    jumps: list[int], start: int
) -> None:
    bench = Bench(desk(quiet=("22:00-08:00",), escalate=("boss",)))
    bench.now += start
    bench.hears(at(("opened", "orange"), bench))
    for jump in jumps:
        bench.now += jump
        state, _ = passed(bench.state, bench.situation)
        assert passed(state, bench.situation) == (state, [])
        bench.state = state


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 3 * 86400))
def test_a_morning_lies_in_every_day(since: int, later: int) -> None:
    now = since + later
    mornings = rules.morning_passed(desk(), since + AT.timestamp(), now + AT.timestamp())
    assert mornings or later < 86400
    assert not rules.morning_passed(desk(), now + AT.timestamp(), now + AT.timestamp())


def test_what_is_never_heard_of_again_is_over_in_the_end() -> None:
    bench = Bench(desk())
    bench.hears(at(("opened", "red"), bench))
    bench.waits(4 * 1440)
    assert bench.state.events == {}
    bench.waits(4 * 1440)
    assert bench.state == DeskState(budget=bench.state.budget)
