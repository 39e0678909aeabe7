"""A file of any form as bytes that records are cut from.

Text in lines is read as it is; spreadsheets and UTF-16 are made into lines of UTF-8 first.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec

from collectors.tables.form import SAMPLE_BYTES, Form, Wish, form_of
from collectors.tables.sheets import is_spreadsheet, sheet_of
from rezonans.troubles import Invalid

_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
MOST_WIDE_BYTES = 256 * 1024 * 1024


class Unfinished(Exception):
    """The file is still being written, or looks so: it is asked again at the next look."""


class Opened(NamedTuple):
    form: Form
    sample: bytes
    again: Callable[[], BinaryIO]
    """The bytes from the beginning, each time they are asked for."""
    converted: bool = False
    """The bytes are not those of the file: they are made anew at each opening."""


def opened(path: Path, wish: Wish, *, settled: bool = True) -> Opened:
    """A file with its form; `Invalid` when it can not be read.

    `settled`: nobody has written to it for a while. What is not whole before that is
    `Unfinished`.
    """
    with path.open("rb") as file:
        sample = file.read(SAMPLE_BYTES)
    if not settled and b"\n" not in sample and len(sample) < SAMPLE_BYTES:
        raise Unfinished(path.name)
    if wish.format == "xlsx" or (wish.format is None and is_spreadsheet(sample)):
        return _spreadsheet(path, wish, settled)
    if sample.startswith(_WIDE):
        return _of_text(_in_utf8(path), path.name, wish._replace(encoding="utf-8"), True)
    form = form_of(sample, path.name, wish)
    return Opened(form, sample, lambda: path.open("rb"))


def _spreadsheet(path: Path, wish: Wish, settled: bool) -> Opened:
    try:
        sheet = sheet_of(path, wish.sheet, wish.named)
    except Invalid:
        if not settled:
            raise Unfinished(path.name) from None
        raise
    of_lines = wish._replace(format="csv", encoding="utf-8", separator=";")
    found = _of_text(sheet.lines, path.name, of_lines, True)
    return found._replace(form=msgspec.structs.replace(found.form, sheet=sheet.name))


def _of_text(lines: bytes, name: str, wish: Wish, converted: bool) -> Opened:
    sample = lines[:SAMPLE_BYTES]
    form = form_of(sample, name, wish)
    return Opened(form, sample, lambda: io.BytesIO(lines), converted)


def _in_utf8(path: Path) -> bytes:
    """Half of a character at the end of a file that is being written is left for later."""
    if path.stat().st_size > MOST_WIDE_BYTES:
        raise Invalid(f"{path.name}: over 256 MB in UTF-16; save it in UTF-8")
    decoder = codecs.getincrementaldecoder("utf-16")("replace")
    return decoder.decode(path.read_bytes()).encode("utf-8", "replace")
