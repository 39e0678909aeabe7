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
_SMALL = str.maketrans("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢᴦᴧᴨᴩᴫ", "abcdefghijklmnoprstuvwyzглпрл")
# Letters of other Cyrillic alphabets that are a letter of ours with a mark.
_MARKED = str.maketrans("ѐѝӑӓӗӝӟӣӥӧӭӱӳӵӹѐѝӐӒӖӜӞӢӤӦӬӰӲӴӸ", "еиааежзииоэуучыеиААЕЖЗИИОЭУУЧЫ")
_PUT_ON = {**_SMALL, **_MARKED}
_OTHERS = "".join(map(chr, _PUT_ON))
_ODD = re.compile(
    rf"[\x00-\x08\x0e-\x1f{_MARKS}{_UNSEEN}{_DRAWN}{_OTHERS}\ud800-\udfff\u0370-\u03ff]"
)
_OTHER = re.compile(f"[{_OTHERS}]")
_CLUSTER = re.compile(rf"[^{_MARKS}\ud800-\udfff]([\u0300-\u036f]+)")
_MOST_MARKS = 3
"""Marks of one letter that are looked at: to sort a pile of them takes its square."""
_REMOVED = re.compile(rf"[{_MARKS}{_UNSEEN}\x00-\x08\x0e-\x1f]+")
_BROKEN = re.compile("[\ud800-\udfff]")
_LETTER_DRAWN = re.compile(rf"[{_DRAWN}]")
_BACKWARDS = re.compile("\u202e([^\u202c\n]*)\u202c?")
_IN_GREEK = re.compile("[αβεικμορτυχΑΒΕΗΙΚΜΟΡΤΥΧ]")
_GREEK = str.maketrans("αβεικμορτυχΑΒΕΗΙΚΜΟΡΤΥΧ", "авеікмортухАВЕНІКМОРТУХ")
_EMOJI = r"\u2600-\u27bf\U0001f000-\U0001faff"
_LETTER = r"[^\W\d_]"
# A sign with one letter before it and one after, again and again the same sign; the same with two
# or three signs between («в. о. д. ы», «[в][о][д][ы]»), or with emoji of any kind.
_APART = re.compile(
    rf"([\W_])(?<={_LETTER}[\W_])(?<![^\W_]{_LETTER}[\W_])(?:"
    rf"{_LETTER}(?:\1{_LETTER})+"
    rf"|((?<=\s)\s{{1,2}}|(?<=[.*_/|•·-])\s|(?<=\s)[.*_/|•·–—-]\s|(?<=\])\[|(?<=\))\()"
    rf"{_LETTER}(?:\1\2{_LETTER}){{2,}}"
    rf"|(?<=[{_EMOJI}]){_LETTER}(?:[{_EMOJI}]{_LETTER}){{2,}}"
    r")(?![^\W_])"
)
_FEWEST = 4
"""Letters with spaces or points between them that make a word; «а я и ты», «т.к.» are none."""
_SIGNS = re.compile(r"[\W_]+")
_FEWEST_OF_WORDS, _MOST = 7, 60
"""Letters in a row that are looked through for words."""
_LONGEST = 20
"""Letters of a word that is looked up."""
_SHORT = frozenset(("в", "и", "к", "о", "с", "у", "я", "до", "за", "из", "на", "не", "от", "по"))
"""The words of less than three letters that letters in a row may hold."""
_OURS = "а-яёәғқңөұүһі"
# A figure or a sign that stands for a letter, or only between letters: «в0да», «по4ему», «во*ды».
_INSIDE = re.compile(rf"[0346@$€*_~|+=•·^#.](?<=[{_OURS}].)(?=[{_OURS}])", re.IGNORECASE)
_FIGURES = {"0": "о", "3": "з", "@": "а", "$": "с", "€": "е"}
_LIKELY = {"4": "ч", "6": "б"}
"""Only where Russian has the word then: «д4кв5» is none."""
_BEFORE, _BEHIND = re.compile(f"{_LETTER}+$"), re.compile(f"{_LETTER}+")
_ADDRESSES = frozenset(("кз", "ру", "рф"))
_ALIKE = "aceopxyhbmtkACEOPXYHBMTK"
_WHOLLY = re.compile(rf"[{_ALIKE}](?<![^\W_].)[{_ALIKE}]{{2,}}(?![^\W_])")
_TO_CYRILLIC = str.maketrans(_ALIKE, "асеорхунвмткАСЕОРХУНВМТК")
_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)


def _composed(match: re.Match[str]) -> str:
    """A letter with its marks as one character, where there is one."""
    return unicodedata.normalize("NFC", match.group()[: 1 + _MOST_MARKS])


def _known(word: str) -> bool:
    return bool(morphology().word_is_known(word))


def _joined(match: re.Match[str]) -> str:
    """The letters after the first; as it was where they are too few."""
    letters = _SIGNS.sub("", match.group())
    if match.group(1) in " ." and len(letters) + 1 < _FEWEST:
        return match.group()
    return _in_words(match.string[match.start() - 1] + letters)[1:]


def _in_words(letters: str) -> str:
    """Letters in a row as the fewest words of the Russian dictionary, where they are several:
    «водынет» is «воды нет». Words of three letters on average, so that no Kazakh one is cut."""
    low = letters.lower()
    if not _FEWEST_OF_WORDS <= len(low) <= _MOST or _known(low):
        return letters
    ways: list[list[str] | None] = [[]]
    for end in range(1, len(low) + 1):
        found = [
            [*before, letters[start:end]]
            for start in range(max(0, end - _LONGEST), end)
            if (before := ways[start]) is not None
            and (end - start > 2 or low[start:end] in _SHORT)
            and _known(low[start:end])
        ]
        ways.append(min(found, key=len, default=None))
    words = ways[-1]
    return " ".join(words) if words and len(low) >= 3 * len(words) else letters


def _inside(match: re.Match[str]) -> str:
    """What a figure or a sign within a word stands for: a letter, nothing, or itself."""
    sign = match.group()
    if sign in _FIGURES:
        return _FIGURES[sign]
    start, end = match.span()
    left = _BEFORE.search(match.string, max(0, start - _LONGEST), start)
    right = _BEHIND.match(match.string, end, end + _LONGEST)
    if left is None or right is None:
        return sign
    one, other = left.group().lower(), right.group().lower()
    if sign in _LIKELY:
        return _LIKELY[sign] if _known(one + _LIKELY[sign] + other) else sign
    # what follows a point without a space is mostly another sentence
    lonely = min(len(one), len(other)) < 2
    if sign == "." and (lonely or right.group()[0].isupper() or other in _ADDRESSES):
        return sign
    apart = min(len(one), len(other)) > 2 and _known(one) and _known(other)
    whole = len(one + other) >= _FEWEST and not apart and _known(one + other)
    return "" if whole else sign


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
    (_OTHER, lambda match: match.group().translate(_PUT_ON)),
    (_LETTER_DRAWN, lambda match: unicodedata.normalize("NFKC", match.group())),
)
"""What makes of odd characters the letters that are drawn."""
_MEANT: tuple[tuple[re.Pattern[str], Put], ...] = ((_APART, _joined), (_INSIDE, _inside))


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
