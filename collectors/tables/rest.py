"""What of a file was not read yet, in parts, each with the progress after it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, takewhile
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec

from collectors.runner.privacy import mask
from collectors.runner.text import shorten
from collectors.tables.form import Form, Wish
from collectors.tables.opened import Opened, opened
from collectors.tables.progress import Mark, Progress, continues, known_as, marked
from collectors.tables.records import Record, records, stands_in_line
from rezonans.troubles import Invalid


class Part(NamedTuple):
    form: Form
    records: Sequence[Record]
    """None in a part that says only how far was read."""
    progress: Progress


def rest_of(
    path: Path, wish: Wish, progress: Progress, rows: int, *, settled: bool
) -> Iterator[Part]:
    """The rest of a file, `rows` records at a time. `Unfinished` where it waits to be whole,
    `Invalid` where it can not be read as wished.
    """
    name, state = known_as(str(path)), path.stat()
    stamp, known = f"{state.st_size}:{state.st_mtime_ns}", progress.files.get(name)
    if known is not None and known.stamp == stamp:
        return
    table = opened(path, wish, settled=settled)
    check_columns(table, wish, path.name)
    with table.again() as file, table.again() as again:
        mark = _start(again, known, table.form, state.st_mtime)
        file.seek(mark.offset)
        rest = takewhile(
            lambda record: settled or table.converted or not record.last,
            _records(file, mark, table.form),
        )
        while group := list(islice(rest, rows)):
            mark = _behind(again, mark, group)
            progress = _with(progress, name, mark)
            yield Part(table.form, group, progress)
    if table.converted:
        yield Part(table.form, (), _with(progress, name, mark._replace(stamp=stamp)))


def check_columns(table: Opened, wish: Wish, name: str) -> None:
    """`Invalid` names the columns that the header does not have, and those that it has."""
    form = table.form
    if form.format != "csv" or not table.sample:
        return
    missing = [
        f"{f} = {column!r}" for f, column in wish.columns.items() if column not in form.header
    ]
    if missing:
        # a file without a header begins with somebody's words
        names = ", ".join(shorten(mask(cell)[0], 40) for cell in form.header)
        sheet = f"sheet {form.sheet!r}, " if form.sheet else ""
        raise Invalid(
            f"{name}: no column for {', '.join(missing)}; the header ({sheet}line "
            f"{form.first_line - 1}) has: {shorten(names, 400)}. Correct columns in the settings"
        )


def _records(file: BinaryIO, mark: Mark, form: Form) -> Iterator[Record]:
    separator = form.separator if form.format == "csv" else None
    return records(file, mark.line, separator, stands_in_line(file, form.start))


def _start(file: BinaryIO, mark: Mark | None, form: Form, changed: float) -> Mark:
    """Where to go on: behind what is known, or at the beginning of what was replaced."""
    if mark is not None and continues(file, mark):
        return mark
    revision = 0 if mark is None else int(changed * 1000)
    return marked(file, form.start, form.first_line, revision)


def _behind(file: BinaryIO, mark: Mark, group: Sequence[Record]) -> Mark:
    end = mark.offset + sum(len(record.raw) for record in group)
    return marked(file, end, group[-1].line + group[-1].lines, mark.revision)


def _with(progress: Progress, name: str, mark: Mark) -> Progress:
    return msgspec.structs.replace(progress, files={**progress.files, name: mark})
