"""Finds words of a text that name places, with what stands beside them. Decides nothing yet."""

from __future__ import annotations

import re
from typing import NamedTuple

from models.places.endings import Manner
from models.places.gazetteer import Gazetteer
from models.places.words import Reader, Reading, role, several

LONGEST = 10_000
"""Characters of a text that are read."""
_INSIDE = "-‐‑'’ʼ\u00ad\u200b\u200c\u200d\u0301"
_WORD = re.compile(rf"[^\W_]+(?:[{_INSIDE}]+[^\W_]+)*")
_PIECE = re.compile(rf"[^\W_{_INSIDE}]+")
_KINDS = frozenset({"region", "district", "city", "village", "okrug", "station"})
_QUOTES = "«»\"“”„'’"
_LINK = re.compile(r"(?:https?://|www\.)\S+|[@#]?\S+@\S+\.\w+|(?<!\w)@\w+")


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
    key: str
    manner: Manner
    capital: bool
    ordinary: bool
    doubtful: bool
    mark: str | None
    """The kind that a type word beside it states."""
    before: str | None
    """Role of the word before."""
    after: str | None
    """Role of the word after."""
    quoted: bool


class Scanned(NamedTuple):
    """A text with its tokens and finds, in order."""

    text: str
    tokens: list[Token]
    finds: list[Find]


def tokenize(text: str, read: Reader) -> tuple[list[Token], bool]:
    """Words of a text, a hyphenated one whole where it is a name; whether any is a name."""
    tokens: list[Token] = []
    hit = False
    links = (
        [m.span() for m in _LINK.finditer(text)]
        if ("@" in text or "://" in text or "www." in text)
        else []
    )
    for match in _WORD.finditer(text):
        start, end = match.span()
        if links and any(a <= start < b for a, b in links):
            continue
        word = match.group()
        reading = read(word.lower())
        if reading is None and not word.isalnum() and role(word.lower()) is None:
            for piece in _PIECE.finditer(text, start, end):
                reading = read(piece.group().lower())
                hit = hit or reading is not None
                tokens.append(Token(*piece.span(), piece.group().lower(), reading))
            continue
        hit = hit or reading is not None
        tokens.append(Token(start, end, word.lower(), reading))
    return tokens, hit


def _near(text: str, left: Token, right: Token) -> bool:
    """Whether nothing but spaces, quotes or an abbreviating point stands between two words."""
    gap = text[left.end : right.start]
    return (
        len(gap) < 5
        and (not gap.strip(" .\u00a0\t\n" + _QUOTES))
        and gap.count("\n") < 2
        and ("." not in gap or len(left.low) < 5)
    )


def _listed(text: str, left: Token, right: Token) -> bool:
    gap = text[left.end : right.start].strip(" \u00a0" + _QUOTES)
    return gap in ("", ",") and right.start - left.end < 5


def _span(
    tokens: list[Token], at: int, gazetteer: Gazetteer, text: str
) -> tuple[int, str, Manner] | None:
    """The longest name that begins at a token: its last token, key and manner."""
    reading = tokens[at].reading
    if reading is None:
        return None
    for key, _ in reading.names:
        for count in range(gazetteer.heads.get(key, 0), 1, -1):
            found = _several_words(tokens, at, count, key, gazetteer, text)
            if found is not None:
                return found
    for key, manner in reading.names:
        if key in gazetteer.names:
            return at, key, manner
    return None


def _several_words(
    tokens: list[Token], at: int, count: int, head: str, gazetteer: Gazetteer, text: str
) -> tuple[int, str, Manner] | None:
    if at + count > len(tokens):
        return None
    keys: list[tuple[str, Manner]] = [(head, "exact")]
    for left, right in zip(tokens[at : at + count - 1], tokens[at + 1 : at + count], strict=True):
        gap = text[left.end : right.start]
        if right.reading is None or gap.strip(" -–\u00a0") or len(gap) > 3:
            return None
        keys = [
            (f"{key} {part}", manner) for key, _ in keys for part, manner in right.reading.names
        ]
    for key, manner in keys:
        if key in gazetteer.names:
            return at + count - 1, key, manner
    return None


