"""What is forgotten stands in no table, and the numbers are those without it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from rezonans.handling import Action
from rezonans.reasons import CopiedText, Leader, Story, TopPost
from rezonans.records import DeadLetter, Spike
from sinks.clickhouse import forget
from sinks.clickhouse.rollup import Rollups
from sinks.clickhouse.writer import Writer
from tests.sinks.clickhouse.dying import Dying, Killed
from tests.sinks.clickhouse.everything import everything, holding
from tests.sinks.clickhouse.samples import NOW, fact, mention, page, spike
from tests.sinks.clickhouse.test_rollup import equal_to_a_recount, ticking
from tests.sinks.conftest import Store

ITEM, AUTHOR = "vk:-1_77", "a1:beef77"
WORDS = "Соседка с пятого этажа"


def quoting() -> Spike:
    """A spike that says the item's text wherever a spike can."""
    found = spike()
    return msgspec.structs.replace(
        found,
        **{
            "top": (
                TopPost(item=ITEM, text=WORDS, platform="vk", published_at=NOW, weight=3.5),
                TopPost(item="a:1", text="другое", platform="vk", published_at=NOW, weight=1.0),
            ),
            "copied": (
                CopiedText(
                    item=ITEM, text=WORDS, posts=3, organic=2.5, accounts=3, first=NOW, last=NOW,
                    gap_seconds=4.0, evenness=1.0, url="https://vk.com/wall-1_77",
                ),
            ),
            "leaders": (Leader(
                name="Акимат", standing="official", item=ITEM, at=NOW, followed=3, text=WORDS
            ),),
            "stories": (Story(key=ITEM, observed=5.0, expected=1.0, text=WORDS),),
        }
    )  # fmt: skip


@pytest.fixture
def now() -> Callable[[], datetime]:
    return ticking()


@pytest.fixture
def filled(store: Store, now: Callable[[], datetime]) -> Store:
    """The item in every table that could have it, beside others that stay."""
    writer = Writer(store.client, now)
    said = mention(ITEM, text=WORDS, title=WORDS, author=AUTHOR, counters={"likes": 3})
    edited = mention(
        ITEM, text=f"{WORDS}, и сосед", author=AUTHOR, event="edited", revision=5,
        published_at=NOW - timedelta(hours=3),
    )  # fmt: skip
    reply = mention("vk:-1_78", root=ITEM, parent=ITEM, context=WORDS, author="a1:f00d")
    repost = mention("vk:-1_79", repost_of=ITEM, author="b2:f00d")
    answer = mention(
        "vk:-1_80", parent=ITEM, author=None, author_kind="official", text="Рахмет",
        published_at=NOW - timedelta(hours=2),
    )  # fmt: skip
    others = [mention(f"vk:-1_7{n}00", author="a1:f00d") for n in range(3)]
    letter = DeadLetter(
        at=NOW, stage="store", kind="rejected", reason="bad", place="vk/1/1/0", digest="d",
        payload=f'{{"item":"{ITEM}","text":"{WORDS}","author":"{AUTHOR}"}}',
    )  # fmt: skip
    action = Action(
        action="a1", at=NOW, subject=ITEM, verb="relabel", by="press", value="gas", note=WORDS
    )
    writer.write([page(said, reply, repost, answer, *others)], [quoting()], [letter], [action])
    writer.write([page(edited, fact("a:9", "deleted"), sequence=2)])
    Rollups(store.client, now, settle_seconds=0).catch_up()
    assert holding(store.client, WORDS) >= {"mentions", "spikes", "actions", "dead_letters"}
    assert holding(store.client, ITEM) >= {
        *("mentions", "counters", "spikes", "actions", "lane_hours", "rollup_hours")
    }
    return store


