"""A first look at a text: whether any word of it may name a place. Most texts are done with here.

Most names of villages are words of Kazakh: «рахмет», «үш». With a small letter such a word names
a place only right beside a type word, or at home. A sign of each word is kept, so that a text costs
one look-up a word.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial, reduce
from operator import or_

from models.places.folding import is_latin
from models.places.roles import KINDS, role
from models.places.tokens import PIECE, POINTED, WORD
from models.places.words import AGAIN, TYPE, Reader, Reading
from models.remembered import Remembered

REMEMBERED = 3 << 16
"""Words, as they are written, that are kept: as many as `wordbank.CAPACITY`."""
_LONGEST = 40
"""Characters of a word that is kept."""

_SPEAKS = 1
"""May mean a place by itself, where something speaks for it."""
_LOUD = 2
"""Speaks for itself: a city, an adjective."""
_LEADS = 4
"""Begins a name of several words."""
_LEADS_LOUD = 8
"""Begins one that speaks for itself."""
_TYPE = 16
"""States the kind of a place beside it."""
_ANYWHERE = 32
"""Does so in a word of parts, wherever that stands."""
_LETTER = 64
"""A letter, which states a kind where a point is behind it."""
_BESIDE = 128
"""May be a part of a name, or stand between a type word and a name."""
_CAPITAL = 256
"""Speaks with a capital letter, and is a place only where it stands as one."""
_PLACING = 512
"""Says that something stands as a place does: «в», «под», a Kazakh ending."""
_PLACED = frozenset(["in", "by"])
_REGIONS = 10
"""The bit of region 0: what a post from there means by it needs nothing else to speak for it."""


def _region(code: str) -> int:
    return 1 << (_REGIONS + int(code))


def _signs(reading: Reading, capital: bool) -> int:
    """Of a word, or a piece of one."""
    found = _BESIDE
    if reading.leads:
        found |= _LEADS_LOUD | _LEADS if reading.leads_potent else _LEADS
    if not reading.mute and (capital or not reading.quiet):
        found |= _SPEAKS | (_LOUD if reading.potent else _CAPITAL if capital else 0)
    if any(manner == "locative" for _, manner in reading.names):
        found |= _PLACING
    if found & (_SPEAKS | _LEADS):
        found = reduce(or_, map(_region, reading.regions), found)
    return found


def _states(word: str) -> bool:
    """Whether a word, whole or in part, states the kind of a place beside it."""
    return any(role(part.lower()) in KINDS for part in (word, *PIECE.findall(word)))


class Glance:
    """Looks at texts with the readings of one reader; remembers up to `REMEMBERED` words."""

    def __init__(self, read: Reader) -> None:
        self._read = read
        self._memory: Remembered[int] = Remembered(self._sign, REMEMBERED, _LONGEST)

    def __call__(self, text: str, home: str | None) -> bool:
        """Whether any word may name a place to a container of that home."""
        each = [*map(self._memory.__getitem__, WORD.findall(text))]
        signs = reduce(or_, {*each}, 0)
        if not signs & (_SPEAKS | _LEADS):
            return False
        if signs & (_LOUD | _ANYWHERE) or (signs & _CAPITAL and signs & _PLACING):
            return True
        here = _region(home[:2]) if home else 0
        pointed = bool(signs & _LETTER) and POINTED.search(text) is not None
        types = _TYPE | _LETTER if pointed else _TYPE
        if not signs & (types | _LEADS_LOUD | here):
            return False
        if here and any(word & here and word & _SPEAKS for word in each):
            return True
        return any(map(partial(_joins, types, here), each, each[1:]))

    def _sign(self, word: str) -> int:
        low = word.lower()
        found = _PLACING if role(low) in _PLACED else 0
        if len(word) == 1:
            return found | _LETTER | (_BESIDE if word != low or word.isdigit() else 0)
        reading = self._read.memory[low]
        if reading is None:
            return found | (_BESIDE if role(low) == "named" or low[0].isdigit() else 0)
        if reading is TYPE:
            return _TYPE
        if reading is not AGAIN:
            return _signs(reading, word != low)
        found |= reduce(or_, self._in_parts(word), _BESIDE)
        return found | _ANYWHERE if _states(word) else found

    def _in_parts(self, word: str) -> Iterator[int]:
        """Signs of a word, else of its pieces."""
        low = word.lower()
        reading = self._read(low)
        if reading is not None:
            yield _signs(reading, word != low)
        elif is_latin(low) and role(low) == "village":
            yield _SPEAKS | _CAPITAL if word != low else _SPEAKS
        elif not word.isalnum():
            for piece in PIECE.findall(word):
                yield from self._in_parts(piece)
        elif role(low) in _PLACED:
            yield _PLACING


def _joins(types: int, here: int, left: int, right: int) -> bool:
    """Whether a type word stands beside what may be its place or lead to it, or a name of several
    words goes on."""
    if (left & types and right & _BESIDE) or (right & types and left & _BESIDE):
        return True
    leads = left & _LEADS_LOUD or (left & _LEADS and left & here)
    return bool(leads and right & _BESIDE)
