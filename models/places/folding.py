"""Spelling made comparable: one key for «Қарағанды», «Караганды» and "Qaragandy".

Folding never decides anything; it only lets words that people write in one of the usual
ways meet the same entry of the gazetteer.
"""

from __future__ import annotations

import re

# Kazakh letters as people write them on a Russian keyboard, and letters that are mixed up.
_FOLDED = str.maketrans(
    {
        **dict(zip("әіңғүұқөһёэыйќч", "аингуукохееиикш", strict=True)),
        **dict.fromkeys("ьъ'’ʼ`´-‐‑–\u00ad\u200b\u200c\u200d\u2060\ufeff\u0301", ""),
    }
)
_LOOKALIKES = str.maketrans("aceopxykmthbi", "асеорхукмтнві")
# Digraphs first, then letters: official variants of 2017-2021, chat spelling, English forms.
_DIGRAPHS = (
    ("shch", "щ"), ("sch", "ш"), ("sh", "ш"), ("ch", "ш"), ("zh", "ж"), ("dzh", "ж"),
    ("kh", "х"), ("gh", "г"), ("ts", "ц"), ("yu", "ю"), ("ya", "я"), ("ng", "н"),
    ("ia", "я"), ("iu", "ю"), ("şş", "щ"),
)  # fmt: skip
_LETTERS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzáäǵğıïńñóöúüūýşçŋ",
    "абкдефгхижклмнопкрстувухизаагғиинноөуүуушшн",
)
_LATIN = re.compile(r"[a-zà-žǵ]")
_CYRILLIC = re.compile(r"[а-яёәіңғүұқөһ]")
_HIATUS = re.compile(r"(?<=[bcdfghjklmnpqrstvwxzğşñç])ya")
"""«Saryağaş» is Сарыағаш: what Latin letters write so has no «я» behind a consonant."""
_DOUBLE = re.compile(r"и{2,}")


def _cyrillic(word: str) -> str:
    if not _LATIN.search(word):
        return word
    if _CYRILLIC.search(word):
        return word.translate(_LOOKALIKES)
    if "ya" in word:
        word = _HIATUS.sub("иа", word)
    for latin, letter in _DIGRAPHS:
        word = word.replace(latin, letter)
    return word.translate(_LETTERS)


def fold(text: str) -> str:
    """The key of a name: lower case, one alphabet, no hyphens, spaces kept."""
    word = _cyrillic(text.lower()).translate(_FOLDED).replace("дж", "ж")
    return _DOUBLE.sub("и", word) if "ии" in word else word


def is_latin(word: str) -> bool:
    """Whether the word is written in Latin letters alone."""
    low = word.lower()
    return not _CYRILLIC.search(low) and bool(_LATIN.search(low))
