"""A text cut into words that carry their readings, and the finds among them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from models.places.endings import Manner
from models.places.folding import fold, is_latin
from models.places.roles import KINDS, role
from models.places.words import AGAIN, TYPE, Reader, Reading

_INSIDE = "-‐‑'’ʼ\u00ad\u200b\u200c\u200d\u0301"
_WORD = re.compile(rf"[^\W_]+(?:[{_INSIDE}]+[^\W_]+)*")
_PIECE = re.compile(rf"[^\W_{re.escape(_INSIDE)}]+")
_LINK = re.compile(
    r"(?:https?://|www\.)\S+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+|(?<!\w)@\w+"
)
# One letter before a point or a stroke: «г.», «с/о».
_POINTED = re.compile(r"[^\W_](?<![^\W_].)[./]")
_PARTICLES = frozenset(["то", "ка", "да", "де", "таки", "ау", "ай"])
_SPACE = " .\u00a0\t\n"
QUOTES = "«»\"“”„'’"


_Spans: TypeAlias = list[tuple[int, int]]
_Said: TypeAlias = Reading | None
_Look: TypeAlias = tuple[Reader, str | None]
"""What reads words, and the home of the container."""
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
    for piece in _PIECE.finditer(text, start, end):
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


def _states(word: str) -> bool:
    """Whether a word, whole or in part, states the kind of a place beside it."""
    return any(role(part.lower()) in KINDS for part in (word, *_PIECE.findall(word)))


def _read_in_parts(word: str, read: Reader) -> Iterator[tuple[bool, Reading]]:
    """Readings of a word, else of its pieces, and whether each is written with a capital."""
    low = word.lower()
    reading = read(low)
    if reading is not None:
        yield word != low, reading
    elif is_latin(low) and role(low) == "village":
        yield True, TYPE._replace(mute=False)
    elif not word.isalnum():
        for piece in _PIECE.findall(word):
            yield from _read_in_parts(piece, read)


def _promising(told: Sequence[tuple[bool, Reading]], stated: bool, home: str | None) -> bool:
    """Whether any word may name a place, where some word states a kind of place or none does.

    Most names of villages are words of Kazakh: «рахмет», «үш». With a small letter such a word
    names a place only beside a type word, or at home.
    """
    if not any(not (one.mute or (one.quiet and not capital)) for capital, one in told):
        return False
    region = home and home[:2]
    return stated or any(capital or one.potent or region in one.regions for capital, one in told)


def _is_dull(
    text: str, words: Sequence[str], cut: Sequence[tuple[str, _Said]], look: _Look
) -> bool:
    """Whether no word may name a place; most texts are done with here."""
    read, home = look
    parts: list[tuple[bool, Reading]] = []
    stated = _POINTED.search(text) is not None
    for word, (low, reading) in zip(words, cut, strict=True):
        if reading is TYPE:
            stated = True
        elif reading is AGAIN:
            stated = stated or _states(word)
            parts += _read_in_parts(word, read)
        elif reading is not None:
            parts.append((word != low, reading))
    return not _promising(parts, stated, home)


def tokenize(text: str, read: Reader, home: str | None = None) -> list[Token]:
    """Words of a text outside of links; none where no word may name a place.

    A hyphenated word stays whole where it is a name or a type word, else it is cut.
    """
    words = _WORD.findall(text)
    lows = " ".join(words).lower().split(" ") if words else []
    memory = read.memory
    readings = [memory[low] for low in lows]
    if not any(readings):
        return []
    cut = list(zip(lows, readings, strict=True))
    if _is_dull(text, words, cut, (read, home)):
        return []
    links, spans = _links(text), map(re.Match.span, _WORD.finditer(text))
    if not links and AGAIN not in readings and TYPE not in readings:
        return [
            Token(start, end, low, reading)
            for (start, end), low, reading in zip(spans, lows, readings, strict=True)
        ]
    return list(_carefully(text, links, zip(spans, lows, readings, strict=True), read))


def _carefully(text: str, links: _Spans, words: Iterable[_Cut], read: Reader) -> Iterator[Token]:
    for (start, end), low, reading in words:
        if any(a <= start < b for a, b in links):
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
