"""The Russian dictionary, one for the whole process: it takes its time and memory once."""

from __future__ import annotations

from functools import cache
from typing import Any

import pymorphy3


@cache
def morphology() -> Any:
    """pymorphy3's analyser of Russian words.

    Its dictionary is read by the compiled half of `DAWG2`, which says the same as the Python half
    that comes with pymorphy3, many times quicker: what a new word costs is mostly this.
    """
    return pymorphy3.MorphAnalyzer(lang="ru")
