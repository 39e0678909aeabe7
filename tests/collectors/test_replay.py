"""Replay: lines become posts or say where they are wrong; pages carry the time of the posts."""

from __future__ import annotations

import asyncio
import gzip
import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors import Rejected
from collectors.runner import jsonl
from collectors.runner.jsonl import Sourced, in_order, read
from collectors.runner.look import Bench, Clock
from collectors.runner.privacy import Veil
from collectors.runner.replay import Plan, Report, pages, replay
from rezonans.records import DeadLetter, Page, Post, encode
from rezonans.topics import MAX_PAGE_BYTES, MAX_PAGE_POSTS
from rezonans.troubles import Invalid

NOON = datetime(2026, 4, 12, 12, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def post(number: int, after: timedelta = timedelta(0), text: str = "Воды нет", **more: Any) -> Post:
    time = NOON + after
    given_ = {"kind": "post", "legal_basis": "test", "observed_at": time, **more}
    return Post(item=f"vk:{number}", published_at=time, text=text, **given_)


def line(**values: object) -> bytes:
    table = {"item": "vk:1", "published_at": "2026-04-12T17:00:00+05:00", "text": "Су жоқ"}
    return msgspec.json.encode({**table, **values})


def one(raw: bytes) -> Sourced | Rejected:
    ((_, piece),) = read([raw], "week.jsonl")
    return piece


def good(raw: bytes) -> Sourced:
    piece = one(raw)
    assert isinstance(piece, Sourced), piece
    return piece


def test_three_keys_are_enough() -> None:
    container, found = good(line())
    assert container == "vk:week"
    assert (found.item, found.text, found.kind) == ("vk:1", "Су жоқ", "post")
    assert found.published_at == found.observed_at == NOON
    assert found.published_at.tzinfo is UTC
    assert found.legal_basis


def test_a_whole_record_comes_back_as_it_was() -> None:
    whole = post(5, title="Су", counters={"likes": 2}, parent="vk:1", author_kind="media")
    assert good(encode(whole)).post == whole
    assert good(line(container="vk:wall-1")).container == "vk:wall-1"


@pytest.mark.parametrize(
    ("raw", "place", "says"),
    [
        (b'{"item": "vk:1",', ":1:17", "truncated"),
        ('{"item": "су", \N{SNOWMAN}}'.encode(), ":1:16", "malformed"),
        (b"[1]", ":1:1", "object"),
        (b'{"published_at":"2026-04-12T00:00:00Z","text":"a"}', ":1:1", "'item' is missing"),
        (line(published_at="12.04.2026"), ":1:16", "RFC3339"),
        (line(published_at="2026-04-12T00:00:00"), ":1:16", "needs a zone"),
        (line(item="1"), ":1:2", "platform:id"),
        (line(kind="rumour"), ":1:", "rumour"),
        (line(txt="a"), ":1:", "no such key 'txt'"),
        (line(container="wall"), ":1:", "platform:name"),
        (line(likes=3), ":1:", "no such key 'likes'"),
        (b"\xff\xfe{}", ":1:1", "malformed"),
        (b'{"item":"vk:1","published_at":"2026-04-12T00:00:00Z","text":"\xff"}', ":1:", "utf-8"),
    ],
)
def test_a_bad_line_says_where_and_why(raw: bytes, place: str, says: str) -> None:
    piece = one(raw)
    assert isinstance(piece, Rejected)
    assert piece.place.startswith(f"week.jsonl{place}")
    assert says.lower() in piece.reason.lower()
    assert len(piece.digest) == 64


@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda t: t.encode("utf-8", "replace")))
def test_any_bytes_are_posts_or_rejections(raw: bytes) -> None:
    for _, piece in read(raw.splitlines(), "x.jsonl"):
        assert isinstance(piece, Sourced | Rejected)


def test_empty_lines_and_a_byte_order_mark_are_nothing() -> None:
    found = list(read([b"\xef\xbb\xbf" + line(), b"\n", b"  ", line(item="vk:2")], "x.jsonl"))
    assert [number for number, _ in found] == [1, 4]
    assert all(isinstance(piece, Sourced) for _, piece in found)


