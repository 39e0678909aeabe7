"""Pages become rows: what stands, what is empty, what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rezonans.records import Mention, Place, Sentiment
from sinks.clickhouse.counted import sentiment
from sinks.clickhouse.rows import batch, rows
from sinks.clickhouse.versions import generation_of, version
from tests.sinks.clickhouse.samples import NOW, fact, mention, page


def test_the_row_of_a_mention() -> None:
    [row] = rows(page(mention()), NOW).mentions
    assert (row.item, row.day, row.deleted) == ("vk:-1_1", date(2026, 3, 2), 0)
    assert (row.topic, row.appeal, row.sentiment) == ("heating", "complaint", "negative")
    assert (row.region, row.district, row.place) == ("31", "311000000"[:4] + "00000", "311010000")
    assert row.generation == 5


def test_a_stated_appeal_wins_and_both_are_kept() -> None:
    [row] = rows(page(mention(stated_appeal="question")), NOW).mentions
    assert (row.appeal, row.appeal_guess, row.stated_appeal) == (
        "question",
        "complaint",
        "question",
    )


def test_a_post_without_a_date_of_its_platform_lies_in_1970() -> None:
    [row] = rows(page(mention(published_origin="first_seen")), NOW).mentions
    assert row.day == date(1970, 1, 1)


@pytest.mark.parametrize(
    ("place", "region", "district"),
    [
        (Place(kato="000000000", level="country", name="Казахстан", how="name"), None, None),
        (Place(kato="310000000", level="region", name="Жамбылская", how="name"), "31", None),
        (Place(kato="316200000", level="district", name="Шуский", how="name"), "31", "316200000"),
    ],
)
def test_where_a_place_lies(place: Place, region: str | None, district: str | None) -> None:
    [row] = rows(page(mention(places=(place,))), NOW).mentions
    assert (row.region, row.district, row.place) == (region, district, place.kato)


def test_a_deletion_leaves_no_content() -> None:
    gone = msgspec.structs.replace(mention().post, event="deleted")
    found = rows(page(Mention(post=gone)), NOW)
    [row] = found.mentions
    assert (row.deleted, row.text, row.author, row.context, row.url) == (1, "", None, None, None)
    assert [one.item for one in found.deletions] == ["vk:-1_1"]


def test_counts_are_no_mentions() -> None:
    found = rows(page(fact("vk:-1_1", "counters", counters={"likes": 7})), NOW)
    assert found.mentions == []
    assert found.counters[0].counters == {"likes": 7}


def test_counts_of_a_created_post_are_kept_as_well() -> None:
    found = rows(page(mention(counters={"views": 10})), NOW)
    assert len(found.mentions) == len(found.counters) == 1


def test_a_heartbeat_is_a_look_and_a_cursor() -> None:
    found = rows(page(sequence=9), NOW)
    assert [(look.sequence, look.posts) for look in found.looks] == [(9, 0)]
    assert [cursor.cursor for cursor in found.cursors] == ["c9"]
    assert rows(page(cursor=None), NOW).cursors == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"published_at": datetime(1969, 12, 31, tzinfo=UTC)}, "published_at"),
        ({"published_at": datetime(2200, 1, 1, tzinfo=UTC)}, "published_at"),
        ({"revision": 2**42}, "revision"),
        ({"revision": -1}, "revision"),
        ({"counters": {"likes": -3}}, "counters.likes"),
        ({"author_followers": 2**64}, "author_followers"),
        ({"item": ""}, "item"),
    ],
)
def test_what_the_store_can_not_take_spoils_no_neighbour(
    changes: dict[str, object], words: str
) -> None:
    item = str(changes.get("item", "vk:-1_2"))
    rest = {name: value for name, value in changes.items() if name != "item"}
    found = rows(page(mention(), mention(item, **rest)), NOW)
    assert [row.item for row in found.mentions] == ["vk:-1_1"]
    [letter] = found.rejected
    assert (letter.kind, letter.stage, letter.place) == ("rejected", "store", "vk/1/1/1")
    assert letter.reason.startswith(words)


def test_only_live_posts_are_timed() -> None:
    live = mention()
    others = [
        mention("vk:-1_2", event="edited", revision=5),
        mention("vk:-1_3", published_precision="day"),
        mention("vk:-1_4", published_origin="first_seen"),
    ]
    assert len(rows(page(live, *others), NOW).live) == 1
    assert rows(page(live, history=True), NOW).live == []


def test_versions_order_deletion_revision_generation_first_sight() -> None:
    later = NOW + timedelta(hours=1)
    first = version(mention(observed_at=NOW), 5)
    assert version(mention(observed_at=later), 5) < first
    assert version(mention(observed_at=later), 6) > first
    assert version(mention(observed_at=later, revision=1), 0) > version(mention(), 2**32 - 1)
    assert version(fact("vk:-1_1", "deleted"), 0) > version(mention(revision=2**42 - 1), 9)
    assert version(fact("vk:-1_1", "deleted", revision=2**42 - 1), 2**32 - 1) < 2**128


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ({"topics": "1"}, {"topics": "2"}),
        ({"topics": "v9", "appeal": "1"}, {"topics": "v9", "appeal": "2"}),
        ({"topics": "2026-11-22"}, {"topics": "2026-12-01"}),
        ({}, {"topics": "1"}),
    ],
)
def test_a_new_model_is_a_new_generation(older: dict[str, str], newer: dict[str, str]) -> None:
    numbers = [generation_of(tuple(sorted(model.items()))) for model in (older, newer)]
    assert numbers[0] < numbers[1]


def test_a_batch_is_its_pages_together() -> None:
    pages = [page(mention("a:1")), page(mention("a:2"), sequence=2)]
    together = batch(pages, NOW)
    assert together.mentions == [row for one in pages for row in rows(one, NOW).mentions]
    assert len(together.looks) == 2


@given(st.tuples(*[st.sampled_from([0.0, 0.2, 0.4, 0.6, 1.0])] * 3))
def test_the_mood_is_the_most_probable_class_and_of_equal_ones_the_better(
    found: tuple[float, float, float],
) -> None:
    names = ("negative", "neutral", "positive")
    best = max(found)
    expected = [name for name, value in zip(names, found, strict=True) if value == best][-1]
    assert sentiment(Sentiment(*found)) == expected
