"""A backtest runs the code that runs live, and says what it can not know."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rezonans.outcome import Incident
from rezonans.reasons import Lane, Quality, Rise
from rezonans.records import Mention, Spike
from streams.backtest.cells import Cell, cells, gaps, pages
from streams.backtest.run import Past, Watcher, outcome, spikes, watchers
from streams.steps.resonate import Resonance, ResonanceSettings
from tests.streams.resonance.world import START, burst, live_pages, mention, ordinary

END = START + timedelta(days=3)
BEGAN = START + timedelta(days=2, hours=9)
WARM = START + timedelta(days=1.5)


@pytest.fixture(scope="module")
def said() -> list[Mention]:
    """Ordinary days, then an incident."""
    days = list(ordinary(random.Random(3), START, 3 * 86400, 1500))
    found = days + burst(BEGAN, 200, per_second=0.1)
    return sorted(found, key=lambda one: one.post.published_at)


def past(said: list[Mention], *incidents: Incident) -> Past:
    return Past(cells(said, "simulation"), START, END, WARM, incidents)


@pytest.fixture(scope="module")
def told(said: list[Mention]) -> list[Spike]:
    return spikes(past(said).cells, ResonanceSettings(), lambda now: None)


def incident(name: str, start: datetime, **more: Any) -> Incident:
    return Incident(name=name, start=start, end=start + timedelta(hours=1), **more)


WATER = incident("авария", BEGAN, topic="water", region="11")


def test_it_says_what_the_live_code_says(said: list[Mention], told: list[Spike]) -> None:
    live = Resonance(ResonanceSettings()).apply(list(live_pages(said, START, 3 * 86400, 60)))
    assert [(one.lane, one.since) for one in told if one.change == "opened"] == [
        (one.lane, one.since) for one in live if one.change == "opened"
    ]
    first, same = told[0], live[0]
    assert first.observed == pytest.approx(same.observed, abs=10)
    assert first.expected == pytest.approx(same.expected, rel=0.05)


def test_it_is_judged_by_what_happened(said: list[Mention], told: list[Spike]) -> None:
    missed = incident("другое", BEGAN - timedelta(hours=9), topic="prices")
    early = incident("раньше", START + timedelta(days=1), topic="roads")
    found = outcome(past(said, WATER, missed, early), told, Watcher("press"), "press")
    (sent,) = found.counted
    assert (sent.lane, sent.incident) == (Lane(topic="water", region="11"), "авария")
    assert found.precision == 1.0
    assert found.median_delay is not None
    assert 0 < found.median_delay < 30
    assert [one.incident.name for one in found.missed] == ["другое"]
    assert [one.incident.name for one in found.incidents if one.warmup] == ["раньше"]
    assert found.alerts_a_week == pytest.approx(7 / 1.5)
    assert max(found.courses[0].posts) >= 200
    assert found.posts == len(said)


def test_a_desk_gets_what_it_watches(said: list[Mention], told: list[Spike]) -> None:
    roads = outcome(past(said), told, Watcher("roads", frozenset({"roads"})), "roads")
    red = outcome(past(said), told, Watcher("red", alarm=2), "red")
    (late,) = red.sent
    assert roads.sent == ()
    assert late.at == next(one.at for one in told if one.alarm == "red")
    assert roads.precision is None
    assert [one.name for one in watchers({})] == ["all"]
    assert watchers({"press": (["water"], (), "orange")})[0].alarm == 1


def test_an_emergence_is_about_all_of_its_regions(said: list[Mention], told: list[Spike]) -> None:
    risen = tuple(
        Rise(region=code, since=BEGAN, observed=6, expected=1, voices=5) for code in ("11", "31")
    )
    changes = {"kind": "emergence", "lane": Lane("water"), "risen": risen}
    wide = [msgspec.structs.replace(one, **changes) for one in told]
    for region, found in (("31", ["emergence"]), ("75", [])):
        watcher = Watcher("desk", regions=frozenset({region}))
        known = incident("авария", BEGAN, topic="water", region=region)
        sent = outcome(past(said, known), wide, watcher, "desk").sent
        assert [one.kind for one in sent] == found
        assert all(one.incident == "авария" for one in sent)


def test_what_is_said_of_sources_claims_no_event(said: list[Mention], told: list[Spike]) -> None:
    quality = Quality(trouble="flood", lanes=50, affected=20)
    changes = {"kind": "data-quality", "lane": Lane(), "quality": quality}
    faulty = [msgspec.structs.replace(one, **changes) for one in told]
    found = outcome(past(said, WATER), faulty, Watcher("roads", frozenset({"roads"})), "roads")
    assert (len(found.sent), found.about_sources, len(found.counted)) == (1, 1, 0)
    assert (found.precision, found.alerts_a_week) == (None, 0.0)
    assert [one.delay_minutes for one in found.incidents] == []


def test_alerts_of_the_warm_up_are_shown_and_not_counted(
    said: list[Mention], told: list[Spike]
) -> None:
    everything = Past(past(said).cells, START, END, END)
    found = outcome(everything, told, Watcher("all"), "all")
    assert (len(found.sent), len(found.counted), found.alerts_a_week) == (1, 0, 0.0)


def test_courses_are_those_of_what_counts_and_of_districts_alone(
    said: list[Mention], told: list[Spike]
) -> None:
    early = msgspec.structs.replace(
        told[0], spike="early", lane=Lane("roads", "11"), at=START + timedelta(hours=3)
    )
    narrow = msgspec.structs.replace(told[0], spike="n", lane=Lane("water", "11", "110000000"))
    found = outcome(past(said), [early, *told, narrow], Watcher("all"), "all")
    assert {one.lane for one in found.courses} == {Lane("water", "11"), narrow.lane}
    (district,) = (one for one in found.courses if one.lane == narrow.lane)
    assert sum(district.posts) == 0, "nobody wrote of it"


def test_silence_of_everybody_is_a_gap() -> None:
    minutes = [START, START + timedelta(minutes=1), START + timedelta(hours=5)]
    five = START + timedelta(hours=5)
    inside = (START + timedelta(minutes=2), five)
    assert gaps(minutes, START, five) == [inside]
    before, after = START - timedelta(days=2), five + timedelta(days=3)
    assert gaps(minutes, before, after) == [
        (before, START), inside, (five + timedelta(minutes=1), after),
    ]  # fmt: skip
    told = list(pages(Cell(minute=minute) for minute in minutes))
    assert [len(page.mentions) for page in told] == [1, 1, 1]
    close = [START, START + timedelta(minutes=3)]
    assert [len(page.mentions) for page in pages(Cell(minute=one) for one in close)] == [1, 0, 0, 1]


cell_of = st.builds(
    lambda minute, topic, sure, posts, voices, mood, district: Cell(
        minute=START + timedelta(minutes=minute),
        topic=topic,
        sure=sure if topic else 0,
        region=district[:2],
        district=district,
        platform="vk",
        sentiment=mood,
        posts=posts,
        voices=min(posts, voices),
    ),
    st.integers(0, 90),
    st.sampled_from(["", "water", "roads"]),
    st.integers(3, 9),
    st.integers(1, 6),
    st.integers(1, 6),
    st.sampled_from(["", "negative", "positive"]),
    st.sampled_from(["", "113200000"]),
)


@given(st.lists(cell_of, max_size=12, unique_by=lambda cell: msgspec.structs.astuple(cell)[:-2]))
def test_counts_survive_the_way_through_posts(found: list[Cell]) -> None:
    ordered = sorted(found)
    back = [one for page in pages(ordered) for one in page.mentions]
    assert cells(back, "vk") == ordered


def test_conversations_stay_together_within_their_hour() -> None:
    at = datetime(2026, 3, 3, 5, tzinfo=UTC)
    root = mention("r", at)
    answers = [
        mention(f"a{i}", at + timedelta(minutes=50 * i), root="simulation:r") for i in (1, 2)
    ]
    found = cells([root, *answers, mention("x", at)], "vk")
    assert len({cell.thread for cell in found if cell.thread}) == 1
    assert sorted(bool(cell.thread) for cell in found) == [False, True, True, True]
    stories = {one.post.root for page in pages(found) for one in page.mentions}
    assert stories == {None, str(found[-1].thread)}


def test_copied_texts_stay_copies() -> None:
    at = datetime(2026, 3, 3, 5, tzinfo=UTC)
    copies = [mention(f"c{i}", at + timedelta(seconds=30 * i), fingerprint=7) for i in range(4)]
    marks = {cell.fingerprint for cell in cells([*copies, mention("x", at, fingerprint=9)], "vk")}
    assert marks == {7, 0}
