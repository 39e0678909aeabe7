"""People who bear the name of a place: «Иван Уральский», «Тараз Султанов»."""

from __future__ import annotations

import re
from functools import lru_cache

from models import morphology
from models.places.tokens import Find, Scanned

_PERSON = re.compile(
    r"\w+(?:[оеё]в|[оеё]ва|ин|ина|[ыі]н[аы]|улы|ұлы|кызы|қызы|ович|евич|овна|евна|ский|ская)(?:а|у|ым|ой|е|ого|ому)?"
)


@lru_cache(maxsize=20_000)
def surname(word: str) -> bool:
    """Whether a lower case word looks like a surname or patronymic."""
    return _PERSON.fullmatch(word) is not None


_MAN = re.compile(r"\w+(?:[оеё]в|ин|улы|ұлы|кызы|қызы|ович|евич|овна|евна)")
_CALLED = ("есімді", "есимди")
"""«Тараз есімді балам бар»: of that name."""
_ONE = re.compile(r"(?:ский|ского|скому|ским)$")
"""One man, if no noun is beside; «Алматинская» may be the region."""


_GIVEN = frozenset(["канат", "талант", "алмаз", "султан", "олжа", "салтанат", "гаухар"])
"""Given names that the Russian dictionary has as words alone."""


@lru_cache(maxsize=20_000)
def given(word: str) -> bool:
    """Whether a lower case word may be a given name: one by the dictionary, or none of its."""
    told = morphology.tags(word)
    return word in _GIVEN or not told or any("Name" in tag for tag in told)


def is_person(scanned: Scanned, find: Find) -> bool:
    """Whether a surname stands right after."""
    if find.last + 1 >= len(scanned.tokens):
        return False
    after = scanned.tokens[find.last + 1]
    beside = scanned.gap(find.last, find.last + 1) == " "
    return beside and scanned.text[after.start].isupper() and surname(after.low)


def is_named(scanned: Scanned, find: Find, *, centre: bool) -> bool:
    """Whether it is a given name: no preposition, and a surname after it.

    The name of the centre of a region is given to few, and streets are called by surnames
    («Астана Богенбаева 5»): there only a man's surname or a patronymic will do.
    """
    tokens, after = scanned.tokens, find.last + 1
    if find.manner != "exact" or find.before == "in":
        return False
    if after < len(tokens) and tokens[after].low in _CALLED:
        return True
    if not is_person(scanned, find):
        return False
    numbered = after + 1 < len(tokens) and tokens[after + 1].low[0].isdigit()
    return not centre or (not numbered and _MAN.fullmatch(tokens[after].low) is not None)


def is_byname(scanned: Scanned, find: Find) -> bool:
    """Whether it stands as a surname does: «Арман Алматинский», «И. Уральский», «Уральский И.»,
    «Павлодарский рассказал»."""
    return find.capital and (_after_a_name(scanned, find) or _before_an_act(scanned, find))


def _initial(scanned: Scanned, at: int) -> bool:
    """Whether a token is a capital letter and a point."""
    token = scanned.tokens[at]
    point = scanned.text[token.end : token.end + 1] == "."
    return len(token.low) == 1 and point and scanned.text[token.start].isupper()


def _after_a_name(scanned: Scanned, find: Find) -> bool:
    if not find.first:
        return False
    at = find.first - 1
    if _initial(scanned, at):
        return scanned.gap(at, find.first) in (".", ". ")
    before = scanned.tokens[at]
    named = scanned.text[before.start].isupper() and len(before.low) > 2 and given(before.low)
    return named and scanned.gap(at, find.first) == " "


def _before_an_act(scanned: Scanned, find: Find) -> bool:
    """Initials, or a verb where an adjective has its noun."""
    at = find.last + 1
    if at == len(scanned.tokens) or scanned.gap(find.last, at) != " ":
        return False
    if _initial(scanned, at):
        return True
    tags = morphology.tags(scanned.tokens[at].low)
    alone = _ONE.search(scanned.tokens[find.last].low) is not None
    return alone and bool(tags) and tags[0].POS == "VERB"
