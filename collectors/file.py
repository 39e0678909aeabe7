"""Exports of 109, e-Otinish and the like: CSV, spreadsheets, JSON lines, one row one appeal.

Guarantee: every row becomes one post or one rejection with line and column; rows are never
added up. A file that grows is read on from where we were; one that was replaced is read
again, and the same appeal keeps its identity. A file that is still being written is waited for;
one that can not be read holds up no other.
Columns that are not named in the settings are never read.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import msgspec
from pydantic import Field, field_validator

from collectors import Answer, Offers, Rejected, Target
from collectors.tables.folders import tables_at
from collectors.tables.form import Form, Format, Separator, Wish
from collectors.tables.mapping import MappingConfig
from collectors.tables.opened import Unfinished
from collectors.tables.progress import Progress, known_as
from collectors.tables.records import records
from collectors.tables.rest import Part, rest_of
from collectors.tables.rows import Bad, post_of
from collectors.tables.sketch import as_settings, suggested
from collectors.tables.sketch import sketch as tables_sketch
from rezonans.records import Post
from rezonans.troubles import Busy, Invalid

VERSION = "1"
OFFERS = Offers(
    edits=True,
    legal_note="The owner of the system exports its own appeals; agree in writing on purpose, "
    "columns and keeping time. Names, IIN, phones and addresses need not be exported at all.",
)
MOST_NAMED = 10
"""So many broken files are named, the others counted."""
SETTLED = timedelta(seconds=60)
"""A last line without an end is half a line, and a spreadsheet that can not be opened half a
spreadsheet, until the file has rested for so long."""

_decode_form = msgspec.json.Decoder(Form)


class Config(MappingConfig):
    paths: tuple[str, ...] = Field(min_length=1)
    """Files, patterns like `/exports/109-*.csv`, or folders that are watched; each is a target of
    its own."""
    format: Format | None = None
    encoding: str | None = None
    separator: Separator | None = None
    sheet: str | None = None
    """Of a spreadsheet. What of these is not set is found out from the beginning of each file."""
    rows: int = Field(default=500, ge=1, le=10_000)
    """How many are taken at a time."""

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, encoding: str | None) -> str | None:
        try:
            "".encode(encoding or "utf-8")
        except LookupError:
            raise ValueError("not a known encoding; utf-8, cp1251 or kz1048") from None
        return encoding

    @cached_property
    def wish(self) -> Wish:
        return Wish(self.format, self.encoding, self.separator, self.sheet, self.columns)


def targets(config: Config) -> Sequence[Target]:
    return [
        Target(name=path, container=f"file:{config.system}/{Path(path).name}")
        for path in config.paths
    ]


def trial(target: str) -> dict[str, object]:
    return {"system": "trial", "paths": [target]}


def suggest(target: str) -> dict[str, object]:
    return {"columns": suggested(target)}


def sketch(config: Config, target: Target) -> Iterator[str]:
    """How the first file is read; with the settings that would say so."""
    yield from tables_sketch(target.name, config.wish)
    yield ""
    yield from as_settings(config.columns)


async def fetch(
    config: Config, target: Target, http: httpx.AsyncClient, cursor: str | None, now: datetime
) -> AsyncIterator[Answer]:
    progress = Progress.recall(cursor)
    before, paths = progress, tables_at(target.name)
    whole: list[Path] = []
    problems: list[str] = []
    unfinished: list[str] = []
    for path in paths:
        try:
            for answer in _read(config, path, progress, now):
                progress = Progress.recall(answer.cursor)
                yield answer
            whole.append(path)
        except Unfinished:
            unfinished.append(path.name)
        except Invalid as error:
            problems.append(str(error))
        except OSError as error:
            problems.append(f"{path.name}: can not be read ({error.strerror})")
    if problems and not whole:
        raise Invalid(_sentence(problems))
    if unfinished and not whole:
        raise Busy(f"{_sentence(unfinished)}: still being written", SETTLED.total_seconds() / 4)
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
        until=max((int(path.stat().st_mtime * 1000) for path in read), default=progress.until),
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


def _read(config: Config, path: Path, progress: Progress, now: datetime) -> Iterator[Answer]:
    """The rest of one file in answers of `config.rows` records, each with the cursor after it."""
    settled = now.timestamp() - path.stat().st_mtime >= SETTLED.total_seconds()
    for part in rest_of(path, config.wish, progress, config.rows, settled=settled):
        yield _answer(path, part, now)


def _answer(path: Path, part: Part, now: datetime) -> Answer:
    progress, first = part.progress, next(iter(part.records), None)
    told = {"unread": ""}
    if first is not None:
        told = {
            "file": path.name,
            "line": str(first.line),
            "torn": "yes" if first.torn else "",
            "form": msgspec.json.encode(part.form).decode(),
            "revision": str(progress.files[known_as(str(path))].revision),
            "observed_at": now.isoformat(),
        }
    return Answer(
        body=b"".join(record.raw for record in part.records),
        cursor=progress.dump(),
        # rows come in any order: until the last of them nothing more is complete than before
        looked_until=_moment(progress.until),
        history=not progress.whole,
        context=told,
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
