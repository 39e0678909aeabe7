"""What people of a simulated region write about, and in which words: one TOML file a topic."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from collectors.region.templates import Template, compiled

LANGUAGES = ("ru", "kk")
APPEALS = ("complaint", "incident", "question", "suggestion", "gratitude")

_FOLDER = resources.files(__package__) / "words" / "topics"


@dataclass(frozen=True, eq=False)
class Words:
    """Templates of one topic in one language, by what the writer wants."""

    by_use: dict[str, tuple[Template, ...]]
    """Appeals, and beside them `news` and `comment`."""
    uses: tuple[str, ...]
    """Appeals of which there are templates, each as often as it has some."""


@dataclass(frozen=True, eq=False)
class Subject:
    """A topic with its words. The code is one of the taxonomy; chatter has none."""

    code: str
    weight: float
    words: dict[str, Words]
    months: tuple[int, ...] = ()
    """When it is a matter at all; empty: always."""

    def weight_in(self, month: int) -> float:
        return self.weight * (0.08 if self.months and month not in self.months else 1.0)


def words(table: dict[str, list[str]]) -> Words:
    by_use = {use: tuple(compiled(t) for t in texts) for use, texts in table.items()}
    return Words(by_use, tuple(a for a in APPEALS for _ in by_use.get(a, ())))


def _subject(code: str) -> Subject:
    table = tomllib.loads((_FOLDER / f"{code}.toml").read_text(encoding="utf-8"))
    months = tuple(table.get("months", ()))
    return Subject(code, float(table["weight"]), {k: words(table[k]) for k in LANGUAGES}, months)


def _codes() -> tuple[str, ...]:
    names = sorted(f.name for f in _FOLDER.iterdir() if f.name.endswith(".toml"))
    return tuple(n.removesuffix(".toml") for n in names if n != "chatter.toml")


CODES = _codes()


@lru_cache(maxsize=64)
def subject(code: str) -> Subject:
    return _subject(code)


@lru_cache(maxsize=12)
def _edges(month: int) -> NDArray[np.float64]:
    return np.cumsum([subject(code).weight_in(month) for code in CODES])


def draw(rng: np.random.Generator, size: int, month: int) -> NDArray[np.int64]:
    """Numbers of topics, as often as they are written about."""
    edges = _edges(month)
    drawn: NDArray[np.int64] = np.searchsorted(edges, rng.random(size) * edges[-1], side="right")
    return drawn
