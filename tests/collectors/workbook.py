"""Workbooks as Excel writes them, as small as they can be: for tests only."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from xml.sax.saxutils import escape

Cell = str | float | int | datetime | None
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACK = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_DATE, _DAY = 1, 2
"""Styles: date with time, date alone."""


def workbook(sheets: Mapping[str, Sequence[Sequence[Cell]]]) -> bytes:
    """The bytes of a file with these sheets; a row that is empty is not written at all."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in _parts(sheets).items():
            packed.writestr(name, f"{_HEAD}{text}")
    return out.getvalue()


def _parts(sheets: Mapping[str, Sequence[Sequence[Cell]]]) -> dict[str, str]:
    numbered = list(enumerate(sheets, 1))
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="application/vnd.'
        'openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        for n, _ in numbered
    )
    listed = "".join(
        f'<sheet name="{escape(s)}" sheetId="{n}" r:id="rId{n}"/>' for n, s in numbered
    )
    targets = "".join(
        f'<Relationship Id="rId{n}" Type="{_REL}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n, _ in numbered
    )
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACK}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default '
        'Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        f"{types}</Types>",
        "_rels/.rels": f'<Relationships xmlns="{_PACK}/relationships"><Relationship Id="rId1" '
        f'Type="{_REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>{listed}</sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACK}/relationships">{targets}'
        f'<Relationship Id="rIdS" Type="{_REL}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><cellXfs count="3"><xf numFmtId="0"/>'
        '<xf numFmtId="22"/><xf numFmtId="14"/></cellXfs></styleSheet>',
        **{f"xl/worksheets/sheet{n}.xml": _sheet(sheets[name]) for n, name in numbered},
    }


def _sheet(rows: Sequence[Sequence[Cell]]) -> str:
    written = "".join(
        f'<row r="{n}">{"".join(_cell(value, n, column) for column, value in enumerate(row))}</row>'
        for n, row in enumerate(rows, 1)
        if row
    )
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{written}</sheetData></worksheet>'


def _cell(value: Cell, row: int, column: int) -> str:
    place = f"{chr(ord('A') + column)}{row}"
    if value is None:
        return ""
    if isinstance(value, str):
        text = escape(value)
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    if isinstance(value, datetime):
        passed = value - datetime(1899, 12, 30, tzinfo=UTC)
        days = passed.total_seconds() / 86_400
        return f'<c r="{place}" s="{_DAY if days.is_integer() else _DATE}"><v>{days!r}</v></c>'
    return f'<c r="{place}"><v>{value}</v></c>'