def _mark_after(scan: Scanned, last: int, adjective: bool) -> tuple[str | None, str | None]:
    """The stated kind and the role of the next word; adjectives look along a list."""
    text, tokens, _ = scan
    at = last
    while at + 1 < len(tokens):
        token = tokens[at + 1]
        next_role = role(token.low)
        if (
            adjective
            and _listed(text, tokens[at], token)
            and (next_role == "and" or (token.reading is not None and token.reading.adjectives))
        ):
            at += 1
            continue
        plain = _near(text, tokens[at], token) if at == last else _listed(text, tokens[at], token)
        if not plain or (at > last and next_role not in ("region", "district")):
            return None, None
        if at == last and text[tokens[at].end : token.start].strip(" \u00a0" + _QUOTES):
            return None, None
        if (
            next_role == "village"
            and len(token.low) == 1
            and text[token.end : token.end + 1] != "."
        ):
            next_role = None
        return (next_role if next_role in _KINDS else None), next_role
    return None, None


def _mark_before(scan: Scanned, first: int) -> tuple[str | None, str | None]:
    """The stated kind and the role of the word before, through «имени» and lists."""
    text, tokens, finds = scan
    at = first - 1
    if at >= 0 and role(tokens[at].low) == "named":
        at -= 1
    if at < 0:
        return None, None
    token, before = tokens[at], role(tokens[at].low)
    if before == "and" and finds and finds[-1].last == at - 1:
        return (finds[-1].mark if _inherits(scan, finds[-1]) else None), None
    if not _near(text, token, tokens[at + 1]):
        if finds and finds[-1].last == at and _listed(text, token, tokens[at + 1]):
            return (finds[-1].mark if _inherits(scan, finds[-1]) else None), None
        return None, None
    if len(token.low) == 1 and before in ("village", "city"):
        before = (
            before
            if text[token.end : token.end + 1] == "."
            else ("in" if token.low == "в" else None)
        )
    return (before if before in _KINDS else None), before


def _inherits(scan: Scanned, find: Find) -> bool:
    """Whether a list goes on: the type word before its first name is a plural."""
    finds, tokens = scan.finds, scan.tokens
    for earlier in reversed(finds):
        if earlier.mark != find.mark:
            return False
        if earlier.first and role(tokens[earlier.first - 1].low) == earlier.mark:
            return several(tokens[earlier.first - 1].low)
    return False


def _quoted(text: str, start: int, end: int) -> bool:
    return text[start - 1 : start] in tuple(_QUOTES) and text[end : end + 1] in tuple(_QUOTES)


def _find(scan: Scanned, at: int, gazetteer: Gazetteer) -> Find | None:
    text, tokens, _ = scan
    token, reading = tokens[at], tokens[at].reading
    if reading is None:
        return None
    spanned = _span(tokens, at, gazetteer, text)
    adjective = next(iter(reading.adjectives), None)
    single = spanned is not None and spanned[0] == at
    after, after_role = _mark_after(scan, at, True) if adjective else (None, None)
    if adjective and (spanned is None or (single and (after or spanned[2] != "exact"))):
        last, sense, key, manner = at, "adjective", adjective, "case"
    elif spanned is not None:
        (last, key, manner), sense = spanned, "name" if gazetteer.names[spanned[1]] else "never"
        after, after_role = _mark_after(scan, last, False)
    elif reading.people:
        last, sense, key, manner = at, "people", reading.people[0], "case"
    else:
        return None
    mark, before = _mark_before(scan, at)
    if sense == "adjective" and after is not None:
        mark = after
    end = tokens[last].end
    return Find(
        at, last, token.start, end, sense, key, manner, text[token.start].isupper(),
        reading.ordinary and last == at, reading.doubtful and last == at, mark or after, before, after_role,
        _quoted(text, token.start, end),
    )  # fmt: skip


def scan(text: str, read: Reader, gazetteer: Gazetteer) -> Scanned:
    """All finds of a text, left to right, the longest first, without overlaps."""
    text = text[:LONGEST]
    tokens, hit = tokenize(text, read)
    found = Scanned(text, tokens, [])
    at = 0
    while hit and at < len(tokens):
        find = _find(found, at, gazetteer)
        if find is None:
            at += 1
            continue
        found.finds.append(find)
        at = find.last + 1
    return found
