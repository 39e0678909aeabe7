"""Exports of 109, e-Otinish and the like: CSV and JSON lines, one row one appeal.

Guarantee: every row becomes one post or one rejection with line and column; rows are never
added up. A file that grows is read on from where we were; one that was replaced is read
again, and the same appeal keeps its identity. A file that can not be read holds up no other.
Columns that are not named in the settings are never read.
"""

from __future__ import annotations

import glob
import hashlib
import io
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import islice, takewhile
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal
from zoneinfo import ZoneInfo

import httpx
import msgspec
from pydantic import Field, field_validator

from collectors import Answer, BaseConfig, Offers, Rejected, Target
from collectors.runner.privacy import mask
from collectors.runner.text import shorten
from collectors.tables.form import SAMPLE_BYTES, Form, Format, form_of
from collectors.tables.progress import Mark, Progress, continues, known_as, marked, recall
from collectors.tables.records import Record, records, stands_in_line
from collectors.tables.rows import FIELDS, Bad, Reading, appeals_with, post_of
from rezonans.records import Appeal, Busy, Invalid, Post

VERSION = "1"
OFFERS = Offers(
    edits=True,
    legal_note="The owner of the system exports its own appeals; agree in writing on purpose, "
    "columns and keeping time. Names, IIN, phones and addresses need not be exported at all.",
)
MOST_FILES = 2_000
MOST_NAMED = 10
"""So many broken files are named, the others counted."""
SETTLED = timedelta(seconds=60)
"""A last line without an end is half a line until the file has rested for so long."""

_decode_form = msgspec.json.Decoder(Form)


class Config(BaseConfig):
    system: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,40}$")
    """Whose appeals these are, `109` or `eotinish-astana`: part of every identity."""
    paths: tuple[str, ...] = Field(min_length=1)
    """Files or patterns like `/exports/109-*.csv`; each is a target of its own."""
    columns: dict[str, str]
    """Our field to the column (or JSON key) of the file; `id` and `text` are needed."""
    appeal_map: dict[str, Appeal] = {}
    """Names of types beside the usual Russian and Kazakh ones."""
    format: Format | None = None
    encoding: str | None = None
    separator: Literal[";", ",", "\t", "|"] | None = None
    """What is not set is found out from the beginning of each file."""
    date_formats: tuple[str, ...] = (
        "%d.%m.%Y %H:%M:%S",
        "%d.%m.%Y %H:%M",
        "%d.%m.%Y",
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%d",
    )
    time_zone: str = "Asia/Almaty"
    rows: int = Field(default=500, ge=1, le=10_000)
    """How many are taken at a time."""

    @field_validator("columns")
    @classmethod
    def _known_fields(cls, columns: dict[str, str]) -> dict[str, str]:
        unknown = ", ".join(sorted(set(columns) - set(FIELDS)))
        if unknown:
            raise ValueError(f"{unknown}: no such field; there are {', '.join(FIELDS)}")
        missing = [name for name in ("id", "text") if name not in columns]
        if missing:
            raise ValueError(f"{' and '.join(missing)} must be given a column")
        return columns

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ValueError, OSError, KeyError):
            raise ValueError("not a time zone; write it like Asia/Almaty") from None
        return zone

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, encoding: str | None) -> str | None:
        try:
            "".encode(encoding or "utf-8")
        except LookupError:
            raise ValueError("not a known encoding; utf-8, cp1251 or kz1048") from None
        return encoding

    @cached_property
    def reading(self) -> Reading:
        return Reading(
            system=self.system,
            legal_basis=self.legal_basis,
            columns=self.columns,
            appeals=appeals_with(self.appeal_map),
            date_formats=self.date_formats,
            time_zone=ZoneInfo(self.time_zone),
            home=self.home,
        )


def targets(config: Config) -> Sequence[Target]:
    return [
        Target(name=path, container=f"file:{config.system}/{Path(path).name}")
        for path in config.paths
    ]


def trial(target: str) -> dict[str, object]:
    return {"system": "trial", "paths": [target]}


async def fetch(
    config: Config, target: Target, http: httpx.AsyncClient, cursor: str | None, now: datetime
) -> AsyncIterator[Answer]:
    progress = recall(cursor)
    before, paths = progress, _paths(target.name)
    whole: list[Path] = []
    problems: list[str] = []
    for path in paths:
        try:
            for answer in _read(config, path, progress, now):
                progress = recall(answer.cursor)
                yield answer
            whole.append(path)
        except Invalid as error:
            problems.append(str(error))
        except OSError as error:
            problems.append(f"{path.name}: can not be read ({error.strerror})")
    if not whole:
        raise Invalid(_sentence(problems))
    yield _end(before, _whole(progress, paths, whole), problems)


def _sentence(problems: Sequence[str]) -> str:
    more = len(problems) - MOST_NAMED
    return "; ".join(problems[:MOST_NAMED]) + (f"; and {more} more files" if more > 0 else "")


def _whole(progress: Progress, paths: Sequence[Path], read: Sequence[Path]) -> Progress:
    """The progress after all that can be read: files that are gone are forgotten."""
    names = {known_as(str(path)) for path in paths}
    return Progress(
        files={name: mark for name, mark in progress.files.items() if name in names},
        whole=True,
        until=max(int(path.stat().st_mtime * 1000) for path in read),
    )


