"""Comments of news that we have read and labelled: the labels are ours, the texts stay outside.

`data/comments.tsv` names a comment by the digest of its text, so a row exists only where the data
set is at hand. No article of them has a comment in `labels/tengri_dev`. `data/appeals.tsv` names
more of them, read for what they are as appeals alone, `data/articles.tsv` articles by their
headlines in the same way, and `data/reviews_kk.tsv` reviews of places.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from models.train import rows, synthetic
from models.train.rows import Raw, Row
from rezonans.troubles import Invalid

LABELS = synthetic.FOLDER / "comments.tsv"
APPEALS = synthetic.FOLDER / "appeals.tsv"
ARTICLES = synthetic.FOLDER / "articles.tsv"
REVIEWS = synthetic.FOLDER / "reviews_kk.tsv"
REVIEWS_TO_LEARN = synthetic.FOLDER / "reviews_learned_kk.tsv"
SOURCE, SAME_ARTICLE, HEADLINE = "comments", "comments/same article", "articles"
_DIGITS = 16
_FEWEST, _MAJORITY = 2, 0.6
_LEAD = 500


class Label(NamedTuple):
    """What we say of a comment."""

    topic: str
    appeal: str
    sentiment: str


def parse(lines: Iterable[str], name: str) -> dict[str, Label]:
    """Labels by digest; `Invalid` names the line that can not be read."""
    found: dict[str, Label] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = line.split("\t")
        if len(parts) != 4 or len(parts[0]) != _DIGITS:
            raise Invalid(f"{name}:{number}: expected digest, topic, appeal, attitude by tabs")
        if parts[2] not in synthetic.APPEALS or parts[3] not in synthetic.FEELINGS:
            raise Invalid(f"{name}:{number}: no appeal {parts[2]!r} with attitude {parts[3]!r}")
        found[parts[0]] = Label(parts[1], synthetic.APPEALS[parts[2]], synthetic.FEELINGS[parts[3]])
    return found


def appeals(lines: Iterable[str], name: str) -> dict[str, str]:
    """Kinds of appeals by digest; `Invalid` names the line that can not be read."""
    found: dict[str, str] = {}
    for number, digest, letter in _pairs(lines):
        if len(digest) != _DIGITS or letter not in synthetic.APPEALS:
            raise Invalid(f"{name}:{number}: expected digest and the letter of an appeal by a tab")
        found[digest] = synthetic.APPEALS[letter]
    return found


def topics(lines: Iterable[str], name: str) -> dict[str, str]:
    """Topics by digest; `Invalid` names the line that can not be read."""
    found: dict[str, str] = {}
    for number, digest, topic in _pairs(lines):
        if len(digest) != _DIGITS or not topic:
            raise Invalid(f"{name}:{number}: expected digest and topic by a tab")
        found[digest] = topic
    return found


def _pairs(lines: Iterable[str]) -> Iterator[tuple[int, str, str]]:
    """Number of a line and its two parts; comments and empty lines left out."""
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.startswith("#"):
            digest, _, said = line.partition("\t")
            yield number, digest, said


def reviews(data: Path) -> list[Row]:
    """Kazakh reviews of places that we read: what they are about, to measure with."""
    return _reviews(data, REVIEWS, ("04_pc_valid", "09_sc_valid"))


def reviews_to_learn(data: Path) -> list[Row]:
    """Others that we read, of the training parts; none of them is to measure with."""
    kept = {rows.identity(row.text) for row in reviews(data)}
    found = _reviews(data, REVIEWS_TO_LEARN, ("03_pc_train_rus", "08_sc_train_rus"))
    return [row for row in found if rows.identity(row.text) not in kept]


def _reviews(data: Path, labels: Path, names: Sequence[str]) -> list[Row]:
    known = topics(rows.lines(labels), labels.name)
    return rows.distinct(
        msgspec.structs.replace(row, label=topic, source="kazsandra/places")
        for name in names
        for row in rows.kazsandra(data, name)
        if (topic := known.get(_digest(row.text))) is not None
    )


class Comments:
    """The comments of the data folder with our labels; empty where none of them is in it."""

    def __init__(self, data: Path, labels: Path = LABELS) -> None:
        known = parse(rows.lines(labels), labels.name)
        folder = data / "tengrinews_apr2024"
        self._above = rows.above(data)
        self._named = topics(rows.lines(ARTICLES), ARTICLES.name)
        held = {rows.identity(row.text) for row in rows.domain(data, "topic")}
        self._labels: dict[str, Label] = {}
        self._read: dict[str, Raw] = {}
        self._rest: dict[str, Raw] = {}
        self._articles = {raw["article_id"]: raw for raw in rows.table(folder / "news.csv.gz")}
        for raw in rows.table(folder / "comments.csv.gz"):
            digest = rows.identity(raw["text"])
            if digest in held:
                continue
            label = known.get(digest[:_DIGITS])
            if label is None:
                self._rest.setdefault(digest, raw)
            else:
                self._labels[digest] = label
                self._read.setdefault(digest, raw)

    def rows(self, label: Callable[[Label], str], weight: float = 1.0) -> list[Row]:
        """What was read, labelled by one of the three."""
        return [
            self._row(raw, label(self._labels[digest]), SOURCE, weight)
            for digest, raw in self._read.items()
        ]

    def appeals(self, more: Path = APPEALS) -> list[Row]:
        """What was read, by its kind of appeal, and what was read for that alone."""
        known = appeals(rows.lines(more), more.name)
        others = [
            self._row(raw, kind, SOURCE, 1.0)
            for digest, raw in self._rest.items()
            if (kind := known.get(digest[:_DIGITS])) is not None
        ]
        return [*self.rows(lambda label: label.appeal), *others]

    def same_article(self, weight: float) -> list[Row]:
        """Other comments under the articles that we read, with the topic most of ours have."""
        topics = self._topics()
        return [
            self._row(raw, topics[raw["article_id"]], SAME_ARTICLE, weight)
            for raw in self._rest.values()
            if raw["article_id"] in topics
        ]

    def articles(self, weight: float) -> list[Row]:
        """Headlines and beginnings of those articles, with the same topics, and of those that we
        labelled by their headlines."""
        listed = {
            article: topic
            for article, raw in self._articles.items()
            if (topic := self._named.get(_digest(raw["title"]))) is not None
        }
        return [
            Row(
                text=f"{raw['title']}\n{raw['content'][:_LEAD]}",
                label=topic,
                source=HEADLINE,
                language="ru",
                weight=weight,
                context=raw["title"],
            )
            for article, topic in sorted((listed | self._topics()).items())
            if (raw := self._articles.get(article)) is not None
        ]

    def _row(self, raw: Raw, label: str, source: str, weight: float) -> Row:
        return Row(
            text=raw["text"],
            label=label,
            source=source,
            language="ru",
            weight=weight,
            context=self._above.get(raw["news_header"], raw["news_header"]),
        )

    def _topics(self) -> dict[str, str]:
        """Topic of each article that two of its comments and most of them agree on."""
        counted: dict[str, Counter[str]] = {}
        for digest, raw in self._read.items():
            topic = self._labels[digest].topic
            if topic != "other":
                counted.setdefault(raw["article_id"], Counter())[topic] += 1
        found = {}
        for article, counts in counted.items():
            ((topic, count),) = counts.most_common(1)
            if count >= _FEWEST and count > _MAJORITY * counts.total():
                found[article] = topic
        return found


def _digest(text: str) -> str:
    return rows.identity(text)[:_DIGITS]
