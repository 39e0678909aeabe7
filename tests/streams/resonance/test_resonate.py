"""What people are promised of spikes: early, once, explained, and silent when nothing happens."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from rezonans.reasons import Lane
from rezonans.records import Mention, Mentions, Spike
from streams.steps.resonate import Resonance, ResonanceSettings, resonate
from tests.streams.resonance.world import (
    START,
    burst,
    history_pages,
    live_pages,
    mention,
    ordinary,
    page,
)

Region = Callable[..., Resonance]


def run(state: Resonance, pages: Iterable[Mentions]) -> list[Spike]:
    return state.apply(list(pages))


def opened(spikes: Iterable[Spike]) -> list[Spike]:
    return [spike for spike in spikes if spike.change == "opened"]


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def days_of(live: datetime, seconds: float, seed: int = 2) -> list[Mention]:
    return list(ordinary(random.Random(seed), live, seconds, 4000, "l"))


def test_an_incident_opens_one_spike_within_twenty_seconds(region: Region, live: datetime) -> None:
    began = live + timedelta(seconds=20)
    posts = days_of(live, 600) + burst(began, 240, per_second=4)
    spikes = run(region(), live_pages(posts, live, 600))
    (first,) = opened(spikes)
    assert first.lane == Lane(topic="water", region="11")
    assert first.at - began <= timedelta(seconds=20)
    assert {spike.spike for spike in spikes} == {first.spike}
    assert [spike.revision for spike in spikes] == list(range(len(spikes)))


@pytest.mark.parametrize(("count", "level"), [(40, "orange"), (120, "red")])
def test_what_many_people_write_of_one_town_is_red(
    region: Region, live: datetime, count: int, level: str
) -> None:
    """Only red goes out at night: an accident in one town can not wait for two other towns."""
    posts = burst(live + timedelta(seconds=20), count, per_second=1)
    told = run(region(), live_pages(posts, live, 300))
    assert told[-1].alarm == level
    assert {share.key for share in told[-1].places if share.observed > 3} == {"113200000"}
    assert all(spike.voices >= 50 for spike in told if spike.alarm == "red")


def test_a_spike_explains_itself_and_its_parts_sum_up(region: Region, live: datetime) -> None:
    posts = days_of(live, 300) + burst(live + timedelta(seconds=20), 240, per_second=4)
    spike = run(region(), live_pages(posts, live, 300))[-1]
    for parts in (spike.places, spike.sentiments, spike.platforms, spike.topics):
        assert sum(share.observed for share in parts) == pytest.approx(spike.observed)
        assert sum(share.expected for share in parts) == pytest.approx(spike.expected, rel=1e-4)
    assert spike.places[0].key == "113200000"
    assert spike.places[0].observed > 5 * spike.places[0].expected
    assert spike.low < spike.expected < spike.high < spike.observed
    assert live - timedelta(minutes=2) <= spike.since <= live + timedelta(minutes=1)
    assert spike.simulation
    assert len(spike.top) == 5
    assert 100 < spike.voices <= spike.posts


def test_after_a_start_only_what_was_heard_is_told(region: Region, live: datetime) -> None:
    """Posts of a few minutes beside what is usual of an hour would say that nothing happened."""
    posts = days_of(live, 7200) + burst(live + timedelta(seconds=20), 7200, per_second=0.3)
    told = run(region(), live_pages(posts, live, 7200, every=20))
    first, last = told[0], told[-1]
    assert first.window_seconds <= 300
    assert last.window_seconds == 3600
    assert first.expected < 5 < 10 * first.expected < first.observed
    assert last.observed > 10 * first.observed
    assert first.forecast is not None
    assert (first.forecast.refused, first.forecast.hours) == ("rising", ())
    assert last.forecast is not None
    assert len(last.forecast.hours) == 6
    for spike in told:
        assert spike.low <= spike.expected <= spike.high < spike.observed
        minutes = (spike.at - live).total_seconds() // 60 + 1
        assert spike.window_seconds == 60 * min(minutes, 60)


def test_it_closes_when_it_is_over(region: Region, live: datetime) -> None:
    posts = days_of(live, 13 * 3600) + burst(live + hours(1), 400, per_second=1)
    spikes = run(region(), live_pages(posts, live, 13 * 3600, every=60))
    assert spikes[0].change == "opened"
    assert spikes[-1].change == "closed"
    assert len(opened(spikes)) == 1
    assert hours(1) < spikes[-1].at - spikes[0].at < hours(11)
    assert spikes[-1].loud_until is not None
    assert spikes[-1].at - spikes[-1].loud_until >= hours(8), "that is how it is known to be over"
    assert all(spike.loud_until is None for spike in spikes[:-1])
    told = [spike.at for spike in spikes if spike.change == "updated" and spike.observed < 300]
    assert all(later - at >= hours(1) for at, later in pairwise(told))


def test_days_without_incident_open_nothing(region: Region, live: datetime) -> None:
    posts = days_of(live, 86400, seed=3)
    assert run(region(), live_pages(posts, live, 86400, every=60)) == []


def test_five_accounts_with_five_hundred_copies_open_a_campaign_and_no_spike(
    region: Region, live: datetime
) -> None:
    copies = [
        mention(
            f"c{i}",
            live + timedelta(seconds=20 + i),
            author=f"bot{i % 5}",
            fingerprint=0xDEADBEEFCAFE0000 | (1 << i % 3),
        )
        for i in range(500)
    ]
    state = region()
    spikes = run(state, live_pages(days_of(live, 900) + copies, live, 900))
    assert state.tallies.copies == 499
    assert {spike.kind for spike in spikes} == {"campaign"}
    (first,) = opened(spikes)
    assert first.at - live <= timedelta(minutes=2)
    last = spikes[-1]
    assert last.lane == Lane(topic="water", region="11")
    (text,) = last.copied
    assert (text.accounts, last.voices) == (5, 5)
    assert text.posts == last.posts > 400
    assert last.observed == pytest.approx(1 + math.log2(last.posts))
    assert last.alarm == "red"


def test_a_campaign_closes_and_is_not_told_again_at_the_same_size(
    region: Region, live: datetime
) -> None:
    def wave(start: datetime, count: int) -> list[Mention]:
        return [
            mention(
                f"w{start.timestamp()}{i}",
                start + timedelta(seconds=30 * i),
                author=f"bot{i % 3}",
                fingerprint=7,
            )
            for i in range(count)
        ]

    posts = wave(live, 30) + wave(live + hours(5), 40) + wave(live + hours(9), 90)
    spikes = run(region(), live_pages(posts, live, 12 * 3600, every=60))
    assert [spike.change for spike in spikes if spike.change in ("opened", "closed")] == [
        "opened",
        "closed",
        "opened",
        "closed",
    ]
    assert opened(spikes)[1].since == live + hours(9)
    closing = spikes[-1]
    assert (closing.posts, closing.copied[0].posts, closing.peak) == (0, 90, 90)


def test_an_announcement_that_many_take_over_is_no_campaign(region: Region, live: datetime) -> None:
    chance = random.Random(8)
    posts = [
        mention(f"n{i}", live + timedelta(seconds=chance.uniform(0, 3000)), fingerprint=7)
        for i in range(60)
    ]
    spikes = run(region(), live_pages(posts, live, 3600, every=10))
    assert [spike.kind for spike in spikes if spike.kind == "campaign"] == []


def test_copies_are_shown_beside_organic_posts(region: Region, live: datetime) -> None:
    copies = [
        mention(f"c{i}", live + timedelta(seconds=20 + i), author=f"bot{i % 5}", fingerprint=7)
        for i in range(64)
    ]
    posts = copies + burst(live + timedelta(seconds=20), 240, per_second=4)
    spikes = run(region(update_minutes=1), live_pages(posts, live, 300))
    spike = [spike for spike in spikes if spike.kind == "spike"][-1]
    assert spike.posts == 304
    assert spike.observed == pytest.approx(240 + 7)
    assert spike.voices == 245
    assert [post.copies for post in spike.top if post.item == "simulation:c0"] in ([], [64])


def test_reposts_are_resonance_not_copies(region: Region, live: datetime) -> None:
    reposts = [
        mention(f"r{i}", live + timedelta(seconds=20 + i), fingerprint=7, repost_of="vk:1")
        for i in range(60)
    ]
    assert len(opened(run(region(), live_pages(reposts, live, 200)))) == 1


def test_few_voices_are_no_spike(region: Region, live: datetime) -> None:
    posts = [
        mention(f"v{i}", live + timedelta(seconds=20 + i), author=f"a{i % 9}") for i in range(200)
    ]
    assert run(region(), live_pages(posts, live, 400)) == []


def test_history_teaches_and_never_opens() -> None:
    state = Resonance(ResonanceSettings())
    posts = list(ordinary(random.Random(1), START, 3 * 86400, 4000))
    posts += burst(START + hours(71.5), 1000, per_second=1)
    posts.sort(key=lambda found: found.post.published_at)
    assert run(state, history_pages(posts)) == []
    after = START + hours(72)
    assert run(state, live_pages(days_of(after, 900), after, 900)) == []


def test_history_of_a_second_target_does_not_stop_the_first(region: Region, live: datetime) -> None:
    state = region()
    old = [mention(f"h{i}", live - hours(100 - i)) for i in range(50)]
    listing = page(live, old, target="rss/feed", history=True, platform="rss")
    posts = days_of(live, 600) + burst(live + timedelta(seconds=20), 240, per_second=4)
    assert len(opened(run(state, [listing, *live_pages(posts, live, 600)]))) == 1
    assert state.tallies.late_history == 50


def test_late_posts_count_as_late_and_never_alert(region: Region, live: datetime) -> None:
    state = region()
    late = [mention(f"late{i}", live + timedelta(seconds=i)) for i in range(300)]
    run(state, live_pages([], live, 3 * 3600, every=30))
    assert run(state, [page(live + hours(3.01), late)]) == []
    assert state.tallies.late == 300


def test_posts_inside_the_horizon_correct_their_bins(region: Region, live: datetime) -> None:
    state = region()
    posts = burst(live + timedelta(minutes=5), 300, per_second=0.5)
    assert run(state, live_pages([], live, 1500, every=30)) == []
    (spike,) = opened(run(state, [page(live + timedelta(minutes=26), posts)]))
    assert live <= spike.since <= live + timedelta(minutes=8)


def test_a_gap_is_missing_data(region: Region, live: datetime) -> None:
    """Five silent hours teach nothing, and the return of ordinary posts opens nothing; that nobody
    looked is said."""
    state = region()
    run(state, live_pages(days_of(live, 3600), live, 3600, every=10))
    back = live + hours(6)
    spikes = run(state, live_pages(days_of(back, 4 * 3600, seed=5), back, 4 * 3600, every=10))
    assert {spike.kind for spike in spikes} == {"data-quality"}
    assert [spike.change for spike in spikes][-1] == "closed"
    assert 290 <= state.tallies.missed_bins <= 305


def test_a_heartbeat_tells_a_quiet_source_from_a_dead_one(region: Region, live: datetime) -> None:
    """Empty pages let time pass and teach zero; without pages nothing is known of that time."""

    def later(hours_of_looks: float) -> tuple[int, float]:
        state = region()
        run(state, live_pages(days_of(live, 600), live, 600, every=10))
        before = state.tallies.missed_bins
        run(state, live_pages([], live + timedelta(seconds=600), hours_of_looks * 3600, every=60))
        back = live + hours(8)
        posts = burst(back, 7200, per_second=0.5)
        spikes = run(state, live_pages(posts, back, 7200, every=30))
        expected = next(
            s.expected for s in spikes if s.kind == "spike" and s.window_seconds == 3600
        )
        return state.tallies.missed_bins - before, expected

    quiet, dead = later(7.8), later(0)
    assert quiet[0] <= 5
    assert dead[0] > 300
    assert quiet[1] < dead[1], "eight silent hours that were watched are learned"


def test_what_is_caught_up_after_a_gap_is_no_gap(region: Region, live: datetime) -> None:
    state = region()
    run(state, live_pages([], live, 60))
    before = state.tallies.missed_bins
    back = live + hours(3)
    missed = days_of(live + timedelta(seconds=61), 3 * 3600 - 61)
    run(state, [page(back, missed), *live_pages([], back, 3600, every=30)])
    assert state.tallies.missed_bins - before <= 5


def test_a_silent_target_does_not_hold_the_others(region: Region, live: datetime) -> None:
    state = region()
    run(state, [page(live, target="vk/silent", platform="vk")])
    posts = days_of(live, 3 * 3600) + burst(live + hours(2), 240, per_second=4)
    assert len(opened(run(state, live_pages(posts, live, 3 * 3600, every=10)))) == 1


def test_items_count_once_and_edits_do_not_add(region: Region, live: datetime) -> None:
    state = region()
    before = state.tallies.counted
    at = live + timedelta(seconds=5)
    post = mention("x", at, counters={"likes": 1})
    edited = mention("x", at, event="edited", revision=2, text="Воду дали")
    counted = mention("x", at, event="counters", counters={"likes": 50})
    run(state, [page(at, [post, post, edited, counted]), page(at, [post])])
    assert state.tallies.counted - before == 1
    assert state.tallies.again == 2


def test_a_deleted_post_leaves_its_open_bin(region: Region, live: datetime) -> None:
    state = region()
    posts = burst(live + timedelta(seconds=20), 60, per_second=4)
    gone = [
        mention(found.post.item.removeprefix("simulation:"), live, event="deleted")
        for found in posts
    ]
    pages = [page(live + timedelta(seconds=4), []), page(live + timedelta(seconds=4), posts)]
    run(state, [*pages, page(live + timedelta(seconds=4), gone)])
    assert run(state, live_pages([], live + timedelta(seconds=5), 300)) == []
    assert state.tallies.deleted == 60


def test_scattered_topics_of_one_event_open_one_spike(region: Region, live: datetime) -> None:
    """A quarter of the texts is read as another topic, some as two, some as none."""
    began = live + timedelta(seconds=20)
    chance = random.Random(4)
    posts = []
    for i in range(400):
        topic = chance.choices(["water", "housing", "heating", None], [60, 20, 10, 10])[0]
        second = "prices" if topic == "water" and chance.random() < 0.5 else None
        posts.append(mention(f"s{i}", began + timedelta(seconds=i / 4), topic, second=second))
    spikes = run(region(), live_pages(days_of(live, 3600) + posts, live, 3600, every=2))
    assert [spike.lane for spike in opened(spikes)] == [Lane(topic="water", region="11")]


def test_an_event_of_many_regions_is_one_spike_of_its_topic(live: datetime) -> None:
    def country(start: datetime, seconds: float, seed: int) -> list[Mention]:
        chance = random.Random(seed)
        count = int(seconds / 86400 * 8000)
        at = sorted(chance.uniform(0, seconds) for _ in range(count))
        codes = [f"{chance.choice(range(10, 20))}3200000" for _ in at]
        topics = chance.choices(["water", "roads", "health"], k=count)
        return [
            mention(f"k{seed}-{i}", start + timedelta(seconds=at[i]), topics[i], codes[i])
            for i in range(count)
        ]

    state = Resonance(ResonanceSettings())
    run(state, history_pages(country(live - hours(96), 96 * 3600, 1)))
    storm = [
        mention(f"s{i}", live + timedelta(seconds=60 + i / 5), "water", f"{10 + i % 10}3200000")
        for i in range(900)
    ]
    posts = country(live, 3600, 2) + storm
    spikes = run(state, live_pages(posts, live, 3600, every=5))
    assert [spike.lane for spike in opened(spikes)] == [Lane(topic="water")]
    assert spikes[-1].alarm == "red"
    assert {share.key for share in spikes[-1].places} == {str(code) for code in range(10, 20)}


def test_two_events_far_apart_are_two_spikes(region: Region, live: datetime) -> None:
    roads = [
        mention(f"r{i}", live + timedelta(minutes=90, seconds=i / 2), "roads") for i in range(300)
    ]
    posts = days_of(live, 3 * 3600) + burst(live + timedelta(minutes=10), 200, 2) + roads
    found = opened(run(region(), live_pages(posts, live, 3 * 3600, every=15)))
    assert [spike.lane.topic for spike in found] == ["water", "roads"]


def test_nothing_opens_before_a_day_is_learned(live: datetime) -> None:
    state = Resonance(ResonanceSettings())
    posts = days_of(live, 6 * 3600) + burst(live + hours(4), 300, per_second=4)
    assert run(state, live_pages(posts, live, 6 * 3600, every=30)) == []


def test_a_small_floor_serves_a_small_region(region: Region, live: datetime) -> None:
    posts = burst(live + timedelta(seconds=20), 10, per_second=0.5)
    pages = list(live_pages(posts, live, 120))
    assert opened(run(region(), pages)) == []
    assert len(opened(run(region(floor_posts=8, floor_voices=5), pages))) == 0
    quiet = [mention(f"q{i}", live + timedelta(seconds=20 + 2 * i), "culture") for i in range(10)]
    pages = list(live_pages(quiet, live, 120))
    assert len(opened(run(region(floor_posts=8, floor_voices=5), pages))) == 1


def test_the_reducer_returns_the_state(region: Region, live: datetime) -> None:
    state = region()
    assert resonate(state, [page(live)]) == (state, [])


def test_what_an_opinion_leader_starts_opens_earlier_and_says_so(
    region: Region, live: datetime
) -> None:
    at = live + timedelta(seconds=20)
    post = mention("lead", at, author_kind="official", author_name="Әкімдік")
    answers = [
        mention(f"a{i}", at + timedelta(seconds=5 * (i + 1)), root="simulation:lead")
        for i in range(60)
    ]
    alone = [mention(f"b{i}", at + timedelta(seconds=5 * (i + 1))) for i in range(60)]
    days = days_of(live, 400)
    (led,) = opened(run(region(), live_pages([*days, post, *answers], live, 400)))
    (spread,) = opened(run(region(), live_pages([*days, *alone], live, 400)))
    assert (led.trigger, spread.trigger) == ("leader", "spread")
    assert led.at <= spread.at
    assert led.leaders[0].name == "Әкімдік"
    assert led.leaders[0].followed >= 10
    assert spread.leaders == ()


def test_an_alert_says_what_it_was_written_from(region: Region, live: datetime) -> None:
    silent = page(live, target="vk/silent", platform="vk")
    posts = days_of(live, 2400) + burst(live + timedelta(seconds=2020), 240, per_second=4)
    spike = opened(run(region(), [silent, *live_pages(posts, live, 2400, every=2)]))[0]
    assert spike.coverage is not None
    assert (spike.coverage.sources, spike.coverage.looking) == (2, 1)
    assert [one.target for one in spike.coverage.silent] == ["vk/silent"]
    assert spike.evidence is not None
    assert spike.evidence.end - spike.evidence.start == hours(1)
    assert spike.evidence.start < spike.since <= spike.at < spike.evidence.end
    assert [cut.target for cut in spike.evidence.cuts] == ["simulate/region"]
    assert spike.once_in_days is not None
    assert spike.once_in_days > 7
