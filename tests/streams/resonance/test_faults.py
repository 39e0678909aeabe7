"""A fault of our sources is told from an event by what its posts are about."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.resonance.entries import Entry, Norm, entry
from streams.resonance.faults import Flood, Whole, alone, fallen, flood, missing
from streams.resonance.settings import ResonanceSettings
from tests.streams.resonance.conftest import LIVE
from tests.streams.resonance.world import mention, page

TOPICS = {"water": 40.0, "roads": 30.0, "health": 20.0, "prices": 10.0}
SHARES = {"a": 0.5, "b": 0.3, "c": 0.2}
EXPECTED = 100.0


def posts(source: str, topics: Mapping[str, float], lag: float = 0.0) -> list[Entry]:
    """So many posts of a source by topic, seen `lag` seconds after they were published."""
    found = []
    for topic, count in topics.items():
        for number in range(round(count)):
            one = mention(f"{source}-{topic}-{number}-{lag}", LIVE, topic)
            at = LIVE.timestamp()
            made = entry(page(LIVE, target=source), one, at, Norm(), ResonanceSettings())
            made.observed = at + lag
            found.append(made)
    return found


def usual(times: Mapping[str, float] | None = None) -> list[Entry]:
    """An ordinary hour, with sources that bring a multiple."""
    return [
        one
        for source, share in SHARES.items()
        for one in posts(
            source, {t: n * share * (times or {}).get(source, 1.0) for t, n in TOPICS.items()}
        )
    ]


def hour(entries: list[Entry], topics: Mapping[str, float] = TOPICS) -> Whole:
    return Whole(entries, EXPECTED, topics, SHARES)


def test_an_ordinary_hour_is_no_flood() -> None:
    assert flood(hour(usual())) is None
    assert flood(hour([])) is None


def test_a_source_that_brings_many_times_its_usual_is_named() -> None:
    found = flood(hour(usual({"c": 5.0})))
    assert found is not None
    (source,) = found.sources
    assert (source.target, source.kind) == ("c", "flood")
    assert source.observed == pytest.approx(100, abs=2)
    assert source.expected == pytest.approx(20)
    assert flood(hour(usual({"c": 2.0}))) is None
    assert flood(hour(usual({"c": 2.0})), slight=True) is not None


def test_what_was_waiting_is_told_as_such() -> None:
    found = flood(hour([*usual(), *posts("new", TOPICS, lag=1800.0)]))
    assert found is not None
    assert [(one.target, one.kind, one.expected) for one in found.sources] == [("new", "late", 0.0)]


def test_all_sources_alike_are_a_flood_without_a_name() -> None:
    found = flood(hour(usual(dict.fromkeys(SHARES, 2.0))))
    assert found is not None
    assert found.sources == ()
    assert found.times == pytest.approx(2.0, abs=0.05)


@given(
    topic=st.sampled_from([*TOPICS, None]),
    size=st.integers(20, 600),
    source=st.sampled_from([*SHARES, "all"]),
    scattered=st.floats(0, 0.25),
)
def test_an_event_is_never_a_flood(
    topic: str | None, size: int, source: str, scattered: float
) -> None:
    """About any topic, of any size, in one source or in all, a quarter of it read otherwise."""
    said: list[Entry] = []
    for name, share in SHARES.items() if source == "all" else ((source, 1.0),):
        about = {topic or "none": size * share * (1 - scattered)}
        for other in TOPICS:
            about[other] = about.get(other, 0.0) + size * share * scattered / len(TOPICS)
        said += posts(f"{name}", about, lag=1.0)
    for one in said:
        one.topic = None if one.topic == "none" else one.topic
    assert flood(hour([*usual(), *said])) is None
    assert flood(hour([*usual(), *said]), slight=True) is None


def test_where_one_topic_is_nearly_everything_there_is_no_flood() -> None:
    watched = {"water": 90.0, "roads": 10.0}
    entries = [*posts("a", {"water": 400, "roads": 44})]
    assert flood(hour(entries, watched)) is None


def test_a_lane_is_judged_without_what_the_flood_brings() -> None:
    found = flood(hour(usual({"c": 5.0})))
    assert found is not None
    lane = posts("c", {"water": 40}) + posts("a", {"water": 12})
    assert alone(lane, 20.0, 1.0, found, SHARES) < 0.5
    more = [*lane, *posts("b", {"water": 60})]
    assert alone(more, 20.0, 1.0, found, SHARES) > 5
    everybody = Flood((), 2.0)
    assert alone(more[:40], 20.0, 1.0, everybody, SHARES) < 0.5, "forty of the usual forty"
    assert alone(more, 20.0, 1.0, everybody, SHARES) > 5


def test_who_is_silent_and_who_is_nearly_empty() -> None:
    entries = usual({"a": 0.1, "b": 0.0})
    found = missing(hour(entries), {"b": 1200.0}, {"a", "c"})
    assert [(one.target, one.kind, one.seconds) for one in found] == [
        ("a", "thin", None),
        ("b", "silent", 1200.0),
    ]
    assert missing(hour(usual({"a": 0.1})), {}, {"b", "c"}) == (), "its next look is to come"
    quiet = usual({"a": 0.1, "b": 0.1, "c": 0.1})
    assert missing(hour(quiet), {}, set(SHARES)) == (), "a quiet hour of everybody"


def test_lanes_that_fell_have_half_and_rarely_so_little() -> None:
    expected = np.array([20, 20, 3, 100], np.float32)
    observed = np.array([5, 14, 1, 100], np.float32)
    assert fallen(observed, expected, np.ones(4, np.float32)) == 1
