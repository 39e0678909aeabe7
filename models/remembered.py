"""A bounded memory of what a pure function says of words.

It is kept in two halves. What is asked for moves into the younger one; when that is full it becomes
the older one, and what nobody asked for since is forgotten. So a flood of new words takes the
place of rare ones, and never of those that every page has; and no turn has to do all again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

Said = TypeVar("Said")


class Remembered(dict[str, Said], Generic[Said]):
    """`remembered[word]` is `work(word)`. Never holds more than `room` words, and none of more
    than `longest` characters."""

    def __init__(self, work: Callable[[str], Said], room: int, longest: int) -> None:
        super().__init__()
        self._work, self._half, self._longest = work, max(1, room // 2), longest
        self._older: dict[str, Said] = {}

    def __missing__(self, word: str) -> Said:
        if len(word) > self._longest:
            return self._work(word)
        said = self._older[word] if word in self._older else self._work(word)
        if len(self) >= self._half:
            self._older = dict(self)
            self.clear()
        self[word] = said
        return said

    @property
    def size(self) -> int:
        """Words in both halves."""
        return len(self) + len(self._older)
