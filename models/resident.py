"""Memory of understanding where everything that it remembers is full, in a process of its own.

`python -m models.resident` prints one JSON object. A worker that has run for weeks has met
more words than it keeps; here they are invented, all of them distinct, half of them as Kazakh
spells and a third with a capital letter, so that no memory of words is spared.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from itertools import count, islice

import msgspec
import psutil

from models import understanding
from models.texts import Text
from models.wordbank import CAPACITY

LIMIT_MB = 400
"""What weights, memories and libraries may take together."""
_PAGE, _WORDS = 50, 60
_CONSONANTS, _VOWELS = "бвгдклмнпрстшжзқғң", "аоуиеәөүіы"


class Resident(msgspec.Struct, frozen=True, kw_only=True):
    """Megabytes of a process that does nothing else."""

    loaded: float
    """Weights, gazetteer and dictionary read, nothing understood yet."""
    filled: float
    """After more distinct words than any memory holds."""
    words: int
    """How many were read."""


def invented() -> Iterator[str]:
    """Distinct words of four syllables and more, without end."""
    syllables = [first + second for first in _CONSONANTS for second in _VOWELS]
    for number in count(len(syllables) ** 3):
        word, rest = "", number
        while rest:
            rest, place = divmod(rest, len(syllables))
            word += syllables[place]
        yield word.capitalize() if number % 3 == 0 else word


def _megabytes() -> float:
    return float(psutil.Process().memory_info().rss) / 2**20


def _fill(words: int) -> Resident:
    model, left = understanding.load(), invented()
    loaded = _megabytes()
    for _ in range(0, words, _PAGE * _WORDS):
        model([Text(text=" ".join(islice(left, _WORDS))) for _ in range(_PAGE)])
    return Resident(loaded=loaded, filled=_megabytes(), words=words)


def measure(words: int = CAPACITY * 5 // 4) -> Resident:
    """What a fresh process takes; a quarter of a minute of CPU time."""
    command = [sys.executable, "-m", "models.resident", str(words)]
    done = subprocess.run(command, capture_output=True, check=True)
    return msgspec.json.decode(done.stdout, type=Resident)


if __name__ == "__main__":
    found = _fill(int(sys.argv[1]) if sys.argv[1:] else CAPACITY * 5 // 4)
    sys.stdout.write(msgspec.json.encode(found).decode() + "\n")
