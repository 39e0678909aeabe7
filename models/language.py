"""Language and script of a text, and how much of each language is in it.

A trained head over character n-grams says for every word how Russian, Kazakh or other it looks,
as it is spelled (letters are not folded here); a text is the sum of its words, so a post that
goes over from one language into the other is seen as mixed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import numpy as np
import numpy.typing as npt

from models import grams, saying, texts, weights
from models.features import Floats

LANGUAGES = ("ru", "kk", "other")
"""What a word can be; a text can also be `mixed`."""
DIMENSION = 1 << 16
_MASK = DIMENSION - 1
EVIDENCE = 8
"""Numbers that a word brings to the verdict: see `Model.evidence`."""

_GRAM_LENGTHS = (1, 2, 3, 4)
_GRAMS = grams.Columns(_MASK)
_HASH_BITS = 32
_WHOLE = crc32(b"=")
_SCRIPTS = {kind: crc32(f"#{kind}".encode()) for kind in ("cyrl", "latn", "mixed", "other", "none")}
_KAZAKH = {found: crc32(f"#{found}".encode()) for found in (False, True)}
SURE = 0.8
"""Probability from which a word counts as of a language when shares are counted."""
_MINOR = 0.2
"""Share of the sure words that the smaller language of a mixed text holds at the least."""
_NEIGHBOUR = 0.3
"""Share of words of another language from which a text of one script is in it: neighbours of
Kazakh have most of its words, it has hardly any of theirs. Names of brands are in Latin letters
and stand in texts of two scripts."""
_MINOR_SCRIPT = 0.1
_LEAST_SHARE = 0.05
"""A smaller share is more often a name or a mistake than a language of the writer."""
_FLOOR = -5.0
"""No single word says more than this, in logarithms."""


class Verdict(NamedTuple):
    """What is known of the language of a text."""

    language: str
    script: str
    kazakh: float
    """Share of Kazakh among Kazakh and Russian, 0 to 1."""
    shares: dict[str, float]
    """Share of each language among the words, by size; they sum to one."""


def word_columns(word: str) -> npt.NDArray[np.int64]:
    """Hashed n-grams of a lower case word as it is spelled, and what letters it has."""
    word = texts.shorten(word)
    names = set(grams.cut(word, _GRAM_LENGTHS))
    names |= {f"={word}", f"#{texts.script(word)}", f"#{not texts.KAZAKH.isdisjoint(word)}"}
    return np.array([_GRAMS[name] for name in sorted(names)], np.int64)


def _named(word: str) -> tuple[int, int, int]:
    """Hashes of the whole word, of its script and of whether it has letters of Kazakh alone."""
    kazakh = not texts.KAZAKH.isdisjoint(word)
    return crc32(word.encode(), _WHOLE), _SCRIPTS[texts.script(word)], _KAZAKH[kazakh]


def _names(words: Sequence[str]) -> npt.NDArray[np.int64]:
    """What `word_columns` hashes, of many words: the place of the word above 32 bits of hash."""
    short = texts.shortened(words)
    owners, hashes = grams.hashes(short, _GRAM_LENGTHS)
    named = np.array(list(map(_named, short)), np.int64)
    every = np.arange(len(words))[:, None] << _HASH_BITS
    return np.concatenate([(owners << _HASH_BITS) | hashes, (every | named).ravel()])


@dataclass(frozen=True)
class Model:
    """The word head. Shapes: (DIMENSION, 3) and (3,)."""

    version: str
    coefficients: Floats
    intercept: Floats

    def word(self, word: str) -> Floats:
        """Probabilities of a word over `LANGUAGES`."""
        return np.asarray(self._words([word])[0], np.float32)

    def _words(self, words: Sequence[str]) -> Floats:
        """Probabilities of words, a row each; added up by word, whatever the others are."""
        both = grams.distinct(_names(words))
        starts = np.searchsorted(both, np.arange(len(words) + 1) << _HASH_BITS)
        lengths = np.diff(starts)
        sums = np.add.reduceat(self.coefficients[both & _MASK], starts[:-1], axis=0)
        scores = sums / np.sqrt(lengths)[:, None].astype(np.float32) + self.intercept
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)

    def evidence(self, tokens: Sequence[str]) -> Floats:
        """A row a token: three logarithms, three sure counts, Cyrillic and Latin counts; zeros
        for marks. Shape (tokens, EVIDENCE)."""
        found = np.zeros((len(tokens), EVIDENCE), np.float32)
        places = [place for place, token in enumerate(tokens) if token[:1].isalpha()]
        if not places:
            return found
        words = [tokens[place] for place in places]
        probabilities, kinds = self._words(words), [texts.script(word) for word in words]
        found[places, :3] = np.maximum(np.log(probabilities + 1e-9), _FLOOR)
        found[places, 3:6] = probabilities > SURE
        found[places, 6] = [kind in ("cyrl", "mixed") for kind in kinds]
        found[places, 7] = [kind in ("latn", "mixed") for kind in kinds]
        return found

    def __call__(self, documents: Sequence[str]) -> list[Verdict | None]:
        """Verdicts of texts; `None` for one without words."""
        words = [dict.fromkeys(texts.tokens(text)) for text in documents]
        found = [self.evidence(list(text)).sum(axis=0) for text in words]
        return decide(np.array(found).reshape(-1, EVIDENCE))


class _Counts(NamedTuple):
    """What a verdict is made of; many texts of a page have the same."""

    likeliest: int
    """Place among `LANGUAGES`."""
    is_rather_kazakh: bool
    """Than Russian."""
    russian: float
    """Words that are surely so; then those of other languages and of each script."""
    kazakh: float
    other: float
    cyrillic: float
    latin: float


def _language(counts: _Counts) -> str:
    russian, kazakh, other = counts.russian, counts.kazakh, counts.other
    alone = min(counts.cyrillic, counts.latin) == 0
    if alone and other >= max(2, _NEIGHBOUR * (russian + kazakh + other)):
        return "other"
    if min(russian, kazakh) >= max(2, _MINOR * (russian + kazakh)):
        return "mixed"
    return LANGUAGES[counts.likeliest]


def _script(cyrillic: float, latin: float) -> str:
    if min(cyrillic, latin) > _MINOR_SCRIPT * (cyrillic + latin):
        return "mixed"
    return "cyrl" if cyrillic > latin else "latn" if latin else "other"


def _kazakh(counts: _Counts) -> float:
    if counts.russian + counts.kazakh:
        return counts.kazakh / (counts.russian + counts.kazakh)
    return float(counts.is_rather_kazakh)


def _shares(counts: _Counts) -> dict[str, float]:
    """Of distinct words that are surely of one language; where none is, of the likeliest."""
    sure = (counts.russian, counts.kazakh, counts.other)
    total = sum(sure)
    kept = {n: c for n, c in zip(LANGUAGES, sure, strict=True) if c > _LEAST_SHARE * total}
    if not kept:
        return {LANGUAGES[counts.likeliest]: 1.0}
    whole = sum(kept.values())
    rounded = {name: round(count / whole, 2) for name, count in kept.items()}
    largest = max(rounded, key=lambda name: rounded[name])
    rounded[largest] = round(1 - sum(rounded.values()) + rounded[largest], 2)
    return dict(sorted(rounded.items(), key=lambda pair: -pair[1]))


@lru_cache(maxsize=1 << 12)
def _verdict(counts: _Counts) -> Verdict:
    script = _script(counts.cyrillic, counts.latin)
    return Verdict(_language(counts), script, _kazakh(counts), _shares(counts))


def decide(sums: Floats) -> list[Verdict | None]:
    """Verdicts from the summed evidence of the words of texts; shape (texts, EVIDENCE)."""
    best, rather = sums[:, :3].argmax(axis=1).tolist(), (sums[:, 1] > sums[:, 0]).tolist()
    found: list[Verdict | None] = []
    for row, likeliest, kazakh in zip(sums.tolist(), best, rather, strict=True):
        verdict = _verdict(_Counts(likeliest, kazakh, *row[3:]))
        own = verdict._replace(shares=dict(verdict.shares))
        found.append(own if any(row[:3]) else None)
    return found


def _wrong(manifest: weights.Manifest, coefficients: Floats, intercept: Floats) -> str | None:
    count = len(LANGUAGES)
    fits = coefficients.shape == (DIMENSION, count) and intercept.shape == (count,)
    if manifest.classes != LANGUAGES or not fits:
        return f"classes and numbers are not those of {', '.join(LANGUAGES)}"
    if not (np.isfinite(coefficients).all() and np.isfinite(intercept).all()):
        return "numbers that are none"
    return saying.wrong(manifest)


def load(folder: Path) -> Model:
    """The word head of `artifacts/language`; `WeightsError` where it is not one."""
    manifest, arrays = weights.load(folder)
    coefficients = arrays["coefficients"].astype(np.float32)
    intercept = arrays["intercept"].astype(np.float32)
    wrong = _wrong(manifest, coefficients, intercept)
    if wrong is not None:
        raise weights.unfit(folder, wrong)
    return Model(manifest.version, coefficients, intercept)
