"""The simulated region: repeatable, resumable, alive, and true to what it says it did."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import httpx
import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from collectors import Answer, Rejected, simulate
from collectors.region import incidents
from collectors.region.incidents import Truth
from collectors.region.world import World
from collectors.runner.privacy import mask
from collectors.simulate import Config, Cursor
from rezonans.records import Post
from rezonans.topics import MAX_PAGE_POSTS
from rezonans.troubles import Busy, Invalid

START = datetime(2026, 11, 16, 19, tzinfo=UTC)
"""Tuesday, midnight in Almaty."""
SECOND = timedelta(seconds=1)
DAY = 86_400_000
"""Milliseconds."""


def config(**more: object) -> Config:
    base = {"kind": "simulate", "legal_basis": "nobody is concerned", "pause_seconds": 600}
    given_ = {**base, **more}
    return Config.model_validate(given_)


def poll(
    chosen: Config, cursor: str | None, now: datetime, most: int | None = None
) -> list[Answer]:
    async def read() -> list[Answer]:
        target = simulate.targets(chosen)[0]
        got: list[Answer] = []
        async with httpx.AsyncClient(transport=httpx.MockTransport(_nobody)) as http:
            async for answer in simulate.fetch(chosen, target, http, cursor, now):
                got.append(answer)
                if len(got) == most:
                    break
        return got

    return asyncio.run(read())


def _nobody(request: httpx.Request) -> httpx.Response:
    raise AssertionError(request.url)


def posts(chosen: Config, got: Sequence[Answer]) -> list[Post]:
    pieces = [
        piece
        for answer in got
        for piece in simulate.parse(chosen, simulate.targets(chosen)[0], answer)
    ]
    assert not [piece for piece in pieces if isinstance(piece, Rejected)]
    return [piece for piece in pieces if isinstance(piece, Post)]


def said(found: Sequence[Post]) -> list[tuple[str, str, datetime]]:
    """What stays the same at every look: counters grow, the time of the look does not count."""
    return [(post.item, post.text, post.published_at) for post in found]


def at(live: datetime, until: datetime) -> str:
    now = Cursor(live=_ms(live), until=_ms(until))
    return msgspec.json.encode(now).decode()


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


@pytest.fixture(scope="module")
def week() -> list[Post]:
    chosen = config()
    return posts(chosen, poll(chosen, None, START))


def test_the_same_seed_gives_the_same_week(week: list[Post]) -> None:
    chosen = config(history_days=1)
    day = posts(chosen, poll(chosen, None, START))
    assert said(day) == said(week[-len(day) :])
    assert said(day) != said(posts(chosen, poll(config(history_days=1, seed=2), None, START)))


def test_a_week_has_about_four_thousand_posts_a_day(week: list[Post]) -> None:
    assert 3_600 * 7 < len(week) < 4_400 * 7
    assert len({post.item for post in week}) == len(week)
    assert {post.item.split(":")[0] for post in week} == {"simulation"}


def test_posts_come_in_order_of_time(week: list[Post]) -> None:
    times = [post.published_at for post in week]
    assert times == sorted(times)
    assert START - timedelta(days=7) < times[0]
    assert times[-1] <= START
    assert all(post.published_at <= post.observed_at for post in week)


def test_nights_are_quiet_and_evenings_are_loud(week: list[Post]) -> None:
    hours = Counter((post.published_at + timedelta(hours=5)).hour for post in week)
    night, evening = sum(hours[h] for h in (2, 3, 4)), sum(hours[h] for h in (18, 19, 20))
    assert evening > 5 * night
    assert night > 0


def test_posts_come_in_clusters(week: list[Post]) -> None:
    """Counts of minutes vary more than those of people who know nothing of each other."""
    noon = [p for p in week if 10 <= (p.published_at + timedelta(hours=5)).hour < 20]
    minutes = Counter(int(post.published_at.timestamp()) // 300 for post in noon)
    counts = [minutes[m] for m in range(min(minutes), max(minutes) + 1) if minutes[m]]
    mean = sum(counts) / len(counts)
    variance = sum((count - mean) ** 2 for count in counts) / len(counts)
    assert variance > 1.5 * mean


def test_threads_hold_together(week: list[Post]) -> None:
    known = {post.item: post for post in week}
    answers = [p for p in week if p.kind in ("comment", "reply") and p.root in known]
    assert len(answers) > len(week) / 2
    for post in answers:
        root = known[str(post.root)]
        assert root.kind in ("post", "article")
        assert post.context == (root.title or root.text[:200])
        assert root.published_at <= post.published_at
        assert (post.kind == "comment") == (post.parent == post.root)
        assert post.parent not in known or known[str(post.parent)].root in (None, post.root)


def test_both_languages_are_written_in_every_manner(week: list[Post]) -> None:
    kazakh = sum(1 for p in week if set(p.text.lower()) & set("әіңғүұқөһ")) / len(week)
    latin = [p for p in week if p.text and sum(c.isascii() and c.isalpha() for c in p.text) > 20]
    assert 0.25 < kazakh < 0.55
    assert len(latin) / len(week) > 0.02
    assert len({post.text for post in week}) > 0.35 * len(week)


def test_authors_are_many_and_some_write_much(week: list[Post]) -> None:
    wrote = Counter(post.author for post in week if post.author_kind == "person")
    loudest = [count for _, count in wrote.most_common(len(wrote) // 10)]
    assert len(wrote) > 2_000
    assert sum(loudest) > 0.3 * sum(wrote.values())


def test_only_media_and_authorities_have_names(week: list[Post]) -> None:
    named = {post.author_kind for post in week if post.author_name}
    assert named == {"media", "official"}


def test_appeals_to_109_state_what_they_are(week: list[Post]) -> None:
    appeals = [post for post in week if post.channel == "109"]
    assert len(appeals) > 300
    assert all(post.kind == "appeal" and post.stated_appeal for post in appeals)
    assert all(post.home and len(post.home) == 9 for post in appeals)
    assert not [p for p in week if p.channel != "109" and p.stated_appeal]


def test_copies_say_whose_they_are(week: list[Post]) -> None:
    known = {post.item: post for post in week}
    copies = [post for post in week if post.repost_of in known]
    assert copies
    assert all(known[str(post.repost_of)].text in post.text for post in copies)


def test_history_comes_in_pages_that_claim_what_they_hold() -> None:
    chosen = config(history_days=2)
    got = poll(chosen, None, START)
    assert len(got) > 5
    for answer in got:
        found = posts(chosen, [answer])
        assert answer.history
        assert len(found) <= MAX_PAGE_POSTS
        assert answer.looked_until is not None
        assert all(post.published_at <= answer.looked_until for post in found)
    assert got[-1].looked_until == START


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(1, 599), unique=True, max_size=6))
def test_a_restart_goes_on_exactly(cuts: list[int]) -> None:
    """Whatever moments it stopped at, the posts of ten minutes are the same."""
    chosen, end = config(), START + 600 * SECOND
    whole = posts(chosen, poll(chosen, at(START, START), end))
    cursor: str | None = at(START, START)
    found: list[Post] = []
    for seconds in [*sorted(cuts), 600]:
        got = poll(chosen, cursor, START + seconds * SECOND)
        found += posts(chosen, got)
        cursor = got[-1].cursor
    assert said(found) == said(whole)


@pytest.mark.parametrize("answers", [1, 2, 4])
def test_history_goes_on_where_it_was_stored(answers: int) -> None:
    chosen = config(history_days=0.5)
    before = poll(chosen, None, START, most=answers)
    after = poll(chosen, before[-1].cursor, START)
    whole = poll(chosen, None, START)
    assert said(posts(chosen, [*before, *after])) == said(posts(chosen, whole))


def test_it_goes_live_when_history_has_caught_up() -> None:
    """History took twenty seconds to be stored: what came meanwhile is history as well."""
    chosen = config(history_days=1)
    done = poll(chosen, None, START)[-1].cursor
    late = poll(chosen, done, START + 20 * SECOND)
    assert [answer.history for answer in late] == [True]
    caught = poll(chosen, late[-1].cursor, START + 22 * SECOND)
    assert [answer.history for answer in caught] == [True]
    live = poll(chosen, caught[-1].cursor, START + 23 * SECOND)
    assert [answer.history for answer in live] == [False]
    assert live[-1].cursor == at(START + 22 * SECOND, START + 23 * SECOND)


def test_after_a_pause_what_was_missed_is_history_and_a_new_incident_begins() -> None:
    chosen, later = config(), START + timedelta(hours=9)
    missed = poll(chosen, at(START, START + 60 * SECOND), later)
    assert all(answer.history for answer in missed)
    assert len(posts(chosen, missed)) > 500
    caught = poll(chosen, missed[-1].cursor, later + SECOND)
    live = poll(chosen, caught[-1].cursor, later + 92 * SECOND)
    assert not any(answer.history for answer in live)
    assert len(posts(chosen, live)) > 200


def test_nothing_new_at_the_same_moment() -> None:
    chosen = config()
    assert poll(chosen, at(START, START), START) == []
    assert poll(chosen, at(START, START), START - SECOND) == []


def test_a_cursor_of_somebody_else_starts_again() -> None:
    chosen = config(history_days=0.1)
    assert said(posts(chosen, poll(chosen, "12:34", START))) == said(
        posts(chosen, poll(chosen, None, START))
    )


@pytest.mark.parametrize("seed", range(8))
def test_an_incident_is_heard_within_ninety_seconds(seed: int, tmp_path: Path) -> None:
    chosen = config(seed=seed, truth=tmp_path / "truth.jsonl")
    found = posts(chosen, poll(chosen, at(START, START), START + 90 * SECOND))
    (truth,) = _truths(chosen)
    mine = [post for post in found if post.item.startswith(truth.incident)]
    assert len(mine) >= 250
    assert START.timestamp() < truth.since < START.timestamp() + 20
    assert min(p.published_at for p in mine) < START + 20 * SECOND
    assert len({post.author for post in mine if post.author_kind == "person"}) > 0.8 * len(
        [post for post in mine if post.author_kind == "person"]
    )
    assert len({post.text for post in mine}) > 0.6 * len(mine)


def _truths(chosen: Config) -> list[Truth]:
    assert chosen.truth is not None
    return msgspec.json.Decoder(Truth).decode_lines(chosen.truth.read_bytes())


def test_the_truth_counts_every_post_of_an_incident(tmp_path: Path) -> None:
    chosen = config(truth=tmp_path / "deep" / "truth.jsonl", pause_seconds=1e9)
    found = posts(chosen, poll(chosen, at(START, START), START + timedelta(hours=12)))
    truth = _truths(chosen)[0]
    assert Counter(p.item.startswith(truth.incident + "-") for p in found)[True] == truth.posts
    assert truth.posts > 500
    assert truth.kato.startswith("31")


def test_the_truth_of_earlier_periods_stays(tmp_path: Path) -> None:
    chosen = config(truth=tmp_path / "truth.jsonl")
    for day in (0, 1, 0):
        began = START + timedelta(days=day)
        poll(chosen, at(began, began), began + 60 * SECOND)
    assert [round(t.since - START.timestamp()) for t in _truths(chosen)] == [86_405, 5]


def test_a_truth_that_can_not_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    chosen = config(truth=tmp_path / "file" / "truth.jsonl")
    with pytest.raises(Busy, match=r"truth: can not write .* choose another"):
        poll(chosen, at(START, START), START + 60 * SECOND)
    notes = tmp_path / "notes.txt"
    notes.write_text("mine")
    with pytest.raises(Busy, match="holds something else"):
        poll(config(truth=notes), at(START, START), START + 60 * SECOND)
    assert notes.read_text() == "mine"


def test_about_two_more_incidents_a_day() -> None:
    world, live = World(1, "31", 4_000), _ms(START)
    first, *later = incidents.of(world, live, live, live + 20 * 86_400_000)
    truths = [incidents.truth(world, incident) for incident in later]
    assert 20 < len(truths) < 60
    assert len({truth.kind for truth in truths}) >= 4
    assert all(10 <= truth.posts < 700 for truth in truths)
    assert all(truth.since > first.since_ms / 1000 + 1_000 for truth in truths)


def test_given_incidents_replace_the_drawn_ones(tmp_path: Path) -> None:
    mine = {"kind": "chemical-smell", "kato": "316220100", "after_seconds": 30}
    chosen = config(incidents=[mine], truth=tmp_path / "truth.jsonl")
    poll(chosen, at(START, START), START + 60 * SECOND)
    (truth,) = _truths(chosen)
    assert (truth.topic, truth.kato, truth.since) == (
        "ecology",
        "316220100",
        START.timestamp() + 30,
    )
    quiet = config(incidents=False)
    assert len(posts(quiet, poll(quiet, at(START, START), START + 90 * SECOND))) < 30


def test_late_posts_are_not_claimed_before_they_show() -> None:
    chosen = config(late_share=0.3, incidents=False, pause_seconds=1e9)
    end = START + timedelta(hours=2)
    whole = posts(chosen, poll(chosen, at(START, START), end + timedelta(hours=1)))
    cursor, seen, claims = at(START, START), set[str](), 0
    for minutes in range(1, 121):
        got = poll(chosen, cursor, START + timedelta(minutes=minutes))
        seen |= {post.item for post in posts(chosen, got)}
        cursor, claimed = str(got[-1].cursor), got[-1].looked_until
        assert claimed is not None
        assert claimed <= START + timedelta(minutes=minutes)
        claims += claimed < START + timedelta(minutes=minutes)
        hidden = [p for p in whole if START < p.published_at <= claimed and p.item not in seen]
        assert not hidden
    assert claims > 20


def test_a_firehose_is_steady_and_its_identities_are_unique() -> None:
    chosen = config(posts_per_day=10_000_000, history_days=0, incidents=False)
    noon = START + timedelta(hours=12)
    got = poll(chosen, at(noon, noon), noon + 20 * SECOND)
    found = posts(chosen, got)
    assert 100 * 20 < len(found) < 250 * 20
    assert len({post.item for post in found}) == len(found)
    assert max(len(posts(chosen, [answer])) for answer in got) <= MAX_PAGE_POSTS


@given(st.integers(0x19000000000, 0x1FFFFFFFFFF))
@example(0x1A218F97113)
def test_no_identity_looks_like_a_phone_of_somebody(live_ms: int) -> None:
    """It would be hidden behind a hash, and the truth would name posts that nobody finds."""
    world = World(1, "31", 4_000)
    opening = incidents.opening(world, live_ms)
    names = [opening.name, *(i.name for i in incidents.of(world, live_ms, live_ms, live_ms + DAY))]
    for name, number in product(names, (7, 15, 415, 1015, 12345)):
        item = f"simulation:{world.key}-i{name[7:]}-{number}"
        assert mask(item)[0] == item


def test_a_damaged_post_is_rejected_and_its_neighbours_go_on() -> None:
    chosen = config(history_days=0.1)
    target = simulate.targets(chosen)[0]
    body = msgspec.json.decode(poll(chosen, None, START)[0].body)
    body[1]["published_at"] = "yesterday"
    body[2]["published_at"] = "2026-11-16T10:00:00"
    body[3]["item"] = "vk:1"
    pieces = list(simulate.parse(chosen, target, Answer(body=msgspec.json.encode(body))))
    assert [isinstance(piece, Rejected) for piece in pieces[:5]] == [False, True, True, True, False]
    assert [p.place for p in pieces if isinstance(p, Rejected)] == [
        f"{target.container}#{n}" for n in (1, 2, 3)
    ]
    with pytest.raises(Invalid, match=target.container):
        list(simulate.parse(chosen, target, Answer(body=b"{}")))


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"region": "99"}, "no such region; there are: 31"),
        ({"incidents": [{"kind": "war", "kato": "316220100"}]}, "no such incident"),
        ({"incidents": [{"kind": "flood", "kato": "750000000"}]}, "is not in region 31"),
        (
            {
                "incidents": [
                    {
                        "kind": "flood",
                        "kato": "316220100",
                        "peak_per_second": 900,
                        "decay_seconds": 9000,
                    }
                ]
            },
            "lower one of them",
        ),
        ({"posts_per_day": 0}, "greater than or equal to 1"),
    ],
)
def test_a_wrong_setting_says_what_there_is(more: dict[str, object], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        config(**more)