def _end(before: Progress, after: Progress, problems: Sequence[str]) -> Answer:
    """The heartbeat of a look: complete to the last change of the files that can be read."""
    return Answer(
        body=b"",
        cursor=after.dump() if after != before else None,
        looked_until=_moment(after.until),
        history=not before.whole,
        context={"unread": _sentence(problems)},
    )


def _paths(pattern: str) -> list[Path]:
    found = sorted(glob.glob(pattern, recursive=True))
    paths = [Path(name) for name in found if Path(name).is_file()]
    if not paths:
        raise Busy(f"{pattern}: no such file yet", 60.0)
    if len(paths) > MOST_FILES:
        raise Invalid(f"{pattern}: {len(paths)} files; name at most {MOST_FILES} with one pattern")
    return paths


def _read(config: Config, path: Path, progress: Progress, now: datetime) -> Iterator[Answer]:
    """The rest of one file in answers of `config.rows` records, each with the cursor after it."""
    name, changed = known_as(str(path)), path.stat().st_mtime
    settled = now.timestamp() - changed >= SETTLED.total_seconds()
    with path.open("rb") as file, path.open("rb") as again:
        form = _form(config, path, file)
        mark = _start(again, progress.files.get(name), form, changed)
        file.seek(mark.offset)
        separator = form.separator if form.format == "csv" else None
        rest = records(file, mark.line, separator, stands_in_line(file, form.start))
        rest = takewhile(lambda record: settled or not record.last, rest)
        while group := list(islice(rest, config.rows)):
            end = mark.offset + sum(len(record.raw) for record in group)
            mark = marked(again, end, group[-1].line + group[-1].lines, mark.revision)
            progress = msgspec.structs.replace(progress, files={**progress.files, name: mark})
            yield _answer(path, form, group, progress, now)


def _start(file: BinaryIO, mark: Mark | None, form: Form, changed: float) -> Mark:
    """Where to go on: behind what is known, or at the beginning of what was replaced."""
    if mark is not None and continues(file, mark):
        return mark
    revision = 0 if mark is None else int(changed * 1000)
    return marked(file, form.start, form.first_line, revision)


def _answer(
    path: Path, form: Form, group: Sequence[Record], progress: Progress, now: datetime
) -> Answer:
    return Answer(
        body=b"".join(record.raw for record in group),
        cursor=progress.dump(),
        # rows come in any order: until the last of them nothing more is complete than before
        looked_until=_moment(progress.until),
        history=not progress.whole,
        context={
            "file": path.name,
            "line": str(group[0].line),
            "torn": "yes" if group[0].torn else "",
            "form": msgspec.json.encode(form).decode(),
            "revision": str(progress.files[known_as(str(path))].revision),
            "observed_at": now.isoformat(),
        },
    )


def _form(config: Config, path: Path, file: BinaryIO) -> Form:
    sample = file.read(SAMPLE_BYTES)
    form = form_of(
        sample,
        path.name,
        format=config.format,
        encoding=config.encoding,
        separator=config.separator,
    )
    if form.format == "csv" and sample:
        _check_columns(config.columns, form.header, path.name)
    return form


def _check_columns(columns: Mapping[str, str], header: Sequence[str], name: str) -> None:
    missing = [f"{field} = {column!r}" for field, column in columns.items() if column not in header]
    if missing:
        # a file without a header begins with somebody's words
        names = ", ".join(shorten(mask(cell)[0], 40) for cell in header)
        raise Invalid(
            f"{name}: no column for {', '.join(missing)}; the header has: {shorten(names, 400)}. "
            "Correct columns in the settings"
        )


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _unread(target: Target, problems: str) -> Iterator[Rejected]:
    """The files that can not be read; those beside them are."""
    if problems:
        digest = hashlib.sha256(f"{target.name}\0{problems}".encode("utf-8", "replace")).hexdigest()
        yield Rejected(place=target.name, reason=problems, digest=digest, lasting=True)


def parse(config: Config, target: Target, answer: Answer) -> Iterator[Post | Rejected]:
    if "unread" in answer.context:
        yield from _unread(target, answer.context["unread"])
        return
    form = _decode_form.decode(answer.context["form"])
    now = datetime.fromisoformat(answer.context["observed_at"])
    revision = int(answer.context["revision"])
    separator = form.separator if form.format == "csv" else None
    torn, line = bool(answer.context["torn"]), int(answer.context["line"])
    for record in records(io.BytesIO(answer.body), line, separator, torn):
        if not record.raw.strip():
            continue
        try:
            if record.torn:
                raise Bad("", "a row of over 256 KB, or the rest of one that was read without it")
            if not record.whole:
                raise Bad("", "a quote is not closed at the end of its cell")
            yield post_of(record.raw, form, config.reading, now, revision)
        except Bad as bad:
            yield Rejected(
                place=f"{answer.context['file']}:{record.line}:{bad.column}",
                reason=f"{bad.column}: {bad}" if bad.column else str(bad),
                digest=hashlib.sha256(record.raw).hexdigest(),
            )


if TYPE_CHECKING:
    from collectors import Collector, file  # noqa: PLW0406 - checked against the protocol here

    _: Collector = file
