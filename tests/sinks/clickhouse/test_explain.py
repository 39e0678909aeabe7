"""An alert is computed again from a real store: the same numbers, or where they differ."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from models import taxonomy
from rezonans.cli.explain import Found, Query, find, in_words
from rezonans.records import Mentions, Spike
from rezonans.refused import SettingsError
from sinks.clickhouse.writer import Writer
from streams.steps.resonate import Resonance, ResonanceSettings
from tests.sinks.conftest import Store
from tests.streams.resonance.test_journey import quiet, story
from tests.streams.resonance.test_quality import SHARES, looks
from tests.streams.resonance.test_quality import days as days_of_sources
from tests.streams.resonance.world import (
    SMALL,
    START,
    country,
    history_pages,
    live_pages,
    mention,
    ordinary,
    page,
    rises,
)

LIVE = START + timedelta(days=2)
KNOBS = ResonanceSettings()


def pages() -> list[Mentions]:
    """Two quiet days, then an incident told by an official, its answers, and copies."""
    began = LIVE + timedelta(seconds=20)
    official = mention("lead", began, author_kind="official", author_name="Әкімдік")
    answers = [
        mention(
            f"a{i}",
            began + timedelta(seconds=2 * i + 2),
            root="simulation:lead",
            author=f"reader{i % 50}",
            district=("113200000", "113400000")[i % 2],
            counters={"likes": i % 7},
            author_followers=100 * i,
        )
        for i in range(120)
    ]
    copies = [
        mention(f"c{i}", began + timedelta(seconds=5 * i), author=f"bot{i % 3}", fingerprint=2**63)
        for i in range(40)
    ]
    reposts = [mention(f"r{i}", began + timedelta(seconds=i), repost_of="vk:9") for i in range(9)]
    days = ordinary(random.Random(2), START, 2 * 86400, 4000)
    live = [official, *answers, *copies, *reposts]
    told = list(live_pages(live, LIVE, 400, every=2))
    at = told[100].observed_at
    counted = mention("a5", began, event="counters", counters={"likes": 90}, observed_at=at)
    told[100] = msgspec.structs.replace(told[100], mentions=(*told[100].mentions, counted))
    return [*history_pages(days), *told]


@pytest.fixture(scope="module")
def told() -> tuple[list[Mentions], list[Spike]]:
    found = pages()
    return found, Resonance(KNOBS).apply(found)


def stored(store: Store, told: tuple[list[Mentions], list[Spike]]) -> list[Spike]:
    found, spikes = told
    Writer(store.client).write(found, spikes)
    return spikes


def differing(found: Found) -> dict[str, Any]:
    assert found.comparison is not None
    return {one.what: one.now for one in found.comparison.differences}


def _own_names(path: Path) -> taxonomy.Taxonomy:
    """The packaged taxonomy with other names."""
    path.write_text(taxonomy.PACKAGED.read_text("utf-8").replace('ru = "', 'ru = "Своё: '), "utf-8")
    return taxonomy.load(path)


def test_every_alert_is_the_same_in_the_store(
    store: Store, query: Query, told: tuple[list[Mentions], list[Spike]], tmp_path: Path
) -> None:
    spikes = stored(store, told)
    assert {spike.kind for spike in spikes} == {"spike", "campaign"}
    for spike in spikes:
        found = find(query, KNOBS, spike.spike, spike.revision)
        assert found.spike == spike
        assert differing(found) == {}
        assert found.comparison is not None
        assert found.comparison.checked >= 30
    (first,) = [spike for spike in spikes if (spike.kind, spike.change) == ("spike", "opened")]
    assert first.leaders[0].name == "Әкімдік"
    last = find(query, KNOBS, first.spike)
    russian, kazakh = in_words(last, "ru"), in_words(last, "kk")
    assert "Лидер мнений: Әкімдік (орган власти)" in russian
    assert "Пікір көшбасшысы: Әкімдік (мемлекеттік орган)" in kazakh
    for said in (russian, kazakh):
        assert said.splitlines()[-1].startswith("same")
    assert "Своё: " not in russian
    assert "Своё: " in in_words(last, "ru", _own_names(tmp_path / "own.toml"))


def test_an_emergence_is_the_same_in_the_store(store: Store, query: Query) -> None:
    state = Resonance(KNOBS)
    state.apply(list(history_pages(country(LIVE - timedelta(days=3), 3, 1))))
    posts = country(LIVE, 0.1, 2) + rises(LIVE, SMALL[:8], 7)
    live = list(live_pages(posts, LIVE, 0.1 * 86400, every=60))
    spikes = state.apply(live)
    Writer(store.client).write(live, spikes)
    assert {spike.kind for spike in spikes} == {"emergence"}
    for spike in spikes:
        found = find(query, KNOBS, spike.spike, spike.revision)
        assert differing(found) == {}
    rows = query("SELECT kind, district, regions FROM spikes_latest", {})
    assert [(row["kind"], row["district"]) for row in rows] == [("emergence", None)]
    assert set(rows[0]["regions"]) <= {*SMALL}
    gone = mention("rise-10-3", LIVE, event="deleted")
    last = max((one for one in spikes if one.risen), key=lambda one: one.risen[0].observed)
    Writer(store.client).write([msgspec.structs.replace(live[-1], sequence=1, mentions=(gone,))])
    assert "risen 10 observed" in differing(find(query, KNOBS, last.spike, last.revision))


def test_a_story_is_the_same_in_the_store(store: Store, query: Query) -> None:
    """Copies and reposts of one post, among posts of the same topic that are no part of it."""
    state = Resonance(KNOBS)
    state.apply(list(history_pages(quiet(LIVE - timedelta(days=2), 2))))
    regions = SMALL[:9]
    said = story(regions, live=LIVE)
    root = said[0].post.item
    said += story(regions[3:7], each=1, live=LIVE, fingerprint=None, repost_of=root, text="")
    live = list(live_pages([*quiet(LIVE, 0.3), *said], LIVE, 0.3 * 86400, every=60))
    spikes = state.apply(live)
    Writer(store.client).write(live, spikes)
    assert {spike.story.key for spike in spikes if spike.story} == {root}
    assert any(spike.reposts for spike in spikes)
    for spike in spikes:
        found = find(query, KNOBS, spike.spike, spike.revision)
        assert differing(found) == {}
    opened = find(query, KNOBS, spikes[0].spike, 0)
    assert opened.comparison is not None
    assert opened.comparison.checked >= 30
    gone = mention(said[1].post.item.removeprefix("simulation:"), LIVE, event="deleted")
    Writer(store.client).write([msgspec.structs.replace(live[-1], sequence=1, mentions=(gone,))])
    assert "posts" in differing(find(query, KNOBS, spikes[0].spike, 0))


def test_data_quality_is_the_same_in_the_store(store: Store, query: Query) -> None:
    start = LIVE - timedelta(days=2)
    state = Resonance(KNOBS)
    listed = sorted(
        (one for _, one in days_of_sources(start, 48, 1)), key=lambda one: one.post.published_at
    )
    by_target = {one.post.item: target for target, one in days_of_sources(start, 48, 1)}
    for target in SHARES:
        own = [one for one in listed if by_target[one.post.item] == target]
        for first in range(0, len(own), 200):
            part = own[first : first + 200]
            state.apply([page(part[-1].post.published_at, part, target, history=True)])
    said = days_of_sources(LIVE, 1, 2)
    flood = days_of_sources(LIVE + timedelta(hours=1), 1, 3, {"vk/b": 8.0})
    live = list(looks([*said, *flood], LIVE, 2, every=2))
    spikes = [one for one in state.apply(live) if one.kind == "data-quality"]
    Writer(store.client).write(live, spikes)
    assert spikes
    for spike in spikes[:3]:
        assert differing(find(query, KNOBS, spike.spike, spike.revision)) == {}
    assert "Приносят в разы больше обычного: vk/b" in in_words(
        find(query, KNOBS, spikes[-1].spike), "ru"
    )


def test_a_district_reaches_the_store_and_its_voices_are_its_own(
    store: Store, query: Query
) -> None:
    """Posts of another district of the region are around; the alert is about one."""
    here, there = "113200000", "113400000"
    days = [
        mention(f"q{day}-{place}-{n}", START + timedelta(days=day, hours=4 + 3 * n), "water", place)
        for day in range(12)
        for place in (here, there)
        for n in range(5)
    ]
    began = START + timedelta(days=12, hours=8)
    state = Resonance(KNOBS)
    state.apply(list(history_pages([*days, mention("end", began, None, None)], size=10)))
    posts = [mention(f"d{n}", began + timedelta(minutes=20 * n), "water", here) for n in range(9)]
    posts += [mention(f"t{n}", began + timedelta(minutes=90 * n), "water", there) for n in range(2)]
    live = list(live_pages(posts, began, 4 * 3600, every=60))
    spikes = state.apply(live)
    Writer(store.client).write(live, spikes)
    assert {spike.lane.district for spike in spikes} == {here}
    rows = query("SELECT DISTINCT kind, region, district, regions FROM spikes_latest", {})
    assert rows == [{"kind": "spike", "region": "11", "district": here, "regions": []}]
    for spike in spikes:
        assert differing(find(query, KNOBS, spike.spike, spike.revision)) == {}


def test_what_was_deleted_or_came_late_is_said(
    store: Store, query: Query, told: tuple[list[Mentions], list[Spike]]
) -> None:
    spikes = stored(store, told)
    last = [spike for spike in spikes if spike.kind == "spike"][-1]
    gone = mention("a1", last.at, event="deleted")
    late = mention(
        "late", last.since + timedelta(seconds=30), observed_at=last.at + timedelta(seconds=1)
    )
    later = msgspec.structs.replace(told[0][-1], sequence=1, mentions=(gone, late))
    Writer(store.client).write([later])
    found = differing(find(query, KNOBS, last.spike, last.revision))
    assert found["posts"] == last.posts - 1  # seen after the alert: not a difference
    assert found["observed"] == pytest.approx(last.observed - 1)
    assert "platforms simulation observed" in found
    said = in_words(find(query, KNOBS, last.spike, last.revision), "ru").splitlines()
    verdict = next(n for n, line in enumerate(said) if line.startswith("differs"))
    assert any(line.startswith("  posts: ") for line in said[verdict + 1 :])


def test_an_alert_that_is_not_there_is_one_sentence(store: Store, query: Query) -> None:
    with pytest.raises(SettingsError, match="00ff: the store has no such alert"):
        find(query, KNOBS, "00ff")


def test_voices_are_counted_over_stored_alerts_only(store: Store, query: Query) -> None:
    asked = "SELECT posts, voices FROM spike_voices(spike='nothing', revision=0, text=0)"
    assert query(asked, {}) == [{"posts": 0, "voices": 0}]
