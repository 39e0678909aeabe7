"""What is kept is what would have been decoded; what is not kept is decoded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from rezonans import topics
from rezonans.records import Mentions
from streams import reading
from streams.envelope import Output
from streams.kept import Kept
from streams.pages import raw_page, with_mentions
from streams.steps.understand import understand
from tests.streams.factories import NOON, encoded_page, envelope, mention, post
from tests.streams.test_understand import model


def _understood(kept: Kept, *values: bytes) -> Sequence[Output]:
    found = [envelope(value, offset) for offset, value in enumerate(values)]
    return understand(found, model, {"topic": "1"}, NOON, kept.keep)


def _pages(count: int) -> list[tuple[bytes, Mentions]]:
    plain = [with_mentions(raw_page(encoded_page(sequence=n)), [mention(n)]) for n in range(count)]
    return [(str(number).encode() * 100, one) for number, one in enumerate(plain)]


def test_a_kept_page_is_what_its_bytes_say() -> None:
    kept = Kept()
    far = post(3, observed_at=NOON + timedelta(hours=1))
    outputs = _understood(
        kept,
        encoded_page(post(1, counters={"likes": 3}), post(2, event="deleted"), far),
        encoded_page(post(4, text="долгий текст " * 20_000), post(5, text="другой " * 60_000)),
        encoded_page(),
        b"no page",
    )
    read = reading.mentions("resonate")
    mentions = [one for one in outputs if one.topic is topics.MENTIONS]
    assert len(mentions) == 4, "the second was split"
    for one in mentions:
        decoded, letters = read(envelope(one.value, topic="mentions"), NOON)
        assert kept.take(one.value) == decoded
        assert letters == []


def test_it_is_had_once_and_by_all_its_bytes() -> None:
    kept, (value, one) = Kept(), _pages(1)[0]
    long = b"a" * 1000 + b"b" + b"a" * 1000
    kept.keep(long, one)
    assert kept.take(long.replace(b"b", b"c")) is None
    assert kept.take(long) is one
    assert kept.take(long) is None
    assert kept.take(value) is None


@given(st.lists(st.integers(0, 9), max_size=40), st.integers(0, 600))
def test_what_is_kept_is_bounded_and_the_newest(numbers: list[int], most: int) -> None:
    kept, found = Kept(most), _pages(10)
    for number in numbers:
        kept.keep(*found[number])
    newest = list(dict.fromkeys(reversed(numbers)))[: most // 100]
    there = {number for number, (value, _) in enumerate(found) if kept.take(value)}
    assert there == set(newest)
