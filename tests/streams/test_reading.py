"""Messages of one record: what is none is a dead letter, whatever it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rezonans.handling import Action
from rezonans.records import DeadLetter, encode
from streams import reading
from tests.streams.factories import NOON, envelope

ACTION = Action(action="a", at=NOON, subject="s", verb="mute", by="анализ")
READ = reading.records("store-actions", Action)


def test_a_record_is_read() -> None:
    assert READ(envelope(encode(ACTION)), NOON) == (ACTION, [])


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        (b"07:00:00Z", b"07:00:00"),
        (b"2026-11-02", b"9999-11-02"),
        (b"2026-11-02", b"0001-11-02"),
        (b'"s"', b"[" * 100_000),
        (b'"s"', b"7"),
    ],
)
def test_what_can_not_be_is_a_dead_letter(written: bytes, wrong: bytes) -> None:
    value = encode(ACTION).replace(written, wrong)
    assert value != encode(ACTION)
    found, (letter,) = READ(envelope(value), NOON)
    assert found is None
    assert b'"posts/0/0"' in letter.value


@given(st.binary(max_size=100))
def test_any_bytes_are_a_dead_letter(value: bytes) -> None:
    found, letters = reading.records("store-dead-letters", DeadLetter)(envelope(value), NOON)
    assert found is None
    assert len(letters) == 1
