"""How a file would be read, said before it is: form, columns, what is left alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import msgspec

from collectors.runner.privacy import mask
from collectors.runner.text import shorten
from collectors.tables.folders import tables_at
from collectors.tables.form import Form, Wish
from collectors.tables.guess import columns_of
from collectors.tables.opened import Opened, opened
from collectors.tables.records import records
from collectors.tables.rows import cell_of, values_of
from rezonans.troubles import Invalid

SAMPLE_ROWS = 200
_WIDTH = 60


def suggested(target: str) -> dict[str, str]:
    """Columns of the first file of a pattern by their names; `Invalid` or `Busy` where there is
    none that can be read."""
    paths = tables_at(target)
    if not paths:
        raise Invalid(f"{target}: an empty folder; name one with a file to take the columns from")
    try:
        table = opened(paths[0], Wish())
        return columns_of(_names(table))
    except OSError as error:
        raise Invalid(f"{target}: can not be read ({error.strerror})") from None


def sketch(target: str, wish: Wish) -> Iterator[str]:
    """Lines for people about the first file of a pattern. Values are masked."""
    paths = tables_at(target)
    if not paths:
        yield f"{target}: an empty folder; what is put there will be read"
        return
    path = paths[0]
    table = opened(path, wish)
    yield f"{path.name}: {_form(table.form)}"
    if len(paths) > 1:
        yield f"    and {len(paths) - 1} more files by the same settings"
    rows = list(islice(_rows(table), SAMPLE_ROWS))
    for field, column in wish.columns.items():
        yield f"    {field:<10} <- {column:<24} {_example(rows, column)}".rstrip()
    left = [name for name in _names(table) if name and name not in wish.named]
    if left:
        yield f"    not read: {', '.join(shorten(mask(name)[0], 40) for name in left)}"


def as_settings(columns: Mapping[str, str]) -> Iterator[str]:
    """The table of the settings that says the same."""
    yield "[collectors.NAME.columns]"
    for field, column in columns.items():
        yield f"{field} = {msgspec.json.encode(column).decode()}"


def _form(form: Form) -> str:
    if form.sheet:
        return f"spreadsheet, sheet {form.sheet!r}, header in row {form.first_line - 1}"
    if form.format == "jsonl":
        return f"JSON lines in {form.encoding}"
    separator = {"\t": "a tabulator"}.get(form.separator, repr(form.separator))
    return (
        f"CSV in {form.encoding}, cells between {separator}, header in line {form.first_line - 1}"
    )


def _names(table: Opened) -> list[str]:
    """Columns of the header; of JSON lines the keys of the first object."""
    if table.form.format == "csv":
        return list(table.form.header)
    first = next(iter(_rows(table)), {})
    return [str(name) for name in first]


def _rows(table: Opened) -> Iterator[Mapping[str, Any]]:
    form = table.form
    with table.again() as file:
        file.seek(form.start)
        separator = form.separator if form.format == "csv" else None
        for record in records(file, form.first_line, separator):
            found = values_of(record.raw, form)
            if found is not None:
                yield found


def _example(rows: list[Mapping[str, Any]], column: str) -> str:
    """How full a column is, and the first thing that stands in it."""
    values = [value for row in rows if (value := cell_of(row, column))]
    if not values:
        return "empty in every row that was looked at"
    said = shorten(mask(values[0].replace("\n", " "))[0], _WIDTH)
    few = f" ({len(values)} of {len(rows)} rows)" if len(values) < len(rows) else ""
    return f"{said}{few}"
