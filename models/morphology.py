"""The Russian dictionary, one for the whole process: it takes its time and memory once.

A word of the dictionary is read here without what pymorphy3 builds around its readings (objects,
scores, methods), which is most of what its `parse` costs. A word that is not in it has to be
guessed; that is left to `parse`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

import pymorphy3

Found: TypeAlias = Sequence[tuple[str, Sequence[tuple[int, int]]]]
"""A word with its «ё», and where it stands: paradigm and place in it."""
_MOST = 1 << 13
"""Places of paradigms that are kept; most words stand in a few hundred."""


@cache
def morphology() -> Any:
    """pymorphy3's analyser of Russian words.

    Its dictionary is read by the compiled half of `DAWG2`, which says the same as the Python half
    that comes with pymorphy3, many times quicker: what a new word costs is mostly this.
    """
    return pymorphy3.MorphAnalyzer(lang="ru")


class _Form(NamedTuple):
    """How a form at one place of a paradigm becomes its dictionary form."""

    begin: int
    """Letters of its prefix."""
    end: int | None
    """Letters of its suffix, below zero; `None` where it has none."""
    prefix: str
    suffix: str


class _Forms(dict[tuple[int, int], _Form]):
    """By paradigm and place in it; worked out when first asked for, anew when there are `_MOST`."""

    def __missing__(self, at: tuple[int, int]) -> _Form:
        """A paradigm of the dictionary is suffixes, tags and prefixes, in thirds."""
        dictionary, (paradigm, place) = morphology().dictionary, at
        table, prefixes = dictionary.paradigms[paradigm], dictionary.paradigm_prefixes
        third = len(table) // 3 * 2
        begin, end = prefixes[table[third + place]], dictionary.suffixes[table[place]]
        if len(self) >= _MOST:
            self.clear()
        found = self[at] = _Form(
            len(begin), -len(end) or None, prefixes[table[third]], dictionary.suffixes[table[0]]
        )
        return found


_FORMS = _Forms()


def _normal(word: str, at: tuple[int, int]) -> str:
    if at[1] == 0:
        return word
    begin, end, prefix, suffix = _FORMS[at]
    return f"{prefix}{word[begin:end]}{suffix}"


def _find(word: str) -> Found:
    reader = morphology()
    found: Found = reader.dictionary.words.similar_items(word, reader.char_substitutes)
    return found


def normal_form(word: str) -> str:
    """The first of `normal_forms`, "" where there is none: seldom do readings differ in it."""
    found = _find(word)
    forms = _forms(found)
    if len(set(forms)) > 1:
        return _ranked(word, found, forms)[0]
    return forms[0] if forms else ""


def normal_forms(word: str) -> list[str]:
    """What each reading of a lower case word leads to, the likeliest first, with repetitions;
    nothing where the dictionary has none."""
    found = _find(word)
    return _ranked(word, found, _forms(found)) if found else []


def _ranked(word: str, found: Found, forms: list[str]) -> list[str]:
    estimated = morphology().prob_estimator.p_t_given_w
    chances = [estimated.prob(word, tag) for tag in _tags(found)]
    ranked = sorted(zip(chances, forms, strict=True), key=itemgetter(0), reverse=True)
    return [form for _, form in ranked]


def _forms(found: Found) -> list[str]:
    return [_normal(known, at) for known, places in found for at in places]


def _tags(found: Found) -> list[Any]:
    build = morphology().dictionary.build_tag_info
    return [build(*at) for _, places in found for at in places]


def tags(word: str) -> list[Any]:
    """Tags of the readings that the dictionary has of a lower case word; none where it has none."""
    return _tags(_find(word))
