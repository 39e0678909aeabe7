"""What text that is meant to be slow costs, as a ratio to an ordinary text that is as long.

A ratio of one process to itself, so that a busy machine changes little: `rezonans bench understand`
prints it and answers 1 above `LIMIT`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from time import process_time

from models import resident
from models.texts import LONGEST_TEXT, Text
from models.understanding import Understanding

LIMIT = 12.0
"""Times an ordinary text of `LONGEST_TEXT` characters. Most is what a thousand new words take."""
_RAW = 65_536
_TURNS = 3
_ORDINARY = "Третий день нет воды на улице Абая в Таразе, акимат молчит, үш күннен бері су жоқ. "


def texts() -> dict[str, Callable[[], str]]:
    """Makers of hostile texts by name; one that is made of new words never makes the same."""
    left: Iterator[str] = resident.invented()
    repeated = {
        "one letter": "а",
        "invisible characters in words": "во\u200bды ",
        "invisible characters alone": "\u200b",
        "letters of another alphabet": "вoды нeт HET ",
        "accents piled up": "а" + "\u0301\u0316" * 20,
        "emoji": "😡",
        "right to left": "مرحبا بالعالم ",
        "right to left by sign": "\u202eтен ыдов\u202c ",
        "letters apart": "в.о.д.ы ",
        "hyphens": "Тараз-",
        "adjective without end": "Тараз село Аса ская-ская-ская-",
        "cities": "Тараз, Семей и ",
        "adjectives": "Таразский, Кордайский, Жамбылский, ",
        "villages with their type": "Рахмет ауылы ",
    }
    made: dict[str, Callable[[], str]] = {
        name: partial(_filled, sign) for name, sign in repeated.items()
    }
    made["words that nobody has seen"] = lambda: " ".join(islice(left, 7_000))
    return made


def _filled(sign: str) -> str:
    return sign * (_RAW // len(sign))


def _seconds(model: Understanding, make: Callable[[], str]) -> float:
    """Of the quickest of some turns; each text differs, so nothing of it is remembered whole."""

    def once(turn: int) -> float:
        text = Text(text=f"{turn} {make()}")
        started = process_time()
        model([text])
        return process_time() - started

    return min(once(turn) for turn in range(_TURNS))


def ratios(model: Understanding) -> dict[str, float]:
    """Times what an ordinary text takes that is as long as texts are read, words known."""
    ordinary = (_ORDINARY * (LONGEST_TEXT // len(_ORDINARY) + 1))[:LONGEST_TEXT]
    model([Text(text=ordinary)])
    base = _seconds(model, lambda: ordinary)
    return {name: _seconds(model, make) / base for name, make in texts().items()}
