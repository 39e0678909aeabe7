"""A text cut into words that carry their readings, and the finds among them."""

from __future__ import annotations

import re
from typing import NamedTuple

from models.places.endings import Manner
from models.places.folding import is_latin
from models.places.words import Reader, Reading, role

_INSIDE = "-‐‑'’ʼ\u00ad\u200b\u200c\u200d\u0301"
_WORD = re.compile(rf"[^\W_]+(?:[{_INSIDE}]+[^\W_]+)*")
_PIECE = re.compile(rf"[^\W_{re.escape(_INSIDE)}]+")
_LINK = re.compile(
    r"(?:https?://|www\.)\S+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+|(?<!\w)@\w+"
)
_PARTICLES = frozenset(["то", "ка", "да", "де", "таки", "ау", "ай"])
_SPACE = " .\u00a0\t\n"
QUOTES = "«»\"“”„'’"


class Token(NamedTuple):
    """A word of the text."""

    start: int
    end: int
    low: str
    reading: Reading | None


class Find(NamedTuple):
    """Tokens `first` to `last` inclusive, read in one way, with their surroundings."""

    first: int
    last: int
    start: int
    end: int
    sense: str
    """name, adjective, people, never."""
    keys: tuple[str, ...]
    """Keys of the gazetteer, the likeliest first."""
    manner: Manner
    capital: bool
    ordinary: bool
    doubtful: bool
    listed: bool
    marks: tuple[str, ...]
    """Kinds that type words beside it state, the likelier first."""
    before: str | None
    """Role of the word before."""
    after: str | None
    """Role of the word after."""
    quoted: bool

    @property
    def key(self) -> str:
        """The likeliest key."""
        return self.keys[0]


class Scanned(NamedTuple):
    """A text with its tokens and finds, in order."""

    text: str
    tokens: list[Token]
    finds: list[Find]

    def gap(self, left: int, right: int) -> str:
        """What stands between two tokens."""
        return self.text[self.tokens[left].end : self.tokens[right].start]


def _pieces(text: str, start: int, end: int, read: Reader) -> list[Token]:
    """Parts of a hyphenated word; they are names only together: «Алматы-Тараз», «Алматы-то»."""
    pieces = []
    for piece in _PIECE.finditer(text, start, end):
        low = piece.group().lower()
        pieces.append(Token(*piece.span(), low, read(low)))
    particle = len(pieces) == 2 and pieces[1].low in _PARTICLES
    if particle or all(piece.reading is not None for piece in pieces):
        return pieces
    return [piece._replace(reading=None) for piece in pieces]


def _links(text: str) -> list[tuple[int, int]]:
    if "@" in text or "://" in text or "www." in text:
        return [match.span() for match in _LINK.finditer(text)]
    return []


def _loud(word: str, read: Reader) -> bool:
    """Whether a word, as it is written, may name a place by itself."""
    low = word.lower()
    reading = read(low)
    if reading is not None:
        return not reading.mute and not (reading.quiet and word == low)
    if is_latin(low) and role(low) == "village":
        return True
    pieces = [] if word.isalnum() else _PIECE.findall(word)
    return any(_loud(piece, read) for piece in pieces)


def promising(text: str, read: Reader) -> bool:
    """Whether any word may name a place; most texts are done with here.

    What stands between spaces is remembered as it is written, signs and all: that is quicker to
    cut than words are.
    """
    for piece in set(text.split()).difference(read.silent):
        if any(_loud(word, read) for word in _WORD.findall(piece)):
            return True
        read.keep_silent(piece)
    return False


def tokenize(text: str, read: Reader) -> list[Token]:
    """Words of a text outside of links.

    A hyphenated word stays whole where it is a name or a type word, else it is cut.
    """
    tokens: list[Token] = []
    links, known = _links(text), read.memory
    for match in _WORD.finditer(text):
        start, end = match.span()
        if links and any(a <= start < b for a, b in links):
            continue
        low = match.group().lower()
        reading = known[low] if low in known else read(low)
        if reading is None and not low.isalnum() and role(low) is None:
            tokens += _pieces(text, start, end, read)
            continue
        tokens.append(Token(start, end, low, reading))
    return tokens


def near(gap: str, left: str) -> bool:
    """Whether only spaces, quotes or the point of the abbreviation `left` stand between."""
    if len(gap) > 4 or gap.count("\n") > 1 or gap.strip(_SPACE + QUOTES):
        return False
    return "." not in gap or len(left) < 5


def listed(gap: str) -> bool:
    """Whether at most a comma stands between."""
    return len(gap) < 5 and gap.strip(" \u00a0" + QUOTES) in ("", ",", ";")


def quoted(text: str, start: int, end: int) -> bool:
    """Whether quotation marks stand right before and right after."""
    return text[start - 1 : start] in tuple(QUOTES) and text[end : end + 1] in tuple(QUOTES)
