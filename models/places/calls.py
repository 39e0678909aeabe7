"""Readers are called by nicknames, and nicknames are often cities: «Павлодар, и что?»."""

from __future__ import annotations

from models.places.bearers import given
from models.places.roles import role
from models.places.tokens import Scanned

_LONGEST = 3
"""Words of a call."""
_COUNTRY = ("казахстан", "қазақстан", "рк", "қр")


def _end(scanned: Scanned) -> int | None:
    """The token before the first comma, if it comes within the first words."""
    tokens = scanned.tokens
    if not tokens or scanned.text[: tokens[0].start].strip():
        return None
    for at in range(min(_LONGEST, len(tokens) - 1)):
        gap = scanned.gap(at, at + 1)
        if gap.strip(" ") == ",":
            return at
        if gap.strip(" "):
            return None
    return None


def _address(scanned: Scanned, at: int) -> bool:
    """Whether an address, a list or a date goes on: «Тараз, ул. Толе би», «АСТАНА, 12 мая»."""
    token = scanned.tokens[at]
    if token.low[0].isdigit() or token.low.startswith(_COUNTRY):
        return True
    capital = scanned.text[token.start].isupper()
    named = token.reading is not None and (capital or not token.reading.ordinary)
    return named or role(token.low) not in (None, "in", "by", "and")


def greeting(scanned: Scanned) -> int:
    """How many tokens at the start call a reader by a nickname; usually 0."""
    if not scanned.finds or scanned.finds[0].first >= _LONGEST:
        return 0
    end = _end(scanned)
    first = scanned.finds[0]
    if end is None or first.first > end or first.marks or _address(scanned, end + 1):
        return 0
    text, tokens = scanned.text, scanned.tokens
    if first.first == 0 and first.last == end:
        bare = first.manner == "exact" if first.sense == "name" else True
        return end + 1 if bare else 0
    nickname = role(tokens[0].low) is None and text[tokens[0].start].isupper()
    signature = next((find for find in scanned.finds if find.first == end == 1), None)
    bare = signature is not None and signature.manner == "exact" and not signature.marks
    called = bare and given(tokens[0].low)
    return end + 1 if nickname and (called or text[tokens[end + 1].start].isupper()) else 0
