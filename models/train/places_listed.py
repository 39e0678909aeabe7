"""Sentences about settlements drawn from the code list, in every way of writing.

No rule was made for one of them: they show how much of the list is found, and how spelling and
namesakes stand in the way. A settlement whose district has another of its name is left out.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator

from models.places.units import Unit, units
from models.train.language import CHAT, OFFICIAL

Row = dict[str, str]
SAMPLE = 500
SEED = 1
"""Of the draw that is measured; the one of seed 0 was looked at to find what was missing."""
_TO_RUSSIAN = str.maketrans("әіңғүұқөһӘІҢҒҮҰҚӨҺ", "аингуукохАИНГУУКОХ")


def _latin(text: str, letters: dict[str, str]) -> str:
    written = ("" if each in "ьъ" else letters.get(each.lower(), each) for each in text)
    return "".join(
        new.capitalize() if old.isupper() else new for old, new in zip(text, written, strict=True)
    )


def _russian(unit: Unit, district: Unit) -> str:
    adjective = district.ru.endswith(("ий", "ый"))
    of = f"{district.ru[:-2]}ого района" if adjective else f"района {district.ru}"
    return f"В селе {unit.ru} {of} нет воды"


def _kazakh(unit: Unit, district: Unit) -> str:
    return f"{district.kk} ауданы {unit.kk} ауылында су жоқ"


FORMS: dict[str, Callable[[Unit, Unit], str]] = {
    "Russian": _russian,
    "Cyrillic Kazakh": _kazakh,
    "«кушти» spelling": lambda unit, district: _kazakh(unit, district).translate(_TO_RUSSIAN),
    "Latin Kazakh of chats": lambda unit, district: _latin(_kazakh(unit, district), CHAT),
    "official Latin Kazakh": lambda unit, district: _latin(_kazakh(unit, district), OFFICIAL),
}


def _district(unit: Unit) -> Unit | None:
    found = units().get(unit.code[:4] + "00000")
    return found if found is not None and found.kind == "district" else None


def _drawn() -> Iterator[tuple[Unit, Unit]]:
    """Settlements with their districts; the same at every run."""
    listed = [unit for unit in units().values() if unit.kind in ("village", "town")]
    named = Counter((unit.code[:4], unit.ru) for unit in listed)
    alone = [unit for unit in listed if named[unit.code[:4], unit.ru] == 1]
    for unit in random.Random(SEED).sample(alone, SAMPLE):
        district = _district(unit)
        if district is not None:
            yield unit, district


def sentences() -> Iterator[tuple[str, list[Row]]]:
    """Rows by way of writing, and those that only the home makes plain."""
    drawn = list(_drawn())
    for name, sentence in FORMS.items():
        yield (
            f"settlements of the code list, {name}",
            [_row(unit, sentence(unit, district)) for unit, district in drawn],
        )
    at_home = [_row(u, f"У нас в селе {u.ru} нет воды") | {"home": d.code} for u, d in drawn]
    yield "settlements of the code list, by home", at_home


def _row(unit: Unit, text: str) -> Row:
    return {"text": text, "region_kato2": unit.code[:2], "place_kato": unit.code}