@given(st.permutations(range(40)))
def test_a_small_file_may_be_in_any_order(order: list[int]) -> None:
    posts = [Sourced("vk:w", post(n, n * SECOND)) for n in range(40)]
    mixed = ((at, posts[n]) for at, n in enumerate(order, 1))
    assert list(in_order(mixed, "x.jsonl")) == posts


def test_a_large_file_far_out_of_order_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "WINDOW", 3)
    hours = [1, 2, 0, 3, 4, 5, 6, 7]
    numbered = [(at, Sourced("vk:w", post(h, h * HOUR))) for at, h in enumerate(hours, 1)]
    assert [s.post.item for s in in_order(numbered, "x")] == [f"vk:{n}" for n in range(8)]
    numbered.append((9, Sourced("vk:w", post(9))))
    with pytest.raises(Invalid, match=r"x:9: published 2026-04-12 12:00.*sort the file"):
        list(in_order(numbered, "x"))


def planned(posts: Iterable[Post], plan: Plan | None = None, container: str = "vk:w") -> list[Page]:
    return list(pages((Sourced(container, p) for p in posts), plan or Plan()))


times = st.lists(st.integers(0, 40_000), min_size=1, max_size=60).map(sorted)


@settings(max_examples=60)
@given(times, st.sampled_from(["vk:a", "vk:b", "tg:c"]).flatmap(st.just))
def test_every_post_once_in_order_and_claims_hold(seconds: list[int], other: str) -> None:
    sourced = [
        Sourced(other if n % 3 else "vk:main", post(n, s * SECOND)) for n, s in enumerate(seconds)
    ]
    found = list(pages(sourced, Plan()))
    assert sorted(p.item for page in found for p in page.posts) == sorted(
        s.post.item for s in sourced
    )
    clock = [page.observed_at for page in found]
    assert clock == sorted(clock)
    assert [page.sequence for page in found] == list(range(1, len(found) + 1))
    _claims_hold(found)


def _claims_hold(found: list[Page]) -> None:
    """Nothing comes that a page before has said was all."""
    claimed: dict[str, datetime] = {}
    for page in found:
        assert page.looked_until <= page.observed_at
        before = claimed.get(page.container)
        assert before is None or before <= page.looked_until
        assert all(before is None or post.published_at >= before for post in page.posts)
        assert all(p.published_at <= p.observed_at <= page.observed_at for p in page.posts)
        claimed[page.container] = page.looked_until


def test_quiet_hours_are_full_of_heartbeats() -> None:
    found = planned([post(1), post(2, 3 * HOUR)], Plan(tail=timedelta(0)))
    beats = [page for page in found if not page.posts]
    assert 34 <= len(beats) <= 37
    gaps = [b.looked_until - a.looked_until for a, b in pairwise(found)]
    assert max(gaps) <= 5 * MINUTE + 10 * SECOND


def test_the_tail_closes_the_last_bins() -> None:
    found = planned([post(1)], Plan(tail=HOUR))
    assert found[-1].looked_until >= NOON + HOUR - 5 * MINUTE
    assert not found[-1].posts


def test_the_beginning_is_history() -> None:
    found = planned([post(n, n * HOUR) for n in range(60)], Plan(history=timedelta(days=2)))
    marks = {p.item: page.history for page in found for p in page.posts}
    assert [marks[f"vk:{n}"] for n in range(60)] == [n < 48 for n in range(60)]


def test_pages_are_cut() -> None:
    many = planned([post(n) for n in range(1_201)])
    assert [len(p.posts) for p in many if p.posts] == [MAX_PAGE_POSTS, MAX_PAGE_POSTS, 201]
    large = planned([post(n, text="ж" * 20_000) for n in range(40)])
    assert sum(len(p.posts) for p in large) == 40
    assert max(len(encode(page)) for page in large) < MAX_PAGE_BYTES * 1.05
    _claims_hold(large)


def test_when_a_post_was_seen_is_kept_as_far_as_it_can_be() -> None:
    soon, late = post(1, observed_at=NOON + SECOND), post(2, observed_at=NOON + HOUR)
    page = planned([soon, late])[0]
    assert [p.observed_at for p in page.posts] == [NOON + SECOND, page.observed_at]


