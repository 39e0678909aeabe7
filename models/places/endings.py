"""Endings of place names in Russian and Kazakh, over folded spelling.

`stems` proposes what a word may be the form of; the gazetteer says which proposals exist.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from itertools import product
from typing import Literal, TypeAlias

from models.places.folding import fold

Manner: TypeAlias = Literal["exact", "case", "locative"]
"""As it stands; in some case; in a case that a place has and a person seldom has."""

LONGEST = 11

# What replaces the ending of the nominative, by declension.
_DECLENSIONS = {
    "": "а у ом е и ю я ем ью",
    "й": "я ю ем е",
    "а": "ы е у ой ою",
    "я": "и е ю ей",
    "о": "а у ом е",
    "ый": "ого ому ым ом",
    "ий": "ого ому им ом его ему ем",
    "ое": "ого ому ым ом",
    "ая": "ой ую",
}
_ADJECTIVES = "ий ая ое ие ого ому им ом ой ою ую их ими ий"
_PEOPLE = "ец ца цу цем цом це цы цев цов цам цами цах"
_WOMEN = "ка ки ке ку кой ок кам ками ках"
_TOWNSMEN = "е ам ами ах ин ина ину ином ине ка ки ке ку кой ок"


def _russian() -> dict[str, tuple[str, ...]]:
    bases: defaultdict[str, list[str]] = defaultdict(list)
    for base, endings in _DECLENSIONS.items():
        for ending in endings.split():
            if fold(base) not in bases[fold(ending)]:
                bases[fold(ending)].append(fold(base))
    return {ending: tuple(found) for ending, found in bases.items()}


_PLACE = "да де та те нда нде дан ден тан тен нан нен ндан нден дағы дегі тағы тегі ндағы ндегі"
_CASE = (
    "ға ге қа ке на не а е ның нің дың дің тың тің ны ні ды ді ты ті н мен бен пен ша ше дай дей"
)
_FOLK = tuple(map(fold, ("лық", "лік", "дық", "дік", "тық", "тік")))
_CASES = frozenset(fold(case) for case in (*_PLACE.split(), *_CASE.split()))


def _kazakh() -> dict[str, Manner]:
    plural = ("", "лар", "лер", "дар", "дер", "тар", "тер")
    cases: list[tuple[str, Manner]] = [(c, "locative") for c in _PLACE.split()]
    cases += [("", "case"), *((c, "case") for c in _CASE.split())]
    found: dict[str, Manner] = {}
    for lik, many, own, (case, manner) in product(
        ("", *_FOLK), plural, ("", "сы", "сі", "ы", "і"), cases
    ):
        ending = fold(lik + many + own + case)
        if ending and (found.get(ending) != "locative"):
            found[ending] = "case" if lik or many else manner
    return found


def _folk(*many: str) -> frozenset[str]:
    """«-дық», «-дықтар», «-дықтардың», folded, in whatever case."""
    return frozenset("".join(parts) for parts in product(_FOLK, many, ("", *_CASES)))


_RUSSIAN = _russian()
_KAZAKH = _kazakh()
ADJECTIVES = frozenset(fold(ending) for ending in _ADJECTIVES.split())
PEOPLE = frozenset(fold(ending) for ending in _PEOPLE.split())
"""«-ец», «-цы»: men or all of them."""
WOMEN = frozenset(fold(ending) for ending in _WOMEN.split())
"""«-ка», which ends many other words."""
TOWNSMEN = frozenset(["", *(fold(ending) for ending in _TOWNSMEN.split())])
"""What stands behind «-чан»: «-е», «-ин»."""
FOLK = _folk("", "тар", "тер")
"""«-дық», «-лықтардың»: behind a Kazakh name."""
MANY = _folk("тар", "тер")
"""The same, of several: no other word ends so."""

_INFLECTED = (
    "а е и о у ю я х м в ов ев ам ях ям ах ом ем ою ею ои еи их им ую юю ая яя ое ее ие ого его "
    "ому ему ими ами ями ми ек ок ет"
)
INFLECTED = frozenset(["", *_INFLECTED.split()])
"""What the form of a word that no dictionary has may put in the place of an ending."""
ANY = frozenset({"", *_KAZAKH, *_RUSSIAN}) | ADJECTIVES | PEOPLE | WOMEN | TOWNSMEN | FOLK
"""Whatever may stand behind the beginning of a name."""


def beginnings(names: Iterable[str]) -> frozenset[str]:
    """What is left of folded names where an ending takes the place of theirs."""
    bases = {base for found in _RUSSIAN.values() for base in found}
    return frozenset(
        name[: len(name) - len(base)] for name in names for base in bases if name.endswith(base)
    )


def stems(word: str, begins: Container[str]) -> Iterator[tuple[str, Manner]]:
    """Nominatives that this folded word may be a form of, the longest first, of those names whose
    `beginnings` are given: nearly every cut of nearly every word is done with by one look-up."""
    yield word, "exact"
    for cut in range(len(word), max(1, len(word) - LONGEST), -1):
        head = word[:cut]
        if head not in begins:
            continue
        tail = word[cut:]
        if tail in _KAZAKH:
            yield head, _KAZAKH[tail]
        if cut > 2 or tail in ("е", "а"):
            for base in _RUSSIAN.get(tail, ()):
                yield head + base, "case"
