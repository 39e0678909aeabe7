"""A topic in a district: a few posts a day, watched by a count model."""

from __future__ import annotations

import random
from datetime import timedelta
from itertools import pairwise

import msgspec
import pytest

from rezonans.reasons import Lane
from rezonans.records import Mention, Post, Spike
from streams.resonance.lanes import LaneTable, breadth, contains, lanes_of
from streams.steps.resonate import Resonance, ResonanceSettings
from tests.streams.resonance.world import START, burst, history_pages, live_pages, mention

DAYS = 12
LIVE = START + timedelta(days=DAYS, hours=8)
HERE, THERE = "113200000", "113400000"


@pytest.fixture(scope="module")
def quiet() -> bytes:
    """Days with five posts on water in each of two districts."""
    chance = random.Random(8)
    posts: list[Mention] = []
    for day in range(DAYS):
        for place in (HERE, THERE):
            for _ in range(chance.choice([4, 5, 6])):
                at = START + timedelta(days=day, hours=chance.uniform(2, 18))
                posts.append(mention(f"q{len(posts)}", at, "water", place))
    posts.sort(key=lambda found: found.post.published_at)
    end = mention("end", LIVE, None, None)
    state = Resonance(ResonanceSettings())
    state.apply(list(history_pages([*posts, end], size=10)))
    return state.dump()


def hours(count: int, posts: list[Mention], quiet: bytes) -> list[Spike]:
    state = Resonance.load(quiet, ResonanceSettings())
    return state.apply(list(live_pages(posts, LIVE, count * 3600, every=30)))


def spread(count: int, place: str = HERE) -> list[Mention]:
    step = timedelta(hours=3) / count
    return [mention(f"d{i}", LIVE + i * step, "water", place) for i in range(count)]


def test_eight_posts_in_three_hours_open_where_five_a_day_are_usual(quiet: bytes) -> None:
    spikes = hours(4, spread(8), quiet)
    (opened,) = [spike for spike in spikes if spike.change == "opened"]
    assert opened.lane == Lane(topic="water", region="11", district=HERE)
    assert opened.at <= LIVE + timedelta(hours=3, minutes=30)
    assert opened.observed >= 3
    assert opened.expected < 1


@pytest.mark.parametrize(("count", "alarms"), [(8, {"yellow"}), (15, {"yellow", "orange"})])
def test_a_few_posts_are_yellow_however_rare(quiet: bytes, count: int, alarms: set[str]) -> None:
    """Orange asks people to answer: not for eight posts."""
    posts = [
        mention(f"m{i}", LIVE + timedelta(minutes=30, seconds=20 * i), "water", HERE)
        for i in range(count)
    ]
    spikes = hours(1, posts, quiet)
    assert max(spike.score - spike.threshold for spike in spikes) >= 1
    assert {spike.alarm for spike in spikes} <= alarms
    assert max(spike.observed for spike in spikes) == count
    assert ("orange" in {spike.alarm for spike in spikes}) == (count >= 10)


def test_what_fell_silent_goes_on_once_an_hour(quiet: bytes) -> None:
    """Its hour is empty, and twice nothing is nothing new."""
    told = hours(13, spread(8), quiet)
    assert [told[0].change, told[-1].change] == ["opened", "closed"]
    empty = [spike for spike in told if spike.change == "updated" and not spike.observed]
    assert 5 <= len(empty) <= 9
    assert all(b.at - a.at >= timedelta(hours=1) for a, b in pairwise(empty))


def test_two_posts_open_nothing(quiet: bytes) -> None:
    assert hours(3, spread(2), quiet) == []


def test_one_voice_opens_nothing(quiet: bytes) -> None:
    same = [
        mention(f"v{i}", LIVE + timedelta(minutes=20 * i), "water", HERE, author="one")
        for i in range(8)
    ]
    assert hours(4, same, quiet) == []


def test_a_conversation_counts_once(quiet: bytes) -> None:
    """Eight people who answer one post are one conversation, eight who each begin one are not."""
    answers = [
        mention(f"w{i}", LIVE + timedelta(minutes=20 * i), "water", HERE, root="simulation:w0")
        for i in range(8)
    ]
    assert hours(4, answers, quiet) == []
    apart = [
        msgspec.structs.replace(one, post=_alone(one.post, i)) for i, one in enumerate(answers)
    ]
    assert [spike.change for spike in hours(4, apart, quiet)][:1] == ["opened"]


def _alone(post: Post, number: int) -> Post:
    return msgspec.structs.replace(post, root=f"simulation:elsewhere-{number}")


def test_it_is_told_in_posts(quiet: bytes) -> None:
    """The count is of conversations, what people read is what was written."""
    begun = spread(8)
    answers = [
        mention(f"{one.post.item}-{i}", one.post.published_at, root=one.post.item)
        for one in begun
        for i in range(2)
    ]
    said = sorted([*begun, *answers], key=lambda one: one.post.published_at)
    spike = next(one for one in hours(4, said, quiet) if one.lane.district == HERE)
    assert spike.posts >= 9
    assert spike.observed == spike.posts
    assert spike.evidence is not None
    assert spike.evidence.counted is not None
    assert spike.evidence.counted <= spike.posts / 3 + 1


def test_an_incident_is_told_by_the_region_and_names_the_district(quiet: bytes) -> None:
    posts = burst(LIVE + timedelta(minutes=5), 120, per_second=1)
    opened = [spike for spike in hours(1, posts, quiet) if spike.change == "opened"]
    assert [spike.lane for spike in opened] == [Lane(topic="water", region="11")]
    assert opened[0].places[0].key == HERE


def test_a_district_is_inside_its_region() -> None:
    district = Lane(topic="water", region="11", district=HERE)
    for wide in (Lane(), Lane(region="11"), Lane(topic="water"), Lane(topic="water", region="11")):
        assert contains(wide, district)
        assert not contains(district, wide)
        assert breadth(wide) < breadth(district), "wider lanes speak first"
    assert not contains(Lane(topic="roads"), district)
    assert district in lanes_of(["water"], "11", HERE)
    assert all(lane.district is None for lane in lanes_of(["water"], "11", None))


def test_its_parent_is_the_topic_of_the_region() -> None:
    table = LaneTable(100)
    for lane in lanes_of(["water"], "11", HERE):
        table.number(lane)
    district = table.find(Lane(topic="water", region="11", district=HERE))
    assert district is not None
    assert table.parent(district) == table.find(Lane(topic="water", region="11"))


def test_lanes_stay_bounded() -> None:
    table = LaneTable(3)
    numbers = [table.number(lane) for lane in lanes_of(["water"], "11", HERE)]
    assert numbers == [0, 1, 2, None, None]
    assert table.refused == 2