class Log:
    """A log and a clock in memory."""

    def __init__(self) -> None:
        self.now = datetime(2030, 1, 1, tzinfo=UTC)
        self.slept = timedelta(0)
        self.got: list[tuple[str, bytes, bytes]] = []

    async def deliver(self, topic: str, key: bytes, value: bytes) -> None:
        self.got.append((topic, key, value))

    async def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.slept += timedelta(seconds=seconds)

    def bench(self) -> Bench:
        clock = Clock(now=lambda: self.now, sleep=self.sleep)
        rng = random.Random(1)
        return Bench(deliver=self.deliver, veil=Veil(b"key"), clock=clock, rng=rng)

    def posts(self) -> list[Post]:
        return [p for page in self.pages() for p in page.posts]

    def pages(self) -> list[Page]:
        return [msgspec.json.decode(v, type=Page) for t, _, v in self.got if t == "posts"]

    def letters(self) -> list[DeadLetter]:
        return [
            msgspec.json.decode(v, type=DeadLetter) for t, _, v in self.got if t == "dead-letters"
        ]


def run(path: Path, plan: Plan | None = None, speed: float | None = None) -> tuple[Log, Report]:
    log = Log()
    return log, asyncio.run(replay(path, log.bench(), plan or Plan(), speed=speed))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "week.jsonl"
    lines = [line(item=f"vk:{n}", published_at=f"2026-04-12T1{n}:00:00Z") for n in range(6)]
    path.write_bytes(b"\n".join([*lines, b'{"item"', b""]))
    return path


def test_a_file_goes_through_with_its_own_time(file: Path) -> None:
    log, report = run(file)
    assert (report.posts, report.rejected, report.pages) == (6, 1, len(log.pages()))
    assert (report.first, report.last) == (NOON - 2 * HOUR, NOON + 3 * HOUR)
    assert [p.item for p in log.posts()] == [f"vk:{n}" for n in range(6)]
    assert log.slept == timedelta(0)
    assert {key for topic, key, _ in log.got if topic == "posts"} == {b"replay"}
    (letter,) = log.letters()
    assert letter.place.startswith("week.jsonl:7:")
    assert letter.payload is None


def test_a_post_that_fits_no_page_is_rejected_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    huge = line(counters={f"{n}" * 50: 1 for n in range(100_000, 102_000)})
    path.write_bytes(line() + b"\n" + huge)
    log, report = run(path)
    assert (report.posts, report.rejected) == (1, 1)
    assert [letter.place for letter in log.letters()] == ["x.jsonl:2:"]


def test_two_runs_send_the_same(file: Path) -> None:
    assert run(file)[0].got == run(file, speed=600.0)[0].got


@pytest.mark.parametrize(("speed", "hours"), [(1.0, 6.0), (60.0, 0.1)])
def test_pace(file: Path, speed: float, hours: float) -> None:
    log, _ = run(file, speed=speed)
    assert log.slept / HOUR == pytest.approx(hours, rel=0.02)


def test_history_does_not_wait(file: Path) -> None:
    log, _ = run(file, Plan(history=5 * HOUR - MINUTE, tail=timedelta(0)), speed=1.0)
    assert log.slept < 2 * MINUTE


def test_personal_data_is_masked_and_authors_become_pseudonyms(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    mine = "a1:" + "b" * 26
    path.write_bytes(
        line(author="id12345", text="звоните 8 701 123 45 67") + b"\n" + line(author=mine)
    )
    log, _ = run(path)
    first, second = log.posts()
    assert first.text == "звоните [phone]"
    assert first.author is not None
    assert "12345" not in first.author
    assert second.author == mine


def test_packed_and_missing_and_damaged_files(file: Path, tmp_path: Path) -> None:
    packed = tmp_path / "week.jsonl.gz"
    packed.write_bytes(gzip.compress(file.read_bytes()))
    assert run(packed)[1].posts == 6
    with pytest.raises(Invalid, match=r"none.jsonl: can not be read \(No such file"):
        run(tmp_path / "none.jsonl")
    packed.write_bytes(gzip.compress(file.read_bytes())[:-20])
    with pytest.raises(Invalid, match="damaged"):
        run(packed)
    (tmp_path / "empty.jsonl").write_bytes(b"")
    assert run(tmp_path / "empty.jsonl")[1].pages == 0
