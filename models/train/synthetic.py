"""Rows written for this project: Kazakh and Russian, topic, appeal, attitude, urgency.

They are marked `synthetic` wherever they are counted and are never part of a test set.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import msgspec

from models import appeal
from models.train import rows
from models.train.rows import Row
from rezonans.troubles import Invalid

FOLDER = Path(__file__).parent / "data"
FILES = (
    "kazakh.txt",
    "russian.txt",
    "comments_kk.txt",
    "comments_ru.txt",
    "threads_kk.txt",
    "threads_ru.txt",
    "urgency.txt",
)
ANSWERS = ("replies_kk.txt", "replies_ru.txt")
"""Answers to the news: their attitude is plain, their topic often is not without the news."""
READERS = ("readers_kk.txt", "domain_kk.txt")
"""Readers of the news and people of the domain in Kazakh, of whom the data have nearly none: for
topics."""

DANGERS = ("dangers.txt",)
"""Danger that is told without a plea, and the same words without danger: for urgency alone."""

_SECTION = re.compile(r"\[(kk|ru) (\w+)\]")
_ROW = re.compile(r"([ciqsgn])([-0+])(!?) (\S.*)")
_HEADLINE = "> "
APPEALS = {name[0]: name for name in appeal.CLASSES}
FEELINGS = {"-": "negative", "0": "neutral", "+": "positive"}


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """One row of our own with everything that is known of it."""

    text: str
    language: str
    topic: str
    appeal: str
    sentiment: str
    urgent: bool
    context: str | None = None
    """Headline of the post that it answers."""

    def row(self, label: str, weight: float = 1.0) -> Row:
        """The row for one head."""
        return Row(
            text=self.text,
            label=label,
            source="synthetic",
            language=self.language,
            weight=weight,
            context=self.context,
        )


def parse(text: str, name: str) -> list[Example]:
    """Examples of a file; `Invalid` names the line that can not be read."""
    found: list[Example] = []
    section: re.Match[str] | None = None
    context: str | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if header := _SECTION.fullmatch(line.strip()):
            section, context = header, None
            continue
        if line.startswith(_HEADLINE):
            context = line.removeprefix(_HEADLINE).strip()
            continue
        row = _ROW.fullmatch(line.strip())
        if row is None or section is None:
            raise Invalid(f"{name}:{number}: expected `[kk topic]` or a row like `c- text`")
        found.append(_example(section, row, context))
    return found


def _example(section: re.Match[str], row: re.Match[str], context: str | None) -> Example:
    return Example(
        text=row[4],
        language=section[1],
        topic=section[2],
        appeal=APPEALS[row[1]],
        sentiment=FEELINGS[row[2]],
        urgent=row[3] == "!",
        context=context,
    )


@cache
def _parsed(text: str, name: str) -> tuple[Example, ...]:
    return tuple(parse(text, name))


def _read(names: Sequence[str]) -> tuple[Example, ...]:
    found: list[Example] = []
    for name in names:
        found += _parsed("\n".join(rows.lines(FOLDER / name)), name)
    return tuple(found)


def examples() -> tuple[Example, ...]:
    """All rows of our own that say of themselves what they are about."""
    return _read(FILES)


def readers() -> tuple[Example, ...]:
    """Rows of our own for topics alone, most under a headline."""
    return _read(READERS)


def dangers() -> tuple[Example, ...]:
    """Rows of our own for urgency alone."""
    return _read(DANGERS)


def answers() -> tuple[Example, ...]:
    """Rows of our own for attitude alone."""
    return _read(ANSWERS)
