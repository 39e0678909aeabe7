"""What the people of a town are called: the stems before «-ец», «-цы», «-чане», in two languages.

The Russian name decides, by its end:

    -ск         the suffix goes: Степногорск, степногорцы; Казалинск, казалинцы; Уральск, уральцы
    -вка, -тка  «ка» goes: Сергеевка, сергеевцы
    -о          goes: Булаево, булаевцы
    -а -ы -е    become «-ин»: Караганда, карагандинцы; Алматы, алматинцы; Актобе, актобинцы
    -и          as it is, or the same: Текели, текелийцы, текелинцы
    -у          as it is, or with «с»: Атырау, атырауцы, атыраусцы
    -й          goes before «-ец» and stays before «-цы»: Костанай, костанаец, костанайцы
    else        as it is: Павлодар, павлодарцы; Сарань, саранцы

«-чане» is said of most of them as well: шымкентчане, петропавловчане, аркалычане. What follows no
rule (актюбинцы, кызылординцы of «Кзыл-Орда», астанчане) stands in `aliases.toml`.

A Kazakh name takes «-лық» and its kin as it stands, so it is read as the name itself (`endings`);
only one in «-ск» needs a vowel between: Щучинск, щучинскіліктер.
"""

from __future__ import annotations

_RULES: tuple[tuple[tuple[str, ...], int, tuple[str, ...]], ...] = (
    (("ый", "ий", "ая", "ое"), 0, ()),
    (("ск", "вка", "тка"), 2, ("", "чан")),
    (("и",), 0, ("", "й", "н")),
    (("о",), 1, ("", "чан")),
    (("а", "ы", "е", "я"), 1, ("ин",)),
    (("у",), 0, ("", "с")),
    (("й",), 1, ("", "й", "йчан")),
    (("к",), 1, ("к", "чан")),
    (("ь",), 1, ("", "чан")),
    (("",), 0, ("", "чан")),
)
"""Ends of a name, letters that go, what takes their place; the first that fits."""


def russian(name: str) -> tuple[str, ...]:
    """Stems of a bare Russian name in the nominative, in lower case."""
    low = name.lower()
    cut, suffixes = next((cut, put) for ends, cut, put in _RULES if low.endswith(ends))
    return tuple(low[: len(low) - cut] + suffix for suffix in suffixes)


def kazakh(name: str) -> tuple[str, ...]:
    """Stems of a bare Kazakh name that are not the name itself."""
    return (name.lower() + "і",) if name.endswith("ск") else ()
