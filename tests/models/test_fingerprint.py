"""Fingerprints: near for copies, far for others, absent for short texts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from models.fingerprint import hamming, simhash

TEXT = "Третий день на улице Сатпаева нет воды, акимат не отвечает на звонки жителей дома"


def test_small_changes_stay_near() -> None:
    first = simhash(TEXT)
    second = simhash(TEXT.upper() + "!!! https://t.me/x/1")
    third = simhash(TEXT + " Репост")
    assert first is not None
    assert second is not None
    assert third is not None
    assert hamming(first, second) == 0
    assert hamming(first, third) <= 8


def test_another_text_is_far() -> None:
    first = simhash(TEXT)
    other = simhash("Кеше біздің ауылда жаңа мектеп ашылды, балалар қуанып жүр, ұстаздарға рахмет")
    assert first is not None
    assert other is not None
    assert hamming(first, other) > 16


def test_a_short_text_has_none() -> None:
    assert simhash("нет воды") is None
    assert simhash("да да да да да да") is None
    assert simhash("") is None


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_distance_is_symmetric_and_bounded(left: int, right: int) -> None:
    assert hamming(left, right) == hamming(right, left) <= 64
    assert hamming(left, left) == 0


@given(st.text(max_size=200))
def test_a_fingerprint_has_64_bits(text: str) -> None:
    found = simhash(text)
    assert found is None or 0 <= found < 2**64
