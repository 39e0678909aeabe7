"""What a desk hears of a spike: levels, updates, grouping, mutes, and what it never hears."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rezonans.reasons import Lane, Quality, Rise, Story
from rezonans.records import Alarm, Change, Spike
from sinks.alerts.rules import RANK, concerns
from tests.sinks.alerts.kit import AT, Bench, action, desk, spike, why
from tests.sinks.desk.world import top

LATER = {n: AT + timedelta(minutes=n) for n in (1, 2, 5, 20, 30, 59, 60, 61, 90, 121, 130)}


@pytest.mark.parametrize(
    ("watched", "lane", "heard"),
    [
        ({}, Lane(), True),
        ({"topics": ("water",)}, Lane("water", "11"), True),
        ({"topics": ("water",)}, Lane("gas", "11"), False),
        ({"topics": ("water",)}, Lane(None, "11"), False),
        ({"regions": ("11",)}, Lane("gas", "11"), True),
        ({"regions": ("11",)}, Lane("gas", "75"), False),
        ({"regions": ("11",)}, Lane("gas"), False),
        ({"topics": ("gas",), "regions": ("11", "75")}, Lane("gas", "75"), True),
    ],
)
def test_a_desk_hears_of_the_lanes_it_watches(
    watched: dict[str, Any], lane: Lane, heard: bool
) -> None:
    assert concerns(spike(lane=lane), desk(**watched)) is heard
    assert bool(Bench(desk(**watched)).hears(spike(lane=lane))) is heard


def test_what_has_calmed_down_is_no_update() -> None:
    """A spike is over eight quiet hours after it: nobody is told each hour that it is quiet."""
    bench = Bench()
    assert why(bench.hears(spike())) == ["opened"]
    quiet: dict[str, Any] = {"observed": 9.0, "fired": ()}
    calm = spike("updated", revision=1, at=LATER[90], **quiet)
    assert why(bench.hears(calm, 90)) == ["suppressed: calm"]
    again = spike("updated", revision=2, at=LATER[121], fired=("posts",), observed=14.0)
    assert why(bench.hears(again, 30)) == ["updated"]
    assert why(bench.hears(spike("closed", revision=3, at=LATER[130], **quiet))) == ["closed"]


@pytest.mark.parametrize("wants", [True, False])
def test_drills_are_heard_unless_the_desk_says_no(wants: bool) -> None:
    assert concerns(spike(simulation=True), desk(simulation=wants)) is wants
    assert concerns(spike(simulation=False), desk(simulation=wants))


def test_one_message_a_level_one_update_an_hour_and_a_summary() -> None:
    bench = Bench()
    assert why(bench.hears(spike())) == ["opened"]
    assert why(bench.hears(spike("updated", revision=1, at=LATER[20]), 20)) == [
        "suppressed: hourly"
    ]
    assert why(bench.hears(spike("level", "orange", revision=2, at=LATER[30]), 10)) == ["level"]
    fall = spike("updated", "yellow", revision=3, at=LATER[59])
    assert why(bench.hears(fall)) == ["suppressed: hourly"]
    again = spike("level", "orange", revision=4, at=LATER[60])
    assert why(bench.hears(again)) == ["suppressed: hourly"]
    assert why(bench.hears(spike("updated", "orange", revision=5, at=LATER[90]))) == ["updated"]
    assert why(bench.hears(spike("closed", "orange", revision=6, at=LATER[121]))) == ["closed"]
    assert bench.state.events == {}


def test_a_redelivered_record_decides_nothing() -> None:
    bench = Bench()
    records = [spike(), spike("level", "red", revision=1, at=LATER[5])]
    for record in records:
        bench.hears(record)
    assert [d for record in records for d in bench.hears(record)] == []
    bench.hears(spike("closed", revision=2, at=LATER[30]))
    assert [d for record in records for d in bench.hears(record)] == []


def test_the_level_of_the_desk_and_the_end_of_what_it_never_heard() -> None:
    bench = Bench(desk(alarm="orange"))
    assert why(bench.hears(spike())) == ["suppressed: below-level"]
    assert why(bench.hears(spike("closed", revision=1))) == ["suppressed: unheard"]
    assert why(bench.hears(spike(spike="b2", alarm="red"))) == ["opened"]


def test_history_is_no_news_and_a_clock_ahead_does_not_silence() -> None:
    bench = Bench()
    assert why(bench.hears(spike(at=AT - timedelta(hours=7)))) == ["suppressed: history"]
    late = spike("updated", revision=1, at=AT - timedelta(hours=6.5))
    assert bench.hears(late) == []
    ahead = spike(spike="b2", at=AT + timedelta(hours=3))
    assert why(bench.hears(ahead)) == ["opened"]


def test_what_was_told_before_a_pause_is_closed_after_it_but_not_updated() -> None:
    bench = Bench()
    bench.hears(spike())
    assert why(bench.hears(spike("updated", revision=1, at=LATER[90]), 9 * 60)) == [
        "suppressed: history"
    ]
    assert why(bench.hears(spike("closed", revision=2, at=LATER[130]))) == ["closed"]


# ---- one event, one alert --------------------------------------------------------------------


def test_a_parent_joins_the_event_of_the_child_that_explains_it() -> None:
    bench = Bench()
    bench.hears(spike("opened", "yellow", lane=Lane("water"), spike="wide", observed=60.0))
    assert why(bench.hears(spike(spike="leaf", at=LATER[1]))) == ["suppressed: joined"]
    raised = bench.hears(
        spike("level", "orange", revision=1, spike="wide", lane=Lane("water"), at=LATER[2])
    )
    assert why(raised) == ["level"]
    lead, other = raised[0].spikes
    assert (lead.spike, lead.alarm) == ("leaf", "orange"), "the child speaks, with the level of all"
    assert other.lane == Lane("water")
    end = spike("closed", revision=2, spike="wide", lane=Lane("water"), at=LATER[5])
    assert why(bench.hears(end)) == ["suppressed: part-over"]
    assert why(bench.hears(spike("closed", revision=1, spike="leaf", at=LATER[20]))) == ["closed"]


def test_what_the_child_does_not_explain_is_an_event_of_its_own() -> None:
    bench = Bench()
    bench.hears(spike(spike="leaf"))
    wide = spike(spike="wide", lane=Lane("water"), observed=200.0, at=LATER[1])
    assert why(bench.hears(wide)) == ["opened"]


def test_two_places_are_two_events_though_the_country_is_loud() -> None:
    bench = Bench()
    for number, lane in enumerate((Lane("water", "11"), Lane(), Lane("transport", "75"))):
        bench.hears(spike(spike=f"s{number}", lane=lane, observed=50.0))
    assert why(bench.all) == ["opened", "suppressed: joined", "opened"]


RISEN = tuple(
    Rise(region=code, since=AT, observed=6.0, expected=1.0, voices=5) for code in ("11", "31", "61")
)


@pytest.mark.parametrize("alarm", ["yellow", "red"])
def test_an_emergence_takes_in_the_region_that_was_told(alarm: Alarm) -> None:
    """And is told at once: what was about one place is about several now."""
    bench = Bench()
    bench.hears(spike("opened", alarm))
    other = spike(spike="b2", lane=Lane("roads", "31"))
    wide = spike("opened", "orange", spike="wide", kind="emergence", lane=Lane("water"),
                 risen=RISEN, observed=400.0, at=LATER[1])  # fmt: skip
    (told,) = bench.hears(wide)
    assert (told.outcome, told.event) == ("sent", "a1")
    assert [one.spike for one in told.spikes] == ["wide", "a1"]
    assert why(bench.hears(other)) == ["opened"]
    later = spike(spike="c3", lane=Lane("water", "61"), at=LATER[2])
    assert why(bench.hears(later)) == ["suppressed: joined"]


def test_an_emergence_is_heard_by_the_desks_of_its_regions() -> None:
    wide = spike(kind="emergence", lane=Lane("water"), risen=RISEN)
    assert concerns(wide, desk(regions=("31",)))
    assert not concerns(wide, desk(regions=("75",)))
    assert not concerns(wide, desk(regions=("31",), topics=("roads",)))


def test_a_story_of_few_posts_hides_no_spike_of_its_topic() -> None:
    """Only what tells the same is one event with it."""
    bench = Bench()
    story = spike("opened", "orange", spike="story", kind="emergence", lane=Lane("water"),
                  risen=RISEN, observed=4.0, expected=0.0, posts=9,
                  story=Story(key="vk:1", observed=14.0, expected=0.0))  # fmt: skip
    assert why(bench.hears(story)) == ["opened"]
    other = spike(spike="b2", lane=Lane("water", "31"), at=LATER[1])
    assert why(bench.hears(other)) == ["opened"]
    its_own = spike(spike="c3", lane=Lane("water", "61"), at=LATER[2],
                    stories=(Story(key="vk:1", observed=30.0, expected=0.0),))  # fmt: skip
    assert why(bench.hears(its_own)) == ["suppressed: joined"]


def test_data_quality_is_heard_by_every_desk_and_costs_no_budget() -> None:
    quality = Quality(trouble="silence", lanes=50, affected=20)
    faulty = spike("opened", "orange", kind="data-quality", lane=Lane(), quality=quality, score=0.0,
                   threshold=0.0)  # fmt: skip
    bench = Bench(desk(topics=("water",), regions=("11",), false_alerts_a_week=1))
    bench.hears(spike())
    bench.ordered(action("mark", "spike:a1", "useless"))
    (told,) = bench.hears(msgspec.structs.replace(faulty, spike="q1"))
    assert (told.outcome, told.event) == ("sent", "q1"), "apart from what it may have caused"
    assert "q1" not in bench.state.budget.charges


def test_a_campaign_is_told_apart_from_what_people_say() -> None:
    bench = Bench()
    bench.hears(spike())
    assert why(bench.hears(spike(spike="b2", kind="campaign"))) == ["opened"]


def test_spikes_of_the_same_posts_are_one_event() -> None:
    posts = tuple(top(str(n), f"текст {n}", n) for n in range(4))
    bench = Bench()
    bench.hears(spike(top=posts))
    twin = spike(spike="b2", lane=Lane("emergency", "75"), top=posts[1:])
    assert why(bench.hears(twin)) == ["suppressed: joined"]


# ---- mutes -----------------------------------------------------------------------------------


@pytest.mark.parametrize("subject", ["topic:water", "region:11", "spike:a1"])
def test_a_mute_holds_until_it_ends(subject: str) -> None:
    bench = Bench()
    bench.ordered(action("mute", subject, LATER[60].isoformat()))
    [decision] = bench.hears(spike())
    assert why([decision]) == ["suppressed: muted"]
    assert (decision.by, decision.until) == ("Айгүл", LATER[60])
    assert why(bench.hears(spike("updated", revision=1, at=LATER[61]), 61)) == ["opened"]


def test_a_mute_of_a_district_holds_the_district_alone() -> None:
    bench = Bench()
    bench.ordered(action("mute", "district:113200000", LATER[60].isoformat()))
    here = spike(lane=Lane("water", "11", "113200000"))
    there = spike(spike="b2", lane=Lane("water", "11", "113400000"))
    assert why(bench.hears(here)) == ["suppressed: muted"]
    assert why(bench.hears(there)) == ["opened"]


def test_a_mute_can_be_taken_back() -> None:
    bench = Bench()
    bench.ordered(action("mute", "topic:water", LATER[60].isoformat()))
    bench.ordered(action("mute", "topic:water", "off"))
    assert why(bench.hears(spike())) == ["opened"]


@pytest.mark.parametrize("subject", ["topic:gas", "region:75", "spike:b2", "topic:wat", "water"])
def test_a_mute_of_something_else_holds_nothing(subject: str) -> None:
    bench = Bench()
    bench.ordered(action("mute", subject, LATER[60].isoformat()))
    assert why(bench.hears(spike())) == ["opened"]


@pytest.mark.parametrize(
    ("subject", "told"), [("topic:water", "opened"), ("spike:a1", "suppressed: muted")]
)
def test_what_becomes_red_breaks_the_mute_of_its_topic_not_its_own(subject: str, told: str) -> None:
    bench = Bench()
    bench.ordered(action("mute", subject, LATER[60].isoformat()))
    assert why(bench.hears(spike(alarm="red"))) == [told]


# ---- whatever happens ------------------------------------------------------------------------

changes = st.sampled_from(["updated", "level", "closed"])
alarms = st.sampled_from(["yellow", "orange", "red"])
lives = st.lists(st.tuples(st.integers(0, 3), changes, alarms, st.integers(0, 100)), max_size=30)
LANES = (Lane("water", "11"), Lane("water"), Lane(None, "11"), Lane("gas", "75"))


def story(steps: list[tuple[int, Any, Any, int]]) -> list[Spike]:
    """Lives of four lanes in the order of time; what was closed opens anew."""
    records: list[Spike] = []
    number, revision, at = [0] * 4, [-1] * 4, AT
    for lane, change, alarm, minutes in steps:
        at += timedelta(minutes=minutes)
        revision[lane] += 1
        now: Change = "opened" if revision[lane] == 0 else change
        name = f"{lane}/{number[lane]}"
        records.append(
            spike(now, alarm, spike=name, lane=LANES[lane], at=at, revision=revision[lane])
        )
        if now == "closed":
            number[lane], revision[lane] = number[lane] + 1, -1
    return records


@settings(max_examples=150, deadline=None)
@given(lives)
def test_at_most_one_message_a_level_and_one_update_an_hour(steps: list[Any]) -> None:
    bench = Bench(desk(false_alerts_a_week=None))
    for record in story(steps):
        bench.now = record.at.timestamp()
        bench.hears(record)
    sent = [one for one in bench.all if one.outcome == "sent"]
    for event in {one.event for one in sent}:
        mine = [one for one in sent if one.event == event]
        levels = [RANK[d.spikes[0].alarm] for d in mine if d.told in ("opened", "level")]
        assert levels == sorted(set(levels)), "each level once, upwards"
        assert mine[0].told == "opened"
        assert [one.told for one in mine].count("closed") <= 1
        assert "closed" not in [one.told for one in mine[:-1]]
        times = [max(s.at for s in one.spikes) for one in mine if one.told != "closed"]
        updates = [n for n, one in enumerate(mine) if one.told == "updated"]
        assert all(times[n] - times[n - 1] >= timedelta(hours=1) for n in updates)
    assert max(Counter(one.alert for one in bench.all).values(), default=1) == 1


@settings(max_examples=60, deadline=None)
@given(lives, st.data())
def test_however_it_is_redelivered_the_same_is_told(steps: list[Any], data: st.DataObject) -> None:
    records = story(steps)
    plain, again = Bench(), Bench()
    for number, record in enumerate(records):
        plain.now = again.now = record.at.timestamp()
        plain.hears(record)
        start = data.draw(st.integers(0, number))
        for one in [*records[start:number], record]:
            again.hears(one)
    assert [one.alert for one in again.all] == [one.alert for one in plain.all]
    assert again.state == plain.state
