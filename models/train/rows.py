"""The data sets as rows: read, without repeats, in a stable order.

Every reader names the file that is missing and says what to do. Nothing of the data leaves this
process but numbers.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

import msgspec

from models import texts
from rezonans.troubles import Invalid

Raw = dict[str, str]
DOMAIN = "labels/tengri_dev"
LONGEST_ABOVE = 500
"""Characters of a context: what collectors keep of one."""

_reading: ContextVar[dict[str, str] | None] = ContextVar("reading", default=None)


@contextmanager
def recorded() -> Iterator[dict[str, str]]:
    """Every file that is read meanwhile, `folder/name` to the beginning of its SHA-256."""
    seen: dict[str, str] = {}
    token = _reading.set(seen)
    try:
        yield seen
    finally:
        _reading.reset(token)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One labelled text."""

    text: str
    label: str
    source: str
    language: str
    weight: float = 1.0
    context: str | None = None


def _bytes(path: Path) -> bytes:
    try:
        found = path.read_bytes()
    except OSError as error:
        text = f"training data: {path}: {error.strerror}; give the data folder with --data"
        raise Invalid(text) from error
    seen = _reading.get()
    if seen is not None:
        seen[f"{path.parent.name}/{path.name}"] = hashlib.sha256(found).hexdigest()[:12]
    return found


def lines(path: Path) -> list[str]:
    """Lines of a UTF-8 file."""
    return _bytes(path).decode("utf-8").splitlines()


def table(path: Path, delimiter: str = ",") -> list[Raw]:
    """Rows of a CSV file, of one in a .gz, or of the only one in a .zip."""
    raw = _bytes(path)
    if path.suffix == ".gz":
        raw = gzip.decompress(raw)
    elif path.suffix == ".zip":
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            raw = archive.read(archive.namelist()[0])
    return list(
        csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=delimiter)
    )


def identity(text: str) -> str:
    """Equal for texts that differ in case and spaces only."""
    return hashlib.sha256(" ".join(text.lower().split()).encode("utf-8", "replace")).hexdigest()


def conversation(row: Row) -> str:
    """Equal for all rows under one headline; a row without one stands alone."""
    return identity(texts.parted(row.context).headline or row.text)


def distinct(rows: Iterable[Row]) -> list[Row]:
    """The first of every group of equal texts; empty texts are dropped."""
    found: dict[str, Row] = {}
    for row in rows:
        if row.text.strip():
            found.setdefault(identity(row.text), row)
    return list(found.values())


def place(row: Row, of: int, salt: str = "held") -> int:
    """Which of `of` parts a text belongs to, always the same one; from 0 on."""
    return int(hashlib.sha256((salt + identity(row.text)).encode()).hexdigest(), 16) % of


def held(row: Row, part: int, of: int, salt: str = "held") -> bool:
    """Whether a text belongs to the first `part` of `of` parts, always the same ones."""
    return place(row, of, salt) < part


def split(rows: Iterable[Row], part: int, of: int) -> tuple[list[Row], list[Row]]:
    """Rows to train on, rows held out."""
    listed = list(rows)
    return (
        [row for row in listed if not held(row, part, of)],
        [row for row in listed if held(row, part, of)],
    )


def rusentiment(data: Path, name: str) -> list[Row]:
    """Posts of VK with five classes; `name` is `random_posts` or `preselected_posts`."""
    path = data / "rusentiment" / f"rusentiment_{name}.csv"
    return distinct(
        Row(text=raw["text"], label=raw["label"], source=f"rusentiment/{name}", language="ru")
        for raw in table(path)
    )


def kazsandra(data: Path, name: str) -> list[Row]:
    """Kazakh reviews; the label is that of the file (polarity 0, 1 or stars less one)."""
    source = f"kazsandra/{name}"
    rows = table(data / "kazsandra" / f"{name}.zip")
    return distinct(
        Row(text=raw["text"], label=raw["label"], source=source, language="kk") for raw in rows
    )


def kursk(data: Path) -> list[Row]:
    """Appeals of citizens; the label is our topic code of their theme."""
    folder = data / "kursk_appeals"
    codes = {
        raw["theme"].strip(): raw["topic"] for raw in table(folder / "kursk_theme_to_topic.csv")
    }
    return distinct(
        Row(text=raw["text"], label=codes[raw["theme"].strip()], source="kursk", language="ru")
        for raw in table(folder / "train_clean.csv")
    )


def kursk_themes(data: Path) -> list[Row]:
    """The same texts with their own fine theme as the label."""
    return distinct(
        Row(text=raw["text"], label=raw["theme"].strip(), source="kursk", language="ru")
        for raw in table(data / "kursk_appeals" / "train_clean.csv")
    )


def telegram(data: Path) -> list[Row]:
    """Posts of news channels; the label is their machine-made category."""
    return distinct(
        Row(text=raw["text"], label=raw["category"], source="telegram", language="ru")
        for raw in table(data / "telegram_ru_news" / "telegram_ru_news.csv.gz")
    )


def articles(data: Path) -> list[Row]:
    """Bodies of the news of Kazakhstan in Russian."""
    return distinct(
        Row(text=raw["content"], label="ru", source="tengrinews", language="ru")
        for raw in table(data / "tengrinews_apr2024" / "news.csv.gz")
    )


def above(data: Path) -> dict[str, str]:
    """What a comment of tengrinews carries of its article, by headline: that and the beginning."""
    return {
        raw["title"]: f"{raw['title'][:200]}\n{' '.join(raw['content'].split())}"[:LONGEST_ABOVE]
        for raw in table(data / "tengrinews_apr2024" / "news.csv.gz")
    }


def domain(data: Path, column: str, sure: bool = False) -> list[Row]:
    """Labelled comments of the domain: to look at, never to train or to tune on.

    `sure`: only those of which their reader was.
    """
    told = above(data)
    return [
        Row(
            text=raw["text"],
            label=raw[column],
            source=DOMAIN,
            language=raw["lang"],
            context=told.get(raw["article_title"], raw["article_title"]) or None,
        )
        for raw in table(data / "labels" / "tengri_dev.csv")
        if not sure or raw["conf"] == "high"
    ]


def some(rows: Iterable[Row], count: int, **changes: object) -> Iterator[Row]:
    """`count` rows picked by the digest of their text, with fields replaced."""
    picked = sorted(rows, key=lambda row: identity(row.text))[:count]
    return (msgspec.structs.replace(row, **changes) for row in picked)
