"""Pages in, pages of mentions out: one bad post spoils no other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.texts import Text
from models.understanding import Labels
from rezonans import topics
from rezonans.records import DeadLetter, Mentions, Sentiment
from streams.steps.understand import understand
from tests.streams.factories import NOON, encoded_page, envelope, page, post

CALLS: list[int] = []


def model(texts: Sequence[Text]) -> list[Labels]:
    """Says the number of characters as a topic, so that labels can be told apart."""
    CALLS.append(len(texts))
    return [
        Labels(
            language="ru",
            script="cyrl",
            topics=((str(len(text.text)), 0.9),),
            appeal="complaint",
            appeal_probability=0.7,
            sentiment=Sentiment(0.8, 0.1, 0.1),
            urgent=0.1,
            places=(),
            fingerprint=None,
        )
        for text in texts
    ]


def run(*values: bytes) -> tuple[list[Mentions], list[DeadLetter]]:
    outputs = understand(
        [envelope(value, offset) for offset, value in enumerate(values)],
        model,
        {"topic": "1"},
        NOON,
    )
    by_topic = {
        topic: [o.value for o in outputs if o.topic is topic]
        for topic in (topics.MENTIONS, topics.DEAD_LETTERS)
    }
    return (
        [msgspec.json.decode(v, type=Mentions) for v in by_topic[topics.MENTIONS]],
        [msgspec.json.decode(v, type=DeadLetter) for v in by_topic[topics.DEAD_LETTERS]],
    )


def test_every_post_gets_its_own_labels_and_the_cursor_goes_on() -> None:
    CALLS.clear()
    pages, letters = run(
        encoded_page(post(1, text="a"), post(2, text="bb")), encoded_page(post(3, text="ccc"))
    )
    assert [[m.topics[0][0] for m in p.mentions] for p in pages] == [["1", "2"], ["3"]]
    assert [p.cursor for p in pages] == ["7", "7"]
    assert CALLS == [3], "one call of the model for the batch"
    assert letters == []


def test_counters_and_deletions_go_through_without_labels() -> None:
    (found,), _ = run(
        encoded_page(
            post(1, event="counters", counters={"likes": 3}),
            post(2),
            post(3, event="deleted", text=""),
        )
    )
    assert [bool(m.topics) for m in found.mentions] == [False, True, False]
    assert found.mentions[0].post.counters == {"likes": 3}


def test_heartbeat_stays_a_heartbeat() -> None:
    (found,), letters = run(encoded_page())
    assert found.mentions == ()
    assert found.looked_until == page().looked_until
    assert letters == []


def test_bad_post_is_a_dead_letter_with_its_place_and_neighbours_go_on() -> None:
    value = encoded_page(post(1), post(2), post(3)).replace(b'"test:2"', b"22")
    (found,), (letter,) = run(value)
    assert [m.post.item for m in found.mentions] == ["test:1", "test:3"]
    assert letter.place == "posts/0/0/1"
    assert "$.item" in letter.reason


@pytest.mark.parametrize("wrong", [rb"\q", rb"\u12", rb"\ud800", rb"\u12zz", b"\xff"])
def test_an_escape_that_is_none_spoils_its_post_and_no_other(wrong: bytes) -> None:
    posts = (post(1), post(2, text="MARK"), post(3, text='\\ " \n 👍'))
    value = encoded_page(*posts).replace(b"MARK", wrong).replace("👍".encode(), rb"\ud83d\udc4d")
    (found,), (letter,) = run(value)
    assert [m.post.item for m in found.mentions] == ["test:1", "test:3"]
    assert found.mentions[1].post.text == '\\ " \n 👍'
    assert letter.place == "posts/0/0/1"
    assert found.cursor == "7"


def test_a_clock_far_ahead_moves_nobody_elses_time() -> None:
    ahead = NOON + timedelta(days=3)
    wrong = post(1, published_at=ahead, observed_at=ahead, edited_at=ahead)
    other = post(2)
    pages, (letter,) = run(
        encoded_page(wrong, observed_at=ahead, looked_until=ahead),
        encoded_page(wrong, observed_at=ahead, looked_until=ahead),
        encoded_page(other),
    )
    assert [page.observed_at for page in pages] == [NOON, NOON, NOON + timedelta(minutes=1)]
    assert pages[0].looked_until == NOON
    assert pages[0].cursor == "7"
    clamped = pages[0].mentions[0].post
    assert (clamped.published_at, clamped.observed_at, clamped.edited_at) == (NOON, NOON, NOON)
    assert clamped.flags == ("clock_skew",)
    assert "test/group is 4320 minutes ahead" in letter.reason
    assert "set both clocks" in letter.reason


def test_time_without_zone_is_refused() -> None:
    value = encoded_page(post(1)).replace(b"07:00:01Z", b"07:00:01")
    (found,), (letter,) = run(value)
    assert found.mentions == ()
    assert "published_at has no time zone" in letter.reason


@pytest.mark.parametrize(
    "wrong",
    [
        b'"looked_until":"2026-11-02T07:01:00"',
        b'"looked_until":"9999-12-31T23:59:59Z"',
        b'"looked_until":"0001-01-01T00:00:00Z"',
        b'"looked_until":' + b"[" * 100_000 + b"]" * 100_000,
    ],
)
def test_page_whose_time_can_not_be_is_a_dead_letter(wrong: bytes) -> None:
    value = encoded_page(post(1)).replace(b'"looked_until":"2026-11-02T07:01:00Z"', wrong)
    pages, (letter,) = run(value, encoded_page(post(2)))
    assert [m.post.item for found in pages for m in found.mentions] == ["test:2"]
    assert letter.place == "posts/0/0"


def test_post_of_brackets_without_end_is_a_dead_letter() -> None:
    deep = b"[" * 900 + b"]" * 900
    value = encoded_page(post(1), post(2)).replace(b'"test:1"', deep)
    (found,), (letter,) = run(value)
    assert [m.post.item for m in found.mentions] == ["test:2"]
    assert letter.place == "posts/0/0/0"


@given(st.binary(max_size=200))
def test_any_bytes_are_a_dead_letter_or_a_page(value: bytes) -> None:
    pages, letters = run(value)
    assert len(pages) + len(letters) == 1


def test_page_that_grew_too_large_is_split_and_only_the_last_part_has_the_cursor() -> None:
    pages, _ = run(encoded_page(*(post(n, text="ж" * 9_000) for n in range(100))))
    assert len(pages) > 1
    assert [p.cursor for p in pages] == [None] * (len(pages) - 1) + ["7"]
    assert [m.post.item for p in pages for m in p.mentions] == [f"test:{n}" for n in range(100)]
