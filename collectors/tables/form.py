"""How a table is written: format, encoding, separator, header. Found out, or told. Pure.

What is found out is confirmed by the columns that the settings name: the encoding, the separator
and the line of the header are those under which all of them are there.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

import msgspec

from collectors.tables.encodings import candidates
from rezonans.troubles import Invalid

Format = Literal["csv", "jsonl", "xlsx"]
"""`xlsx`: any spreadsheet that Excel or LibreOffice writes."""
Separator = Literal[";", ",", "\t", "|"]

SAMPLE_BYTES = 256 * 1024
HEADER_LINES = 20
"""How far down a header is looked for: exports begin with titles, dates, empty lines."""
SEPARATORS: tuple[Separator, ...] = (";", ",", "\t", "|")


class Wish(NamedTuple):
    """What the settings say of the form; `None`: it is found out."""

    format: Format | None = None
    encoding: str | None = None
    separator: Separator | None = None
    sheet: str | None = None
    columns: Mapping[str, str] = {}
    """Field of ours to the column that must be in the header."""

    @property
    def named(self) -> frozenset[str]:
        return frozenset(self.columns.values())


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """What one must know to read a record of the file by itself."""

    format: Literal["csv", "jsonl"]
    encoding: str
    separator: str = ";"
    header: tuple[str, ...] = ()
    """Names of the columns; empty for JSON lines."""
    start: int = 0
    """Byte where the first record after the header begins."""
    first_line: int = 1
    """Number of the line of the first record."""
    sheet: str = ""
    """The sheet it was taken from; empty: the file is text."""


class _Line(NamedTuple):
    number: int
    raw: bytes
    end: int
    """Byte behind it."""


def form_of(sample: bytes, name: str, wish: Wish) -> Form:
    """The form of a text file from its beginning; what is wished is believed.

    `sample`: the first `SAMPLE_BYTES`. `Invalid` when it is no table that one can read.
    """
    mark = len(codecs.BOM_UTF8) if sample.startswith(codecs.BOM_UTF8) else 0
    if b"\0" in sample[:1000]:
        raise Invalid(f"{name}: is neither text nor a spreadsheet; export it as CSV in UTF-8")
    encodings = [wish.encoding] if wish.encoding else ["utf-8"] if mark else candidates(sample)
    text = sample[mark:].lstrip()
    if wish.format == "jsonl" or (wish.format is None and text.startswith(b"{")):
        return Form(format="jsonl", encoding=encodings[0], start=mark)
    lines = list(_lines(sample, mark))
    for encoding in encodings:
        found = wish.columns and _confirmed(lines, encoding, wish)
        if found:
            return found
    return _likeliest(lines, name, encodings[0], wish)


def _lines(sample: bytes, start: int) -> Iterator[_Line]:
    for number in range(1, HEADER_LINES + 1):
        end = sample.find(b"\n", start) + 1 or len(sample)
        yield _Line(number, sample[start:end], end)
        if end == len(sample):
            return
        start = end


def _confirmed(lines: Sequence[_Line], encoding: str, wish: Wish) -> Form | None:
    """The form under which the header has every column that is asked for."""
    for line in lines:
        for separator in [wish.separator] if wish.separator else SEPARATORS:
            try:
                header = _header(line, encoding, separator)
            except (ValueError, LookupError):
                continue
            if wish.named <= set(header):
                return _form(line, encoding, separator, header)
    return None


def _likeliest(lines: Sequence[_Line], name: str, encoding: str, wish: Wish) -> Form:
    """The first line that is no title: its separator makes the most columns."""
    try:
        found = [
            (line, separator, _header(line, encoding, separator))
            for line in lines
            for separator in ([wish.separator] if wish.separator else SEPARATORS)
            if line.raw.strip()
        ]
    except (UnicodeDecodeError, LookupError):
        raise Invalid(
            f"{name}: the header is not in {encoding}; set encoding to what the file is in"
        ) from None
    except ValueError as error:
        raise Invalid(f"{name}: the header is no row of a table ({error}); correct it") from None
    if not found:
        line = lines[0] if lines else _Line(1, b"", 0)
        return _form(line, encoding, wish.separator or ";", ())
    line, separator, header = max(found, key=lambda one: (_named(one[2]), -one[0].number))
    return _form(line, encoding, separator, header)


def _named(header: Sequence[str]) -> int:
    """Columns that could be ones: names are no numbers."""
    return sum(bool(cell) and not cell[0].isdigit() for cell in header)


def _header(line: _Line, encoding: str, separator: str) -> tuple[str, ...]:
    text = line.raw.decode(encoding).strip("\r\n")
    return tuple(cell.strip() for cell in cells(text, separator))


def _form(line: _Line, encoding: str, separator: str, header: tuple[str, ...]) -> Form:
    return Form(
        format="csv",
        encoding=encoding,
        separator=separator,
        header=header,
        start=line.end,
        first_line=line.number + 1,
    )


def cells(record: str, separator: str) -> list[str]:
    """The cells of one record. `ValueError` when it is no one record."""
    try:
        rows = list(csv.reader(io.StringIO(record, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise ValueError(str(error)) from None
    if len(rows) > 1:
        msg = "several rows in one"
        raise ValueError(msg)
    return rows[0] if rows else []
