"""Kazakh words of the domain, given to training as columns and folded away afterwards.

A few hundred rows of our own teach the words that stand in them; the glossary says of the others
which topic they belong to. Each topic is one more column of the feature matrix, the sum of the
columns of its words in all their forms (see `models.train.lexicon`); what a machine learns of it
is added to the coefficients of those words, whether it met them or not. Nothing is looked up at
run time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix

from models import features
from models.spelling import fold
from models.train import lexicon, rows, synthetic
from rezonans.troubles import Invalid

FILE = synthetic.FOLDER / "glossary.txt"
_WEIGHT = 3.0
"""Of a word in the column of its topic. Chosen in five folds of the rows to learn from, among 3, 5
and 10: our Kazakh rows .68 right (.62 without it), appeals, comments and news alike; from 5 on, or
with the Russian words as well, news about no public matter get topics."""

_BACK = (
    "лар дар тар лары дары тары лардың дардың тардың ы сы ым ымыз ың ыңыз ның дың тың"
    " ға қа на ына сына нан дан тан ынан сынан да та нда ында сында ны ды ты ын сын"
    " мен бен пен сыз лы дағы тағы"
)
_FRONT = (
    "лер дер тер лері дері тері лердің дердің тердің і сі ім іміз ің іңіз нің дің тің"
    " ге ке не іне сіне нен ден тен інен сінен де те нде інде сінде ні ді ті ін сін"
    " мен бен пен сіз лі дегі тегі"
)
_BACK_VERB = "ды ты ған қан ып п са ар майды мады маған у уды ғалы йды ады дым дық ындар"
_FRONT_VERB = "ді ті ген кен іп п се ер мейді меді меген у уді гелі йді еді дім дік іңдер"
_VOICED = {"п": "б", "к": "г", "қ": "ғ"}
_BACK_VOWELS, _FRONT_VOWELS = "аоұыёяю", "әөүіеэ"


class Entry(NamedTuple):
    """Words of a topic that mean the same. What they mean in Russian is for who reads the file."""

    topic: str
    words: tuple[str, ...]
    """Kazakh; stems of verbs have a hyphen behind."""


def parse(lines: Iterable[str], name: str) -> list[Entry]:
    """Entries of a file; `Invalid` names the line that can not be read."""
    found: list[Entry] = []
    topic = ""
    for number, line in enumerate(map(str.strip, lines), 1):
        if not line or line.startswith("#"):
            continue
        if line.startswith("[") and line.endswith("]"):
            topic = line[1:-1]
            continue
        side, _, meaning = line.partition("=")
        words = tuple(word for part in side.split(",") if (word := part.strip()))
        if not topic or not words or not meaning.strip() or " " in "".join(words):
            raise Invalid(f"{name}:{number}: expected `[topic]` or single words as in `су = вода`")
        found.append(Entry(topic, words))
    return found


def entries() -> list[Entry]:
    """The glossary of the project."""
    return parse(rows.lines(FILE), FILE.name)


def _is_front(word: str) -> bool:
    """Whether its endings have front vowels, as those of «мектеп» and not those of «жол»."""
    last = next((letter for letter in reversed(word) if letter in _BACK_VOWELS + _FRONT_VOWELS), "")
    return last in _FRONT_VOWELS and last != ""


def forms(word: str) -> set[str]:
    """A Kazakh word in its forms, and some that only resemble them."""
    front = _is_front(word)
    if word.endswith("-"):
        stem, endings = word[:-1], (_FRONT_VERB if front else _BACK_VERB).split()
        return {stem, *(stem + ending for ending in endings)}
    endings = (_FRONT if front else _BACK).split()
    found = {word, *(word + ending for ending in endings)}
    if word[-1] in _VOICED:
        voiced = word[:-1] + _VOICED[word[-1]]
        found |= {voiced + ending for ending in endings if ending[0] in "ыі"}
    return found


def knowledge() -> csr_matrix:
    """Shape (feature columns, topics of the glossary)."""
    listed = entries()
    topics = sorted({entry.topic for entry in listed})
    found = np.zeros((features.width(), len(topics)), np.float32)
    for entry in listed:
        spelled = {form for word in entry.words for form in forms(word)}
        columns = {lexicon.column(form) for form in spelled | {fold(form) for form in spelled}}
        found[sorted(columns), topics.index(entry.topic)] = _WEIGHT
    return csr_matrix(found)
