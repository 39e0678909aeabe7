"""Comments of news that we have read and labelled: the labels are ours, the texts stay outside.

`data/comments.tsv` names a comment by the digest of its text, so a row exists only where the data
set is at hand. No article of them has a comment in `labels/tengri_dev`. `data/articles.tsv` names
articles by their headlines in the same way, and `data/reviews_kk.tsv` reviews of places.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from models import texts
from models.train import rows, synthetic
from models.train.rows import Raw, Row
from rezonans.troubles import Invalid

LABELS = synthetic.FOLDER / "comments.tsv"
ARTICLES = synthetic.FOLDER / "articles.tsv"
ATTITUDES = synthetic.FOLDER / "attitudes_ru.txt"
REVIEWS = synthetic.FOLDER / "reviews_kk.tsv"
REVIEWS_TO_LEARN = synthetic.FOLDER / "reviews_learned_kk.tsv"
SOURCE, HEADLINE = "comments", "articles"
LANGUAGES = ("ru", "kk")
_DIGITS = 16
_UNSURE = "?"
_COLUMNS = 5
_FEWEST, _MAJORITY = 2, 0.6
_LEAD = 500


class Label(NamedTuple):
    """What we say of a comment; None where the reader was not sure."""

    language: str
    topic: str | None
    appeal: str | None
    sentiment: str | None


Asked = Callable[[Label], str | None]


def parse(lines: Iterable[str], name: str) -> dict[str, Label]:
    """Labels by digest; `Invalid` names the line that can not be read."""
    found: dict[str, Label] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        place, parts = f"{name}:{number}", line.split("\t")
        if len(parts) != _COLUMNS or len(parts[0]) != _DIGITS or not parts[2]:
            raise Invalid(f"{place}: expected digest, language, topic, appeal, attitude by tabs")
        if parts[0] in found:
            raise Invalid(f"{place}: {parts[0]} stands twice; leave one of the two")
        found[parts[0]] = _label(parts[1:], place)
    return found


def _label(parts: Sequence[str], place: str) -> Label:
    language, topic, appeal, feeling = parts
    if language not in LANGUAGES:
        raise Invalid(f"{place}: no language {language!r}; give one of {', '.join(LANGUAGES)}")
    if {topic, appeal, feeling} == {_UNSURE}:
        raise Invalid(f"{place}: nothing is said of the comment; leave the line out")
    return Label(
        language,
        None if topic == _UNSURE else topic,
        _of(synthetic.APPEALS, appeal, "appeal", place),
        _of(synthetic.FEELINGS, feeling, "attitude", place),
    )


def _of(known: Mapping[str, str], letter: str, what: str, place: str) -> str | None:
    if letter != _UNSURE and letter not in known:
        listed = " ".join([*known, _UNSURE])
        raise Invalid(f"{place}: no {what} {letter!r}; give one of {listed}")
    return known.get(letter)


def topics(lines: Iterable[str], name: str) -> dict[str, str]:
    """Topics by digest; `Invalid` names the line that can not be read."""
    found: dict[str, str] = {}
    for number, digest, topic in _pairs(lines):
        if len(digest) != _DIGITS or not topic:
            raise Invalid(f"{name}:{number}: expected digest and topic by a tab")
        found[digest] = topic
    return found


def digests(lines: Iterable[str], name: str) -> frozenset[str]:
    """Digests, one a line; `Invalid` names the line that is none."""
    found = set()
    for number, digest, more in _pairs(lines):
        if len(digest) != _DIGITS or more:
            raise Invalid(f"{name}:{number}: expected a digest of {_DIGITS} digits alone")
        found.add(digest)
    return frozenset(found)


def read_first() -> frozenset[str]:
    """Digests of the comments in Russian whose attitude is learned."""
    return digests(rows.lines(ATTITUDES), ATTITUDES.name)


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
        self._articles = {raw["article_id"]: raw for raw in rows.table(folder / "news.csv.gz")}
        self._read: dict[str, tuple[Raw, Label]] = {}
        listed = rows.table(folder / "comments.csv.gz")
        for digest, raw in _learned(listed, rows.domain(data, "topic")):
            if (label := known.get(digest[:_DIGITS])) is not None:
                self._read.setdefault(digest, (raw, label))

    def rows(
        self,
        asked: Asked,
        weight: float = 1.0,
        language: str | None = None,
        among: Container[str] | None = None,
    ) -> list[Row]:
        """What was read, labelled by one of the three; what the reader was not sure of left out.

        `language`: the comments in that one alone; `among`: those with one of these digests.
        """
        return [
            self._row(raw, label.language, said, weight)
            for digest, (raw, label) in self._read.items()
            if (said := asked(label)) is not None
            and language in (None, label.language)
            and (among is None or digest[:_DIGITS] in among)
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

    def _row(self, raw: Raw, language: str, label: str, weight: float) -> Row:
        return Row(
            text=raw["text"],
            label=label,
            source=SOURCE,
            language=language,
            weight=weight,
            context=self._above.get(raw["news_header"], raw["news_header"]),
        )

    def _topics(self) -> dict[str, str]:
        """Topic of each article that two of its comments and most of them agree on."""
        counted: dict[str, Counter[str]] = {}
        for raw, label in self._read.values():
            if label.topic is not None and label.topic != "other":
                counted.setdefault(raw["article_id"], Counter())[label.topic] += 1
        found = {}
        for article, counts in counted.items():
            ((topic, count),) = counts.most_common(1)
            if count >= _FEWEST and count > _MAJORITY * counts.total():
                found[article] = topic
        return found


def _learned(listed: Sequence[Raw], domain: Sequence[Row]) -> Iterator[tuple[str, Raw]]:
    """Comments with their digests that may be learned from: none of the domain's, and none under
    an article of theirs, whose headline may have changed from one comment to the next."""
    held = {rows.identity(row.text) for row in domain}
    headlines = {texts.parted(row.context).headline for row in domain if row.context}
    under = {raw["article_id"] for raw in listed if raw["news_header"] in headlines}
    for raw in listed:
        digest = rows.identity(raw["text"])
        if digest not in held and raw["article_id"] not in under:
            yield digest, raw


def _digest(text: str) -> str:
    return rows.identity(text)[:_DIGITS]
