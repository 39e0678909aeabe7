"""A memory of words that is bounded, and that no flood empties."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from models.remembered import Remembered


def test_what_every_page_has_is_worked_out_once_whatever_floods_it() -> None:
    worked: list[str] = []

    def work(word: str) -> int:
        worked.append(word)
        return len(word)

    memory = Remembered(work, room=100, longest=10)
    for number in range(1_000):
        assert memory["вода"] == 4
        assert memory[f"{number}"] == len(str(number))
    assert worked.count("вода") == 1
    assert memory["7"] == 1
    assert worked.count("7") == 2, "what nobody asked for is forgotten"


@given(st.lists(st.text(max_size=12), max_size=200), st.integers(1, 20))
def test_it_says_what_the_work_says_and_keeps_its_bound(words: list[str], room: int) -> None:
    memory = Remembered(str.upper, room, longest=6)
    for word in words:
        assert memory[word] == word.upper()
        assert memory.size <= max(2, room)
    assert all(len(word) <= 6 for word in memory)
