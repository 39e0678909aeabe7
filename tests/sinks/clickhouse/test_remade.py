"""Labels of newer models into stored rows: everything else stays, nothing is counted twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models.texts import Text
from models.understanding import Labels as Understood
from rezonans.cli.again import Waiting
from rezonans.cli.explain import Query
from rezonans.cli.remaking import BATCH, Changes, Scope, batches, days, left, named, remade
from rezonans.records import Mention, Place, Sentiment
from rezonans.remade import Labels, Remade
from sinks.clickhouse.columns import MentionRow
from sinks.clickhouse.rollup import Rollups
from sinks.clickhouse.versions import day
from sinks.clickhouse.writer import Writer
from tests.sinks.clickhouse.samples import NOW, fact, mention, page
from tests.sinks.conftest import Store

NEW = {"topics": "9f", "appeal": "0c"}
SAID: dict[str, Any] = {
    "language": "kk",
    "script": "cyrillic",
    "languages": {"kk": 0.75, "ru": 0.25},
    "topics": (("water", 0.8),),
    "appeal": "question",
    "appeal_probability": 0.6,
    "sentiment": Sentiment(0.1, 0.7, 0.2),
    "urgent": 0.9,
    "places": (Place(kato="750000000", level="region", name="г.Алматы 'город'", how="name"),),
    "fingerprint": 2**64 - 7,
}
SAME = [
    name
    for name in MentionRow.__struct_fields__
    if name
    not in (
        "version", "generation", "stored_at", "language", "script", "languages", "topic",
        "topic_probability", "topics", "appeal", "appeal_guess", "appeal_probability", "sentiment",
        "negative", "neutral", "positive", "urgent", "region", "district", "place", "place_how",
        "places", "fingerprint", "model",
    )
]  # fmt: skip


def writer(store: Store) -> Writer:
    return Writer(store.client, lambda: NOW)


def labels(one: Mention, model: dict[str, str] = NEW) -> Remade:
    post = one.post
    said = Labels(item=post.item, revision=post.revision, published_at=post.published_at, **SAID)
    return Remade(day=day(post), model=model, labels=(said,))


def rows(store: Store, columns: str = "*") -> list[dict[str, Any]]:
    found = store.client.query(
        f"SELECT {columns} FROM mentions FINAL WHERE deleted = 0 ORDER BY item"
    )
    return [dict(zip(found.column_names, row, strict=True)) for row in found.result_rows]


def test_labels_are_replaced_and_the_rest_of_the_row_stays(store: Store) -> None:
    names = ("vk:it's\t\\1", "vk:2")
    writer(store).write([page(*(mention(name, stated_appeal="incident") for name in names))])
    before = rows(store)
    writer(store).write(remade=[labels(mention(names[0]))])
    changed, untouched = sorted(rows(store), key=lambda row: row["item"] != names[0])
    assert untouched == next(row for row in before if row["item"] == names[1])
    was = next(row for row in before if row["item"] == names[0])
    assert {name: changed[name] for name in SAME} == {name: was[name] for name in SAME}
    assert changed["author"], "whom the labels never saw"
    assert changed["generation"] == was["generation"] + 1
    assert (changed["topic"], changed["region"], changed["sentiment"]) == ("water", "75", "neutral")
    assert (changed["appeal"], changed["appeal_guess"]) == ("incident", "question")
    assert changed["places"][0]["name"] == "г.Алматы 'город'"
    assert changed["fingerprint"] == 2**64 - 7
    assert changed["model"] == NEW
    assert changed["languages"] == {"kk": 0.75, "ru": 0.25}


def test_repeating_changes_nothing_and_other_weights_replace_again(store: Store) -> None:
    writer(store).write([page(mention())])
    for _ in range(3):
        writer(store).write(remade=[labels(mention())])
    (row,) = rows(store)
    first = row["generation"]
    writer(store).write([page(mention())])  # the log delivers the old page again
    assert rows(store) == [row]
    older = {"topics": "1", "appeal": "1"}
    writer(store).write(remade=[labels(mention(), older)])
    (row,) = rows(store)
    assert (row["generation"], row["model"]) == (first + 1, older), "also weights of before"


@pytest.mark.parametrize(
    "meanwhile",
    [
        mention("vk:1", event="edited", revision=7, text="новый текст", model=NEW | {"x": "1"}),
        fact("vk:1", "deleted"),
    ],
)
def test_what_comes_meanwhile_wins(store: Store, meanwhile: Mention) -> None:
    writer(store).write([page(mention("vk:1"))])
    writer(store).write([page(meanwhile)])
    after = rows(store)
    writer(store).write(remade=[labels(mention("vk:1"))])
    assert rows(store) == after


def test_what_is_not_stored_is_not_made_up(store: Store) -> None:
    writer(store).write(remade=[labels(mention())])
    assert rows(store) == []


def test_the_rollup_follows(store: Store) -> None:
    one = writer(store)
    one.write([page(mention())])
    one.write(remade=[labels(mention())])
    Rollups(store.client, lambda: NOW + timedelta(seconds=5)).step()
    found = store.client.query("SELECT topic, posts FROM lane_minutes").result_rows
    assert found == [("water", 1)]


def model(texts: Any) -> list[Understood]:
    assert all(isinstance(text, Text) for text in texts)
    return [Understood(**SAID) for _ in texts]


def test_the_store_is_read_batch_by_batch_until_nothing_is_left(store: Store, query: Query) -> None:
    count = BATCH + 5
    writer(store).write([page(*(mention(f"vk:{number:04}") for number in range(count)))])
    writer(store).write([page(mention("vk:other", published_at=NOW - timedelta(days=90)))])
    scope = Scope(NOW - timedelta(days=30), NOW + timedelta(days=1), NEW)
    (found,) = days(query, scope)
    assert (found.stored, found.left) == (count, count)
    changes = Changes()
    waiting = Waiting(query, scope, pause=lambda seconds: pytest.fail("nothing to wait for"))
    for batch in batches(query, scope, found.day):
        items = [row["item"] for row in batch]
        assert left(query, scope, found.day, items) == len(items)
        writer(store).write(remade=[remade(batch, found.day, scope, model, changes)])
        waiting.next(found.day, items)
    (found,) = days(query, scope)
    assert (found.stored, found.left) == (count, 0)
    assert changes.understood == count
    assert changes.changed == dict.fromkeys(
        ("language", "topic", "appeal", "sentiment", "region"), count
    )
    assert all(scope.has_labelled(row) for row in named(query, found.day, ["vk:0001"]))
    assert list(batches(query, scope, found.day)) == []


def test_a_store_that_stands_still_is_not_waited_for_for_ever(store: Store, query: Query) -> None:
    writer(store).write([page(mention("vk:1"))])
    scope = Scope(NOW - timedelta(days=30), NOW, NEW)
    pauses: list[float] = []
    waiting = Waiting(query, scope, pause=pauses.append, clock=lambda: 50.0 * len(pauses))
    waiting.next(day(mention().post), ["vk:1"])
    waiting.next(day(mention().post), [])
    assert 2 <= len(pauses) <= 4
