"""Same pages, same order: same bytes, whatever is cut, dumped or delivered twice."""

from __future__ import annotations

import random
from datetime import timedelta
from functools import cache
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rezonans.records import Mentions, Spike, encode
from streams.steps.resonate import Resonance, ResonanceSettings
from tests.streams.resonance.conftest import LIVE
from tests.streams.resonance.world import burst, live_pages, mention, ordinary, page

PAGES = 60
EVERY = 20.0
quick = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
places = st.integers(0, PAGES - 1)


@cache
def stream(seed: int) -> tuple[Mentions, ...]:
    """Twenty minutes with an incident, copies, a second target, a deletion and late posts."""
    chance = random.Random(seed)
    began = LIVE + timedelta(seconds=chance.uniform(0, 300))
    posts = list(ordinary(chance, LIVE, PAGES * EVERY, 6000, f"p{seed}"))
    posts += burst(began, chance.randrange(100, 300), per_second=chance.choice([0.5, 2, 4]))
    posts += [
        mention(f"c{i}", began + timedelta(seconds=i), author=f"bot{i % 3}", fingerprint=9)
        for i in range(chance.randrange(30))
    ]
    posts.append(mention("b3", began + timedelta(seconds=200), event="deleted"))
    pages = list(live_pages(posts, LIVE, PAGES * EVERY, EVERY))
    late = [mention(f"late{i}", LIVE + timedelta(minutes=i)) for i in range(-90, 10, 7)]
    at = pages[PAGES // 2].observed_at
    feed = page(at, late, target="rss/feed", history=chance.random() < 0.5, platform="rss")
    return (*pages[: PAGES // 2], feed, *pages[PAGES // 2 : -1])


def run(state: Resonance, pages: tuple[Mentions, ...]) -> tuple[list[Spike], bytes]:
    return state.apply(pages), state.dump()


def fresh(week: bytes) -> Resonance:
    return Resonance.load(week, ResonanceSettings())


@quick
@given(seed=st.integers(0, 5), cuts=st.lists(places, max_size=12))
def test_batches_change_nothing(week: bytes, seed: int, cuts: list[int]) -> None:
    pages = stream(seed)
    whole = run(fresh(week), pages)
    state, spikes = fresh(week), []
    edges = [0, *sorted(cuts), PAGES]
    for start, end in pairwise(edges):
        spikes += state.apply(pages[start:end])
    assert [encode(s) for s in spikes] == [encode(s) for s in whole[0]]
    assert state.dump() == whole[1]


@quick
@given(seed=st.integers(0, 5), stops=st.lists(places, min_size=1, max_size=4))
def test_dump_and_load_in_between_change_nothing(week: bytes, seed: int, stops: list[int]) -> None:
    pages = stream(seed)
    whole = run(fresh(week), pages)
    state, spikes = fresh(week), []
    for number, one in enumerate(pages):
        if number in stops:
            state = Resonance.load(state.dump(), ResonanceSettings())
        spikes += state.apply([one])
    assert [encode(s) for s in spikes] == [encode(s) for s in whole[0]]
    assert state.dump() == whole[1]


@quick
@given(seed=st.integers(0, 5), again=st.lists(st.tuples(places, places), max_size=15))
def test_delivered_again_counts_once(week: bytes, seed: int, again: list[tuple[int, int]]) -> None:
    pages = stream(seed)
    plain = fresh(week)
    expected = plain.apply(pages)
    twice = list(enumerate(pages))
    for first, later in again:
        twice.append((max(first, later), pages[min(first, later)]))
    twice.sort(key=lambda pair: pair[0])
    state = fresh(week)
    assert state.apply([one for _, one in twice]) == expected
    assert state.tallies.counted == plain.tallies.counted
    assert state.tallies.late == plain.tallies.late


def test_the_stream_of_these_tests_holds_spikes(week: bytes) -> None:
    changes = [{s.change for s in fresh(week).apply(stream(seed))} for seed in range(6)]
    assert sum("opened" in found for found in changes) >= 4


def test_ids_follow_from_lane_and_start(week: bytes) -> None:
    spikes = fresh(week).apply(stream(0))
    assert len({s.spike for s in spikes}) == len({(s.kind, s.lane, s.since) for s in spikes}) > 0
