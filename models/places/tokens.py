"""A text cut into words that carry their readings, and the finds among them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeAlias

from models.places.endings import Manner
from models.places.folding import fold
from models.places.roles import role
from models.places.words import AGAIN, TYPE, Reader, Reading

_INSIDE = "-‐‑'’ʼ\u00ad\u200b\u200c\u200d\u0301"
WORD = re.compile(rf"[^\W_]+(?:[{_INSIDE}]+[^\W_]+)*")
PIECE = re.compile(rf"[^\W_{re.escape(_INSIDE)}]+")
_LINK = re.compile(
    r"(?:https?://|www\.)\S+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+|(?<!\w)@\w+"
)
# One letter before a point or a stroke: «г.», «с/о».
POINTED = re.compile(r"[^\W_](?<![^\W_].)[./]")
_PARTICLES = frozenset(["то", "ка", "да", "де", "таки", "ау", "ай"])
_SPACE = " .\u00a0\t\n"
QUOTES = "«»\"“”„'’"


_Spans: TypeAlias = list[tuple[int, int]]
_Cut: TypeAlias = tuple[tuple[int, int], str, Reading | None]


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
    folded: set[str]
    """Filled by `spellings`."""
    ends: dict[int, int]
    """Filled by `marks.after_adjective`: where a list that a token is in ends."""

    def spellings(self) -> set[str]:
        """Its words, folded: worked out once, though each find may ask."""
        if not self.folded:
            self.folded.update(fold(token.low) for token in self.tokens)
        return self.folded

    def gap(self, left: int, right: int) -> str:
        """What stands between two tokens."""
        return self.text[self.tokens[left].end : self.tokens[right].start]


def _pieces(text: str, start: int, end: int, read: Reader) -> list[Token]:
    """Parts of a hyphenated word; they are names only together: «Алматы-Тараз», «Алматы-то»."""
    pieces = []
    for piece in PIECE.finditer(text, start, end):
        low = piece.group().lower()
        pieces.append(Token(*piece.span(), low, read(low)))
    particle = len(pieces) == 2 and pieces[1].low in _PARTICLES
    if particle or all(piece.reading is not None for piece in pieces):
        return pieces
    return [piece._replace(reading=None) for piece in pieces]


def _links(text: str) -> _Spans:
    if "@" in text or "://" in text or "www." in text:
        return [match.span() for match in _LINK.finditer(text)]
    return []


def tokenize(text: str, read: Reader) -> list[Token]:
    """Words of a text outside of links.

    A hyphenated word stays whole where it is a name or a type word, else it is cut.
    """
    words = WORD.findall(text)
    lows = " ".join(words).lower().split(" ") if words else []
    memory = read.memory
    readings = [memory[low] for low in lows]
    links, spans = _links(text), map(re.Match.span, WORD.finditer(text))
    if not links and AGAIN not in readings and TYPE not in readings:
        return [
            Token(start, end, low, reading)
            for (start, end), low, reading in zip(spans, lows, readings, strict=True)
        ]
    return list(_carefully(text, links, zip(spans, lows, readings, strict=True), read))


def _carefully(text: str, links: _Spans, words: Iterable[_Cut], read: Reader) -> Iterator[Token]:
    for (start, end), low, reading in words:
        if links and any(a <= start < b for a, b in links):
            continue
        if reading is AGAIN and not low.isalnum() and role(low) is None:
            yield from _pieces(text, start, end, read)
        else:
            yield Token(start, end, low, None if reading in (AGAIN, TYPE) else reading)


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
