"""More comments of news that we have read: their attitude alone, in Russian and Kazakh.

As in `models.train.comments` a label names its comment by the digest of the text, so a row exists
only where the data set is at hand, and no article of them has a comment in `labels/tengri_dev`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from models.train import comments, rows, synthetic
from models.train.rows import Row
from rezonans.troubles import Invalid

LABELS = synthetic.FOLDER / "attitudes.tsv"
_DIGITS = 16


class Label(NamedTuple):
    """What we say of a comment."""

    language: str
    sentiment: str


def parse(lines: Iterable[str], name: str) -> dict[str, Label]:
    """Labels by digest; `Invalid` names the line that can not be read."""
    found: dict[str, Label] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = line.split("\t")
        if len(parts) != 3 or len(parts[0]) != _DIGITS:
            raise Invalid(f"{name}:{number}: expected digest, language, attitude by tabs")
        if parts[1] not in ("ru", "kk") or parts[2] not in synthetic.FEELINGS:
            raise Invalid(f"{name}:{number}: no language {parts[1]!r} with attitude {parts[2]!r}")
        found[parts[0]] = Label(parts[1], synthetic.FEELINGS[parts[2]])
    return found


def read(data: Path, language: str, weight: float, labels: Path = LABELS) -> list[Row]:
    """The labelled comments of a language that are in the data folder; held-out ones never."""
    known = parse(rows.lines(labels), labels.name)
    held = {rows.identity(row.text) for row in rows.domain(data, "sentiment")}
    found: dict[str, Row] = {}
    for raw in rows.table(data / "tengrinews_apr2024" / "comments.csv.gz"):
        digest = rows.identity(raw["text"])
        label = known.get(digest[:_DIGITS])
        if label is None or label.language != language or digest in held:
            continue
        row = Row(
            text=raw["text"],
            label=label.sentiment,
            source=comments.SOURCE,
            language=language,
            weight=weight,
            context=raw["news_header"],
        )
        found.setdefault(digest, row)
    return list(found.values())
