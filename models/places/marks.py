"""What the words beside a find say of it: a type («село», «ауданы»), a street, a list."""

from __future__ import annotations

import re

from models.places.folding import fold
from models.places.roles import KINDS, follows, role, several
from models.places.tokens import QUOTES, Find, Scanned, listed, near

_RURAL = re.compile(r"\s*(?:[са](?:\.\s?|/)о|(ш)(?:\.\s?|/)а)\b")
"""«с/о», a rural district; «ш/а», a neighbourhood."""
_OF_NAME = re.compile(r"а$|ауили|аули|кенти")
"""A village of that name is its «ауылы»; «үлкен ауыл» is a large one."""
Mark = tuple[str | None, str | None]
"""The kind that is stated, and the role of the word that states it."""


def after_adjective(scanned: Scanned, at: int) -> Mark:
    """«Байзакский район», and the type word at the end of a list of adjectives."""
    end = _end_of_list(scanned, at)
    if end + 1 == len(scanned.tokens):
        return None, None
    if end == at:
        return after(scanned, at, True)
    stated = role(scanned.tokens[end + 1].low)
    goes_on = listed(scanned.gap(end, end + 1)) and stated in ("region", "district")
    return (stated, stated) if goes_on else (None, None)


def _end_of_list(scanned: Scanned, at: int) -> int:
    """The last token of a list of adjectives that a token is in; gone over once a list."""
    if at not in scanned.ends:
        tokens, end = scanned.tokens, at
        while end + 1 < len(tokens) and listed(scanned.gap(end, end + 1)):
            reading = tokens[end + 1].reading
            if (
                not (reading is not None and reading.adjectives)
                and role(tokens[end + 1].low) != "and"
            ):
                break
            end += 1
        scanned.ends.update(dict.fromkeys(range(at, end + 1), end))
    return scanned.ends[at]


def after(scanned: Scanned, last: int, adjective: bool = False) -> Mark:
    """The type word or role right after: «Тараз қаласы», «Абай көшесі», «Асинский с.о.»."""
    if last + 1 >= len(scanned.tokens):
        return None, None
    short = _RURAL.match(scanned.text, scanned.tokens[last].end)
    if short is not None:
        return (None, "street") if short.group(1) else ("okrug", "okrug")
    token, gap = scanned.tokens[last + 1], scanned.gap(last, last + 1)
    if len(gap) > 4 or gap.strip(" \u00a0" + QUOTES):
        return None, None
    stated = role(token.low)
    if stated == "village" and follows(token.low) and not _OF_NAME.match(fold(token.low)):
        return None, None
    if len(token.low) == 1 and scanned.text[token.end : token.end + 1] != ".":
        return None, None
    states = adjective or follows(token.low) or stated in ("region", "district")
    return (stated if stated in KINDS and states else None), stated


def _inherited(scanned: Scanned, find: Find) -> str | None:
    """The type of a list that goes on: the word before its first name is a plural."""
    if not find.marks:
        return None
    for earlier in reversed(scanned.finds):
        if earlier.marks[:1] != find.marks[:1]:
            return None
        before = scanned.tokens[earlier.first - 1].low if earlier.first else ""
        if role(before) == find.marks[0]:
            return find.marks[0] if several(before) else None
    return None


def _inner(find: Find) -> str | None:
    """The preposition of a list holds for all of it: «между Таразом и Кордаем»."""
    return "in" if find.before == "in" else None


def _initial(scanned: Scanned, at: int) -> bool:
    """The initial of a name: «район Т.Рыскулова»."""
    token = scanned.tokens[at]
    letter, point = scanned.text[token.start], scanned.text[token.end : token.end + 1]
    return len(token.low) == 1 and letter.isupper() and point == "."


def _abbreviation(scanned: Scanned, at: int) -> bool:
    """«с.», «г.» with a small letter and a point; capitals are initials («А.С. Пушкина»)."""
    token = scanned.tokens[at]
    small = scanned.text[token.start] == token.low
    return scanned.text[token.end] == "." and (small or scanned.text.isupper())


def before(scanned: Scanned, first: int) -> Mark:
    """The type word or role right before, through «имени» and through lists."""
    tokens = scanned.tokens
    at = first - 1
    while at > 0 and _initial(scanned, at):
        at -= 1
    if at > 0 and role(tokens[at - 1].low) == "named" and scanned.text[tokens[at].start].isupper():
        at -= 1
    if at >= 0 and role(tokens[at].low) == "named":
        at -= 1
    return _stated_before(scanned, at) if at >= 0 else (None, None)


def _stated_before(scanned: Scanned, at: int) -> Mark:
    """What the token says of the one after it."""
    low, finds = scanned.tokens[at].low, scanned.finds
    stated, gap = role(low), scanned.gap(at, at + 1)
    joined = at - 1 if stated == "and" else at
    if finds and finds[-1].last == joined and (stated == "and" or listed(gap)):
        return _inherited(scanned, finds[-1]), _inner(finds[-1])
    if not near(gap, low):
        return None, None
    pointed = len(low) == 1 or low in ("дер", "ст")
    if stated in KINDS and (follows(low) or (pointed and not _abbreviation(scanned, at))):
        return None, None
    return (stated if stated in KINDS else None), stated
