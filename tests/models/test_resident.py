"""What understanding takes after weeks: every memory full, in a process of its own."""

from __future__ import annotations

from itertools import islice

from models import resident
from models.texts import tokens


def test_a_process_whose_memories_are_full_stays_within_its_bound() -> None:
    found = resident.measure()
    assert found.filled < resident.LIMIT_MB
    assert found.loaded + 40 < found.filled, "the memories of words were not filled"


def test_the_words_that_fill_it_are_all_different() -> None:
    words = list(islice(resident.invented(), 5_000))
    assert len({token for word in words for token in tokens(word)}) == 5_000
    assert any(word.istitle() for word in words)
