"""Which of its three ways a Kazakh text is written in."""

from __future__ import annotations

from typing import Literal, TypeAlias

from models import texts

Form: TypeAlias = Literal["Cyrillic Kazakh", "Latin Kazakh", "«кушти» spelling"]
CYRILLIC: Form = "Cyrillic Kazakh"
LATIN: Form = "Latin Kazakh"
RUSSIAN_LETTERS: Form = "«кушти» spelling"

_SURE_WORDS = 4
"""Every fifth letter of Kazakh is one that Russian has not: so many words do without only when
their writer did."""
_WORDS = (
    "жок коп кун куни уш ушин бир бирак биз биздин сиз сиздер калай кандай кашан кайда казир казак "
    "казакша казакстан калада жаксы аким акимдик акша кымбат оте омир озин озим уй уйде жогары "
    "тургын тургындар кыз кызмет колдау кушти кутип тусинбей кайтадан когам откен окушы сондыктан "
    "тагы кымбаттады апкем акем жумыс журек комек комектесин кокыс кошеде даригер каражат карангы "
    "шункыр"
)
"""Words of everyday that are written with a Kazakh letter, without it."""
_MISSPELT = frozenset(_WORDS.split())


def form(text: str) -> Form:
    """How a text that is known to be Kazakh is written.

    A word or two without letters of its own may be either: Cyrillic Kazakh, unless it is a word
    that needs such a letter.
    """
    words = [token for token in texts.tokens(text) if token[:1].isalpha()]
    scripts = [texts.script(word) for word in words]
    if 2 * scripts.count("latn") > len(scripts):
        return LATIN
    if any(not texts.KAZAKH.isdisjoint(word) for word in words):
        return CYRILLIC
    misspelt = len(words) >= _SURE_WORDS or not _MISSPELT.isdisjoint(words)
    return RUSSIAN_LETTERS if misspelt else CYRILLIC
