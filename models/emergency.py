"""Words of floods, fires and the like: a text that names them often is about an emergency too.

A head that gives each text one topic calls a president's visit to a flooded town politics, and his
readers with him. Words say the second thing. They were collected from the kinds of emergencies
that the law on civil protection lists, in Russian and in Kazakh, and their counts were chosen on
texts of our own and appeals; measured in `docs/models.md`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

CODE = "emergency"
PROBABILITY = 0.5
"""What is told of it: more likely than not."""
LEAST_WORDS = 2
LEAST_SHARE = 0.01
"""Of all words of a text: in a long one a remark is not its subject."""

_RUSSIAN = (
    *("паводк", "паводок", "половодь", "наводнен", "затопл", "затопи", "затаплив", "подтопл"),
    *("подтопи", "подтаплив", "эвакуир", "эвакуац", "землетрясен", "афтершок", "сейсм"),
    *("стихийн", "бедстви", "чрезвычайн", "чс$", "мчс$", "сель$", "селя$", "селев", "оползн"),
    *("оползен", "лавин", "взрыв", "взорва", "пожар", "возгора", "загорел", "обрушен", "обрушил"),
    *("спасател", "погибш", "пострадавш", "катастроф", "сирен", "ураган", "шторм", "буран"),
    *("рухнул", "рухнет", "рухнувш", "обвалилс", "обвалилас", "обвалилос", "смерч", "угарн"),
    *("завалами$", "завалов$", "завалах$"),
)
_KAZAKH = (
    *("тасқын", "сілкін", "өрт$", "өртен", "өртті", "өрттің", "өртке", "жарылыс", "төтенше"),
    *("апат", "көшкін", "зардап", "құтқару", "дауыл", "боран", "опырыл"),
)
_STEM = re.compile("|".join((*_RUSSIAN, *_KAZAKH)))


class Count(NamedTuple):
    """Words of a text, and how many of them name an emergency."""

    named: int = 0
    words: int = 0


def count(words: Iterable[str]) -> Count:
    """Of tokens (`texts.tokens`), those that are words."""
    told = [word for word in words if word[0].isalpha()]
    return Count(sum(map(names, told)), len(told))


def is_named(*counts: Count) -> bool:
    """Whether a text and the parts of what it answers name an emergency so often that it is a
    subject."""
    named, words = sum(one.named for one in counts), sum(one.words for one in counts)
    return named >= LEAST_WORDS and named >= LEAST_SHARE * words


def named(words: Iterable[str]) -> tuple[str, ...]:
    """Of tokens, those that name an emergency: in order, each once."""
    return tuple(dict.fromkeys(word for word in words if word[0].isalpha() and names(word)))


def names(word: str) -> bool:
    """Whether a lower case word names an emergency."""
    return _STEM.match(word) is not None
