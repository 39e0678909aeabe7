"""A story that appears in several regions while each is quiet is one alert that names it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rezonans.reasons import Lane
from rezonans.records import Mention, Spike
from streams.resonance.axes import NEVER
from streams.resonance.journey import Journeys
from streams.steps.resonate import Resonance, ResonanceSettings
from tests.streams.resonance.conftest import LIVE
from tests.streams.resonance.world import (
    SMALL,
    history_pages,
    live_pages,
    mention,
    same_when_dumped,
)

MARK = 0xF0F0_1234_5678_9ABC
HOURS = 4.0


def quiet(start: datetime, days: float) -> list[Mention]:
    """A post an hour in each region, each on its own."""
    return [
        mention(f"q{start:%d}-{region}-{hour}", start + timedelta(hours=hour, minutes=place),
                "health", f"{region}3200000")
        for hour in range(int(days * 24))
        for place, region in enumerate(SMALL)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def learned() -> bytes:
    state = Resonance(ResonanceSettings())
    state.apply(list(history_pages(quiet(LIVE - timedelta(days=2), 2))))
    return state.dump()


def story(
    regions: Sequence[str],
    each: int = 2,
    apart: float = 12,
    live: datetime = LIVE,
    **more: Any,
) -> list[Mention]:
    """A text that comes to a region every `apart` minutes, told there by so many people."""
    chosen: dict[str, Any] = {
        "topic": "health", "fingerprint": MARK, "text": "Вакцины нет ни в одной аптеке",
    } | more  # fmt: skip
    return [
        mention(
            f"s{'r' * ('repost_of' in more)}-{region}-{i}",
            live + timedelta(minutes=70 + apart * place + i),
            district=f"{region}3200000",
            **chosen,
        )
        for place, region in enumerate(regions)
        for i in range(each)
    ]


def told(learned: bytes, more: Sequence[Mention], hours: float = HOURS) -> list[Spike]:
    state = Resonance.load(learned, ResonanceSettings())
    posts = quiet(LIVE, hours / 24) + list(more)
    return state.apply(list(live_pages(posts, LIVE, hours * 3600, every=60)))


def test_a_story_in_many_regions_is_one_alert_that_names_it_and_them(learned: bytes) -> None:
    regions = SMALL[:9]
    first, *rest = told(learned, story(regions))
    assert (first.kind, first.change, first.lane) == ("emergence", "opened", Lane("health"))
    assert first.fired == ("regions",)
    assert first.alarm == "orange"
    assert first.story is not None
    assert first.story.key == f"simulation:s-{regions[0]}-0"
    assert first.story.text == "Вакцины нет ни в одной аптеке"
    assert first.posts < 20, "a topic would not open by so few"
    assert first.once_in_days is not None
    assert first.once_in_days > 14
    assert {spike.spike for spike in rest} <= {first.spike}
    last = (first, *rest)[-1]
    assert [one.region for one in last.risen] == list(regions), "in the order it came there"
    assert last.risen[0].since == LIVE + timedelta(minutes=70)


def test_it_closes_with_all_that_it_was(learned: bytes) -> None:
    regions = SMALL[:9]
    last = told(learned, story(regions), hours=7)[-1]
    assert (last.change, last.posts) == ("closed", 0)
    assert last.story is not None
    assert last.story.observed == 2 * len(regions)
    assert [one.region for one in last.risen] == list(regions)


@pytest.mark.parametrize(
    ("what", "posts"),
    [
        ("three regions", story(SMALL[:3], each=8)),
        ("one author everywhere", story(SMALL[:9], author="one")),
        ("media spread news", story(SMALL[:9], author_kind="media", author_name="Хабар")),
        ("an authority does", story(SMALL[:9], author_kind="official", author_name="Әкімдік")),
        ("texts of their own", story(SMALL[:9], each=1, fingerprint=None)),
        ("most of it in one region", story((*["10"] * 9, *SMALL[1:7]), each=1, apart=4)),
        ("a region every three hours", story(SMALL[:9], apart=200)),
    ],
)
def test_what_is_no_such_story(learned: bytes, what: str, posts: list[Mention]) -> None:
    assert [spike for spike in told(learned, posts, hours=8) if spike.story] == [], what


def test_reposts_of_one_post_are_its_story(learned: bytes) -> None:
    root, *_ = story(SMALL[:1], each=1)
    reposts = story(SMALL[1:9], fingerprint=None, repost_of=root.post.item)
    first = told(learned, [root, *reposts])[0]
    assert first.story is not None
    assert first.story.key == root.post.item
    assert first.reposts == first.posts - 1


def test_a_campaign_is_told_as_a_campaign(learned: bytes) -> None:
    many = story(SMALL[:9], each=12, apart=0.05)
    assert {spike.kind for spike in told(learned, many)} == {"campaign"}


def test_regions_that_are_loud_themselves_do_not_count(learned: bytes) -> None:
    """Four of seven regions speak for themselves: what is left is no emergence."""
    loud = [
        mention(f"l-{region}-{i}", LIVE + timedelta(minutes=65, seconds=20 * i), "health",
                f"{region}3200000")
        for region in SMALL[:4]
        for i in range(60)
    ]  # fmt: skip
    spikes = told(learned, [*loud, *story(SMALL[:7], apart=15)])
    assert [spike for spike in spikes if spike.story] == []
    assert spikes


@given(
    visits=st.lists(
        st.tuples(st.sampled_from(SMALL[:5]), st.integers(1, 4), st.booleans()), max_size=30
    )
)
def test_a_region_is_on_the_way_once_somebody_new_writes_there(
    visits: list[tuple[str, int, bool]],
) -> None:
    """Never more regions than people who are neither authority nor medium."""
    state, journeys = Resonance(ResonanceSettings()), Journeys(7200.0)
    people = set()
    for place, (region, author, medium) in enumerate(visits):
        kind = "media" if medium else "person"
        at = LIVE + timedelta(seconds=place)
        posted = mention(
            f"v{place}", at, district=f"{region}3200000", author=f"a{author}", fingerprint=MARK,
            author_kind=kind, author_name="Хабар" if medium else None,
        )  # fmt: skip
        (page,) = live_pages([posted], at, 1)
        entry = state._intake.entry(page, posted, at.timestamp())
        journeys.see(entry, posted.post.author_kind, None)
        people |= set() if medium else {author}
    for journey in journeys.state.under_way.values():
        here = journey.here(LIVE.timestamp() + 60)
        assert len(here) <= len(people)
        assert set(here) <= {region for region, _, medium in visits if not medium}
        assert journey.posts == len(visits)


def test_where_every_day_has_a_wide_story_it_is_usual() -> None:
    restless, calm = Journeys(7200.0), Journeys(7200.0)
    for day in range(1, 30):
        restless.state.days.top, calm.state.days.top = 9.0, 2.0
        for one in (restless, calm):
            one.tick(day * 86400.0)
    assert restless.score(9) < 0 < 2 < calm.score(9)
    assert calm.score(0) == NEVER


def test_a_width_of_every_week_is_no_rarer_for_the_narrow_days_between() -> None:
    journeys = Journeys(7200.0)
    for day in range(1, 72):
        journeys.state.days.top = 12.0 if day % 7 == 0 else 3.0 + day % 2
        journeys.tick(day * 86400.0)
    assert journeys.score(12) == pytest.approx(0.0, abs=0.1)
    assert journeys.score(13) > 0.5


def test_a_story_that_was_dumped_in_between_is_the_same(learned: bytes) -> None:
    posts = quiet(LIVE, 3.5 / 24) + story(SMALL[:9])
    pages = list(live_pages(posts, LIVE, 3.5 * 3600, every=60))
    same_when_dumped(learned, pages, around=5)
