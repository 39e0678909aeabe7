"""What only hides words from a reader that is a program: taken off before anything is read.

Invisible characters, piled-up accents, letters of mathematics, words in the letters of another
alphabet, words written apart («в.о.д.а»), text written backwards. What people see stays the same.
The work is bounded by the length of the text: every pattern here goes over it once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import NamedTuple

from models.morphology import morphology

_MARKS = r"\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
# Zero width, direction, soft hyphen, selectors, fillers that are drawn as nothing, tags.
_UNSEEN = (
    r"\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    r"\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    r"\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_DRAWN = r"\u1d2c-\u1d6a\u2071\u207f\u2090-\u209c\u2100-\u214f\u249c-\u24e9\uff01-\uff5e"
_DRAWN += r"\U0001d400-\U0001d7ff\U0001f110-\U0001f189"
_ODD = re.compile(rf"[\x00-\x08\x0e-\x1f{_MARKS}{_UNSEEN}{_DRAWN}\ud800-\udfff\u0370-\u03ff]")
_CLUSTER = re.compile(rf"[^{_MARKS}\ud800-\udfff]([\u0300-\u036f]+)")
_MOST_MARKS = 3
"""Marks of one letter that are looked at: to sort a pile of them takes its square."""
_REMOVED = re.compile(rf"[{_MARKS}{_UNSEEN}\x00-\x08\x0e-\x1f]+")
_BROKEN = re.compile("[\ud800-\udfff]")
_LETTER_DRAWN = re.compile(rf"[{_DRAWN}]")
_BACKWARDS = re.compile("\u202e([^\u202c\n]*)\u202c?")
_IN_GREEK = re.compile("[αβεικμορτυχΑΒΕΗΙΚΜΟΡΤΥΧ]")
_GREEK = str.maketrans("αβεικμορτυχΑΒΕΗΙΚΜΟΡΤΥΧ", "авеікмортухАВЕНІКМОРТУХ")
# A sign with one letter before it and one after, again and again the same sign.
_APART = re.compile(r"([\W_])(?<=[^\W\d_].)(?<![^\W_]..)[^\W\d_](?:\1[^\W\d_])+(?![^\W_])")
_FEWEST = 4
"""Letters with spaces or points between them that make a word; «а я и ты», «т.к.» are none."""
_FIGURE = re.compile(r"[03](?<=[а-яёәғқңөұүһі].)(?=[а-яёәғқңөұүһі])", re.IGNORECASE)
_ALIKE = "aceopxyhbmtkACEOPXYHBMTK"
_WHOLLY = re.compile(rf"[{_ALIKE}](?<![^\W_].)[{_ALIKE}]{{2,}}(?![^\W_])")
_TO_CYRILLIC = str.maketrans(_ALIKE, "асеорхунвмткАСЕОРХУНВМТК")
_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)


def _composed(match: re.Match[str]) -> str:
    """A letter with its marks as one character, where there is one."""
    return unicodedata.normalize("NFC", match.group()[: 1 + _MOST_MARKS])


def _joined(match: re.Match[str]) -> str:
    """The letters after the first; as it was where they are too few."""
    letters = match.group()[1::2]
    few = match.group(1) in " ." and len(letters) + 1 < _FEWEST
    return match.group() if few else letters


def _letter(match: re.Match[str]) -> str:
    return "о" if match.group() == "0" else "з"


def _meant(match: re.Match[str]) -> str:
    """A word of Latin letters that all look Cyrillic, where Russian has that word."""
    drawn = match.group().translate(_TO_CYRILLIC)
    return drawn if morphology().word_is_known(drawn.lower()) else match.group()


Put = Callable[[re.Match[str]], str]
_SEEN: tuple[tuple[re.Pattern[str], Put], ...] = (
    (_BROKEN, lambda match: " "),
    (_BACKWARDS, lambda match: match.group(1)[::-1]),
    (_CLUSTER, _composed),
    (_REMOVED, lambda match: ""),
    (_LETTER_DRAWN, lambda match: unicodedata.normalize("NFKC", match.group())),
)
"""What makes of odd characters the letters that are drawn."""
_MEANT: tuple[tuple[re.Pattern[str], Put], ...] = ((_APART, _joined), (_FIGURE, _letter))


def _undo(text: str, replaced: Callable[[re.Pattern[str], Put, str], str]) -> str:
    """Every step, by what replaces matches of a pattern."""
    if _ODD.search(text):
        for pattern, put in _SEEN:
            text = replaced(pattern, put, text)
        if _IN_GREEK.search(text) and _CYRILLIC.search(text):
            text = replaced(_IN_GREEK, lambda match: match.group().translate(_GREEK), text)
    for pattern, put in _MEANT:
        text = replaced(pattern, put, text)
    if _WHOLLY.search(text) and len(_CYRILLIC.findall(text)) * 2 > len(text):
        text = replaced(_WHOLLY, _meant, text)
    return text


class Plain(dict[str, str]):
    """`plain[text]` is the text without disguise, kept because places and heads both ask for it.
    Never holds more than `room` characters of texts; when there are more it starts anew."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self._room, self.held = room, 0

    def __missing__(self, text: str) -> str:
        found = _undo(text, lambda pattern, put, text: pattern.sub(put, text))
        size = len(text) + (0 if found is text else len(found))
        if self.held + size > self._room:
            self.clear()
            self.held = 0
        if size <= self._room:
            self[text] = found
            self.held += size
        return found


_PLAIN = Plain(room=1 << 18)
"""A page of posts as they mostly are is a tenth of it."""


def plain(text: str) -> str:
    """The text without disguise; equal to it where there is none."""
    return _PLAIN[text]


class Located(NamedTuple):
    """A text without disguise, and where its characters stand in the disguised one."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Characters of the disguised text, from those of the plain one; never empty."""
        return self.starts[start], self.ends[end - 1]


def located(text: str) -> Located:
    """The same as `plain`, slower, with the place of each character."""
    starts, ends = list(range(len(text))), list(range(1, len(text) + 1))

    def replaced(pattern: re.Pattern[str], put: Put, text: str) -> str:
        nonlocal starts, ends
        pieces: list[str] = []
        begins: list[int] = []
        stops: list[int] = []
        last = 0
        for match in pattern.finditer(text):
            start, end = match.span()
            new = put(match)
            pieces += [text[last:start], new]
            begins += starts[last:start]
            stops += ends[last:start]
            count, width = len(new), end - start
            begins += [starts[start + at * width // count] for at in range(count)]
            stops += [ends[start + -(-(at + 1) * width // count) - 1] for at in range(count)]
            last = end
        pieces.append(text[last:])
        starts, ends = begins + starts[last:], stops + ends[last:]
        return "".join(pieces)

    found = _undo(text, replaced)
    return Located(found, starts, ends)
