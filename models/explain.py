"""Which words and which rule made a label: the text is read again without each of its words.

What a word weighs is by how much the log-odds of what was said fall when it is taken out; so the
answer counts everything that the heads see of it, neighbours included, and is made of the text
alone: the weights hold no words.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from scipy.sparse import csr_matrix

from models import appeal, emergency, features, language, linear, sentiment, topic
from models import texts as reading
from models.features import Floats
from models.linear import Head
from models.texts import Text
from models.understanding import HEADS
from models.weights import ARTIFACTS

MOST_WORDS = 8
"""Words that an answer names for a label."""
MOST_READ = 200
"""Tokens of a text that are read here: of a longer one, its beginning is explained."""
_LEAST = 0.02
"""Log-odds below which a word is not worth naming."""
_URGENT = 0.5
_LONGEST = 60
"""Letters of a word that are told; text without a space is one word."""


class Weighed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A word and what it did for the label: above zero for it, below zero against it."""

    word: str
    weight: float
    context: bool = False
    """Whether it stands in the post that this one answers."""


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """A topic that words of a list give beside what the head says (`models.emergency`)."""

    code: str
    probability: float
    """What is told of it: set, not measured."""
    words: tuple[str, ...] = ()
    """Of the text itself, in order; the first few."""
    context: tuple[str, ...] = ()
    """Of the post that it answers."""


class Why(msgspec.Struct, frozen=True, kw_only=True):
    """How one label came about."""

    label: str
    """topic, appeal, sentiment or urgent."""
    likeliest: str
    probability: float
    rule: str
    """`shown`; `unsure`: under the threshold; `no topic`: about no public matter; `unnamed`: the
    taxonomy has no such topic."""
    threshold: float
    """Probability from which on the likeliest is shown; 0 where it always is."""
    words: tuple[Weighed, ...]
    """The heaviest first."""
    versions: dict[str, str] = {}
    """Of the heads that were asked."""
    named: Named | None = None
    """Of topics: the one that comes from words, where the head does not say it."""


class _Said(NamedTuple):
    """What a head says of a text."""

    heads: tuple[Head, ...]
    label: str
    likeliest: str
    rule: str
    threshold: float = 0.0


class _Readings(NamedTuple):
    """A text whole, then without each word; rows of unscaled features with squared lengths."""

    words: list[str]
    sums: csr_matrix
    squares: Floats


class Explainer:
    """Answers for single texts."""

    def __init__(
        self,
        heads: dict[str, Head],
        model: language.Model,
        topics: Collection[str] | None = None,
    ) -> None:
        self._heads, self._model = heads, model
        self._unnamed = topic.unnamed(heads["topic"], topics)

    def __call__(self, text: Text) -> tuple[Why, ...]:
        """Why of each label; empty for a text without words."""
        own = _readings(_whole(text))
        if not own.words:
            return ()
        feeling = self._sentiment(text, own)
        tokens = reading.tokens(_whole(text))
        return self._topic(text, own), self._appeal(own, tokens), feeling, self._urgent(own)

    def _topic(self, text: Text, own: _Readings) -> Why:
        head, above = self._heads["topic"], [_readings(part) for part in text.above]
        matrix = _without([own, *above], (1.0, *topic.CONTEXT))
        found = topic.told(head.settings, head.probabilities(matrix))
        first, place = head.settings["first"], int(found[0].argmax())
        rule = self._rule(head.classes[place], bool(found[0, place] >= first))
        words = [*_own(own), *((word, True) for part in above for word in part.words)]
        said = _Said((head,), "topic", head.classes[place], rule, first)
        why = _why(said, found[:, place], words)
        named = None if emergency.CODE in self._unnamed else _named(text, head, found[:1])
        return msgspec.structs.replace(why, named=named)

    def _rule(self, code: str, sure: bool) -> str:
        if code == topic.OTHER:
            return "no topic"
        if not sure:
            return "unsure"
        return "unnamed" if code in self._unnamed else "shown"

    def _appeal(self, own: _Readings, tokens: Sequence[str]) -> Why:
        head = self._heads["appeal"]
        found = head.probabilities(features.scaled(own.sums, own.squares))
        place = int(found[0].argmax())
        ((said, _),) = appeal.decide(head, found[:1], [tokens])
        rule = "unsure" if said is None else "shown"
        least = appeal.least_of(head, head.classes[place], tokens)
        return _why(
            _Said((head,), "appeal", head.classes[place], rule, least), found[:, place], _own(own)
        )

    def _sentiment(self, text: Text, own: _Readings) -> Why:
        matrix = features.scaled(own.sums, own.squares)
        (verdict,) = self._model([f"{text.title or ''}\n{text.text}"])
        share = np.full(len(own.words) + 1, verdict.kazakh if verdict else 0, np.float32)
        heads = self._heads["sentiment_ru"], self._heads["sentiment_kk"]
        parts = [sentiment.shown(head, head.scores(matrix)) for head in heads]
        found = np.array(sentiment.decide(parts[0], parts[1], share), np.float32)
        place = int(found[0].argmax())
        said = _Said(heads, "sentiment", sentiment.CLASSES[place], "shown")
        return _why(said, found[:, place], _own(own))

    def _urgent(self, own: _Readings) -> Why:
        head = self._heads["urgent"]
        found = head.probabilities(features.scaled(own.sums, own.squares))
        place = int(found[0].argmax())
        said = _Said((head,), "urgent", head.classes[place], "shown", _URGENT)
        return _why(said, found[:, place], _own(own))


