"""Spreadsheets as the bytes of a CSV file, a row a line, so that all of the rest is shared.

Guarantee: row N of the sheet is line N of the result, whatever its cells hold.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from rezonans.troubles import Invalid

SEPARATOR = ";"
MOST_BYTES = 512 * 1024 * 1024
"""Of a workbook when it is unpacked: a small file may hold terabytes."""
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


class Sheet(NamedTuple):
    name: str
    lines: bytes
    """UTF-8, with `SEPARATOR`."""


def is_spreadsheet(sample: bytes) -> bool:
    """Whether a file begins like one of Excel (new or old) or LibreOffice."""
    return sample.startswith((_ZIP, _OLE))


def sheet_of(path: Path, wanted: str | None, columns: frozenset[str]) -> Sheet:
    """The sheet that is wanted by name; else the first that has all of the columns, else the
    first that is not empty. `Invalid` says what to do where there is none.
    """
    _refuse_bombs(path)
    try:
        book = CalamineWorkbook.from_path(str(path))
        names = book.sheet_names
        if wanted is not None and wanted not in names:
            known = ", ".join(names)
            raise Invalid(f"{path.name}: no sheet {wanted!r}; it has: {known}. Correct sheet")
        chosen = [wanted] if wanted is not None else names
        sheets = (Sheet(name, _lines(book.get_sheet_by_name(name))) for name in chosen)
        return _best(sheets, columns, path.name)
    except PasswordError:
        raise Invalid(f"{path.name}: is protected by a password; save it without one") from None
    except CalamineError as error:
        short = " ".join(str(error).split())[:120]
        raise Invalid(
            f"{path.name}: is no whole spreadsheet ({short}); export it again, or as CSV in UTF-8"
        ) from None


def _best(sheets: Iterable[Sheet], columns: frozenset[str], name: str) -> Sheet:
    first = None
    for sheet in sheets:
        if columns and all(column.encode() in sheet.lines for column in columns):
            return sheet
        first = first or (sheet if sheet.lines.strip() else None)
    if first is None:
        raise Invalid(f"{name}: every sheet is empty; export it anew, or take it away")
    return first


def _refuse_bombs(path: Path) -> None:
    """A zip that is not whole yet, or damaged, is left to its reader to judge."""
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(part.file_size for part in packed.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        size = path.stat().st_size
    if size > MOST_BYTES:
        raise Invalid(
            f"{path.name}: a spreadsheet of {size >> 20:,} MB; export it as CSV, or in parts of "
            f"{MOST_BYTES >> 20} MB"
        )


def _lines(sheet: CalamineSheet) -> bytes:
    """Rows as lines without the empty cells at their ends: a column that is added to the right
    of a growing sheet changes no row above it.
    """
    out = io.StringIO()
    for row in sheet.to_python(skip_empty_area=False):
        written = [_quoted(text) for text in _texts(row)]
        while written and not written[-1]:
            written.pop()
        out.write(SEPARATOR.join(written) + "\n")
    return out.getvalue().encode("utf-8", "replace")


def _texts(row: Sequence[object]) -> Iterator[str]:
    for value in row:
        yield _text(value)


def _text(value: object) -> str:
    """A cell as it would be typed: whole numbers without a point, dates by ISO 8601."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        whole_day = value.time() == time(0)
        return value.date().isoformat() if whole_day else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value).strip()


def _quoted(text: str) -> str:
    """A cell on one line: a line end within it is a carriage return, which texts read alike."""
    if not any(char in text for char in ';"\r\n'):
        return text
    one_line = text.replace("\r\n", "\r").replace("\n", "\r").replace('"', '""')
    return f'"{one_line}"'
