"""How a table is written: format, encoding, separator, header. Found out, or told. Pure."""

from __future__ import annotations

import codecs
import csv
import io
from typing import Literal

import msgspec

from collectors.runner.text import encoding_of
from rezonans.records import Invalid

Format = Literal["csv", "jsonl"]

SAMPLE_BYTES = 256 * 1024


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """What one must know to read a record of the file by itself."""

    format: Format
    encoding: str
    separator: str = ";"
    header: tuple[str, ...] = ()
    """Names of the columns; empty for JSON lines."""
    start: int = 0
    """Byte where the first record after the header begins."""
    first_line: int = 1


def form_of(
    sample: bytes, name: str, *, format: Format | None, encoding: str | None, separator: str | None
) -> Form:
    """The form of a file from its beginning; what is given is believed.

    `sample`: the first `SAMPLE_BYTES`. `Invalid` when it is no table that one can read.
    """
    _refuse_foreign(sample, name)
    mark = codecs.BOM_UTF8 if sample.startswith(codecs.BOM_UTF8) else b""
    encoding = encoding or ("utf-8" if mark else encoding_of(sample))
    format = format or ("jsonl" if sample[len(mark) :].lstrip().startswith(b"{") else "csv")
    if format == "jsonl":
        return Form(format=format, encoding=encoding, start=len(mark))
    end = sample.find(b"\n") + 1 or len(sample)
    try:
        line = sample[len(mark) : end].decode(encoding).strip("\r\n")
    except (UnicodeDecodeError, LookupError):
        raise Invalid(
            f"{name}: the header is not in {encoding}; set encoding to what the file is in"
        ) from None
    try:
        separator = separator or _separator(line)
        header = tuple(cell.strip() for cell in cells(line, separator))
    except ValueError as error:
        raise Invalid(f"{name}: the header is no row of a table ({error}); correct it") from None
    return Form(
        format=format,
        encoding=encoding,
        separator=separator,
        header=header,
        start=end,
        first_line=2,
    )


def _refuse_foreign(sample: bytes, name: str) -> None:
    if sample.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Invalid(f"{name}: is a spreadsheet; export it as CSV in UTF-8")
    wide = sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if wide or b"\0" in sample[:1000]:
        raise Invalid(f"{name}: is not text in UTF-8 or cp1251; export it as CSV in UTF-8")


def _separator(header: str) -> str:
    """The one that makes the most columns of the header; quoted ones do not count."""
    return max(";,\t|", key=lambda separator: len(cells(header, separator)))


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
