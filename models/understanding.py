"""All heads over a page of texts: one pass over the words, one matrix of scores.

No input makes it fail: text without words gets empty labels, long text is cut, broken characters
are dropped. It keeps nothing of a page but the words it has seen (`models.wordbank`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, Protocol

import msgspec
import numpy as np

from models import (
    adding,
    appeal,
    emergency,
    fingerprint,
    generation,
    language,
    linear,
    sentiment,
    topic,
    urgent,
)
from models import places as gazetteer
from models import texts as reading
from models.features import Columns, Floats
from models.linear import Head
from models.table import Table
from models.texts import Text
from models.weights import ARTIFACTS
from models.wordbank import WordBank
from rezonans.records import Appeal, Place, Sentiment

HEADS = ("topic", "appeal", "sentiment_ru", "sentiment_kk", "urgent")
"""Linear heads, in the order in which their scores are stacked."""
_TOGETHER = 64
"""Texts of one multiplication; with `texts.MOST_TOKENS` it bounds the words of a pass."""


class Labels(msgspec.Struct, frozen=True, kw_only=True):
    """What is understood of one text; names and units as in `records.Mention`."""

    language: str | None = None
    script: str | None = None
    topics: tuple[tuple[str, float], ...] = ()
    appeal: Appeal | None = None
    appeal_probability: float | None = None
    sentiment: Sentiment | None = None
    urgent: float | None = None
    places: tuple[Place, ...] = ()
    fingerprint: int | None = None
    languages: dict[str, float] = {}


class Places(Protocol):
    """Finds the places that texts are about."""

    @property
    def version(self) -> str:
        """Of the gazetteer."""

    def __call__(self, batch: Sequence[Text], /) -> list[tuple[Place, ...]]:
        """Places of each text, the surest first."""


class _Above(NamedTuple):
    """What the texts of a page answer: often the same article, so each is read once."""

    tokens: list[list[str]]
    """Of the parts of each context (`texts.Above`)."""
    places: Columns
    """Where in `tokens` the parts of the context of each text begin."""

    @classmethod
    def of(cls, texts: Sequence[Text]) -> _Above:
        contexts = dict.fromkeys(text.context for text in texts)
        width = len(topic.CONTEXT)
        places = {context: width * number for number, context in enumerate(contexts)}
        parts = [part for context in contexts for part in reading.parted(context)]
        tokens = [reading.tokens(part) if part else [] for part in parts]
        return cls(tokens, np.array([places[text.context] for text in texts], np.int64))


class Understanding:
    """Heads and places behind one call. Not safe for threads."""

    def __init__(
        self,
        heads: dict[str, Head],
        model: language.Model,
        places: Places,
        capacity: int | None = None,
        topics: Collection[str] | None = None,
    ) -> None:
        self._unnamed = topic.unnamed(heads["topic"], topics)
        self._by_name = {name: heads[name] for name in HEADS}
        self._table = Table.of([head.coefficients for head in self._by_name.values()])
        self._parts = _parts(list(self._by_name.values()))
        for name, head in self._by_name.items():  # each number is kept once, in the table
            self._by_name[name] = replace(head, coefficients=head.coefficients[:0].copy())
        self._places = places
        self.language = model
        size = {} if capacity is None else {"capacity": capacity}
        self._bank = WordBank(self._table, model, **size)
        self.digests = {head.name: head.version for head in heads.values()}
        self.digests |= {"language": model.version, "places": places.version}
        self.versions = generation.stamped(self.digests)

    def __call__(self, texts: Sequence[Text]) -> list[Labels]:
        """Labels of each text, in order."""
        found: list[Labels] = []
        for start in range(0, len(texts), _TOGETHER):
            found += self._page(texts[start : start + _TOGETHER])
        return found

    def _page(self, texts: Sequence[Text]) -> list[Labels]:
        own = [reading.tokens(_own(text)) for text in texts]
        above = _Above.of(texts)
        sums = adding.add(self._bank, self._table, own + above.tokens)
        verdicts = language.decide(sums.evidence[: len(texts)])
        found = self._heads_of(sums, above.places)
        share = np.array([verdict.kazakh if verdict else 0 for verdict in verdicts], np.float32)
        feelings = sentiment.decide(found["sentiment_ru"], found["sentiment_kk"], share)
        topics = topic.decide(self._by_name["topic"], found["topic"], _named(sums, above.places))
        if self._unnamed:
            topics = [tuple(code for code in row if code[0] not in self._unnamed) for row in topics]
        kinds = appeal.decide(self._by_name["appeal"], found["appeal"], own)
        urgency = urgent.decide(self._by_name["urgent"], found["urgent"])
        places, prints = self._places(texts), _fingerprints(sums, len(texts))
        return [
            Labels(
                language=verdict.language if verdict else None,
                script=verdict.script if verdict else None,
                topics=topics[row],
                appeal=kinds[row][0],
                appeal_probability=kinds[row][1],
                sentiment=feelings[row],
                urgent=urgency[row],
                places=places[row],
                fingerprint=prints[row],
                languages=verdict.shares if verdict else {},
            )
            if sums.squares[row] > 0
            else Labels(places=places[row])
            for row, verdict in enumerate(verdicts)
        ]

    def _heads_of(self, sums: adding.Sums, above: Columns) -> dict[str, Floats]:
        """Probabilities by head; topics read the context as well, whose parts stand in the rows
        behind those of the texts, from `above` on."""
        own, squares = sums.scores[: len(above)], sums.squares[: len(above)]
        wide, wide_squares = own, squares
        for number, weighed in enumerate(topic.CONTEXT):
            weight, rows = np.float32(weighed), len(above) + above + number
            wide = wide + weight * sums.scores[rows]
            wide_squares = wide_squares + weight**2 * sums.squares[rows]
        own, wide = own / _length(squares), wide / _length(wide_squares)
        found = {}
        for name, part in self._parts.items():
            scores = (wide if name == "topic" else own)[:, part]
            head = self._by_name[name]
            read = _READ.get(name, _plain)
            found[name] = read(head, np.asarray(scores + head.intercept))
        return found


def _named(sums: adding.Sums, above: Columns) -> list[bool]:
    """Which texts name an emergency together with what they answer; `above` as in `_heads_of`."""
    counts = list(map(emergency.Count, sums.alarms.tolist(), sums.told.tolist()))
    behind = len(above)
    return [
        emergency.is_named(own, *counts[behind + at : behind + at + len(topic.CONTEXT)])
        for own, at in zip(counts, above.tolist(), strict=False)
    ]


def _plain(_: Head, scores: Floats) -> Floats:
    return linear.normalise(scores)


def _topics(head: Head, scores: Floats) -> Floats:
    return topic.told(head.settings, linear.normalise(scores))


_READ = {"topic": _topics, "sentiment_ru": sentiment.shown, "sentiment_kk": sentiment.shown}
"""What makes probabilities of the scores of a head, where that is more than softmax."""


def _own(text: Text) -> str:
    return f"{text.title}\n{text.text}" if text.title else text.text


def _length(squares: Floats) -> Floats:
    """Lengths of rows as a column; one where a row is empty."""
    return np.sqrt(np.where(squares > 0, squares, np.float32(1)))[:, None]


def _fingerprints(sums: adding.Sums, count: int) -> list[int | None]:
    numbers = fingerprint.decide(sums.votes[:count])
    enough = sums.words[:count] >= fingerprint.SHORTEST
    return [number if long else None for number, long in zip(numbers, enough, strict=True)]


def _parts(heads: Sequence[Head]) -> dict[str, slice]:
    ends = np.cumsum([0, *(len(head.intercept) for head in heads)]).tolist()
    bounds = zip(heads, ends[:-1], ends[1:], strict=True)
    return {head.name: slice(start, stop) for head, start, stop in bounds}


def load(path: Path | None = None, topics: Collection[str] | None = None) -> Understanding:
    """All heads of a folder (the packaged one by default), and the gazetteer. `topics`: codes that
    a taxonomy names; no other is said. `None`: whatever the head knows.

    `WeightsError` names what is missing or damaged and what to do.
    """
    folder = path or ARTIFACTS
    heads = {name: linear.load(folder / name) for name in HEADS}
    known = language.load(folder / "language")
    return Understanding(heads, known, gazetteer.load(), topics=topics)
