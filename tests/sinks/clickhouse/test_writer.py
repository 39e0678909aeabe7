"""The writer on a real engine: exact whatever is repeated, cut otherwise or out of order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from clickhouse_connect.driver.exceptions import DatabaseError, OperationalError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rezonans.handling import Action, Alert
from rezonans.reasons import Lane
from rezonans.records import DeadLetter, Mention, Mentions
from rezonans.troubles import Busy
from sinks.clickhouse.client import Client
from sinks.clickhouse.writer import Writer
from tests.sinks.clickhouse.samples import NOW, TEXTS, fact, mention, page, spike
from tests.sinks.conftest import Store

STANDING = "SELECT * EXCEPT(stored_at) FROM mentions FINAL ORDER BY item"


def writer(store: Store) -> Writer:
    return Writer(store.client, lambda: NOW)


def standing(store: Store) -> Sequence[Sequence[Any]]:
    return store.client.query(STANDING).result_rows


def one(store: Store, query: str) -> Any:
    return store.client.query(query).result_rows[0][0]


def version_of_item(draw: st.DrawFn) -> Mention:
    item = f"vk:-1_{draw(st.integers(0, 3))}"
    published = NOW - timedelta(days=int(item[-1]))
    event = draw(st.sampled_from(["created", "edited", "deleted", "counters"]))
    seen = published + timedelta(minutes=draw(st.integers(0, 3)))
    if event in ("deleted", "counters"):
        return fact(item, event, published_at=published, observed_at=seen, counters={"likes": 1})
    revision = draw(st.integers(1, 3)) if event == "edited" else 0
    return mention(
        item,
        event=event,
        published_at=published,
        observed_at=seen,
        revision=revision,
        # the text of a revision is one, whoever looks
        text=f"{TEXTS[revision % 3]} {item}",
        model={"topics": str(draw(st.integers(1, 2)))},
    )


versions = st.lists(st.composite(version_of_item)(), min_size=1, max_size=12)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(versions, st.randoms(use_true_random=False), st.integers(1, 5))
def test_what_stands_does_not_depend_on_order_cuts_and_repeats(
    store: Store, found: list[Mention], random: Any, size: int
) -> None:
    store.client.command("TRUNCATE TABLE mentions")
    writer(store).write([page(*found)])
    expected = standing(store)
    store.client.command("TRUNCATE TABLE mentions")
    again = [*found, *found[: len(found) // 2]]
    random.shuffle(again)
    for start in range(0, len(again), size):
        writer(store).write([page(*again[start : start + size], sequence=start)])
    assert standing(store) == expected
    items = {one.post.item for one in found if one.post.event != "counters"}
    assert len(expected) == len(items)


def test_everything_that_was_written_comes_back(store: Store) -> None:
    letter = DeadLetter(
        at=NOW, stage="understand", kind="invalid", reason="bad", place="posts/0/1", digest="d"
    )
    action = Action(action="a1", at=NOW, subject="s1", verb="mute", by="press", value="2h")
    writer(store).write([page(mention())], [spike()], [letter], [action])
    row = store.client.query("SELECT * FROM mentions_public")
    found = dict(zip(row.column_names, row.result_rows[0], strict=True))
    assert found["text"] == TEXTS[0]
    assert found["topics"][0][0] == "heating"
    assert found["fingerprint"] == 2**64 - 1
    assert found["simulation"] == 1
    assert "author" not in found
    assert one(store, "SELECT count() FROM dead_letters") == 1
    assert store.client.query("SELECT `by`, value FROM actions").result_rows == [("press", "2h")]
    assert one(store, "SELECT record FROM spikes_latest").startswith('{"schema":"spike.v1"')


def test_the_newest_revision_of_a_spike_is_shown(store: Store) -> None:
    writer(store).write(spikes=[spike(revision=1, alarm="red"), spike(revision=0), spike("s2")])
    rows = store.client.query(
        "SELECT spike, revision, alarm, topic FROM spikes_latest ORDER BY spike"
    ).result_rows
    assert rows == [("s1", 1, "red", "heating"), ("s2", 0, "orange", "heating")]


def test_an_old_page_never_moves_a_cursor_back(store: Store) -> None:
    writer(store).write([page(sequence=7)])
    writer(store).write([page(sequence=6), page(sequence=8, cursor=None)])
    latest = "SELECT cursor, cursor_sequence, sequence FROM cursors_latest WHERE target = 'vk/1'"
    assert store.client.query(latest).result_rows == [("c7", 7, 8)]


def test_the_state_of_a_source(store: Store) -> None:
    old = NOW - timedelta(hours=3)
    writer(store).write(
        [
            page(mention("a:1"), sequence=1, observed_at=old, history=True),
            page(mention("a:2"), mention("a:3"), sequence=2),
            page(sequence=3, looked_until=NOW + timedelta(minutes=5)),
        ]
    )
    found = store.client.query(
        "SELECT sequence, posts, posts_hour, pages_hour, history, looked_until > observed_at "
        "FROM sources"
    ).result_rows
    assert found == [(3, 3, 2, 2, False, 1)]


def test_a_deletion_without_the_platforms_date_finds_the_item(store: Store) -> None:
    writer(store).write([page(mention("a:1"), mention("a:2"))])
    writer(store).write(
        [page(fact("a:1", "deleted", published_at=NOW - timedelta(days=40)), sequence=2)]
    )
    assert one(store, "SELECT groupArray(item) FROM mentions_public") == ["a:2"]
    left = "SELECT count() FROM mentions FINAL WHERE item = 'a:1' AND (text != '' OR deleted = 0)"
    assert one(store, left) == 0


def test_counts_are_joined_at_their_latest(store: Store) -> None:
    for minutes, likes in ((5, 9), (1, 2)):
        writer(store).write(
            [
                page(
                    fact(
                        "a:1",
                        "counters",
                        counters={"likes": likes},
                        observed_at=NOW + timedelta(minutes=minutes),
                    )
                )
            ]
        )
    assert one(store, "SELECT counters['likes'] FROM counters_latest") == 9


def test_voices_are_counted_never_named(store: Store) -> None:
    found = [mention(f"a:{n}", author=f"a1:{n % 2}") for n in range(5)]
    writer(store).write([page(*found)])
    query = "SELECT topic, region, posts, voices, negatives FROM topic_hours"
    assert store.client.query(query).result_rows == [("heating", "31", 5, 2, 5)]


def test_delays_are_measured_to_the_visible_row(store: Store) -> None:
    writer(store).write([page(mention("a:1", published_at=NOW - timedelta(seconds=2)))])
    writer(store).write([page(mention("a:2"), history=True, sequence=2)])
    rows = store.client.query("SELECT `rows`, live, seconds FROM arrivals ORDER BY live")
    assert rows.result_rows == [(1, 0, []), (1, 1, [2.0])]


def test_many_years_of_months_go_into_one_batch(store: Store) -> None:
    found = [
        mention(f"a:{n}", published_at=NOW - timedelta(days=31 * n), observed_at=NOW)
        for n in range(105)
    ]
    writer(store).write([page(*found, history=True)])
    assert one(store, "SELECT count() FROM mentions_public") == 105


def test_the_last_word_on_an_alert_stands(store: Store) -> None:
    def alert(outcome: Any, minutes: int, channel: str | None = "mail") -> Alert:
        return Alert(
            alert="k1", at=NOW + timedelta(minutes=minutes), desk="press", told="opened",
            outcome=outcome, reason="opened", channel=channel,
            lane=Lane("water", "31", "313600000"),
        )  # fmt: skip

    for alerts in ([alert("failed", 1), alert("sent", 0, "tg")], [alert("sent", 9)]):
        writer(store).write(alerts=alerts)
    rows = store.client.query(
        "SELECT channel, outcome, topic, region, district, until FROM alerts FINAL ORDER BY channel"
    ).result_rows
    here = ("water", "31", "313600000", None)
    assert rows == [("mail", "sent", *here), ("tg", "sent", *here)]


class Failing:
    """A client whose server says no."""

    database: str | None = None

    def __init__(self, error: Exception) -> None:
        self._error = error

    def raw_insert(self, *_: Any, **__: Any) -> None:
        raise self._error

    def command(self, *_: Any, **__: Any) -> None:
        raise self._error

    def query(self, *_: Any, **__: Any) -> Any:
        raise self._error

    def close(self) -> None:
        pass


def _write(error: Exception, pages: Sequence[Mentions]) -> None:
    client: Client = Failing(error)
    Writer(client, lambda: NOW).write(pages)


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("Error connection refused executing HTTP request"),
        DatabaseError("Code: 241. DB::Exception: memory limit exceeded", code=241),
        DatabaseError("Code: 243. DB::Exception: no space left", code=243),
    ],
)
def test_a_store_that_can_not_take_it_now_is_busy(error: Exception) -> None:
    with pytest.raises(Busy, match="store, inserting into mentions: ") as raised:
        _write(error, [page(mention())])
    assert raised.value.retry_after > 0


def test_a_mistake_of_ours_is_no_busy_store() -> None:
    with pytest.raises(DatabaseError, match="UNKNOWN_TABLE"):
        _write(DatabaseError("Code: 60. UNKNOWN_TABLE", code=60), [page(mention())])


def test_nothing_to_write_asks_nothing_of_the_store() -> None:
    _write(OperationalError("down"), [])