def _whole(text: Text) -> str:
    return f"{text.title}\n{text.text}" if text.title else text.text


def _named(text: Text, head: Head, found: Floats) -> Named | None:
    """What the rule of emergencies adds to the topics of the head; it reads every word."""
    own, above = reading.tokens(_whole(text)), reading.tokens(text.context or "")
    if not emergency.is_named(emergency.count(own), emergency.count(above)):
        return None
    (alone,), (told,) = topic.decide(head, found), topic.decide(head, found, [True])
    if told == alone:
        return None
    code, probability = told[-1]
    return Named(
        code=code,
        probability=probability,
        words=tuple(map(_cut, emergency.named(own)[:MOST_WORDS])),
        context=tuple(map(_cut, emergency.named(above)[:MOST_WORDS])),
    )


def _own(own: _Readings) -> list[tuple[str, bool]]:
    return [(word, False) for word in own.words]


def _readings(text: str) -> _Readings:
    tokens = reading.tokens(text)[:MOST_READ]
    words = list(dict.fromkeys(tokens))
    without = [" ".join(token for token in tokens if token != word) for word in words]
    return _Readings(words, *features.sums([" ".join(tokens), *without]))


def _without(parts: Sequence[_Readings], weights: Sequence[float]) -> csr_matrix:
    """Feature rows of a text with what it answers: whole, then without each word of each part."""
    counts = [len(part.words) for part in parts]
    ends = np.cumsum([1, *counts])
    sums = csr_matrix((int(ends[-1]), features.width()), dtype=np.float32)
    squares = np.zeros(int(ends[-1]), np.float32)
    for part, weight, end, count in zip(parts, weights, ends, counts, strict=False):
        places = np.zeros(int(ends[-1]), np.int64)
        places[end : end + count] = np.arange(1, count + 1)
        sums = sums + part.sums[places] * np.float32(weight)
        squares = squares + np.float32(weight) ** 2 * part.squares[places]
    return features.scaled(sums, squares)


def _why(said: _Said, found: Floats, words: Sequence[tuple[str, bool]]) -> Why:
    """`found`: probability of the likeliest in the whole text, then without each word."""
    sure = np.clip(found.astype(np.float64), 1e-6, 1 - 1e-6)
    odds = np.log(sure / (1 - sure))
    weights = (odds[0] - odds[1:]).tolist()
    heaviest = sorted(zip(weights, words, strict=True), key=lambda pair: -abs(pair[0]))
    return Why(
        label=said.label,
        likeliest=said.likeliest,
        probability=round(float(found[0]), 4),
        rule=said.rule,
        threshold=said.threshold,
        versions={head.name: head.version for head in said.heads},
        words=tuple(
            Weighed(word=_cut(word), weight=round(weight, 2), context=context)
            for weight, (word, context) in heaviest[:MOST_WORDS]
            if abs(weight) >= _LEAST
        ),
    )


def _cut(word: str) -> str:
    return word if len(word) <= _LONGEST else f"{word[: _LONGEST - 1]}…"


def load(path: Path | None = None, topics: Collection[str] | None = None) -> Explainer:
    """The explainer of a folder of weights (the packaged one by default). `topics`: codes that a
    taxonomy names; of another it tells that it is not said.

    `WeightsError` names what is missing or damaged and what to do.
    """
    folder = path or ARTIFACTS
    heads = {name: linear.load(folder / name) for name in HEADS}
    return Explainer(heads, language.load(folder / "language"), topics)
