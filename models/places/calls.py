"""Readers are called by nicknames, and nicknames are often cities: «Павлодар, и что?»."""

from __future__ import annotations

from models.morphology import tags
from models.places.bearers import given
from models.places.roles import role
from models.places.tokens import Scanned

_LONGEST = 3
"""Words of a call."""
_READ = 14
"""Words after a call in which something says that it is one."""
_OPEN = (
    "и а но да нет ну что как так это эта этот его их вот кто спасибо согласен согласна верно "
    "точно правильно молодец молодцы не рахмет дұрыс жоқ ия иә"
)
_OPENS = frozenset(_OPEN.split())
"""First words of an answer."""
_YOU = (
    "я ты вы тебя тебе тобой твой твоя твоё твое твои вас вам вами ваш ваша ваше ваши мне меня "
    "мен мені сен сені саған сенің сіз сізді сізге сіздің сендер сендерге"
)
_TO_YOU = frozenset(_YOU.split())
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


def _answers(scanned: Scanned, at: int) -> bool:
    """Whether somebody is spoken to from a token on: «Павлодар, и так поверили», «Тараз, не
    пишите»; of a place something is told: «Павлодар, второй день нет воды»."""
    tokens = scanned.tokens[at : at + _READ]
    if tokens[0].low in _OPENS or len(tokens) == 1:
        return True
    return any(
        token.low in _TO_YOU or (found and all("impr" in tag or "2per" in tag for tag in found))
        for token, found in ((token, tags(token.low)) for token in tokens)
    )


def greeting(scanned: Scanned) -> int:
    """How many tokens at the start call a reader by a nickname; usually 0."""
    if not scanned.finds or scanned.finds[0].first >= _LONGEST:
        return 0
    end = _end(scanned)
    first = scanned.finds[0]
    if (
        end is None
        or first.first > end
        or first.marks
        or first.manner == "locative"
        or _address(scanned, end + 1)
    ):
        return 0
    text, tokens = scanned.text, scanned.tokens
    if first.first == 0 and first.last == end:
        bare = first.manner == "exact" if first.sense == "name" else True
        return end + 1 if bare and (first.sense != "name" or _answers(scanned, end + 1)) else 0
    nickname = role(tokens[0].low) is None and text[tokens[0].start].isupper()
    signature = next((find for find in scanned.finds if find.first == end == 1), None)
    bare = signature is not None and signature.manner == "exact" and not signature.marks
    called = bare and given(tokens[0].low)
    return end + 1 if nickname and (called or text[tokens[end + 1].start].isupper()) else 0
