"""What our sources do is one alert of data quality, and what people do is never taken for it."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

import pytest

from rezonans.reasons import Lane
from rezonans.records import Mention, Mentions, Spike
from streams.steps.resonate import Resonance, ResonanceSettings
from tests.streams.resonance.conftest import LIVE
from tests.streams.resonance.world import TOPICS, mention, page

SHARES = {"vk/a": 0.45, "vk/b": 0.25, "rss/c": 0.2, "rss/d": 0.1}
REGIONS = ("10", "11", "19", "31", "75")
AN_HOUR = 240.0
HISTORY_HOURS = 72
Said = tuple[str, Mention]
"""A post with the target that brings it."""


def days(
    start: datetime, hours: float, seed: int, times: dict[str, float] | None = None
) -> list[Said]:
    """Ordinary posts of all sources; `times`: sources that bring a multiple."""
    chance, found = random.Random(seed), []
    for target, share in SHARES.items():
        rate, at = AN_HOUR * share * (times or {}).get(target, 1.0) / 3600, 0.0
        while rate and (at := at + chance.expovariate(rate)) < hours * 3600:
            topic = TOPICS[min(int(chance.expovariate(0.5)), len(TOPICS) - 1)]
            district = f"{chance.choice(REGIONS)}3200000"
            name = f"{seed}-{target}-{at:.3f}"
            found.append((target, mention(name, start + timedelta(seconds=at), topic, district)))
    return found


def looks(
    said: Iterable[Said],
    start: datetime,
    hours: float,
    out: dict[str, tuple[float, float]] | None = None,
    every: int = 1,
) -> Iterator[Mentions]:
    """Every so many minutes a look at every source; `out`: hours between which a source does
    not answer. What came meanwhile is seen at the first look after."""
    waiting: dict[str, list[Mention]] = {target: [] for target in SHARES}
    for target, found in sorted(said, key=lambda one: one[1].post.published_at):
        waiting.setdefault(target, []).append(found)
    for minute in range(every, int(hours * 60) + 1, every):
        at = start + timedelta(minutes=minute)
        for target, posts in waiting.items():
            first, last = (out or {}).get(target, (0.0, 0.0))
            if first * 60 < minute <= last * 60:
                continue
            fresh = [one for one in posts if one.post.published_at <= at]
            del posts[: len(fresh)]
            yield page(at, fresh, target)


def at_once(said: Sequence[Said], at: datetime) -> list[Said]:
    """The same posts of a source that does not say when they were published."""
    return [
        (target, mention(f"late-{one.post.item}", at, one.topics[0][0], one.places[0].kato))
        for target, one in said
    ]


@pytest.fixture(scope="module")
def learned() -> bytes:
    """Three days of history, listed by the hour."""
    state = Resonance(ResonanceSettings())
    start = LIVE - timedelta(hours=HISTORY_HOURS)
    hours: dict[tuple[int, str], list[Mention]] = {}
    for target, one in days(start, HISTORY_HOURS, 1):
        hour = int((one.post.published_at - start) / timedelta(hours=1))
        hours.setdefault((hour, target), []).append(one)
    for (hour, target), found in sorted(hours.items()):
        end = start + timedelta(hours=hour + 1)
        state.apply([page(end, found, target, history=True)])
    return state.dump()


def run(learned: bytes, pages: Iterable[Mentions]) -> list[Spike]:
    return Resonance.load(learned, ResonanceSettings()).apply(list(pages))


def opened(spikes: Iterable[Spike]) -> list[tuple[str, Lane]]:
    return [(spike.kind, spike.lane) for spike in spikes if spike.change == "opened"]


def later(hours: float) -> datetime:
    return LIVE + timedelta(hours=hours)


def test_a_collector_that_is_out_is_one_alert_that_names_it(learned: bytes) -> None:
    spikes = run(learned, looks(days(LIVE, 4, 2), LIVE, 4, {"vk/a": (1, 3)}))
    assert opened(spikes) == [("data-quality", Lane())]
    first, last = spikes[0], spikes[-1]
    assert first.quality is not None
    assert first.quality.trouble == "silence"
    (source,) = first.quality.sources
    assert (source.target, source.kind) == ("vk/a", "silent")
    assert source.seconds is not None
    assert later(1) - timedelta(minutes=2) <= first.since <= later(1) + timedelta(minutes=2)
    assert later(1) < first.at < later(1.75)
    assert source.expected > 2 * source.observed
    assert first.quality.affected >= 4
    assert first.coverage is not None
    assert [one.target for one in first.coverage.silent] == ["vk/a"]
    assert last.change == "closed"
    assert later(3) < last.at < later(3.5)
    assert last.loud_until is not None
    assert later(3) <= last.loud_until <= last.at
    assert len({spike.spike for spike in spikes}) == 1


def test_a_small_source_that_is_out_is_no_alert(learned: bytes) -> None:
    assert run(learned, looks(days(LIVE, 3, 2), LIVE, 3, {"rss/d": (1, 3)})) == []


def test_a_backlog_that_arrives_at_once_opens_no_spike(learned: bytes) -> None:
    """Four hours of a source without times: hundreds of posts in one minute, of everything."""
    said = days(LIVE, 7, 2)
    missed = [
        one for one in said if one[0] == "vk/a" and later(1) < one[1].post.published_at < later(5)
    ]
    rest = [one for one in said if one not in missed]
    pages = looks([*rest, *at_once(missed, later(5))], LIVE, 7, {"vk/a": (1, 5)})
    spikes = run(learned, pages)
    assert opened(spikes) == [("data-quality", Lane())], "the outage and what followed it"
    flood = [one.quality for one in spikes if one.quality and one.quality.trouble == "flood"]
    assert flood[0].sources[0].target == "vk/a"
    assert flood[0].held >= 4
    assert flood[-1].dropped == flood[-1].held
    assert flood[-1].released == 0
    assert spikes[-1].change == "closed"


def test_posts_that_come_late_with_their_times_are_no_flood(learned: bytes) -> None:
    said = days(LIVE, 3, 2)
    assert run(learned, looks(said, LIVE, 3, {"vk/a": (1, 1.4)})) == []


def test_a_source_that_is_read_many_times_over_is_named(learned: bytes) -> None:
    said = days(LIVE, 1, 2) + days(later(1), 1.5, 3, {"vk/b": 6.0}) + days(later(2.5), 2, 4)
    spikes = run(learned, looks(said, LIVE, 4.5))
    assert opened(spikes) == [("data-quality", Lane())]
    first, last = spikes[0].quality, spikes[-1].quality
    assert first is not None
    assert [(one.target, one.kind) for one in first.sources] == [("vk/b", "flood")]
    assert last is not None
    assert last.sources[0].observed > 4 * last.sources[0].expected
    assert (last.released, last.dropped) == (0, last.held)
    assert last.held >= 4


def event(start: datetime, count: int, seconds: float, scatter: float = 0.25) -> list[Said]:
    """Something that the whole country talks of, in all sources; some of it is read as other
    topics."""
    chance = random.Random(9)
    names, weights = list(SHARES), list(SHARES.values())
    return [
        (
            chance.choices(names, weights)[0],
            mention(
                f"event{i}",
                start + timedelta(seconds=seconds * i / count),
                chance.choice(TOPICS) if chance.random() < scatter else "health",
                f"{chance.choice(REGIONS)}3200000",
            ),
        )
        for i in range(count)
    ]


@pytest.mark.parametrize("count", [150, 1500])
def test_an_event_of_the_whole_country_is_not_swallowed(learned: bytes, count: int) -> None:
    said = days(LIVE, 3, 2) + event(later(1), count, 2400)
    spikes = run(learned, looks(said, LIVE, 3))
    found = opened(spikes)
    assert [lane for kind, lane in found if kind in ("spike", "emergence")] == [Lane("health")]
    assert [kind for kind, _ in found if kind == "data-quality"] == []


def test_an_event_in_the_middle_of_a_flood_is_told(learned: bytes) -> None:
    flood = days(later(1), 1.5, 3, {"vk/b": 8.0, "vk/a": 0, "rss/c": 0, "rss/d": 0})
    outside = [one for one in event(later(1.5), 400, 1800, 0) if one[0] != "vk/b"]
    spikes = run(learned, looks(days(LIVE, 2.5, 2) + flood + outside, LIVE, 2.5))
    told = [lane for kind, lane in opened(spikes) if kind != "data-quality"]
    assert told == [Lane("health")]
    first = next(spike for spike in spikes if spike.lane.topic == "health")
    assert later(1.5) < first.at < later(1.6)


def test_what_is_still_loud_after_a_flood_is_told_then(learned: bytes) -> None:
    """A region of which much is said, but of no topic: in a flood nobody can tell it apart."""
    flood = days(later(1), 1, 3, {"vk/b": 8.0, "vk/a": 0, "rss/c": 0, "rss/d": 0})
    region = [
        ("vk/a", mention(f"r{i}", later(1.2) + timedelta(seconds=12 * i), None, "313200000"))
        for i in range(900)
    ]
    spikes = run(learned, looks(days(LIVE, 4.5, 2) + flood + region, LIVE, 4.5))
    assert opened(spikes)[0] == ("data-quality", Lane())
    closed = next(one for one in spikes if one.kind == "data-quality" and one.change == "closed")
    assert closed.quality is not None
    assert closed.quality.released >= 1
    assert closed.quality.released + closed.quality.dropped == closed.quality.held
    told = [one for one in spikes if one.kind == "spike" and one.change == "opened"]
    assert Lane(None, "31") in {one.lane for one in told}
    assert all(one.at > later(2) for one in told), "held while it flooded"


def test_what_does_not_pass_is_the_new_usual(learned: bytes) -> None:
    said = days(LIVE, 1, 2) + days(later(1), 8, 3, dict.fromkeys(SHARES, 2.5))
    spikes = run(learned, looks(said, LIVE, 9, every=5))
    quality = [spike for spike in spikes if spike.kind == "data-quality"]
    assert [one.change for one in quality if one.change in ("opened", "closed")] == [
        "opened",
        "closed",
    ]
    assert quality[0].quality is not None
    assert quality[0].quality.sources == (), "everybody alike"
    assert timedelta(hours=6) < quality[-1].at - quality[0].at < timedelta(hours=6.6)


def test_dumped_in_the_middle_of_a_fault_it_goes_on_the_same(learned: bytes) -> None:
    said = days(LIVE, 1, 2) + days(later(1), 1, 3, {"vk/b": 8.0})
    pages = list(looks(said, LIVE, 2.5, {"rss/c": (0.2, 1.5)}))
    whole = Resonance.load(learned, ResonanceSettings())
    expected = whole.apply(pages)
    assert {spike.kind for spike in expected} >= {"data-quality"}
    state, found = Resonance.load(learned, ResonanceSettings()), []
    for start in range(0, len(pages), 37):
        state = Resonance.load(state.dump(), ResonanceSettings())
        found += state.apply(pages[start : start + 37])
    assert found == expected
    assert state.dump() == whole.dump()