def test_an_item_is_in_no_table_any_more(filled: Store, now: Callable[[], datetime]) -> None:
    done = forget.items(filled.client, [ITEM], now=now)
    assert (done.mentions, done.hours, done.spikes) == (2, 3, 1)
    assert holding(filled.client, WORDS) == set()
    assert holding(filled.client, AUTHOR) == set()
    marks = [row for row in everything(filled.client)["mentions"].splitlines() if ITEM in row]
    assert ['"deleted":1' in row for row in marks] == [True]
    assert holding(filled.client, ITEM) == {"mentions"}
    equal_to_a_recount(filled.client)
    posts = "SELECT sum(posts) FROM flow WHERE grain = 86400"
    assert filled.client.query(posts).result_rows == [(6,)]


@pytest.mark.parametrize("after", range(0, 14, 2))
def test_what_a_kill_cut_off_is_done_by_asking_again(
    filled: Store, now: Callable[[], datetime], after: int
) -> None:
    """Before any of its statements: nothing is lost of the way on."""
    with pytest.raises(Killed):
        forget.items(Dying(filled.client, after), [ITEM], now=now)
    forget.items(filled.client, [ITEM], now=now)
    assert holding(filled.client, WORDS) == set()
    assert holding(filled.client, ITEM) == {"mentions"}
    Rollups(filled.client, now, settle_seconds=0).catch_up()
    equal_to_a_recount(filled.client)


def test_a_spike_keeps_its_numbers_and_can_be_read(
    filled: Store, now: Callable[[], datetime]
) -> None:
    before = quoting()
    forget.items(filled.client, [ITEM], now=now)
    record = filled.client.query("SELECT record FROM spikes_latest").result_rows[0][0]
    after = msgspec.json.decode(record, type=Spike)
    assert (after.observed, after.places) == (before.observed, before.places)
    assert [post.text for post in after.top] == ["", "другое"]
    assert after.copied[0].url is None
    assert after.stories[0].observed == before.stories[0].observed


def test_what_comes_again_does_not_come_back(filled: Store, now: Callable[[], datetime]) -> None:
    forget.items(filled.client, [ITEM], now=now)
    Writer(filled.client, now).write([page(mention(ITEM, text=WORDS), sequence=9)])
    sql = "SELECT count() FROM mentions_public WHERE item = {item:String}"
    assert filled.client.query(sql, {"item": ITEM}).result_rows == [(0,)]
    again = forget.items(filled.client, [ITEM], now=now)
    assert again.mentions == 1
    assert holding(filled.client, WORDS) == set()


def test_others_stay_as_they_are(filled: Store, now: Callable[[], datetime]) -> None:
    asked = "SELECT item, text, author FROM mentions FINAL WHERE item LIKE 'vk:-1_7_00' ORDER BY 1"
    before = filled.client.query(asked).result_rows
    forget.items(filled.client, [ITEM], now=now)
    assert filled.client.query(asked).result_rows == before
    reposts = "SELECT count() FROM mentions_public WHERE isNotNull(repost_of)"
    assert filled.client.query(reposts).result_rows == [(1,)]


def test_an_epoch_is_in_no_table_and_its_posts_stay(
    filled: Store, now: Callable[[], datetime]
) -> None:
    sql = "SELECT voices FROM flow_voices WHERE grain = 3600 AND scope = 'all' ORDER BY at DESC"
    assert filled.client.query(sql).result_rows[0] == (2,)
    done = forget.epoch(filled.client, "a1", now=now)
    assert done.mentions == 6
    assert holding(filled.client, "a1:") == set()
    assert "b2:f00d" in everything(filled.client)["mentions"]
    Rollups(filled.client, now, settle_seconds=0).catch_up()
    equal_to_a_recount(filled.client)
    assert filled.client.query(sql).result_rows[0] == (5,)


@pytest.mark.parametrize(
    ("record", "left"),
    [
        ({"item": "x", "text": "t", "url": "u"}, {"item": "forgotten", "text": ""}),
        ({"item": "y", "text": "x"}, {"item": "y", "text": ""}),
        ({"a": [{"key": "x", "observed": 1}]}, {"a": [{"key": "forgotten", "observed": 1}]}),
        ({"item": "y", "n": [1, None]}, {"item": "y", "n": [1, None]}),
    ],
)
def test_json_without_an_item(record: Any, left: Any) -> None:
    assert forget.without(record, {"x"}) == left
