"""The runner's promises: nothing lost, cursors behind acknowledgement, heartbeats, patience."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from collectors import Rejected
from collectors.runner.pages import next_sequence
from rezonans.topics import MAX_PAGE_BYTES, MAX_PAGE_POSTS
from rezonans.troubles import Busy, Invalid
from tests.collectors.stage import (
    START,
    Log,
    Stopped,
    Store,
    Time,
    World,
    configured,
    post,
    run,
    truth,
)


def test_first_look_is_history_and_the_next_is_news() -> None:
    world, log = World([post(n) for n in range(4)]), Log()

    class Growing(Time):
        async def sleep(self, seconds: float) -> None:
            if len(self.naps) == 1:
                world.all.append(post(4))
            await super().sleep(seconds)

    run([configured(world)], log, time=Growing(most=3))
    assert [(page.history, len(page.posts)) for page in log.pages] == [
        (True, 3),
        (True, 1),
        (False, 1),
    ]
    assert [page.cursor for page in log.pages] == ["3", "4", "5"]
    assert {page.target for page in log.pages} == {"one/wall"}
    assert {(page.platform, page.container) for page in log.pages} == {("world", "world:wall")}
    assert {key for _, key, _ in log.messages} == {b"world:wall"}


def test_a_target_that_the_store_knows_has_no_first_look() -> None:
    world, log = World([post(n) for n in range(4)]), Log()
    run([configured(world)], log, time=Time(most=2))
    resumed = Log()
    run([configured(World([post(n) for n in range(6)]))], resumed, store=Store(log.pages))
    assert [post.item for post in resumed.posts] == ["world:4", "world:5"]
    assert not any(page.history for page in resumed.pages)
    assert min(page.sequence for page in resumed.pages) > max(p.sequence for p in log.pages)


def test_nothing_new_is_a_heartbeat_with_the_time_of_the_question() -> None:
    log = Log()
    run([configured(World([]))], log, time=Time(most=3))
    assert len(log.pages) >= 2
    for page in log.pages:
        assert page.posts == ()
        assert page.cursor is None
        assert START <= page.looked_until <= page.observed_at
    sequences = [page.sequence for page in log.pages]
    assert sequences == sorted(set(sequences))


def test_big_answers_are_cut_and_only_the_last_page_has_the_cursor() -> None:
    world, log = World([post(n) for n in range(1200)], size=1200), Log()
    run([configured(world)], log, time=Time(most=2))
    assert [len(page.posts) for page in log.pages] == [MAX_PAGE_POSTS, MAX_PAGE_POSTS, 200]
    assert [page.cursor for page in log.pages] == [None, None, "1200"]
    oldest = min(post.published_at for post in log.posts)
    assert all(page.looked_until <= oldest for page in log.pages[:-1])
    assert log.pages[-1].looked_until >= START


def test_pages_are_cut_by_bytes_too() -> None:
    world = World([post(n, text="ш" * 20_000) for n in range(40)], size=40)
    log = Log()
    run([configured(world)], log, time=Time(most=2))
    assert len(log.posts) == 40
    assert all(len(value) <= MAX_PAGE_BYTES for _, _, value in log.messages)


def test_sequences_grow_when_the_clock_is_set_back() -> None:
    assert next_sequence(10**18, START) == 10**18 + 1
    assert next_sequence(0, START) == int(START.timestamp() * 1_000_000)


def test_a_page_that_the_log_can_not_take_is_kept_and_order_holds() -> None:
    world = World([post(n) for n in range(9)])
    log = Log(
        lambda call, moment: Busy("no", 2.0) if call in (2, 3, 5) and moment == "before" else None
    )
    time = Time(most=8)
    run([configured(world)], log, time=time)
    assert [post.item for post in log.posts] == [f"world:{n}" for n in range(9)]
    assert time.naps.count(2.0) + sum(2.0 < nap < 60 for nap in time.naps) >= 3


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("call", range(1, 9))
def test_dying_anywhere_loses_nothing_and_repeats_only_known_identities(
    call: int, moment: str
) -> None:
    pieces = [post(n) for n in range(10)]
    broken = Rejected(place="x:1:", reason="half a row", digest="d")
    world = World([*pieces[:5], broken, *pieces[5:]])
    dying = Log(lambda n, m: Stopped() if (n, m) == (call, moment) else None)
    run([configured(world)], dying, time=Time(most=2))
    after = Log()
    run([configured(world)], after, store=Store(dying.pages), time=Time(most=2))
    seen = [post.item for post in (*dying.posts, *after.posts)]
    assert set(seen) == truth(world)
    facts = {(post.item, post.revision, post.text) for post in (*dying.posts, *after.posts)}
    assert len(facts) == len(truth(world))
    assert {letter.digest for letter in (*dying.letters, *after.letters)} == {"d"}


@pytest.mark.parametrize("answer", range(4))
def test_dying_in_the_source_loses_nothing(answer: int) -> None:
    world, log = World([post(n) for n in range(10)]), Log()
    world.errors = [None, *[httpx.ReadError("reset")] * answer]
    run([configured(world)], log, time=Time(most=12))
    assert {post.item for post in log.posts} == truth(world)
    assert len(log.posts) == 10


def test_a_source_that_fails_half_way_goes_on_where_it_was() -> None:
    world, log = World([post(n) for n in range(9)]), Log()
    world.errors = [httpx.ReadError("reset"), Busy("wait", 5.0), ValueError("bug")]
    reported = run([configured(world)], log, time=Time(most=12))
    assert [post.item for post in log.posts] == [f"world:{n}" for n in range(9)]
    assert all(page.history for page in log.pages if page.posts)
    assert [status.state for status in reported[:4]] == ["starting", "waiting", "waiting", "error"]


def test_busy_waits_at_least_as_long_as_asked() -> None:
    world, time = World([]), Time(most=3)
    world.errors = [Busy("VK asks for patience", 500.0)]
    reported = run([configured(world)], Log(), time=time)
    assert 500.0 <= time.naps[1] <= 550.0
    waiting = next(status for status in reported if status.state == "waiting")
    assert waiting.reason == "VK asks for patience"
    assert waiting.until is not None
    assert waiting.until - waiting.at >= timedelta(seconds=500)


def test_failures_in_a_row_back_off_to_the_regular_pace_and_success_forgets_them() -> None:
    world, time = World([post(1)]), Time(most=12)
    world.errors = [httpx.ConnectError("no route")] * 8
    reported = run([configured(world, every=600.0)], Log(), time=time)
    assert all(1.0 <= nap <= 80.0 for nap in time.naps[1:5])
    assert all(nap >= 600.0 for nap in time.naps[5:9])
    assert [status.failures for status in reported if status.state == "waiting"][-1] == 8
    assert [status.state for status in reported][-1] == "quiet"
    assert reported[-1].failures == 0


def test_a_failed_look_is_no_heartbeat() -> None:
    world, log = World([]), Log()
    world.errors = [httpx.ConnectError("no route")] * 50
    run([configured(world)], log)
    assert log.messages == []


def test_an_unreadable_answer_is_one_dead_letter_and_moves_no_cursor() -> None:
    world, log = World([post(1)]), Log()
    world.parse_error = Invalid("example.kz/rss: a web page came in place of a feed")
    reported = run([configured(world)], log, time=Time(most=5))
    assert log.pages == []
    assert [letter.kind for letter in log.letters] == ["invalid"]
    assert reported[-1].state == "error"
    assert "web page" in reported[-1].reason


def test_rejected_pieces_become_dead_letters_once_and_neighbours_go_on() -> None:
    bad = Rejected(place="109.csv:7:Дата", reason="Дата: not a date", digest="ab12")
    world, log = World([post(1), bad, post(2)]), Log()
    world.errors = [httpx.ReadError("reset")]
    reported = run([configured(world)], log, time=Time(most=4))
    assert [post.item for post in log.posts] == ["world:1", "world:2"]
    letter = log.letters[0]
    assert (letter.stage, letter.kind, letter.digest) == ("collect", "rejected", "ab12")
    assert letter.place == "one/wall 109.csv:7:Дата"
    assert letter.payload is None
    assert len(log.letters) == 1
    assert reported[-1].state in ("ok", "quiet")


def test_a_post_that_fits_no_page_is_a_dead_letter_and_the_cursor_moves() -> None:
    huge = post(2, counters={f"{n}" * 50: 1 for n in range(100_000, 102_000)})
    world, log = World([post(1), huge, post(3, title="х" * 1_000_000)]), Log()
    reported = run([configured(world)], log, time=Time(most=4))
    assert [post.item for post in log.posts] == ["world:1", "world:3"]
    assert [(letter.kind, letter.place) for letter in log.letters] == [
        ("rejected", "one/wall world:2")
    ]
    assert "a post may have" in log.letters[0].reason
    assert log.pages[0].cursor == "3"
    assert max(len(value) for _, _, value in log.messages) < MAX_PAGE_BYTES
    assert reported[-1].state in ("ok", "quiet")


def test_a_store_that_is_away_at_the_start_is_waited_for() -> None:
    world, log = World([post(1)]), Log()
    store = Store(fail=[Busy("nothing answers at 127.0.0.1:8124", 1.0)] * 3)
    with capture_logs() as lines:
        reported = run([configured(world)], log, store=store, time=Time(most=8))
    assert log.pages
    assert reported[0].state == "waiting"
    assert "the store can not say where we stand" in reported[0].reason
    warned = [line for line in lines if line["log_level"] == "warning"]
    assert len(warned) == 1, "one line while nothing changes"


def test_one_broken_collector_does_not_hold_up_another() -> None:
    broken, sound = World([]), World([post(n) for n in range(3)])
    broken.errors = [RuntimeError("bug")] * 50
    log = Log()
    run([configured(broken, name="a"), configured(sound, name="b")], log, time=Time(most=12))
    assert {post.item for post in log.posts} == truth(sound)


def test_a_source_that_stays_well_is_logged_once() -> None:
    with capture_logs() as lines:
        run([configured(World([post(1)]))], Log(), time=Time(most=10))
    assert [line["event"] for line in lines] == ["source starting", "source ok"]


def test_a_log_that_never_answers_can_be_stopped_waiting_for() -> None:
    world = World([post(n) for n in range(9)])
    log = Log(lambda call, moment: Busy("away", 1.0) if moment == "before" else None)
    run([configured(world)], log, time=Time(most=4))
    assert log.messages == []


def test_metrics_count_targets_by_how_they_stand_and_posts_by_how_they_went() -> None:
    def value(name: str, **labels: str) -> float:
        return REGISTRY.get_sample_value(name, labels) or 0.0

    def counted() -> list[float]:
        return [
            value("rezonans_sources_count", kind="world", state="quiet"),
            value("rezonans_sources_count", kind="world", state="waiting"),
            value("rezonans_records_received_total", component="collect", kind="world"),
            value("rezonans_records_sent_total", component="collect", kind="world"),
            value(
                "rezonans_records_discarded_total",
                component="collect",
                kind="world",
                reason="rejected",
            ),
            value("rezonans_errors_total", component="collect", stage="fetch", error_type="busy"),
        ]

    before = counted()
    world = World([post(1), Rejected(place="x:1:", reason="half", digest="d"), post(2)])
    world.errors = [None, Busy("patience", 1.0)]
    run([configured(world)], Log(), time=Time(most=4))
    assert [now - then for now, then in zip(counted(), before, strict=True)] == [1, 0, 3, 2, 1, 1]
    assert value("rezonans_source_lag_seconds", kind="world") >= 0
