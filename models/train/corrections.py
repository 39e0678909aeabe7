"""Corrections of the desk as rows to learn from, and what keeps one person from deciding alone.

A name on the desk is typed by its owner, so the rules do not trust names: what counts is that
several of them agree, and no name has more than its share.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from models import appeal, sentiment, urgent
from models.train.rows import Row
from rezonans.persons import person
from rezonans.troubles import Invalid

HEADS = {
    "topic": ("topic",),
    "appeal": ("appeal",),
    "sentiment": ("sentiment_ru", "sentiment_kk"),
    "urgent": ("urgent",),
}
"""What can be corrected, to the heads that learn of it."""
SOURCE = "corrections"
VOICES = 2
"""Names that must agree."""
MOST_OF_ONE = 50
"""Corrections of one name that count for a head: the latest."""
MOST = 500
"""Rows that a head may learn: corrections mend, they do not take over."""
_CLASSES = {
    "appeal": appeal.CLASSES,
    "sentiment": sentiment.CLASSES,
    "urgent": urgent.CLASSES,
}


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """One person says what one item is."""

    item: str
    question: str
    """A key of `HEADS`."""
    label: str
    by: str
    at: datetime


class Counted(NamedTuple):
    """Labels that stand, and why others do not."""

    labels: dict[str, str]
    """Item to label."""
    left_out: dict[str, int]
    """Reason to number of items."""


def parse(subject: str, value: str, by: str, at: datetime, topics: Iterable[str]) -> Correction:
    """A correction as an action carries it: `item:vk:1`, `topic=water`. `Invalid` says why not."""
    kind, _, item = subject.partition(":")
    question, _, label = value.partition("=")
    known = tuple(topics) if question == "topic" else _CLASSES.get(question, ())
    if kind != "item" or not item:
        raise Invalid(f"correction of {subject!r}: expected item:ID")
    if label not in known:
        listed = ", ".join(known) or ", ".join(HEADS)
        raise Invalid(f"correction {value!r}: expected topic=CODE and the like, of: {listed}")
    return Correction(item=item, question=question, label=label, by=by, at=at)


def counted(found: Iterable[Correction], question: str, voices: int = VOICES) -> Counted:
    """What the corrections of one question come to.

    Names that look alike are one (`rezonans.persons`). Of a name the last word on an item counts,
    and of all its words the latest `MOST_OF_ONE`. A label stands when `voices` names or more give
    it and more names than all others together.
    """
    last: dict[tuple[str, str], Correction] = {}
    for each in sorted(found, key=lambda each: each.at):
        if each.question == question:
            last[person(each.by), each.item] = each
    spoken: Counter[str] = Counter()
    said: dict[str, Counter[str]] = {}
    left_out: Counter[str] = Counter()
    for (by, item), each in sorted(last.items(), key=lambda pair: pair[1].at, reverse=True):
        spoken[by] += 1
        if spoken[by] <= MOST_OF_ONE:
            said.setdefault(item, Counter())[each.label] += 1
        else:
            left_out["one name said too much"] += 1
    labels: dict[str, str] = {}
    for item, counts in said.items():
        ((label, count),) = counts.most_common(1)
        if count < voices:
            left_out["too few names agree"] += 1
        elif 2 * count <= counts.total():
            left_out["names disagree"] += 1
        elif len(labels) >= MOST:
            left_out["enough for this head"] += 1
        else:
            labels[item] = label
    return Counted(labels, dict(sorted(left_out.items())))


def rows(labels: Mapping[str, str], texts: Mapping[str, Mapping[str, Any]], head: str) -> list[Row]:
    """Rows for a head; items whose text is gone, or is of another language, are none."""
    wanted = {"sentiment_ru": ("ru", "mixed"), "sentiment_kk": ("kk", "mixed")}.get(head)
    found = []
    for item, label in sorted(labels.items()):
        text = texts.get(item)
        if text is None or (wanted and text["language"] not in wanted):
            continue
        title = f"{text['title']}\n" if text["title"] else ""
        found.append(
            Row(
                text=f"{title}{text['text']}",
                label=label,
                source=SOURCE,
                language=text["language"] or "ru",
                context=text["context"],
            )
        )
    return found


def told(question: str, learned: int, counted: Counted, bad: int) -> str:
    """What becomes of the corrections of a question: rows, and why others are none."""
    left_out = {
        **counted.left_out,
        "without a text to learn (gone, simulated or of another language)": len(counted.labels)
        - learned,
        "can not be read": bad,
    }
    reasons = "".join(f"; {count} {reason}" for reason, count in left_out.items() if count)
    return f"corrections of {question}: {learned} learned{reasons}"


def digest(learned: Sequence[Row]) -> str:
    """The beginning of the SHA-256 of rows as they are learned, whatever their order."""
    listed = sorted(msgspec.json.encode(row) for row in learned)
    return hashlib.sha256(b"\n".join(listed)).hexdigest()[:12]


def question_of(head: str) -> str | None:
    """What a head learns of, if corrections can be about it."""
    return next((question for question, heads in HEADS.items() if head in heads), None)


def read(raw: Sequence[Mapping[str, Any]], topics: Iterable[str]) -> tuple[list[Correction], int]:
    """Corrections of stored actions, and how many could not be read."""
    found, bad, codes = [], 0, tuple(topics)
    for row in raw:
        try:
            found.append(parse(row["subject"], row["value"], row["by"], row["at"], codes))
        except Invalid:
            bad += 1
    return found, bad
